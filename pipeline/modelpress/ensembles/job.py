"""Sends one training to any process with Keras and repeats it there with many seeds."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import versions
from modelpress.caching.keys import PACKAGE
from modelpress.core.determinism import ENVIRONMENT, repeatable
from modelpress.core.errors import ModelpressError
from modelpress.ensembles.spec import Job, SeedState

_lock = threading.Lock()  # Keras' seeds and layer names are global to the process
_ready: tuple[bytes, Any] | None = None  # the last job of this process


def packed(job: Job, roots: Sequence[Path]) -> bytes:
    """Returns the pickled job for another process or computer.

    Pickles modules below `roots` by value, because only this process can import them.
    """
    import cloudpickle

    modules = [module for module in list(sys.modules.values()) if _is_own(module, roots)]
    # multiprocessing adds the main module a second time, under another name.
    own = {module.__name__: module for module in modules}.values()
    for module in own:
        cloudpickle.register_pickle_by_value(module)
    try:
        content: bytes = cloudpickle.dumps((versions(), job))
    finally:
        for module in own:
            cloudpickle.unregister_pickle_by_value(module)
    return content


def train_packed(content: bytes, seed_states: Sequence[SeedState]) -> list[float]:
    """Returns the measure of each training, in order. Runs in joblib's workers."""
    global _ready
    with _lock:
        _prepare()
        if _ready is None or _ready[0] != content:
            import pickle

            from modelpress.ensembles.batched import Ensemble

            wanted, job = pickle.loads(content)
            _require_versions(wanted)
            _ready = content, Ensemble(job)
        return [_ready[1].train(state) for state in seed_states]


def _is_own(module: Any, roots: Sequence[Path]) -> bool:
    """Returns whether `module` belongs to the project: below `roots` and not installed there."""
    file = Path(getattr(module, "__file__", None) or "/")
    installed = "site-packages" in file.parts or file.is_relative_to(PACKAGE)
    return not installed and any(file.is_relative_to(root) for root in roots)


def _prepare() -> None:
    """Configures TensorFlow as in the build's own processes, for equal figures."""
    if "tensorflow" not in sys.modules:
        os.environ |= ENVIRONMENT
    try:
        repeatable()
    except RuntimeError as error:
        raise ModelpressError(
            "TensorFlow already runs with other settings in a worker.",
            found=str(error),
            next_step="Restart the workers, and use them for Modelpress only.",
        ) from error


def _require_versions(wanted: Mapping[str, str]) -> None:
    names = ("python", "tensorflow", "keras", "numpy")
    here = versions()
    other = [name for name in names if here[name] != wanted[name]]
    if other:
        raise ModelpressError(
            "A worker has other versions than this computer, so its figures would differ.",
            found=", ".join(f"{name} {here[name] or 'missing'}" for name in other),
            expected=", ".join(f"{name} {wanted[name]}" for name in other),
            next_step="Install the same versions on the workers.",
        )
