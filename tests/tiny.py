"""Tiny projects for tests: a folder with mkdocs.yml, models and pages."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from pathlib import Path

from modelpress.core.configuration import find_project
from modelpress.core.project import Project

CONFIG = """\
site_name: Tiny
theme:
  name: mkdocs
plugins:
  - modelpress
"""


def both_schemes(name: str) -> str:
    """mkdocs.yml of a Material site called `name` that is light or dark as the reader prefers."""
    return f"""\
site_name: {name}
theme:
  name: material
  font: false
  palette:
    - {{media: "(prefers-color-scheme: light)", scheme: default}}
    - {{media: "(prefers-color-scheme: dark)", scheme: slate}}
plugins:
  - modelpress
"""


def bare_project(root: Path) -> Project:
    """A project of which no file exists."""
    return Project(root / "mkdocs.yml", root / "models", root / "docs", root / "site")


# Learns y = 2x + 1 from a file of the project's, in a fraction of a second.
LINE = '''\
"""A line through points."""

import keras
import numpy as np

from helper import points
from modelpress import AtMost, Model
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Answer

MODEL = Model(
    title="Line",
    input=Number(-1, 1),
    output=Answer(),
    data=points,
    build=lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]),
    compile=lambda: {"optimizer": keras.optimizers.SGD(RATE), "loss": "mse"},
    fit={"epochs": 4, "batch_size": 8},
    tolerance=1e-5,
    expect={"loss": AtMost(10)},
)
'''.replace("RATE", "0.1")

HELPER = '''\
"""The points, from the file beside this one."""

from pathlib import Path

import numpy as np


def points():
    table = np.loadtxt(Path(__file__).with_name("points.csv"), delimiter=",", dtype="float32")
    return table[:, :1], table[:, 1:]
'''

POINTS = "".join(f"{i / 20},{2 * i / 20 + 1}\n" for i in range(-20, 21))


def tiny_project(folder: Path, models: dict[str, str] | None = None) -> Project:
    """A project in `folder` with these model files (slug → source; default `line`), a page each."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mkdocs.yml").write_text(CONFIG)
    (folder / "helper.py").write_text(HELPER)
    (folder / "points.csv").write_text(POINTS)
    (folder / "models").mkdir()
    (folder / "docs").mkdir()
    (folder / "docs" / "index.md").write_text("# Home\n")
    for slug, source in (models or {"line": LINE}).items():
        (folder / "models" / f"{slug}.py").write_text(source)
        write_page(folder, slug)
    return find_project(folder / "mkdocs.yml")


def write_page(folder: Path, slug: str, start: str = "") -> None:
    """The page of one model."""
    option = f"start: {start}\n" if start else ""
    text = f"# {slug}\n\n```model {slug}\n{option}```\n"
    (folder / "docs" / f"{slug}.md").write_text(text)


@functools.cache
def _built() -> Path:
    """A project that was built once in this test run, without a browser."""
    from modelpress.build.build import Request, build
    from modelpress.core.progress import Progress

    folder = Path(tempfile.mkdtemp(prefix="modelpress-tests-")) / "project"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    build(tiny_project(folder), Request(use_browser=False), Progress())
    return folder


def built_project(folder: Path) -> Project:
    """A copy in `folder` of a finished project: what is cached stays cached wherever it lies."""
    shutil.copytree(_built(), folder, dirs_exist_ok=True)
    return find_project(folder / "mkdocs.yml")


# A model file that needs no Keras to be imported: for tests of what is checked before training.
PLAIN = '''\
"""A plain model."""

from modelpress import AtLeast, AtMost, Model, Near
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Answer

MODEL = Model(
    title="Plain",
    input=Number(-1, 1),
    output=Answer(),
    train=lambda run: None,
    tolerance=1e-5,
    expect={"loss": AtMost(1)},
)
'''
