"""`modelpress data`: where each data set would come from now, and a build that trains on what is
built in while the real set measures."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress import cli
from modelpress.build.inventory import inventory, inventory_text
from modelpress.build.model_chain import Chain
from modelpress.build.parallel import ParallelBuild
from modelpress.core.configuration import find_project
from modelpress.data.locate import DataRequest
from modelpress.schema.document import read
from modelpress.schema.manifest import Manifest
from tests.entries import manifest, model
from tests.tiny import LINE, tiny_project

# Built-in rows follow y = 2x + 1; the real set's are whatever its two files say.
DATASET = """
import numpy as np
from modelpress.data import BuiltIn, Data, Dataset, Download, Local, LocalGroup, Split

def read(paths):
    x, y = (np.loadtxt(path, dtype="float32", ndmin=2) for path in paths)
    return Data(train=Split(x, y), test=Split(x, y, "the real rows"))

def draw():
    x = np.linspace(-1, 1, 41, dtype="float32")[:, None]
    return {"train": (x, 2 * x + 1)}

points = Dataset(
    "points", "Measured points", "CC0",
    sources=(
        LocalGroup((("x.txt",), ("y.txt",)), read),
        Download("https://example.org/points.txt", "points.txt", read, size_bytes=2_000_000),
        BuiltIn(lambda rows: Data(train=Split(*rows["train"]), title="Drawn points"), rows=draw),
    ),
)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two models with the data set `points` and one with a function, and real data."""
    monkeypatch.delenv("MODELPRESS_DATA", raising=False)
    folder = tmp_path / "project"
    # The chosen figure of the real rows is far from any that the built-in ones could have.
    line = LINE.replace("from helper", "from measured").replace(
        'fit={"epochs": 4', 'fit={"epochs": 30'
    )
    line = line.replace('{"loss": AtMost(10)}', '{"loss": AtMost(10), "real_loss": AtMost(200)}')
    tiny_project(folder, {"line": line, "other": line, "plain": LINE})
    monkeypatch.syspath_prepend(folder)
    (folder / "measured.py").write_text(DATASET)
    (tmp_path / "real").mkdir()
    np.savetxt(tmp_path / "real" / "x.txt", [0.0, 0.0])
    np.savetxt(tmp_path / "real" / "y.txt", [11.0, 11.0])
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(["data", *arguments])
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_before_anything_is_here(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "-f", str(folder / "mkdocs.yml"), "--json")
    assert status == 0
    listed = json.loads(out)
    (points,) = listed
    assert (points["name"], points["source"], points["paths"]) == ("points", "builtin", [])
    assert points["local"]["takes"] == [[["x.txt"], ["y.txt"]]]
    assert points["download"]["urls"] == ["https://example.org/points.txt"]
    assert inventory_text(listed, ["plain"]).splitlines() == [
        "points: Measured points; CC0",
        "  for        line, other",
        "  used now   built-in data, a substitute",
        "  local      missing because --data names no folder. --data takes a folder with "
        "x.txt + y.txt",
        "  download   not here. --download fetches 2.0 MB from example.org",
        "  built in   yes",
        "",
        "Without a data set: plain.",
    ]


def test_training_on_built_in_data_is_measured_on_the_real_set(
    folder: Path, tmp_path: Path
) -> None:
    project = find_project(folder / "mkdocs.yml")
    asked = DataRequest(tmp_path / "real", builtin=True)

    def training(request: DataRequest) -> dict[str, Any] | None:
        chain = Chain(project, "line", project.models_dir / "line.py", {}, request, lambda _: None)
        product = chain.find()
        return product.train.read_json("training.json") if product else None

    chain = Chain(project, "line", project.models_dir / "line.py", {}, asked, lambda _: None)
    with ParallelBuild(chain.project, [chain], [], 1, lambda *_: None) as parallel:
        parallel.all()
    found = training(asked)
    assert found is not None
    # At (0, 11) is what the model has not learnt: it answers about 1 there.
    assert found["metrics"]["loss"] < 1
    assert 80 < found["metrics"]["real_loss"] < 120
    data = found["data"]
    assert (data["source"], data["title"]) == ("builtin", "Drawn points")
    assert data["measured_on"]["path"] == "x.txt + y.txt"
    assert data["rows_by_part"] == {"train": 41, "real": 2}
    assert len(list((folder / ".modelpress" / "rows").glob("*.npz"))) == 1
    # Source and content of what trained and of what measured are in the key.
    assert training(DataRequest(tmp_path / "real")) is None
    assert training(DataRequest(builtin=True)) is None
    np.savetxt(tmp_path / "real" / "y.txt", [12.0, 12.0])
    assert training(asked) is None


def test_what_is_used_now(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = find_project(folder / "mkdocs.yml")
    points = importlib.import_module("measured").points  # asked once, for all that follows
    wanted = dict.fromkeys(("line", "other"), points.wanted()) | {"plain": None}
    monkeypatch.setattr("modelpress.build.inventory._wanted", lambda *_: (wanted, None))
    real = tmp_path / "real"
    line = model(data={"source": "builtin", "rows": 41, "path": "", "sha256": "0"})
    published = read(Manifest, manifest({"line": line}))
    monkeypatch.setattr("modelpress.build.inventory.published_manifest", lambda _: published)

    def text(request: DataRequest) -> str:
        listed, without, error = inventory(project, request)
        assert (len(listed), without, error) == (1, ["plain"], None)
        return inventory_text(listed, without)

    assert "built-in data, a substitute; 41 examples in the last build" in text(DataRequest())
    measured = text(DataRequest(real, builtin=True))
    assert "built-in data, a substitute; 41 examples" in measured
    assert f"measures   {real / 'x.txt'} + {real / 'y.txt'}" in measured
    assert (
        f"used now   local, {real / 'x.txt'} + {real / 'y.txt'}; the last build used: builtin"
        in (text(DataRequest(real)))
    )
    (real / "x.txt").unlink()
    assert "used now   nothing: the build will stop here" in text(DataRequest(real))
    assert "local      incomplete: x.txt missing" in text(DataRequest(real))
    assert "is not complete" in text(DataRequest(real))
    path = project.downloads_dir / "points" / "points.txt"
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert f"used now   downloaded, {path}" in text(DataRequest())
    assert f"download   here: {path}" in text(DataRequest())
