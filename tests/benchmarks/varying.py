"""Pictures varied as a model's own process does, and as plain Python does, while all cores are busy
with other models, as they are in a build."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from modelpress.core.determinism import ENVIRONMENT

ROUNDS = 3
VARY = """
import time
import numpy as np
from modelpress.data.augment import warped
rng = np.random.default_rng(1)
pictures = rng.integers(0, 256, (4096, 28, 28), np.uint8)
warped(pictures[:256], rng, shift=1, bend=1)
begin = time.perf_counter()
warped(pictures, rng, shift=1, turn=0.1, bend=1)
print(time.perf_counter() - begin)
"""


def varying() -> tuple[float, float]:
    """Median seconds of (the models' processes, plain ones), taken in turns."""
    ours: list[float] = []
    theirs: list[float] = []
    with _busy():
        for _ in range(ROUNDS):
            ours.append(_seconds(ENVIRONMENT))
            theirs.append(_seconds({}))
    return statistics.median(ours), statistics.median(theirs)


def _seconds(settings: dict[str, str]) -> float:
    plain = {name: value for name, value in os.environ.items() if name not in ENVIRONMENT}
    command = [sys.executable, "-c", VARY]
    return float(subprocess.check_output(command, env={**plain, **settings}, text=True))


@contextmanager
def _busy() -> Iterator[None]:
    """Every core has something else to do."""
    others = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"])
        for _ in range(os.cpu_count() or 1)
    ]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
