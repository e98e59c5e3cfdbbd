"""A model's portrait: a map or curve of its predictions, its weights, or its golden cases."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from modelpress import inputs, outputs
from modelpress.core.errors import ModelpressError
from modelpress.core.png import LEVELS, data_uri, diverging
from modelpress.schema.document import Json, read
from modelpress.schema.golden import Golden
from modelpress.schema.model import ModelEntry
from modelpress.site.context import Site


def portrait(site: Site, slug: str) -> Json:
    """Returns what the portrait shows.

    Models with images as input show the first layer's weights. Two inputs give a map and one input
    a curve, both from the predictions for the output kind's sweep. Other models show each golden
    case as a dot. Raises ModelpressError if the golden cases are not readable.
    """
    entry = site.models[slug]
    if entry.weights:
        url = entry.files[entry.weights.file].url
        return {"kind": "weights", "url": url, "layer": entry.weights.layer}
    swept = predictions_of_sweep(site, slug)
    if swept is None:
        return _cases(golden_cases(site, slug), *_kinds(entry))
    places, levels = swept
    return _curve(places[:, 0], levels) if places.shape[1] == 1 else _map(places, levels, entry)


def predictions_of_sweep(site: Site, slug: str) -> tuple[Any, Any] | None:
    """Returns the inputs of the output kind's sweep, one or two columns, and a level for each.

    None for a model with other inputs, or whose predictions are not one number.
    """
    kind_in, kind_out = _kinds(site.models[slug])
    predictions = site.sweeps.get(slug) or []
    swept = kind_out.sweep(kind_in) if predictions else None
    if swept is None or len(swept) != len(predictions):
        return None
    levels = [kind_out.level(prediction) for prediction in predictions]
    places = np.asarray(swept, np.float64).reshape(len(swept), -1)
    if None in levels or places.shape[1] not in (1, 2):
        return None
    return places, np.array(levels, np.float64)


def golden_cases(site: Site, slug: str) -> Golden:
    """Returns a model's golden cases. Raises ModelpressError if they are not readable."""
    entry = site.models[slug]
    path = site.public / entry.files[entry.golden].url
    try:
        return read(Golden, json.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, ValueError) as error:
        raise ModelpressError(
            f"The golden cases of `{slug}` cannot be read: {error}",
            where=str(path),
            next_step="Run `modelpress build`, which makes them.",
        ) from error


def _kinds(entry: ModelEntry) -> tuple[inputs.Input, outputs.Output]:
    return inputs.from_spec(entry.input.as_dict()), outputs.from_spec(entry.output.as_dict())


def _map(places: Any, levels: Any, entry: ModelEntry) -> Json:
    """Returns a picture from blue to orange over the plane, a cell for each prediction."""
    xs, columns = np.unique(places[:, 0], return_inverse=True)
    ys, rows = np.unique(places[:, 1], return_inverse=True)
    output = entry.output.more
    low, high = output.get("low", levels.min()), output.get("high", levels.max())
    scaled = (levels - (low + high) / 2) / ((high - low) / 2 or 1)
    cells = np.zeros((len(ys), len(xs)), np.int8)
    cells[len(ys) - 1 - rows, columns] = np.rint(np.clip(scaled, -1, 1) * LEVELS)
    return {"kind": "map", "picture": data_uri(diverging(cells))}


def _curve(x: Any, levels: Any) -> Json:
    order = np.argsort(x)
    return {"kind": "curve", "x": x[order].tolist(), "y": levels[order].tolist()}


def _cases(golden: Golden, kind_in: inputs.Input, kind_out: outputs.Output) -> Json:
    """Returns the place and the colours of each golden case."""
    levels = [kind_out.level(prediction) for prediction in golden.outputs]
    dots = []
    for values, prediction, level in zip(golden.inputs, golden.outputs, levels, strict=True):
        x, y = kind_in.position(values)
        dots.append(
            {
                "x": x,
                "y": _height(level, levels) if y is None else y,
                "fill": kind_in.paint(values),
                "stroke": kind_out.paint(prediction),
            }
        )
    return {"kind": "cases", "dots": dots}


def _height(level: float | None, levels: Sequence[float | None]) -> float:
    known = [value for value in levels if value is not None]
    if level is None or min(known) == max(known):
        return 0.5
    return (level - min(known)) / (max(known) - min(known))
