"""Describes the layers of a trained network and its activations for one input."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from modelpress.core.png import data_uri, diverging
from modelpress.core.tiles import Layout, layout, levels
from modelpress.network.loading import outputs_in

# Layers that pass values on, unchanged or reshaped: they get no picture.
_PASSING = """
    InputLayer Flatten Reshape Permute Dropout SpatialDropout1D GaussianNoise GaussianDropout
    AlphaDropout RandomWidth ActivityRegularization
"""
PASSING = frozenset(_PASSING.split())
ZERO_BELOW = 1e-6
"""Relative to a layer's largest value: smaller values count as zero, because float32 sums differ
by as much between computers (a softmax's smallest probability is 1e-20 on one, 0 on another)."""


def layers_of(net: Any) -> list[dict[str, Any]]:
    """Returns the network's layers in order, without inputs. Each has

    name, kind, activation ('' for none), shape (of the output, without the batch axis; None for
    several outputs), parameters, connections (see `connections`; None if unknown), and cells (the
    layout of its picture; None for a layer that passes values on).
    """
    described, outputs = [], outputs_in(net)
    for layer in net.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        kind = type(layer).__name__
        single = layer.name in outputs
        shape = tuple(outputs[layer.name].shape[1:]) if single else None
        sizes = _known(shape)
        described.append(
            {
                "name": layer.name,
                "kind": kind,
                "activation": _activation(layer),
                "shape": list(shape) if shape is not None else None,
                "parameters": int(layer.count_params()),
                "connections": connections(layer) if single else None,
                "cells": layout(sizes).as_dict() if sizes and kind not in PASSING else None,
            }
        )
    return described


def connections(layer: Any) -> int | None:
    """Returns the number of multiplications by a weight per prediction; None if unknown.

    Dense: inputs × units, at every position. Convolution: kernel size × output positions
    (transposed: input positions), as if the edge were padded. Layers without a kernel have 0:
    biases are added, and normalisation scales single values; neither connects units.
    """
    kernels = [
        w for w in layer.weights if w.path.rsplit("/", 1)[-1].removeprefix("_").endswith("kernel")
    ]
    if isinstance(layer, keras.Model):
        parts = [connections(inner) for inner in layer.layers]
        return sum(part for part in parts if part is not None) if None not in parts else None
    if not kernels:
        return 0
    if isinstance(layer, keras.layers.RNN):
        return None
    shape = _known(_shape(layer))
    if shape is None:
        return None
    numbers = int(sum(math.prod(kernel.shape) for kernel in kernels))
    if isinstance(layer, keras.layers.Dense):
        return numbers * math.prod(shape[:-1])
    if "Transpose" in type(layer).__name__:
        shape = tuple(layer.input.shape[1:])
    if "Conv" in type(layer).__name__:
        last = getattr(layer, "data_format", "channels_last") == "channels_last"
        return numbers * math.prod(shape[:-1] if last else shape[1:])
    return None


def activations(net: Any, values: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """Returns the output of each layer for one unbatched input, by layer name.

    Layers that are used twice or have several outputs are omitted.
    """
    known = outputs_in(net)
    outputs = {layer.name: known[layer.name] for layer in net.layers if layer.name in known}
    inside = keras.Model(net.inputs[0], list(outputs.values()))
    found = inside(values[None], training=False)
    found = found if isinstance(found, list | tuple) else [found]
    return {name: np.asarray(a, np.float32)[0] for name, a in zip(outputs, found, strict=True)}


def activation_images(
    layers: list[dict[str, Any]], found: dict[str, npt.NDArray[np.float32]]
) -> dict[str, dict[str, Any]]:
    """Returns each layer's picture and summary: low, high, above (values > 0), and count.

    See `ZERO_BELOW`.
    """
    pictures = {}
    for layer in layers:
        if layer["cells"] is None or layer["name"] not in found:
            continue
        values = found[layer["name"]]
        top = float(np.abs(values).max(initial=0.0))
        cells = levels(values, Layout(**layer["cells"]), top)
        values = np.where(np.abs(values) < ZERO_BELOW * top, np.float32(0), values)
        pictures[layer["name"]] = {
            "src": data_uri(diverging(cells)),
            "low": float(str(values.min())),
            "high": float(str(values.max())),
            "above": int((values > 0).sum()),
            "count": int(values.size),
        }
    return pictures


def first_layer_weights(
    net: Any, image: tuple[int, ...]
) -> tuple[str, npt.NDArray[np.float32]] | None:
    """Returns the name of the first layer with weights and its kernels, (height, width, units).

    image: the input shape, (height, width[, 1 or 3]). None if the kernels are not images. Dense
    kernels have the size of the image; convolution kernels keep theirs. Several input channels are
    averaged.
    """
    if len(image) not in (2, 3) or (len(image) == 3 and image[2] not in (1, 3)):
        return None
    size = math.prod(image)
    for layer in net.layers:
        if not layer.weights or not hasattr(layer, "kernel"):
            continue
        kernel = np.asarray(layer.kernel, np.float32)
        if isinstance(layer, keras.layers.Conv2D) and kernel.ndim == 4:
            return layer.name, kernel.mean(axis=2)
        if isinstance(layer, keras.layers.Dense) and kernel.shape[0] == size:
            maps = kernel.reshape(*image, -1)
            return layer.name, maps.mean(axis=2) if len(image) == 3 else maps
        return None
    return None


def _shape(layer: Any) -> tuple[int | None, ...] | None:
    """Returns the shape of a layer's one output; None without one, or inside an own layer."""
    try:
        shape = getattr(layer.output, "shape", None)  # a list of outputs has none
    except (AttributeError, ValueError):
        return None
    return None if shape is None else tuple(shape[1:])


def _known(shape: tuple[int | None, ...] | None) -> tuple[int, ...] | None:
    """Returns `shape` if every dimension is known, else None."""
    sizes = tuple(size for size in shape or () if size is not None)
    return sizes if shape and len(sizes) == len(shape) else None


def _activation(layer: Any) -> str:
    activation = getattr(layer, "activation", None)
    name = str(getattr(activation, "__name__", "")) if activation is not None else ""
    return "" if name == "linear" else name
