"""Chooses the input and output kinds of models whose files name none.

Training measures the network's shapes and the ranges of its data once. Later steps choose the kinds
from these, so a changed kind does not make a trained model stale.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from modelpress import inputs, outputs
from modelpress.core.errors import ModelpressError, shown
from modelpress.spec import default_kinds

if TYPE_CHECKING:
    from modelpress.data import Data
    from modelpress.spec.model import Model


def measured(net: Any, data: Data | None) -> dict[str, Any]:
    """Returns the JSON-compatible measurements that `resolved` chooses kinds by.

    input, output: the network's shapes without the batch axis. min, max: smallest and largest
    training input, one per component for a vector small enough for a control per component, else
    one for all; missing without data.

    Raises ModelpressError unless `net` is a Keras model with one input and one output.
    """
    if not isinstance(net, keras.Model):
        raise ModelpressError(
            "There is no Keras model.",
            where="fields `build`, `train`",
            found=f"{type(net).__name__}: {shown(net, 120)}",
            expected="a function returning a keras.Model",
        )
    try:
        shapes = (net.input_shape, net.output_shape)
    except (AttributeError, ValueError) as error:
        raise ModelpressError(
            "The network does not know its shapes.",
            where="fields `build`, `train`",
            found=str(error),
            expected="keras.Input((…)) as its first layer",
        ) from error
    for name, found in (
        ("input", shapes[0]),
        ("output", shapes[1]),
    ):
        if not found:
            raise ModelpressError(
                f"The network has no {name}.", where="field `build`", expected=f"one {name}"
            )
    measurements: dict[str, Any] = {
        "input": list(net.input_shape[1:]),
        "output": list(net.output_shape[1:]),
    }
    if data is not None:
        x = np.asarray(data.train.x)
        if len(x.shape) == len(net.input_shape):
            measurements["input"] = [
                size if given is None else given
                for given, size in zip(net.input_shape[1:], x.shape[1:], strict=True)
            ]
        vector = x.ndim == 2 and x.shape[1] <= inputs.MOST_CONTROLS
        axis = 0 if vector else None
        low, high = np.min(x, axis=axis), np.max(x, axis=axis)
        measurements |= {"min": np.atleast_1d(low).tolist(), "max": np.atleast_1d(high).tolist()}
    return measurements


def check_shapes(net: Any, model: Model, measurements: Mapping[str, Any]) -> Model:
    """Returns the model with its kinds, as `resolved` does.

    Raises ModelpressError unless the shapes of `net` match the input kind and the output kind.
    A size that the network leaves open (None) is that of the input kind.
    """
    model = resolved(model, measurements)
    assert model.input is not None
    assert model.output is not None
    wanted = tuple(model.input.shape)
    if not _fits(net.input_shape[1:], wanted):
        raise ModelpressError(
            "The network's input doesn't fit the input kind.",
            where="field `input`",
            found=f"keras.Input(shape={net.input_shape[1:]})",
            expected=f"{wanted}, the shape of {type(model.input).__name__}",
        )
    try:
        model.output.check(tuple(output_shape(net, wanted)))
    except ValueError as error:
        raise ModelpressError(
            "The network's output doesn't fit the output kind.",
            where="field `output`",
            found=str(error),
            next_step="Change the last layer's units or the output kind.",
        ) from error
    return model


def output_shape(net: Any, shape: Sequence[int]) -> list[int | None]:
    """Returns the shape of a prediction for an input of `shape`, both without the batch."""
    if None not in net.output_shape[1:]:
        return list(net.output_shape[1:])
    return list(net.compute_output_shape((None, *shape))[1:])


def _fits(found: tuple[int | None, ...], wanted: tuple[int, ...]) -> bool:
    return len(found) == len(wanted) and all(
        size is None or size == other for size, other in zip(found, wanted, strict=True)
    )


def resolved(model: Model, measurements: Mapping[str, Any]) -> Model:
    """Returns `model` with input and output kinds, chosen by the measurements of `measured`.

    Kinds that the model file sets stay. Raises ModelpressError if no kind fits, or if the output
    kind can't display predictions for the input kind.
    """
    found = copy.copy(model)
    if model.input is None:
        object.__setattr__(found, "input", _input(measurements))
    if model.output is None:
        object.__setattr__(found, "output", _output(measurements))
    assert found.input is not None
    assert found.output is not None
    try:
        found.output.check_input(found.input)
    except ValueError as error:
        raise ModelpressError(
            "The input kind and the output kind don't fit together.",
            where="fields `input`, `output`",
            found=str(error),
        ) from error
    return found


def _input(measurements: Mapping[str, Any]) -> inputs.Input:
    if "text" in measurements:
        return _text(measurements["text"])
    if None in measurements["input"]:
        raise ModelpressError(
            "The network leaves the size of its input open.",
            where="field `input`",
            found=f"nothing, and keras.Input with the shape {tuple(measurements['input'])}",
            expected="a kind of input with all sizes, such as Picture(height, width)",
        )
    if "min" not in measurements:
        raise ModelpressError(
            "Without data, the range of the input's controls is unknown.",
            where="field `input`",
            found="nothing, and no `data`",
            expected="a kind of input, such as Number(-10, 10)",
        )
    try:
        return default_kinds.input_for(
            tuple(measurements["input"]), measurements["min"], measurements["max"]
        )
    except ValueError as error:
        raise ModelpressError(
            "No input kind fits this network by shape alone.",
            where="field `input`",
            found=str(error),
            expected="a kind of input from modelpress/inputs/",
        ) from error


def _text(arguments: Mapping[str, Any]) -> inputs.Input:
    try:
        found: inputs.Input = inputs.Text(**arguments)
        return found
    except ValueError as error:
        raise ModelpressError(
            "The first layer's text can't be an input of a page.",
            where="field `file`, the layer TextVectorization",
            found=str(error),
            next_step="Save the network with another such layer.",
        ) from error


def _output(measurements: Mapping[str, Any]) -> outputs.Output:
    try:
        return default_kinds.output_for(tuple(measurements["output"]))
    except ValueError as error:
        raise ModelpressError(
            "No output kind fits this network by shape alone.",
            where="field `output`",
            found=str(error),
            expected="a kind of output from modelpress/outputs/",
        ) from error
