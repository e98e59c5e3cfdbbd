"""Names of layers in names of a graph's operations."""

# key: words

from __future__ import annotations

from collections.abc import Iterable


def layer_in(operation: str, layers: Iterable[str]) -> str | None:
    """Returns the name of the layer that an operation such as `net/dense_1/Tanh` belongs to: the
    longest that is a part of it. None if none is."""
    names = {}
    for layer in layers:
        names[_plain(layer)] = names[_plain(f"{layer}_1")] = layer  # or its second call
    parts = operation.split("/")
    for length in range(len(parts), 0, -1):
        for start in range(len(parts) - length, -1, -1):
            layer_name = names.get("/".join(parts[start : start + length]))
            if layer_name is not None:
                return layer_name
    return None


def _plain(name: str) -> str:
    """Returns a name as TensorFlow writes it in names of operations."""
    return "".join(c if c.isalnum() or c in "._/" else "_" for c in name)
