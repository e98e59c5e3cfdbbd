"""Nothing of the machine that builds a site is published: no folder, user, host or variable."""

from __future__ import annotations

import base64
import gzip
import io
import re
import socket
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from modelpress.build.archive import ARCHIVE
from modelpress.build.build import Request, build
from modelpress.caching import keys
from modelpress.core.configuration import find_project
from modelpress.core.progress import Progress
from modelpress.data.locate import DataRequest
from tests.failure_site import LEAP

# Each stands in one place only: a folder's name, or a variable's value.
TELLTALES = ("Zanzibar", "Quetzal", "Walrus", "Yggdrasil", "Xenophon", "hunter2")
VARIABLES = {
    "USER": "Xenophon",
    "LOGNAME": "Xenophon",
    "USERNAME": "Xenophon",
    "API_TOKEN": "hunter2-token",
    "AWS_SECRET_ACCESS_KEY": "hunter2-key",
    "GIT_AUTHOR_NAME": "Xenophon of Athens",
    "EMAIL": "Xenophon@example.org",
}

CONFIG = """\
site_name: Private
theme:
  name: material
  font: false
plugins:
  - search
  - modelpress:
      models: ../Quetzal/models
      look: true
      offline: true
"""

MODEL = '''\
"""Its file, its helper and its rows lie outside the project."""
import os

import keras
import numpy as np

from _helper import doubled, table
from modelpress import AtMost, Live, Model
from modelpress.data import Data, Dataset, Local, Split
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Answer

assert os.environ["API_TOKEN"]


@keras.saving.register_keras_serializable()
def squared(wanted, found):
    return keras.ops.mean(keras.ops.square(wanted - found), axis=-1)


def read(path):
    rows = np.loadtxt(path, delimiter=",", dtype="float32")
    return Data(Split(rows[:, :1], doubled(rows[:, 1:])), Split(rows[:, :1], rows[:, 1:]))


MODEL = Model(
    title="Line",
    input=Number(-1, 1),
    output=Answer(),
    data=Dataset(
        name="rows",
        title="Rows",
        licence="CC0",
        show_rows=True,
        sources=(Local(("rows.csv",), read),)
    ),
    build=lambda: keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]),
    compile=lambda: {"optimizer": keras.optimizers.SGD(0.1), "loss": LOSS},
    fit={"epochs": 4, "batch_size": 8},
    facts=lambda net, history: {"rows": len(table())},
    tolerance=1e-5,
    EXTRA
    expect={"loss": AtMost(10)},
)
'''
MODELS = {
    "line": MODEL.replace("LOSS", '"mse"').replace("EXTRA", "live=Live(replay=4),"),
    "own_loss": MODEL.replace("LOSS", "squared").replace("EXTRA", ""),
}
HELPER = """\
from pathlib import Path

import numpy as np


def table():
    return np.loadtxt(Path(__file__).with_name("table.csv"), delimiter=",")


def doubled(y):
    return y * 2
"""
PAGES = {
    "index": "# Home\n\n```gallery\n```\n\n```offline\n```\n\n```licences\n```\n",
    "line": "# Line\n\n```model line\n```\n\n```training line\n```\n\n```epochs line\n```\n\n"
    "```layers line\n```\n\n```source line\n```\n\n```card line\n```\n\n{{ line.source }}\n",
    "own_loss": "# Own\n\n```model own_loss\n```\n\n```card own_loss\n```\n",
    "leap": "# Leap\n\n```failure leap\n```\n\n```explore descent\n```\n\nSlope $\\frac{1}{2}$.\n",
}


def write_site(folder: Path) -> None:
    root = folder / "Zanzibar"
    outside = folder / "Quetzal"
    rows = "".join(f"{i / 20},{2 * i / 20 + 1}\n" for i in range(-20, 21))
    files = {
        root / "mkdocs.yml": CONFIG,
        outside / "models/_helper.py": HELPER,
        outside / "models/table.csv": rows,
        outside / "failures/leap.py": LEAP,
        folder / "Walrus/rows.csv": rows,
        folder / "Yggdrasil/.keep": "",
        **{outside / f"models/{slug}.py": text for slug, text in MODELS.items()},
        **{root / f"docs/{name}.md": text for name, text in PAGES.items()},
    }
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's folder, built by a user in a home of its own."""
    folder = tmp_path_factory.mktemp("private")
    write_site(folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**VARIABLES, "HOME": str(folder / "Yggdrasil")}.items():
            patch.setenv(name, value)
        patch.chdir(folder / "Zanzibar")
        data = DataRequest(folder / "Walrus")
        build(find_project(), Request(data=data, use_browser=False, archive=True), Progress())
    return folder / "Zanzibar"


def contents(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file and what is packed into it: members of zips, what was gzipped, base64 in its text."""
    yield name, content
    if zipfile.is_zipfile(io.BytesIO(content)):  # .zip, .keras, .npz
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                yield f"{name}!{info.filename}", info.filename.encode() + info.extra + info.comment
                yield from contents(f"{name}!{info.filename}", archive.read(info))
    elif content.startswith(b"\x1f\x8b"):
        yield from contents(f"{name}!gzip", gzip.decompress(content))
    else:
        for run in re.findall(rb"(?:[A-Za-z0-9+/]|\\n){80,}", content):
            text = run.replace(b"\\n", b"")
            yield f"{name}!base64", base64.b64decode(text[: len(text) // 4 * 4])


def telltales(built: Path) -> set[bytes]:
    own = {str(keys.PACKAGE.parent), sys.prefix, str(built.parent), tempfile.gettempdir() + "/"}
    host = socket.gethostname()
    words = {*TELLTALES, *own, *([host] if len(host) > 5 else [])}
    return {word.lower().encode() for word in words}


def found_in(name: str, content: bytes, words: set[bytes]) -> list[str]:
    found = []
    for place, part in contents(name, content):
        text = part.lower()
        found += [f"{place}: {word.decode()}" for word in words if word in text]
    return found


def test_a_scan_finds_what_is_packed(tmp_path: Path) -> None:
    inner, outer = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("config.json", base64.b64encode(b"." * 60 + b"/home/Xenophon/models"))
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.keras", inner.getvalue())
        archive.writestr("sitemap.xml.gz", gzip.compress(b"Zanzibar"))
    found = found_in("site.zip", outer.getvalue(), {b"xenophon", b"zanzibar"})
    assert len(found) == 2


def test_no_published_byte_tells_of_the_machine(built: Path) -> None:
    words = telltales(built)
    site = sorted(path for path in (built / "site").rglob("*") if path.is_file())
    names = {path.name for path in site}
    assert {"model.keras", "take.keras", "sitemap.xml.gz", "sbom.cdx.json"} <= names
    assert any(path.parts[-2:] == ("wrong", "live.json") for path in site)
    packed = built / ARCHIVE
    leaks = [
        leak
        for path in [*site, packed]
        for leak in found_in(path.relative_to(built).as_posix(), path.read_bytes(), words)
    ]
    assert leaks == []
    named = [path for path in site if found_in("", str(path.relative_to(built)).encode(), words)]
    assert named == []


def test_a_file_outside_the_project_is_known_by_its_name(built: Path) -> None:
    manifest = (built / "site/models/manifest.json").read_text()
    assert '"source":"line.py"' in manifest
    assert '"source":"leap.py"' in manifest
    page = (built / "site/line/index.html").read_text()
    assert ">line.py</a>" in page
