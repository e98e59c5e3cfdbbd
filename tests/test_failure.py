"""`Failure`: what its fields must be, and what the repaired training takes from the wrong one."""

from __future__ import annotations

from typing import Any

import pytest

from modelpress import AtLeast, Failure, Training
from modelpress.core.errors import ModelpressError

keras_net: Any = object()  # stands for a network that was built already
WRONG = Training(data=lambda: None, build=lambda: None, compile={"loss": "mse"}, fit={"epochs": 1})


def failure(**changed: Any) -> Failure:
    return Failure(
        **{
            "title": "A failure",
            "wrong": WRONG,
            "repaired": Training(fit={"epochs": 2}),
            "repair": "Train longer",
            "measure": "loss",
            "measured": "loss at the end",
            "fails": AtLeast(1),
            **changed,
        }
    )


def test_the_repaired_training_is_the_wrong_one_with_its_changes() -> None:
    both = failure().trainings()
    assert both["wrong"] is WRONG
    assert both["repaired"] == Training(WRONG.data, WRONG.build, WRONG.compile, {"epochs": 2})


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"title": " "}, "title", "text, such as"),
        ({"repair": 3}, "repair", "text, such as"),
        ({"summary": None}, "summary", "a string"),
        ({"wrong": {}}, "wrong", "Training(data=…"),
        ({"wrong": Training(fit={"epochs": 1})}, "wrong.data", "only `repaired` may leave it out"),
        ({"repaired": Training(data=3)}, "repaired.data", "a Dataset"),
        ({"repaired": Training(build=keras_net)}, "repaired.build", "a function (not its"),
        ({"repaired": Training(compile=keras_net)}, "repaired.compile", "a dict, or a function"),
        ({"repaired": Training(fit=keras_net)}, "repaired.fit", "a dict of epochs"),
        ({"repaired": Training()}, "repaired", "what the repair changes"),
        ({"measure": "val_acuracy"}, "measure", "Did you mean `val_accuracy`?"),
        ({"curve": "accuracy"}, "curve", "one of loss, val_loss, val_accuracy"),
        ({"fails": 3}, "fails", "AtLeast(x)"),
        ({"seed": -1}, "seed", "a whole number from 0"),
        ({"seeds": 0}, "seeds", "from 1 to 200"),
        ({"seeds": True}, "seeds", "from 1 to 200"),
        ({"scale": "x"}, "scale", "a number"),
        ({"examples": [1]}, "examples", "a dict"),
        ({"examples": {"a": 3}}, "examples['a']", "(input, target)"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, Any], field: str, said: str) -> None:
    with pytest.raises(ModelpressError) as caught:
        failure(**changed)
    assert caught.value.where == f"field `{field}`"
    assert said in caught.value.expected
