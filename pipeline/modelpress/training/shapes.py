"""Shapes: the kinds of input and output that fit a network, for a model file that names none.

Training measures the network's shapes and the ranges of its data once; the kinds are chosen from
these wherever they are needed, so that a changed kind does not make a trained model stale.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
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
    """What `resolved` chooses by, as JSON has it: the network's shapes without the batch, and the
    smallest and largest training input, a value each where the input is a vector that can have
    a control for each value, else one for all; no range where there is no data.

    Raises ModelpressError for what is no Keras model of one input and one output.
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
    if any(isinstance(shape, list | dict) for shape in shapes):
        raise ModelpressError(
            "The network has several inputs or outputs.",
            where="field `build`",
            expected="one input and one output",
        )
    seen: dict[str, Any] = {
        "input": list(net.input_shape[1:]),
        "output": list(net.output_shape[1:]),
    }
    if data is not None:
        rows = np.asarray(data.train.x)
        vector = rows.ndim == 2 and rows.shape[1] <= inputs.MOST_CONTROLS
        axis = 0 if vector else None
        low, high = np.min(rows, axis=axis), np.max(rows, axis=axis)
        seen |= {"min": np.atleast_1d(low).tolist(), "max": np.atleast_1d(high).tolist()}
    return seen


def check_shapes(net: Any, model: Model, seen: Mapping[str, Any]) -> Model:
    """The model with its kinds, as `resolved` gives it.

    Raises ModelpressError unless `net` takes the input kind's shape and gives the output's.
    """
    model = resolved(model, seen)
    assert model.input is not None
    assert model.output is not None
    if net.input_shape[1:] != tuple(model.input.shape):
        raise ModelpressError(
            "The network's input doesn't fit the input kind.",
            where="field `input`",
            found=f"keras.Input(shape={net.input_shape[1:]})",
            expected=f"{tuple(model.input.shape)}, the shape of {type(model.input).__name__}",
        )
    try:
        model.output.check(tuple(net.output_shape[1:]))
    except ValueError as error:
        raise ModelpressError(
            "The network's output doesn't fit the output kind.",
            where="field `output`",
            found=str(error),
            next_step="Change the last layer's units or the output kind.",
        ) from error
    return model


def resolved(model: Model, seen: Mapping[str, Any]) -> Model:
    """`model` with its kinds of input and output, chosen by what `measured` gave where it has none.

    Raises ModelpressError where none fits, or where the output kind can't show what the input kind
    gives.
    """
    found = copy.copy(model)
    if model.input is None:
        object.__setattr__(found, "input", _input(seen))
    if model.output is None:
        object.__setattr__(found, "output", _output(seen))
    assert found.input is not None
    assert found.output is not None
    try:
        found.output.check_input(found.input)
    except ValueError as error:
        raise ModelpressError(
            "The kinds of input and output don't go together.",
            where="fields `input`, `output`",
            found=str(error),
        ) from error
    return found


def _input(seen: Mapping[str, Any]) -> inputs.Input:
    if "min" not in seen:
        raise ModelpressError(
            "Without data there is no range that an input's controls could have.",
            where="field `input`",
            found="nothing, and no `data`",
            expected="a kind of input, such as Number(-10, 10)",
        )
    try:
        return default_kinds.input_for(tuple(seen["input"]), seen["min"], seen["max"])
    except ValueError as error:
        raise ModelpressError(
            "No kind of input fits this network by its shape alone.",
            where="field `input`",
            found=str(error),
            expected="a kind of input from modelpress/inputs/",
        ) from error


def _output(seen: Mapping[str, Any]) -> outputs.Output:
    try:
        return default_kinds.output_for(tuple(seen["output"]))
    except ValueError as error:
        raise ModelpressError(
            "No kind of output fits this network by its shape alone.",
            where="field `output`",
            found=str(error),
            expected="a kind of output from modelpress/outputs/",
        ) from error
