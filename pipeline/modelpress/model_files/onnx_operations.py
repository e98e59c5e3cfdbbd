"""The registry of ONNX' operations in TensorFlow: name → function of a node and its inputs.

The modules onnx_elementwise, onnx_pictures and onnx_shapes define them, by the operator schemas of
ONNX.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import tensorflow as tf


class Unsupported(Exception):
    """The operation is known, but not in this form."""


class Node:
    """The attributes of a node."""

    def __init__(self, node: Any) -> None:
        self.outputs = len(node.output)
        self._given = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}

    def get(self, name: str, default: Any = None) -> Any:
        value = self._given.get(name, default)
        return value.decode() if isinstance(value, bytes) else value


Operation = Callable[..., Any]
OPERATIONS: dict[str, Operation] = {}


def is_known(domain: str, name: str) -> bool:
    """Returns whether an operation of a domain is known."""
    return domain in ("", "ai.onnx", "ai.onnx.ml") and name in OPERATIONS


def operation(*names: str) -> Callable[[Operation], Operation]:
    def add(function: Operation) -> Operation:
        OPERATIONS.update(dict.fromkeys(names, function))
        return function

    return add


def ints(value: Any) -> list[int]:
    """Returns the whole numbers of a constant input. Raises Unsupported if it is computed."""
    if value is not None and not isinstance(value, np.ndarray | np.generic):
        value = tf.get_static_value(value)
        if value is None:
            raise Unsupported("an argument that depends on the input")
    return [int(each) for each in np.ravel(value)]


def known(value: Any) -> bool:
    """Returns whether a value is a constant."""
    return isinstance(value, np.ndarray | np.generic)
