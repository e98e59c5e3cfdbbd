"""Modelpress: a static site generator for neural networks that run in the reader's browser.

    from modelpress import Model, AtLeast      # in a model file
    modelpress.load("color_classifier").predict([155, 183, 81])

Public names are imported on first use, so `import modelpress` alone is instant.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from modelpress.core.public_names import HOME
from modelpress.core.version import __version__

__all__ = [
    "AtLeast",
    "AtMost",
    "Failure",
    "Live",
    "Model",
    "Near",
    "Run",
    "Seeds",
    "Training",
    "__version__",
    "load",
]

if TYPE_CHECKING:
    from modelpress.artefacts.load import load
    from modelpress.spec.expect import AtLeast, AtMost, Near
    from modelpress.spec.failure import Failure, Training
    from modelpress.spec.live import Live
    from modelpress.spec.model import Model
    from modelpress.spec.run import Run
    from modelpress.spec.seeds import Seeds


def __getattr__(name: str) -> Any:
    if name not in HOME:
        raise AttributeError(f"module 'modelpress' has no attribute {name!r}")
    return getattr(importlib.import_module(HOME[name]), name)
