"""A model's picture, drawn from its golden cases: each input in its place, painted as answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline import inputs, outputs
from pipeline.errors import ModelpressError
from pipeline.kinds import attributes
from pipeline.site.context import Site

_WIDTH, _HEIGHT, _MARGIN = 320, 180, 16


def portrait_svg(site: Site, slug: str) -> str:
    """The picture as inline SVG with a sentence as its name.

    Raises ModelpressError when the model's golden cases are not among the artefacts.
    """
    entry = site.models[slug]
    golden = _golden(site, slug, entry)
    kind_in, kind_out = inputs.from_spec(entry["input"]), outputs.from_spec(entry["output"])
    levels = [kind_out.level(answer) for answer in golden["outputs"]]
    known = [level for level in levels if level is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    marks = []
    for values, answer, level in zip(golden["inputs"], golden["outputs"], levels, strict=True):
        x, y = kind_in.position(values)
        if y is None:
            y = 0.5 if level is None or high == low else (level - low) / (high - low)
        marks.append(
            "<circle"
            + attributes(
                cx=f"{_MARGIN + x * (_WIDTH - 2 * _MARGIN):.1f}",
                cy=f"{_HEIGHT - _MARGIN - y * (_HEIGHT - 2 * _MARGIN):.1f}",
                r=6 if kind_in.paint(values) else 3,
                fill=kind_in.paint(values),
                stroke=kind_out.paint(answer),
            )
            + "/>"
        )
    count = len(golden["inputs"])
    return (
        f'<svg class="mp-portrait" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{count} golden cases of the model, each where its input lies and painted as '
        f'the model answers">{"".join(marks)}</svg>'
    )


def _golden(site: Site, slug: str, entry: Mapping[str, Any]) -> Any:
    path = site.public / entry["files"][entry["golden"]]["url"]
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelpressError(
            f"The golden cases of `{slug}` cannot be read: {error}",
            where=str(path),
            next_step="Run `modelpress build`, which makes them.",
        ) from error
