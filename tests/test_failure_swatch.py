"""Colours that a failure case predicts are shown, alike in the build and in the browser."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from modelpress.site.fences.failure import _swatch
from tests.twins import twin

COLORS = [[0, 127.4, 255], [-3.2, 0.6, 300.0], [12.4, 12.6, 0.0]]
CHANNELS = ["red", "green", "blue"]


def entry(outputs: list[str], scale: float) -> Any:
    return cast(Any, SimpleNamespace(outputs=outputs, scale=scale))


def test_both_show_one_colour(tmp_path: Path) -> None:
    found = twin("figures/failure/words", "return twin.swatchOf(each);", COLORS, tmp_path)
    assert found == ["rgb(0 127 255)", "rgb(0 1 255)", "rgb(12 13 0)"]
    for values, color in zip(COLORS, found, strict=True):
        made = _swatch(entry(CHANNELS, 255), values)
        assert made == f' data-swatch style="--mp-swatch:{color}"'


def test_other_outputs_have_none() -> None:
    assert _swatch(entry(["a", "b", "c"], 255), COLORS[0]) == ""
    assert _swatch(entry(CHANNELS, 1), COLORS[0]) == ""
    assert _swatch(entry(CHANNELS, 255), [1.0]) == ""
