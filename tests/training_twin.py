"""Runs the browser's training modules in Node, and packs numbers for the way there and back."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.twins import twin

# In a body: `floats(text)` reads float32 values that `pack` wrote, `packed(array)` writes them.
_FLOATS = """
  const floats = (value) => new Float32Array(bytes(value).slice().buffer);
  const packed = (array) => {
    const values = Float32Array.from(array);
    return text(new Uint8Array(values.buffer));
  };
"""


def training_twin(module: str, body: str, cases: list[Any], folder: Path) -> list[Any]:
    """As `twin`, for a module of site_assets/src/training/."""
    (folder / "training").mkdir(exist_ok=True)
    return twin(f"training/{module}", _FLOATS + body, cases, folder)


def pack(values: npt.ArrayLike) -> str:
    """The values as float32, laid flat, in base64."""
    return base64.b64encode(np.asarray(values, np.float32).tobytes()).decode()


def unpack(text: str) -> npt.NDArray[np.float32]:
    """What `packed` wrote: float32 of shape (values,)."""
    return np.frombuffer(base64.b64decode(text), np.float32)
