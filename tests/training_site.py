"""A tiny site with models that train in the browser: a gate of two inputs, a line, one weight."""

from __future__ import annotations

import shutil
from pathlib import Path

from modelpress.core.configuration import find_project
from modelpress.core.project import Project
from tests.tiny import with_material, write_plain

# No test of this site is about graphics, which software takes seconds of CPU for.
CPU = "backend: cpu\n"

# Two batches an epoch, shuffled; 80 of its 120 steps are recorded.
GATE = '''\
"""Eight neurons solve exclusive or."""
import keras
import numpy as np

from modelpress import AtMost, Live, Model, Seeds
from modelpress.inputs import Points
from modelpress.outputs import Map

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
Y = np.array([[0], [1], [1], [0]], np.float32)

MODEL = Model(
    title="Gate",
    input=Points(x=(0, 1), y=(0, 1), names=("first", "second"), default=(0, 1)),
    output=Map(low=0, high=1, cells=12, labels=("same", "different")),
    data=lambda: (X, Y),
    build=lambda: keras.Sequential([
        keras.Input((2,)),
        keras.layers.Dense(8, activation="sigmoid", name="hidden"),
        keras.layers.Dense(1, activation="sigmoid", name="answer"),
    ]),
    compile=lambda: dict(
        optimizer=keras.optimizers.Adam(0.2), loss="mse", metrics=["accuracy"]
    ),
    fit=dict(epochs=60, batch_size=2),
    live=Live(replay=80, losses=("mse", "binary_crossentropy")),
    seeds=Seeds(6),
    expect={"loss": AtMost(1)},
    tolerance=1e-5,
)
'''

LINE = '''\
"""One neuron finds the line through two points."""
import keras
import numpy as np

from modelpress import AtMost, Live, Model
from modelpress.data import Data, Split
from modelpress.inputs import Number
from modelpress.outputs import Curve

MODEL = Model(
    title="Line",
    input=Number(-1, 4, label="x", default=3),
    output=Curve(label="y", points=[(1, 3), (2, 5)]),
    data=lambda: Data(
        train=Split(np.array([[1], [2]], np.float32), np.array([[3], [5]], np.float32)),
        validation=Split(np.array([[0], [3]], np.float32), np.array([[1], [7]], np.float32)),
    ),
    build=lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]),
    compile=lambda: dict(optimizer=keras.optimizers.SGD(0.1), loss="mse"),
    fit=dict(epochs=50, batch_size=2, shuffle=False),
    live=Live(
        replay=50,
        probe=lambda: (np.array([[0], [1], [4]]), np.array([[1], [3], [9]])),
    ),
    expect={"loss": AtMost(100)},
    tolerance=1e-5,
)
'''

WEIGHT = '''\
"""One weight turns three into minus three."""
import keras
import numpy as np

from modelpress import AtMost, Live, Model

MODEL = Model(
    title="Weight",
    data=lambda: (np.array([[3]], np.float32), np.array([[-3]], np.float32)),
    build=lambda: keras.Sequential([
        keras.Input((1,)),
        keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Constant(0.5)),
    ]),
    compile=lambda: dict(optimizer=keras.optimizers.SGD(0.01), loss="mse"),
    fit=dict(epochs=40, batch_size=1),
    live=Live(replay=40, rates={"sgd": 0.01}, tolerance=5e-6, tolerance_reason="Losses near 20."),
    expect={"loss": AtMost(1)},
    tolerance=1e-5,
)
'''

PAGES = {
    "gate": """\
# Gate

```model gate
backend: cpu
```

Train it here.

```train gate
hidden: 8
```

```seeds gate
```

## Inside

```layers gate
```
""",
    # No figure beside it: the curves alone bring the scripts.
    "curves": "# Curves\n\n```card gate\nonly: curves\n```\n",
    # The training stands first: the page's scripts come with it.
    "line": """\
# Line

```train line
```

```model line
backend: cpu
```

Text.
""",
    "twice": "# Twice\n\n```train line\n```\n\n```train line\n```\n",
    # A line of two weights and two rows, and one of one weight and one row, a press a phase.
    "tape": """\
# Tape

```tape line
names: m, b
```

Text.

```model weight
backend: cpu
```

```tape weight
```
""",
    # What Python kept of the gate's training, and a training that goes on from there.
    "epochs": """\
# Gate, then and now

```model gate
backend: cpu
```

```epochs gate
```

```train gate
hidden: 8
```
""",
    # The diagram follows the gate's figure; a figure without an explainer stays as it is.
    "network": "# Network\n\n```model gate\nbackend: cpu\n```\n\n"
    "```explore network\nmodel: gate\n```\n\nText.\n",
    "alone": "# Alone\n\n```train line\n```\n\nText.\n",
}


def training_site(folder: Path) -> Project:
    """Writes the site's sources into `folder`."""
    (folder / "models").mkdir(parents=True)
    (folder / "docs").mkdir()
    write_plain(folder, "Training")
    (folder / "docs/index.md").write_text("# Home\n")
    (folder / "models/gate.py").write_text(GATE)
    (folder / "models/line.py").write_text(LINE)
    (folder / "models/weight.py").write_text(WEIGHT)
    for name, text in PAGES.items():
        (folder / f"docs/{name}.md").write_text(text)
    return find_project(folder / "mkdocs.yml")


def readers_site(trained: Path, folder: Path) -> str:
    """A copy of the finished project `trained`, in which what is cached stays cached: with any
    backend, and with Material's pages by the text that is returned, of mkdocs.yml."""
    shutil.copytree(trained, folder, ignore=shutil.ignore_patterns("site"))
    for page in (folder / "docs").glob("*.md"):
        page.write_text(page.read_text().replace(CPU, ""))
    return with_material(folder)
