"""What converts, and where it then computes what Keras computes: measured, kept, and shown.

`python -m tests.coverage` measures each subject, a small network with random weights, and writes
results.json, from which page.py writes docs/reference/coverage.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")
LARGEST = 16_000_000  # weights; of a larger network, only the conversion is tried
BACKENDS = ("cpu", "wasm", "webgl", "webgpu")


@dataclass(frozen=True)
class Subject:
    """Something to measure.

    build   returns the network; raises ModelpressError where Modelpress refuses it
    shape   of one input
    whole   inputs are whole numbers from 0 to below `whole`; 0: normally distributed numbers
    role    of a layer: "inference", or "training" if it leaves predictions as they are
    group   layers, activations, applications, tfjs or onnx
    """

    name: str
    group: str
    build: Callable[[], Any]
    shape: tuple[int, ...]
    whole: int = 0
    role: str = "inference"
    cases: int = 8

    @property
    def id(self) -> str:
        return f"{self.group}/{self.name}"


@dataclass(frozen=True)
class Row:
    """What was measured of a subject. A field is "" where all is well, else the reason why not.

    converts  to a graph model with operations that TensorFlow.js knows
    exact     the exact engine computes it, within what rounding can make of Keras' predictions
    layers    the layers model of TensorFlow.js computes the same
    live      the browser can train a network with it
    browser   by backend, in Chromium; "exact" is equal to the last bit. Missing: not tried
    largest   difference of a prediction from Keras', over all that passed; None: not compared
    allowed   the largest difference that passes
    """

    name: str
    group: str
    role: str
    converts: str = ""
    exact: str = ""
    layers: str = ""
    live: str = ""
    browser: dict[str, str] = field(default_factory=dict)
    largest: float | None = None
    allowed: float | None = None
    parameters: int | None = None

    @property
    def id(self) -> str:
        return f"{self.group}/{self.name}"


def read_results() -> tuple[dict[str, Any], dict[str, Row]]:
    """Returns the versions and date of the measurement, and the rows by id."""
    found = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    rows = [Row(**row) for row in found.get("rows", ())]
    return found.get("measured", {}), {row.id: row for row in rows}


def write_results(measured: dict[str, Any], rows: dict[str, Row]) -> None:
    content = {"measured": measured, "rows": [asdict(rows[key]) for key in sorted(rows)]}
    RESULTS.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
