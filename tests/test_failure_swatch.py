"""Colours that a failure case predicts are shown in their cells."""

from __future__ import annotations

from pathlib import Path

from tests.twins import twin

COLORS = [[0, 127.4, 255], [-3.2, 0.6, 300.0], [12.4, 12.6, 0.0]]
CHANNELS = ["red", "green", "blue"]


def test_only_colours_of_255_levels_are_shown(tmp_path: Path) -> None:
    cases = [
        *((CHANNELS, 255, color) for color in COLORS),
        (["a", "b", "c"], 255, COLORS[0]),
        (CHANNELS, 1, COLORS[0]),
        (CHANNELS, 255, [1.0]),
    ]
    body = "return twin.swatch({ outputs: each[0], scale: each[1] }, each[2]);"
    shown = [f' data-swatch style="--mp-swatch:{color}"' for color in (
        "rgb(0 127 255)", "rgb(0 1 255)", "rgb(12 13 0)",
    )]  # fmt: skip
    assert twin("figures/failure/figure", body, cases, tmp_path) == [*shown, "", "", ""]
