"""A tiny site with one failure: one weight whose learning rate is too large."""

from __future__ import annotations

from pathlib import Path

from modelpress.core.configuration import find_project
from modelpress.core.project import Project
from tests.tiny import HELPER, LINE, POINTS, write_plain

# 6 rows in batches of 4 and 2, ten epochs: 20 steps, which end before they overflow.
LEAP = '''\
"""A weight that leaps farther with every step."""
import keras
import numpy as np

from modelpress import AtLeast, Failure, Training
from modelpress.data import Data, Split

X = np.array([[1], [2], [3], [4], [5], [6]], np.float32)


def network():
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])


FAILURE = Failure(
    title="The leap",
    wrong=Training(
        data=lambda: Data(Split(X, -X), Split(X[:3] + 10, -X[:3] - 10)),
        build=network,
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.08), loss="mse"),
        fit=dict(epochs=10, batch_size=4),
    ),
    repaired=Training(
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.01), loss="mse"),
    ),
    repair="Take smaller steps",
    measure="loss",
    measured="loss after the last step",
    fails=AtLeast(100),
    seeds=5,
    examples={"two": ([2], [-2])},
    tolerance=10,
    tolerance_reason="Losses grow past 1e6.",
)
'''

PAGE = """\
# Leap

It is off by {{ leap.wrong.often }} of {{ leap.seeds }}.

```failure leap
```

Text.
"""


def failure_site(folder: Path) -> Project:
    """Writes the site's sources into `folder`."""
    for name in ("models", "docs", "failures"):
        (folder / name).mkdir(parents=True)
    write_plain(folder, "Failures")
    (folder / "helper.py").write_text(HELPER)
    (folder / "points.csv").write_text(POINTS)
    (folder / "models/line.py").write_text(LINE)
    (folder / "failures/leap.py").write_text(LEAP)
    (folder / "docs/index.md").write_text("# Home\n\n```model line\n```\n")
    (folder / "docs/leap.md").write_text(PAGE)
    return find_project(folder / "mkdocs.yml")
