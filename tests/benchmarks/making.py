"""Building from nothing: the showcase by step, and twelve tiny models against plain Keras."""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from modelpress.node.bundle import assets_root
from tests.tiny import LINE, tiny_project

TINY = 12
# In one process: what an author would write who wants the same trained files and nothing else.
PLAIN = """
import tensorflow as tf
import keras
import numpy as np
x = np.linspace(-1, 1, 41, dtype="float32")[:, None]
for number in range(int(sys.argv[1])):
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    net.compile(optimizer=keras.optimizers.SGD((number + 1) / 100), loss="mse")
    net.fit(x, 2 * x + 1, epochs=4, batch_size=8, verbose=0)
    net.save(f"{number}.keras")
    net.export(f"{number}", format="tf_saved_model", verbose=False)
"""
_RAN = re.compile(r"(\w+): ((?:[\w ]+ [\d.]+ s(?:, |$))+)")
_STEP = re.compile(r"([\w ]+?) ([\d.]+) s(?:, |$)")


def line_models(count: int) -> dict[str, str]:
    """So many model files that differ in their learning rate: slug → source."""
    rates = {number: f"SGD({(number + 1) / 100})" for number in range(count)}
    return {
        f"line_{number}": LINE.replace('"Line"', f'"Line {number}"').replace("SGD(0.1)", rate)
        for number, rate in rates.items()
    }


def tiny_models(count: int = TINY) -> tuple[float, float]:
    """Seconds a model: of a build from nothing with everything proven, and of plain Keras that
    trains, saves and exports the same models in one process."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "project"
        tiny_project(folder, line_models(count))
        ours = _seconds([sys.executable, "-m", "modelpress", "build", "-q"], folder)
        plain = _seconds([sys.executable, "-c", f"import sys\n{PLAIN}", str(count)], Path(scratch))
    return ours / count, plain / count


def from_nothing(root: Path) -> tuple[dict[str, dict[str, float]], float]:
    """Subject → step → seconds of a build of a copy of the project without its state, and the
    seconds in all."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    )
    with tempfile.TemporaryDirectory() as scratch:
        for name in listed.stdout.split("\0"):
            if name:
                copy = Path(scratch) / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes((root / name).read_bytes())
        modules = Path(scratch) / "site_assets/node_modules"
        modules.symlink_to(assets_root() / "node_modules", target_is_directory=True)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-m", "modelpress", "build", "--builtin"],
            cwd=scratch,
            capture_output=True,
            text=True,
            check=True,
        )
        seconds = time.perf_counter() - began
    return steps_of(done.stdout), seconds


def steps_of(said: str) -> dict[str, dict[str, float]]:
    """Subject → step → seconds, from what a build says at its end."""
    found = {}
    for line in said.splitlines():
        ran = _RAN.fullmatch(line)
        if ran:
            found[ran[1]] = {step: float(seconds) for step, seconds in _STEP.findall(ran[2])}
    return found


def _seconds(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began
