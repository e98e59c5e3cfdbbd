"""Takes Keras' `TextVectorization` off the start of a network: browsers compute it as an input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras

from modelpress.core.errors import ModelpressError, shown

_AFTER = (
    "Save the network after the layer, keras.Sequential([keras.Input((n,)), *net.layers[1:]]) with "
    "n values as the layer gives them, and bring that."
)


def without_text(net: Any, path: Path) -> tuple[Any, dict[str, Any] | None]:
    """Returns the network after its first layer, and the arguments of `modelpress.inputs.Text`.

    None instead of these, and `net` itself, for a network whose one input is no text, or has
    another reader than `TextVectorization`. Raises ModelpressError for a layer with settings that
    browsers can't follow.
    """
    inputs = list(getattr(net, "inputs", None) or [])
    if len(inputs) != 1 or inputs[0].dtype != "string":
        return net, None
    graph = getattr(net, "_functional", None) or net
    nodes = [node for nodes in graph._nodes_by_depth.values() for node in nodes]
    readers = [node for node in nodes if _reads(node, graph.inputs[0])]
    if len(readers) != 1 or not isinstance(readers[0].operation, keras.layers.TextVectorization):
        return net, None
    layer = readers[0].operation
    text = _text(layer, path)
    if isinstance(net, keras.Sequential) and net.layers[0] is layer:
        given = keras.Input((text["length"],), dtype="int32", name="tokens")
        return keras.Sequential([given, *net.layers[1:]], name=net.name), text
    return keras.Model(readers[0].output_tensors[0], graph.outputs, name=net.name), text


def _reads(node: Any, tensor: Any) -> bool:
    return any(each is tensor for each in node.input_tensors)


def _text(layer: Any, path: Path) -> dict[str, Any]:
    """Returns the arguments of `Text` for a layer. Raises ModelpressError if it can't have any."""
    config = layer.get_config()
    for name, known in (
        ("output_mode", ("int",)),
        ("ngrams", (None,)),
        ("ragged", (False,)),
        ("standardize", ("lower_and_strip_punctuation", "lower", "strip_punctuation", None)),
        ("split", ("whitespace", "character")),
        ("encoding", ("utf-8",)),
    ):
        found = config[name]
        if isinstance(found, str | None | int) and found in known:
            continue
        raise _refused(
            path,
            layer,
            f"{name}={shown(found, 60)}",
            f"{name} " + " or ".join(map(repr, known)),
            _AFTER,
        )
    length = config["output_sequence_length"]
    if not length:
        raise _refused(
            path,
            layer,
            "output_sequence_length=None",
            "a length that is the same for every text",
            "Give the layer output_sequence_length=n, with its vocabulary by set_vocabulary, and "
            "save the network again.",
        )
    return {
        "vocabulary": [str(token) for token in layer.get_vocabulary()],
        "length": int(length),
        "standardize": config["standardize"],
        "split": config["split"],
    }


def _refused(path: Path, layer: Any, found: str, expected: str, step: str) -> ModelpressError:
    return ModelpressError(
        "Browsers can't compute this layer with these settings.",
        where=f"{path}, layer `{layer.name}` (TextVectorization)",
        found=found,
        expected=expected,
        next_step=step,
    )
