"""Data of the explainer `network`: a model's neurons, its strongest connections, and the
activations for the figure's starting input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress import inputs, outputs
from modelpress.core.errors import nearest
from modelpress.schema.document import plain
from modelpress.schema.model import ModelEntry
from modelpress.site.context import Site
from modelpress.site.explainers.dense_layers import DenseNet, NotDense, read_dense

OPTIONS = ("model", "start")
STRONGEST = 100
"""Connections between two layers on the page; `MOST` in site_assets/src/explain/network.ts."""
FEW = 3_000
"""Largest number of weights for which the page contains all weights."""
DIGITS = 4

Floats = npt.NDArray[np.float32]


def resource(options: Mapping[str, str], site: Site) -> dict[str, Any]:
    """Returns the data, of type `NetworkResource` in site_assets/src/explore/lib/network.ts.

    Raises ValueError for a missing or unknown model.
    """
    slug, entry = model_of(options, site)
    given, reading = start_of(slug, options.get("start"), site)
    about = {"slug": slug, "title": entry.title, "tolerance": entry.tolerance}
    try:
        net = read_dense(entry, site.public)
    except NotDense as found:
        return about | {
            "dense": False,
            "why": str(found),
            "reading": reading,
            "layers": _layer_summaries(entry),
        }
    return about | {"dense": True, "reading": reading} | _described(net, entry, given)


def model_of(options: Mapping[str, str], site: Site) -> tuple[str, ModelEntry]:
    """Returns the model that the option `model` names. Raises ValueError without one."""
    slug = options.get("model")
    if slug is None:
        raise ValueError("it needs the option `model`, the slug of a model of this site.")
    if slug not in site.models:
        raise ValueError(f"there is no model `{slug}`.{nearest(slug, site.models)}")
    return slug, site.models[slug]


def start_of(slug: str, start: str | None, site: Site) -> tuple[Floats, str]:
    """Returns the starting input, flat, and its description with the prediction if known."""
    entry = site.models[slug]
    kind, kind_out = (
        inputs.from_spec(entry.input.as_dict()),
        outputs.from_spec(entry.output.as_dict()),
    )
    prediction = plain(entry.start)
    if start is not None:
        known = site.predictions.get(slug, {})
        text = kind.canonical(start)
        prediction = known.get(text, {"input": kind.parse(start).ravel().tolist(), "output": None})
    reading = kind.describe(prediction["input"])
    if prediction["output"] is not None:
        reading += f" {kind_out.verb} {kind_out.describe(prediction['output'])}"
    return np.asarray(prediction["input"], np.float32).ravel(), f"{reading.rstrip('.')}."


def _described(net: DenseNet, entry: ModelEntry, given: Floats) -> dict[str, Any]:
    values = net.values(given)
    kernels = [layer.kernel for layer in net.layers]
    few = sum(kernel.size for kernel in kernels) <= FEW
    shape = entry.input.shape
    first = {
        "name": net.first,
        "label": "input",
        "activation": "",
        "size": int(values[0].size),
        "columns": shape[1] if len(shape) == 2 else 0,
        "labels": _names(entry.input.as_dict(), values[0].size),
    }
    layers = [
        {
            "name": layer.name,
            "label": layer.name.replace("_", " "),
            "activation": "" if layer.activation == "linear" else layer.activation,
            "size": int(layer.bias.size),
            "columns": 0,
            "labels": [],
        }
        for layer in net.layers
    ]
    layers[-1]["labels"] = _names(entry.output.as_dict(), values[-1].size)
    return {
        "layers": [first, *layers],
        "values": [_rounded(row) for row in values],
        "weights": [
            {"kernel": _rounded(layer.kernel.ravel()), "bias": _rounded(layer.bias)}
            for layer in net.layers
        ]
        if few
        else None,
        "links": [
            {
                "weight": strongest(kernel, None),
                "carries": strongest(kernel, row),
            }
            for kernel, row in zip(kernels, values, strict=False)
        ]
        if not few
        else None,
    }


def strongest(kernel: Floats, values: Floats | None) -> list[list[float]]:
    """Returns the `STRONGEST` connections of a layer as [from, to, weight], in descending order.

    The order is by |weight|, or by |weight · value| if `values` are given; ties keep the order of
    the kernel. kernel: shape (inputs, units). values: the layer's input, shape (inputs,).
    """
    size = np.abs(kernel if values is None else kernel * values[:, None]).ravel()
    order = np.argsort(-size, kind="stable")[:STRONGEST]
    units = kernel.shape[1]
    return [[int(i) // units, int(i) % units, _round(kernel.flat[i])] for i in order if size[i] > 0]


def _names(spec: Mapping[str, Any], size: int) -> list[str]:
    """Returns a name for each value of an input or output; [] if its kind has no names."""
    for name in ("labels", "names", "channels"):
        if len(spec.get(name) or ()) == size:
            return [str(word) for word in spec[name]]
    return [str(spec["label"])] if size == 1 and spec.get("label") else []


def _layer_summaries(entry: ModelEntry) -> list[dict[str, Any]]:
    fields = ("name", "kind", "activation", "shape", "parameters", "connections")
    return [{name: getattr(layer, name) for name in fields} for layer in entry.layers]


def _round(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _rounded(values: Floats) -> list[float]:
    return [_round(value) for value in values.tolist()]
