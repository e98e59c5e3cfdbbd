"""Activations of an author's own: those that TensorFlow.js can name.

The layers format carries such a function as the name alone that it is registered by. The names here
are operations of both libraries (`site_assets/src/runtime/activations.ts`); whether the author's
function is the operation of its name is found by comparing the two.
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
    """Raises ModelFailure for a layer whose activation is a function that TensorFlow.js lacks."""
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
                "TensorFlow.js has no such activation.",
                where=f"layer `{layer.name}`",
                found=f"the function `{name}`"
                + (", which is not the operation of that name" if name in OPERATIONS else ""),
                expected="one of Keras' own, or a registered function that is and is called "
                + ", ".join(OPERATIONS),
            )


def _same(function: Any, operation: Any) -> bool:
    """Whether two functions give equal values."""
    given = tf.constant(_ARGUMENTS)
    return bool(np.allclose(function(given), operation(given), rtol=1e-6, atol=1e-6))
