"""Modelpress: a static site generator for neural networks that run in the reader's browser.

    from pipeline import Model, AtLeast      # in a model file
    pipeline.load("color_classifier").predict([155, 183, 81])

Names are imported when they are first used: `import pipeline` alone is instant.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

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

_HOME = {
    "AtLeast": "pipeline.expect",
    "AtMost": "pipeline.expect",
    "Failure": "pipeline.failure",
    "Live": "pipeline.live",
    "Model": "pipeline.model",
    "Near": "pipeline.expect",
    "Run": "pipeline.run",
    "Seeds": "pipeline.seeds",
    "Training": "pipeline.failure",
    "load": "pipeline.loading",
}

if TYPE_CHECKING:
    from pipeline.expect import AtLeast, AtMost, Near
    from pipeline.failure import Failure, Training
    from pipeline.live import Live
    from pipeline.loading import load
    from pipeline.model import Model
    from pipeline.run import Run
    from pipeline.seeds import Seeds


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'pipeline' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME[name]), name)
