"""A tiny site whose models have their weights set by hand, one for each kind that draws a plot, and
one that names no kinds. Nothing is trained but that one, in a second."""

from __future__ import annotations

from pathlib import Path

from modelpress.core.configuration import find_project
from modelpress.core.project import Project
from tests.tiny import write_plain

FIXED = '''\
"""Networks whose weights are set by hand."""

import keras
import numpy as np


def train(*layers, shape):
    """A `train` function that gives a network of Dense layers, (weights, biases, activation)."""

    def given(run):
        run.log(1, 1, loss=0.0)
        parts = [keras.layers.Dense(len(b), activation) for _, b, activation in layers]
        net = keras.Sequential([keras.Input(shape), *parts])
        for layer, (weights, biases, _) in zip(parts, layers, strict=True):
            layer.set_weights([np.array(weights, "float32"), np.array(biases, "float32")])
        return net

    return given
'''

_HEAD = '''\
"""A model."""
from fixed import train
from modelpress import AtMost, Model
from modelpress.inputs import Color, Number, Points
from modelpress.outputs import Curve, Map, Swatch

'''

# 2 tanh(2x + 3) − 2 tanh(2x − 3) − 0.5: a bump around 0.
BUMP = f"""{_HEAD}
MODEL = Model(
    title="A bump",
    input=Number(-3, 3, label="Time", unit="s", default=1),
    output=Curve(label="Height", points=[(-2, 0.1), (0, 3.4), (1, 2.2)], truth=[(-3, 0), (3, 0)]),
    train=train(
        ([[2, 2]], [3, -3], "tanh"), ([[2], [-2]], [-0.5], None), shape=(1,)
    ),
    tolerance=1e-5,
    expect={{"loss": AtMost(0)}},
)
"""

GATE = f"""{_HEAD}
MODEL = Model(
    title="Exclusive or",
    input=Points(
        (-0.2, 1.2), (-0.2, 1.2), names=("a", "b"), default=(0.2, 0.9),
        marks=[(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)],
    ),
    output=Map(labels=("equal", "different")),
    train=train(
        ([[9, 9], [9, 9]], [-4.5, -13.5], "sigmoid"), ([[12], [-12]], [-5], "sigmoid"), shape=(2,)
    ),
    tolerance=1e-5,
    expect={{"loss": AtMost(0)}},
)
"""

OPPOSITE = f"""{_HEAD}
MODEL = Model(
    title="Opposite",
    input=Color(),
    output=Swatch(),
    train=train(
        ([[-1.2, 0, 0], [0, -1.2, 0], [0, 0, -1.2]], [280, 280, 280], None), shape=(3,)
    ),
    tolerance=1e-4,
    expect={{"loss": AtMost(0)}},
)
"""

# No kind is named, and no tolerance: three scores of four measures.
FLOWER = '''\
"""Three scores of four measures."""
import keras
import numpy as np
from modelpress import AtMost, Model


def rows():
    x = np.random.default_rng(3).uniform([4.3, 2, 1, 0.1], [7.9, 4.4, 6.9, 2.5], (64, 4))
    return x.astype("float32"), (x @ [[1, 0, 0], [-1, 1, 0], [0, -1, 1], [0, 0, -3]])


MODEL = Model(
    title="Flower",
    data=rows,
    build=lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]),
    compile=lambda: {"optimizer": keras.optimizers.Adam(0.1), "loss": "mse"},
    fit={"epochs": 20, "batch_size": 16},
    expect={"loss": AtMost(100)},
)
'''

# Two inputs and two outputs, in another order than the network's.
CAR = '''\
"""What a car costs, and whether it is old."""
import keras
import numpy as np
from modelpress import AtMost, Model
from modelpress.inputs import Color, Number
from modelpress.outputs import Classes
from modelpress.outputs import Number as Amount


def train(run):
    run.log(1, 1, loss=0.0)
    colour, age = keras.Input((3,), name="colour"), keras.Input((1,), name="age")
    both = keras.layers.Concatenate()([colour, age])
    kind = keras.layers.Dense(2, "softmax", name="kind")
    price = keras.layers.Dense(1, name="price")
    net = keras.Model([colour, age], [kind(both), price(both)])
    zero = [[0, 0]] * 3
    kind.set_weights([np.array([*zero, [1, -1]], "float32"), np.array([-10, 10], "float32")])
    price.set_weights([np.array([[0.01], [0], [0], [-2]], "float32"), np.array([40], "float32")])
    return net


MODEL = Model(
    title="A car",
    input={"age": Number(0, 20, step=1, unit="years", default=3), "colour": Color("#c80000")},
    output={"price": Amount(unit="k€"), "kind": Classes(["old", "young"])},
    train=train,
    expect={"loss": AtMost(0)},
)
'''

MODELS = {"bump": BUMP, "gate": GATE, "opposite": OPPOSITE, "flower": FLOWER, "car": CAR}


def kinds_site(folder: Path) -> Project:
    """Writes the site's sources into `folder`: a page a model, named after it."""
    (folder / "models").mkdir(parents=True)
    (folder / "docs").mkdir()
    write_plain(folder, "Kinds")
    (folder / "fixed.py").write_text(FIXED)
    (folder / "docs/index.md").write_text("# Home\n")
    (folder / "docs/deep").mkdir()
    (folder / "docs/deep/card.md").write_text("# Card\n\n```card gate\nonly: embed\n```\n")
    (folder / "docs/on-webgl.md").write_text("# On WebGL\n\n```model bump\nbackend: webgl\n```\n")
    tables = "".join(f"```table {slug}\n```\n\n" for slug in ("flower", "gate", "opposite"))
    (folder / "docs/tables.md").write_text(f"# Tables\n\n{tables}")
    (folder / "docs/both.md").write_text("# Both\n\n```model bump\n```\n\n```model gate\n```\n")
    for slug, source in MODELS.items():
        (folder / f"models/{slug}.py").write_text(source)
        (folder / f"docs/{slug}.md").write_text(f"# {slug}\n\n```model {slug}\n```\n\nText.\n")
    return find_project(folder / "mkdocs.yml")
