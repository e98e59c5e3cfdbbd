"""Checks a network before its training: whether it can be saved, loaded and published.

Each refusal names the layer and a way that works.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from typing import Any

import keras

from modelpress.core.errors import ModelpressError, described

WHERE = "fields `build`, `train`"
REGISTER = (
    "Put @keras.saving.register_keras_serializable() above the layer's class or function, give "
    "lambdas a name, and let `get_config` of a layer return the arguments of its `__init__`."
)

_TEXT = ("TextVectorization", "StringLookup", "Hashing", "HashedCrossing")


def require_publishable(net: Any) -> None:
    """Raises ModelpressError with the first layer that can't be published."""
    if not isinstance(net, keras.Model):
        return  # `measured` says so
    for layer in net._flatten_layers(include_self=True):
        _require_stateless(layer)
    _require_numbers(net)
    try:
        config = keras.saving.serialize_keras_object(net)
    except Exception as error:
        raise ModelpressError(
            "The network can't be saved: a layer does not give its configuration.",
            where=WHERE,
            found=described(error),
            next_step=REGISTER,
        ) from error
    for name, fault in _unregistered(config, net.name):
        raise ModelpressError(
            "The network can't be saved and loaded again.",
            where=f"{WHERE}, layer `{name}`",
            found=fault,
            expected="registered classes and functions",
            next_step=REGISTER,
        )


def _require_stateless(layer: Any) -> None:
    if getattr(layer, "stateful", False):
        raise ModelpressError(
            "A stateful layer's prediction depends on the predictions before it.",
            where=f"{WHERE}, layer `{layer.name}` ({type(layer).__name__})",
            found="stateful=True",
            expected="predictions that depend on the input alone",
            next_step="Set stateful=False and give the whole sequence as one input: "
            "keras.Input((steps, features)).",
        )


def _require_numbers(net: Any) -> None:
    text = [each.name for each in getattr(net, "inputs", None) or () if each.dtype == "string"]
    if text:
        readers = [layer for layer in net._flatten_layers() if type(layer).__name__ in _TEXT]
        reader = f"layer `{readers[0].name}` ({type(readers[0]).__name__})" if readers else ""
        raise ModelpressError(
            "A network can't read text in the browser.",
            where=", ".join(filter(None, (WHERE, reader))),
            found=f"the input `{text[0]}` of dtype string",
            expected="numbers as inputs, or a file that begins with a layer TextVectorization",
            next_step="Apply the layer in `data`, as x = vectorize(texts).numpy(), let the network "
            "begin with what it returns: keras.Input((length,)), and give the model "
            "input=Text(vectorize.get_vocabulary(), length) of modelpress.inputs.",
        )


def _unregistered(config: Any, layer: str) -> Iterator[tuple[str, str]]:
    """Yields layer and fault of each part of a configuration that Keras can't load again."""
    if isinstance(config, Mapping):
        kind, inner = config.get("class_name"), config.get("config")
        named = inner.get("name") if isinstance(inner, Mapping) else None
        layer = named if isinstance(named, str) else layer
        # Keras stores code, defaults and closure of a lambda in one of these two ways.
        if kind == "__lambda__" or isinstance(config.get("value"), tuple):
            yield layer, "a Python lambda"
        elif kind is not None and "registered_name" in config and not _is_known(config):
            name = inner if kind == "function" and isinstance(inner, str) else kind
            yield layer, f"`{name}`, which is not registered with Keras"
        for key, value in config.items():
            if key != "compile_config":  # predictions need none of it
                yield from _unregistered(value, layer)
    elif isinstance(config, list | tuple):
        for value in config:
            yield from _unregistered(value, layer)


def _is_known(config: Mapping[str, Any]) -> bool:
    """Returns whether Keras finds the class or function of a serialized object again."""
    module, name = str(config.get("module") or ""), config["registered_name"]
    if module == "keras" or module.startswith("keras."):
        return True
    if name == "function":
        name = config["config"]
    if name and keras.saving.get_registered_object(name) is not None:
        return True
    try:
        return hasattr(importlib.import_module(module), str(config["class_name"]))
    except (ImportError, ValueError):
        return False
