"""A kind for every shape of a network."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelpress import inputs, outputs
from modelpress.caching import keys
from modelpress.inputs import Number, Numbers, Picture
from modelpress.outputs.number import Number as NumberOut
from modelpress.outputs.numbers import Numbers as NumbersOut
from modelpress.spec.default_kinds import input_for, output_for
from tests.foreign import on_the_path, write_package


def test_every_input_has_controls() -> None:
    number = input_for((1,), [-1.234567], [2])
    assert isinstance(number, Number)
    assert (number.min, number.max) == (-1.24, 2)  # rounded outwards
    numbers = input_for((3,), [0, 5, 1.5], [1, 5, 2])
    assert isinstance(numbers, Numbers)
    assert list(numbers.fields.values()) == [(0, 1), (4, 6), (1.5, 2)]
    picture = input_for((28, 20, 1), [0], [255])
    assert isinstance(picture, Picture)
    assert picture.shape == (28, 20, 1)
    assert input_for((28, 20), [0], [255]).shape == (28, 20)
    assert input_for((28, 20, 3), [0], [255]).shape == (28, 20, 3)
    assert input_for((28, 20, 3), [0], [255]).kind == "picture"
    for shape in ((100,), (5, 3), (28, 28, 3)):
        table = input_for(shape, [-1], [1])
        assert isinstance(table, Numbers)
        assert table.parse(table.default).shape == shape
    with pytest.raises(ValueError, match="Rescaling"):
        input_for((28, 28), [0], [1])
    with pytest.raises(ValueError, match="varies from input to input"):
        input_for((None,), [0], [1])  # type: ignore[arg-type]


def test_every_answer_is_shown() -> None:
    assert isinstance(output_for((1,)), NumberOut)
    assert isinstance(output_for((3,)), NumbersOut)
    assert output_for((2, 2)).shape == (2, 2)
    with pytest.raises(ValueError, match="varies from input to input"):
        output_for((None, 2))  # type: ignore[arg-type]


PAIR = """
from modelpress.inputs.numbers import Numbers
from tests.foreign import on_the_path, write_package


class Pair(Numbers):
    kind = "pair"
    plane = True
    fit_rank = 0

    @classmethod
    def fitting(cls, shape, low, high):
        return cls({"a": (-1, 1), "b": (-1, 1)}) if shape == (2,) else None
"""


def test_a_kind_in_a_file_of_its_own_is_found(
    tmp_path: Path,
) -> None:
    """It fits before the kind for any shape does, and a map shows its plane."""
    points = "[modelpress.inputs]\npairs = pairs.kinds\n"
    files = {"pairs/__init__.py": "", "pairs/kinds/__init__.py": "", "pairs/kinds/pair.py": PAIR}
    write_package(tmp_path, "pairs", points, files)
    with on_the_path(tmp_path):
        found = input_for((2,), [-1, -1], [1, 1])
        assert found.kind == "pair"
        assert inputs.from_spec(found.spec() | {"kind": "pair"}).kind == "pair"
        outputs.Map().check_input(found)
        assert input_for((3,), [0], [1]).kind == "numbers"


def test_where_a_kind_is_chosen_all_kinds_are_in_the_key() -> None:
    files = keys.kind_sources("modelpress.inputs")
    assert {"modelpress/inputs/number.py", "modelpress/inputs/picture.py"} <= set(files)
    assert "modelpress/inputs/picture.py" not in keys.kind_sources("modelpress.inputs.number")
