"""Names and flattened values of the weights of a Keras network, in Keras' order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt


def weights_of(net: Any) -> list[dict[str, Any]]:
    """Returns name (`layer/variable`) and shape of each weight, in Keras' order."""
    named = {id(w): f"{layer.name}/{w.name}" for layer in net.layers for w in layer.weights}
    return [{"name": named[id(w)], "shape": list(w.shape)} for w in net.weights]


def flattened(weights: Sequence[npt.NDArray[Any]]) -> npt.NDArray[np.float32]:
    """Returns all weights as one float32 vector, in their order."""
    parts = [np.asarray(values, np.float32).ravel() for values in weights]
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)
