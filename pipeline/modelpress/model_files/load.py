"""Loads the model in a file, whatever its format, as a Keras model that is fit to be published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from inspect import signature
from pathlib import Path
from typing import Any

import keras
import numpy as np

from modelpress.core.errors import ModelpressError, shown
from modelpress.model_files.converters import converter_of, loaded
from modelpress.model_files.graph_layer import Graph
from modelpress.model_files.recognise import WORDS, located
from modelpress.model_files.text_layer import without_text


@dataclass(frozen=True)
class Brought:
    """A model from a file.

    net: the Keras model. format: of the file, in words. written_by: program and version, '' if
    unknown. as_graph: whether it is a graph instead of Keras' layers. seen: measurements that the
    file adds to those of the network: `text`, the arguments of the kind `Text`, for a network
    whose first layer was `TextVectorization`, which `net` is without.
    """

    net: Any
    format: str
    written_by: str
    as_graph: bool
    seen: dict[str, Any] = field(default_factory=dict)


def load(
    path: Path,
    build: Callable[..., Any] | None = None,
    *,
    trusted: bool = False,
    complete: Callable[[Any], Any] = lambda net: net,
) -> Brought:
    """Returns the model in the file or folder `path`.

    build: for weights, a function returning their network; for a whole model, one that receives it
    and returns the network to publish. trusted: whether Python code in the file may run. complete:
    returns a network whose inputs are known, for one whose file doesn't tell them.

    Raises ModelpressError with a next step for every file that can't be used.
    """
    path = located(path)
    converter = converter_of(path)
    wanted = _parameters(build)
    text = None
    if converter is None:
        if build is None or wanted > 0:
            raise ModelpressError(
                "This file has weights without a network.",
                where=str(path),
                found="no `build`" if build is None else "a `build` with a parameter",
                expected="`build`, a function without parameters that returns the network",
                next_step="Give `build`, or save the whole model: `net.save('model.keras')`.",
            )
        net, version = _weights(path, build), ""
    else:
        net, version = loaded(converter, path, trusted)
        net, text = without_text(net, path)
        if build is not None:
            if wanted != 1:
                raise ModelpressError(
                    "This file has a whole model, so `build` would have nothing to do.",
                    where="field `build`",
                    found=f"a function with {wanted} parameters",
                    expected="nothing, or a function that receives the file's network and returns "
                    "the one to publish",
                    next_step="Leave `build` out.",
                )
            net = build(net)
    net = complete(net)
    if text is None:
        net, text = without_text(net, path)
    require_usable(net, path)
    as_graph = any(isinstance(layer, Graph) for layer in net.layers)
    return Brought(
        net,
        converter.words if converter else WORDS["weights"],
        version,
        as_graph,
        {"text": text} if text else {},
    )


def require_usable(net: Any, path: Path) -> None:
    """Raises ModelpressError unless `net` is a Keras model with inputs, outputs and finite
    weights."""
    if not isinstance(net, keras.Model):
        raise ModelpressError(
            "There is no Keras model in this file.",
            where=str(path),
            found=f"{type(net).__name__}: {shown(net, 120)}",
            expected="a keras.Model",
        )
    try:
        inputs, outputs = net.inputs, net.outputs
    except (AttributeError, ValueError):
        inputs = outputs = None
    if not inputs or not outputs:
        missing = "output" if inputs else "input"
        raise ModelpressError(
            f"The network in this file has no known {missing}.",
            where=str(path),
            found=f"{type(net).__name__} with {len(net.layers)} layers",
            expected="a keras.Sequential or keras.Model whose inputs and outputs are given",
            next_step="Save it with them: keras.Model(inputs, outputs), where inputs is a "
            "keras.Input of the network's shape and outputs is net(inputs).",
        )
    for weight in net.weights:
        values = np.asarray(weight)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            wrong = int((~np.isfinite(values)).sum())
            raise ModelpressError(
                "A weight in this file is NaN or infinite, so every prediction would be.",
                where=str(path),
                found=f"{wrong} of {values.size} values of `{weight.path}`",
                next_step="Take an earlier checkpoint, or train again with a smaller learning "
                "rate.",
            )


def _weights(path: Path, build: Callable[..., Any]) -> Any:
    from modelpress.model_files import keras_files

    return keras_files.load_weights(path, build)


def _parameters(build: Callable[..., Any] | None) -> int:
    if build is None:
        return 0
    return sum(
        each.default is each.empty
        and each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        for each in signature(build).parameters.values()
    )
