"""A tiny site of which every text is an attack and every file name is awkward: two models that
train in a moment, a failure, and pages for each fence."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

from modelpress.core.configuration import find_project
from modelpress.core.project import Project

# What HTML, Markdown, JSON in a script, a fact, a formula, and the bidirectional algorithm take for
# more than text. Any script that it starts sets `pwned`.
HOSTILE = (
    """<img src=x onerror="pwned=1">"><script>pwned=2</script><!-- <script> --!> </script>"""
    """ ' &amp; & &lt; \u2028\u2029 {{ weight.title }} ${y} `b` $x$ \\ *e* _u_"""
    """ [l](javascript:pwned=3) <link rel="modulepreload" href="x.js">"""
    """<a href="index.html"> # | \u202e\u200f"""
)
PLAIN = "plain words"
PICTURE = "bär 日本 😀 50%+#1?&'(a).png"
PAGE = "größe 日本 😀 50%+#1?&'(a)<i>"

_HEAD = f'''\
"""A model."""
import keras
import numpy as np

from modelpress import AtLeast, AtMost, Failure, Live, Model, Seeds, Training
from modelpress.data import BuiltIn, Data, Dataset, Split
from modelpress.inputs import Number, Numbers
from modelpress.outputs import Classes, Curve

W = {HOSTILE!a}
'''

CLASSES = f"""{_HEAD}
X = np.random.default_rng(1).uniform(-1, 1, (24, 2)).astype(np.float32)
Y = np.eye(3, dtype=np.float32)[np.arange(24) % 3]


def rows():
    part = lambda at: Split(X[at], Y[at], name=W)
    return Data(
        train=part(slice(0, 12)), validation=part(slice(12, 18)), test=part(slice(18, 24)),
        description=W, split=W, title=W, licence=W, show_rows=True,
    )


MODEL = Model(
    title=W,
    summary=W,
    limits=W,
    tolerance=1e-5,
    tolerance_reason=W,
    input=Numbers({{W: (-1, 1), W + "2": (-1, 1)}}, units={{W: W}}),
    output=Classes([W, W + "2", W + "3"]),
    data=Dataset("hostile", title=W, licence=W, sources=[BuiltIn(rows)]),
    build=lambda: keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(3, activation="softmax")]
    ),
    compile=lambda: dict(
        optimizer=keras.optimizers.SGD(0.1), loss="categorical_crossentropy", metrics=["accuracy"]
    ),
    fit=dict(epochs=3, batch_size=12),
    live=Live(replay=3, tolerance=1e-3, tolerance_reason=W, probe=lambda: (X[:2], Y[:2])),
    seeds=Seeds(2),
    facts=lambda net, history: {{"odd": W}},
    expect={{"accuracy": AtLeast(0)}},
)
"""

WEIGHT = f"""{_HEAD}
MODEL = Model(
    title=W,
    input=Number(-4, 4, label=W, unit=W, default=3),
    output=Curve(label=W, points=[(3, -3)]),
    data=lambda: (np.array([[3]], np.float32), np.array([[-3]], np.float32)),
    build=lambda: keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="ones")]
    ),
    compile=lambda: dict(optimizer=keras.optimizers.SGD(0.01), loss="mse"),
    fit=dict(epochs=3, batch_size=1),
    live=Live(replay=3),
    expect={{"loss": AtMost(100)}},
    tolerance=1e-5,
)
"""

LEAP = f"""{_HEAD}
X = np.array([[1], [2], [3], [4]], np.float32)

FAILURE = Failure(
    title=W,
    wrong=Training(
        data=lambda: (X, -X),
        build=lambda: keras.Sequential(
            [keras.Input((1,)), keras.layers.Dense(1, use_bias=False)]
        ),
        compile=lambda: dict(optimizer=keras.optimizers.SGD(0.2), loss="mse"),
        fit=dict(epochs=8, batch_size=4),
    ),
    repaired=Training(compile=lambda: dict(optimizer=keras.optimizers.SGD(0.1), loss="mse")),
    repair=W,
    measure="loss",
    measured=W,
    fails=AtLeast(1),
    seeds=2,
    examples={{W: ([2], [-2])}},
    outputs=[W],
    tolerance=10,
    tolerance_reason=W,
)
"""

PAGES = {
    "index": "# Home\n\n```models\n```\n\n```offline\n```\n",
    "model": "# Model\n\n```model classes\n```\n\n```layers classes\n```\n\n```card classes\n```\n",
    "training": "# Training\n\n```model classes\n```\n\n```epochs classes\n```\n\n"
    "```train classes\n```\n\n```seeds classes\n```\n\n```explore network\nmodel: classes\n```\n",
    "tape": "# Tape\n\n```model weight\n```\n\n```tape weight\n```\n\n```source weight\n```\n",
    "failure": "# Failure\n\n```failure leap\n```\n",
    # A fact in a heading, in text, in a table, in a caption, in an attribute and in a link.
    "facts": "# About {{ weight.title }}\n\nIt is {{ classes.odd }}.\n\n| a |\n|---|\n"
    '| {{ weight.title }} |\n\n<p id="raw" title="{{ weight.title }}">{{ weight.title }}</p>\n\n'
    '[link](https://example.org/{{ weight.title }} "{{ weight.title }}")\n\n'
    '```model classes\ncaption: "{{ weight.title }}"\n```\n',
    PAGE: f"# Names\n\n![Picture]({quote(PICTURE)})\n\n```model weight\n```\n\n[Home](index.md)\n",
}
# One pixel.
_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)

CONFIG = """\
site_name: Hostile
theme:
  name: mkdocs
  highlightjs: false
plugins:
  - search
  - modelpress:
      offline: true
markdown_extensions:
  - tables
"""


def hostile_site(folder: Path) -> Project:
    """Writes the site's sources into `folder`."""
    for name in ("models", "failures", "docs"):
        (folder / name).mkdir(parents=True)
    (folder / "mkdocs.yml").write_text(CONFIG, "utf-8")
    (folder / "models/classes.py").write_text(CLASSES)
    (folder / "models/weight.py").write_text(WEIGHT)
    (folder / "failures/leap.py").write_text(LEAP)
    (folder / "docs" / PICTURE).write_bytes(_PNG)
    for name, text in PAGES.items():
        (folder / f"docs/{name}.md").write_text(text, "utf-8")
    return find_project(folder / "mkdocs.yml")
