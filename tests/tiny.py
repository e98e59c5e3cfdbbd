"""Tiny projects for tests: a folder with mkdocs.yml, models and pages."""

from __future__ import annotations

import shutil
from pathlib import Path

from filelock import FileLock

from modelpress.core.configuration import find_project
from modelpress.core.project import Project
from tests.cpu import shared
from tests.prepared import run_folder

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


PLAIN_THEME = "theme:\n  name: null\n  custom_dir: theme\n"
MATERIAL = both_schemes("").partition("\n")[2].partition("plugins:")[0]
# A page that takes half as long to lay out as Material's. Light or dark as the reader prefers.
_PLAIN_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ page.title }}</title>
<style>
:root { color-scheme: light dark; }
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; padding: 12px; font: 16px/1.6 Helvetica, Arial, sans-serif; }
@media screen {
  body[data-md-color-scheme="slate"] {
    --md-default-bg-color: #1e2129;
    --md-default-fg-color: #e0e0e6;
    --md-typeset-a-color: #7fb2f0;
    background: var(--md-default-bg-color);
    color: var(--md-default-fg-color);
  }
}
</style>
{%- for path in config.extra_css %}
<link href="{{ path | url }}" rel="stylesheet">
{%- endfor %}
</head>
<body>
<script>
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => {
  document.body.dataset.mdColorScheme = dark.matches ? "slate" : "default";
};
dark.addEventListener("change", follow);
follow();
</script>
<main>
{{ page.content }}
</main>
{%- for script in config.extra_javascript %}
{{ script | script_tag }}
{%- endfor %}
</body>
</html>
"""


def write_plain(folder: Path, name: str) -> None:
    """mkdocs.yml and the theme of a site called `name`, for what is no matter of Material's."""
    (folder / "theme").mkdir(parents=True)
    (folder / "theme/main.html").write_text(_PLAIN_PAGE)
    config = f"site_name: {name}\n{PLAIN_THEME}plugins:\n  - modelpress\n"
    (folder / "mkdocs.yml").write_text(config)


def with_material(folder: Path) -> str:
    """mkdocs.yml of such a site, changed so that Material makes its pages."""
    text = (folder / "mkdocs.yml").read_text()
    assert PLAIN_THEME in text
    return text.replace(PLAIN_THEME, MATERIAL)


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


def _built() -> Path:
    """A project that was built once in this test run, without a browser."""
    from modelpress.build.build import Request, build
    from modelpress.core.progress import Progress

    folder = run_folder() / "tiny" / "project"
    folder.parent.mkdir(exist_ok=True)
    done = folder.with_name("done")
    with FileLock(folder.with_name("lock")):
        if not done.exists():
            with shared("tiny"):
                build(tiny_project(folder), Request(use_browser=False), Progress())
            done.touch()
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
