"""Errors say what, where, found, expected and the next step."""

import errno

import pytest

from modelpress.core.errors import (
    ModelFailure,
    ModelpressError,
    PageError,
    error_from_dict,
    from_os_error,
    nearest,
)


def test_text_has_every_field_that_is_known() -> None:
    error = ModelpressError(
        "It is wrong.", where="a.py:3", found="x", expected="y\nz", next_step="Do this."
    )
    assert str(error) == (
        "a.py:3: It is wrong.\n  Found: x\n  Expected: y\n    z\n  Next: Do this."
    )
    assert str(ModelpressError("It is wrong.")) == "It is wrong."


@pytest.mark.parametrize(
    ("kind", "code"), [(ModelpressError, 2), (PageError, 2), (ModelFailure, 1)]
)
def test_errors_cross_processes_with_kind_and_exit_code(
    kind: type[ModelpressError], code: int
) -> None:
    error = kind("What.", where="here", found="f", expected="e", next_step="n")
    again = error_from_dict(error.as_dict())
    assert type(again) is kind
    assert again.exit_code == code
    assert str(again) == str(error)


def test_nearest_suggests_only_what_is_near() -> None:
    assert nearest("color_clasifier", ["color_classifier", "xor"]) == (
        " Did you mean `color_classifier`?"
    )
    assert nearest("zebra", ["color_classifier", "xor"]) == ""


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.ENOTDIR])
def test_refusals_of_the_system_are_sentences(code: int) -> None:
    error = from_os_error(OSError(code, "No", "/some/file"))
    assert "/some/file" in str(error)
    assert error.next_step
    assert error.exit_code == 2
