"""The fields `reads` and `env`, of a Model and of a Failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.spec.expect import AtMost
from modelpress.spec.failure import Failure, Training
from modelpress.spec.model import Model


def model(**fields: Any) -> Model:
    return Model(title="Plain", train=lambda run: None, expect={"loss": AtMost(1)}, **fields)


def failure(**fields: Any) -> Failure:
    wrong = Training(data=list, build=dict, compile={}, fit={"epochs": 1})
    return Failure(
        title="T", wrong=wrong, repaired=Training(build=list), repair="Mend", measure="loss",
        measured="loss", fails=AtMost(1), **fields,
    )  # fmt: skip


@pytest.mark.parametrize("make", [model, failure])
def test_files_and_variables_can_be_named(make: Any) -> None:
    assert make().reads == ()
    assert make(reads=["a.h5", Path("b")], env=("RATE",)).env == ("RATE",)


@pytest.mark.parametrize("make", [model, failure])
@pytest.mark.parametrize(
    ("field", "value", "found"),
    [
        ("reads", "rows.h5", "'rows.h5'"),
        ("reads", Path("rows.h5"), "rows.h5"),
        ("reads", None, "None"),
        ("reads", [3], "3"),
        ("reads", [""], "''"),
        ("reads", ["a\0b"], "a\\x00b"),
        ("env", "RATE", "'RATE'"),
        ("env", {"RATE": "1"}, "RATE"),
        ("env", ["RATE=1"], "'RATE=1'"),
        ("env", [b"RATE"], "b'RATE'"),
    ],
)
def test_anything_else_is_refused(make: Any, field: str, value: Any, found: str) -> None:
    with pytest.raises(ModelpressError) as caught:
        make(**{field: value})
    assert caught.value.where == f"field `{field}`"
    assert found in caught.value.found
    assert f"such as {field}=[" in caught.value.expected
