"""A model's portrait: a map or curve of its predictions, its weights, or its golden cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from modelpress import inputs, outputs
from modelpress.core.errors import ModelpressError
from modelpress.core.png import LEVELS, data_uri, diverging
from modelpress.kinds.registry import attributes
from modelpress.schema.document import read
from modelpress.schema.golden import Golden
from modelpress.schema.model import ModelEntry, WeightsPicture
from modelpress.site.context import Page, Site

_WIDTH, _HEIGHT, _MARGIN = 320, 180, 16


def portrait_html(site: Site, page: Page, slug: str) -> str:
    """Returns the portrait, labelled by a sentence.

    Models with images as input show the first layer's weights. Two inputs give a map and one input
    a curve, both from the predictions for the output kind's sweep. Other models show each golden
    case as a dot. Raises ModelpressError if the golden cases are not readable.
    """
    entry = site.models[slug]
    kind_in, kind_out = (
        inputs.from_spec(entry.input.as_dict()),
        outputs.from_spec(entry.output.as_dict()),
    )
    if entry.weights:
        return _weights(page, entry, entry.weights)
    predictions = site.sweeps.get(slug) or []
    swept = kind_out.sweep(kind_in) if predictions else None
    if swept is not None and len(swept) == len(predictions):
        levels = [kind_out.level(prediction) for prediction in predictions]
        places = np.asarray(swept, np.float64).reshape(len(swept), -1)
        if None not in levels and places.shape[1] in (1, 2):
            draw = _curve if places.shape[1] == 1 else _map
            return draw(places, np.array(levels, np.float64), entry)
    return _dots(_golden(site, slug, entry), kind_in, kind_out)


def _svg(body: str, name: str) -> str:
    return (
        f'<svg class="mp-portrait" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="{escape(name)}">{body}</svg>'
    )


def _map(places: Any, levels: Any, entry: ModelEntry) -> str:
    """Returns a map from blue to orange over the plane, smoothed between the predictions."""
    xs, columns = np.unique(places[:, 0], return_inverse=True)
    ys, rows = np.unique(places[:, 1], return_inverse=True)
    output = entry.output.more
    low, high = output.get("low", levels.min()), output.get("high", levels.max())
    scaled = (levels - (low + high) / 2) / ((high - low) / 2 or 1)
    cells = np.zeros((len(ys), len(xs)), np.int8)
    cells[len(ys) - 1 - rows, columns] = np.rint(np.clip(scaled, -1, 1) * LEVELS)
    picture = attributes(
        href=data_uri(diverging(cells)), width=_WIDTH, height=_HEIGHT, preserveAspectRatio="none"
    )
    return _svg(f"<image{picture}/>", "Map of the model's prediction over the plane of its inputs")


def _curve(places: Any, levels: Any, entry: ModelEntry) -> str:
    """Returns the curve of predictions over the input's range, with axes through zero if shown."""
    order = np.argsort(places[:, 0])
    x, y = places[order, 0], levels[order]

    def across(value: float) -> float:
        span = x[-1] - x[0] or 1
        return float(_MARGIN + (value - x[0]) / span * (_WIDTH - 2 * _MARGIN))

    def up(value: float) -> float:
        span = y.max() - y.min() or 1
        return float(_HEIGHT - _MARGIN - (value - y.min()) / span * (_HEIGHT - 2 * _MARGIN))

    axes = f"M0 {up(0):.1f}H{_WIDTH}" if y.min() <= 0 <= y.max() else ""
    axes += f"M{across(0):.1f} 0V{_HEIGHT}" if x[0] <= 0 <= x[-1] else ""
    line = "M" + "L".join(f"{across(a):.1f} {up(b):.1f}" for a, b in zip(x, y, strict=True))
    body = f'<path class="mp-axes" d="{axes}"/><path class="mp-line" d="{line}"/>'
    return _svg(body, "Curve of the model's prediction over the range of its input")


def _weights(page: Page, entry: ModelEntry, weights: WeightsPicture) -> str:
    url = page.url(entry.files[weights.file].url)
    name = f"Weights of the first layer, {weights.layer}: blue for negative, orange for positive"
    return (
        f'<img class="mp-portrait mp-portrait-weights" src="{escape(url)}" width="{_WIDTH}" '
        f'height="{_HEIGHT}" loading="lazy" alt="{escape(name)}">'
    )


def _dots(golden: Golden, kind_in: inputs.Input, kind_out: outputs.Output) -> str:
    """Returns a dot for each golden case, at its input's position, painted by its prediction."""
    levels = [kind_out.level(prediction) for prediction in golden.outputs]
    marks = "".join(
        _dot(kind_in, kind_out, values, prediction, _height(level, levels))
        for values, prediction, level in zip(golden.inputs, golden.outputs, levels, strict=True)
    )
    count = len(golden.inputs)
    return _svg(
        marks,
        f"{count} golden cases of the model, each where its input lies and painted as the model "
        "answers",
    )


def _height(level: float | None, levels: Sequence[float | None]) -> float:
    known = [value for value in levels if value is not None]
    if level is None or min(known) == max(known):
        return 0.5
    return (level - min(known)) / (max(known) - min(known))


def _dot(
    kind_in: inputs.Input,
    kind_out: outputs.Output,
    values: Sequence[float],
    prediction: Sequence[float],
    height: float,
) -> str:
    x, y = kind_in.position(values)
    y = height if y is None else y
    place = attributes(
        cx=f"{_MARGIN + x * (_WIDTH - 2 * _MARGIN):.1f}",
        cy=f"{_HEIGHT - _MARGIN - y * (_HEIGHT - 2 * _MARGIN):.1f}",
        r=6 if kind_in.paint(values) else 3,
        fill=kind_in.paint(values),
        stroke=kind_out.paint(prediction),
    )
    return f"<circle{place}/>"


def _golden(site: Site, slug: str, entry: ModelEntry) -> Golden:
    path = site.public / entry.files[entry.golden].url
    try:
        return read(Golden, json.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, ValueError) as error:
        raise ModelpressError(
            f"The golden cases of `{slug}` cannot be read: {error}",
            where=str(path),
            next_step="Run `modelpress build`, which makes them.",
        ) from error
