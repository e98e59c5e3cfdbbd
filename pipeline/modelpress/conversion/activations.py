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

from modelpress.core.errors import ModelFailure

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
_ARGUMENTS = np.linspace(-4, 4, 161, dtype=np.float32)


def require_activations(net: Any) -> None:
    """Raises ModelFailure for a layer whose activation TensorFlow.js lacks."""
    for layer in net.layers:
        if isinstance(layer, keras.Model):
            require_activations(layer)
            continue
        function = getattr(layer, "activation", None)
        if not callable(function) or getattr(function, "__module__", "").startswith("keras."):
            continue
        name = keras.saving.get_registered_name(function).rpartition(">")[2]
        if name not in OPERATIONS or not _same(function, OPERATIONS[name]):
            raise ModelFailure(
                "TensorFlow.js lacks this activation.",
                where=f"layer `{layer.name}`",
                found=f"the function `{name}`"
                + (", which differs from the operation of that name" if name in OPERATIONS else ""),
                expected="a Keras activation, or a registered function that computes and is called "
                + ", ".join(OPERATIONS),
            )


def _same(function: Any, operation: Any) -> bool:
    """Returns whether two functions have equal values at `_ARGUMENTS`."""
    given = tf.constant(_ARGUMENTS)
    return bool(np.allclose(function(given), operation(given), rtol=1e-6, atol=1e-6))
