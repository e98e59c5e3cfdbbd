"""One training that is repeated from many seeds, wherever a process has Keras."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import versions
from modelpress.core.determinism import ENVIRONMENT, repeatable
from modelpress.core.errors import ModelpressError
from modelpress.ensembles.spec import Job, Start

_lock = threading.Lock()  # Keras' seeds and names are the process's own
_ready: tuple[bytes, Any] | None = None  # the job that this process trained last


def packed(job: Job, roots: Sequence[Path]) -> bytes:
    """The job for another process, or another machine: functions of the project's own files, those
    below `roots`, go along, since only this one can import them."""
    import cloudpickle

    own = [module for module in list(sys.modules.values()) if _is_own(module, roots)]
    for module in own:
        cloudpickle.register_pickle_by_value(module)
    try:
        content: bytes = cloudpickle.dumps((versions(), job))
    finally:
        for module in own:
            cloudpickle.unregister_pickle_by_value(module)
    return content


def train_packed(content: bytes, starts: Sequence[Start]) -> list[float]:
    """The measure of each training, by its start. Runs wherever joblib sends it."""
    global _ready
    with _lock:
        _prepare()
        if _ready is None or _ready[0] != content:
            import pickle

            from modelpress.ensembles.batched import Ensemble

            wanted, job = pickle.loads(content)
            _require_versions(wanted)
            _ready = content, Ensemble(job)
        return [_ready[1].train(start) for start in starts]


def _is_own(module: Any, roots: Sequence[Path]) -> bool:
    """Whether a module is the project's: below `roots`, and no package that is installed there."""
    file = Path(getattr(module, "__file__", None) or "/")
    installed = "site-packages" in file.parts or module.__name__.split(".")[0] == "modelpress"
    return not installed and any(file.is_relative_to(root) for root in roots)


def _prepare() -> None:
    """TensorFlow as the build's own processes have it, so that the figures are the same."""
    if "tensorflow" not in sys.modules:
        os.environ |= ENVIRONMENT
    try:
        repeatable()
    except RuntimeError as error:
        raise ModelpressError(
            "A worker had TensorFlow running in another way before the training came.",
            found=str(error),
            next_step="Restart the workers, for Modelpress alone.",
        ) from error


def _require_versions(wanted: Mapping[str, str]) -> None:
    names = ("python", "tensorflow", "keras", "numpy")
    here = versions()
    other = [name for name in names if here[name] != wanted[name]]
    if other:
        raise ModelpressError(
            "A worker has other versions than this machine, and would come to other figures.",
            found=", ".join(f"{name} {here[name] or 'missing'}" for name in other),
            expected=", ".join(f"{name} {wanted[name]}" for name in other),
            next_step="Install the same versions on the workers.",
        )
