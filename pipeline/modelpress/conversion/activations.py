"""Checks custom activations: TensorFlow.js must know an operation with the same name and values.

The layers format stores a custom activation only as its registered name. The names here are
operations of both libraries (`site_assets/src/runtime/activations.ts`). A comparison of values
decides whether the author's function is the operation of its name.
"""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

OPERATIONS = {
    "abs": tf.abs,
    "atan": tf.atan,
    "cos": tf.cos,
    "erf": tf.math.erf,
    "exp": tf.exp,
    "sign": tf.sign,
    "sin": tf.sin,
    "square": tf.square,
}
# Activations of Keras that TensorFlow.js' layers have; a comparison of values judges each layer.
_KERAS = """
    elu gelu hard_sigmoid linear log_softmax mish relu relu6 selu sigmoid silu softmax softplus
    softsign swish tanh
"""
KERAS_ACTIVATIONS = frozenset(_KERAS.split())
_ARGUMENTS = np.linspace(-4, 4, 161, dtype=np.float32)


def activation_fault(layer: Any) -> str:
    """Returns why TensorFlow.js can't compute the activation of a layer; "" if it can."""
    function = getattr(layer, "activation", None)
    if not callable(function):
        return ""
    if getattr(function, "__module__", "").startswith("keras."):
        name = keras.activations.serialize(function)
        known = isinstance(name, str) and name in KERAS_ACTIVATIONS
        return "" if known else f"TensorFlow.js has no activation {name}."
    name = keras.saving.get_registered_name(function).rpartition(">")[2]
    if name not in OPERATIONS:
        return (
            f"TensorFlow.js has no activation {name}; those of an author's own are "
            f"{', '.join(OPERATIONS)}."
        )
    if not _same(function, OPERATIONS[name]):
        return f"The activation {name} differs from the operation of that name in TensorFlow.js."
    return ""


def _same(function: Any, operation: Any) -> bool:
    """Returns whether two functions have equal values at `_ARGUMENTS`."""
    given = tf.constant(_ARGUMENTS)
    return bool(np.allclose(function(given), operation(given), rtol=1e-6, atol=1e-6))
