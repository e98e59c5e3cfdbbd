"""The step `record` in a build: what it publishes, what makes it run again, and the replay."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import modelpress
from modelpress.artefacts.manifest import read_manifest
from modelpress.build.build import Report, Request, build
from modelpress.caching import keys
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.recording.replay import LiveFiles
from modelpress.schema.document import plain
from tests.tiny import LINE, tiny_project

FEW = '''
def few():
    """Rows of its own, from a file that training doesn't read."""
    table = np.loadtxt("few.csv", delimiter=",", dtype="float32")
    return table[:, :1], table[:, 1:]


MODEL = Model(
    live=Live(data=few, replay=3, fit={"epochs": 4, "batch_size": 2}),
'''
LIVE_LINE = LINE.replace("import AtMost, Model", "import AtMost, Live, Model").replace(
    "MODEL = Model(\n", FEW.lstrip("\n")
)
ROWS = np.array([[0, 1], [0.5, 2], [1, 3]], np.float32)


def rebuilt(project: Project) -> Report:
    return build(project, Request(use_browser=False), Progress())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("live") / "project"
    made = tiny_project(folder, {"line": LIVE_LINE, "plain": LINE})
    np.savetxt(folder / "few.csv", ROWS, delimiter=",")
    report = rebuilt(made)
    assert "record" in report.ran["line"]
    assert "record" not in report.ran["plain"]
    return made


def test_its_files_are_published_with_their_checksums(project: Project) -> None:
    models = plain(read_manifest(project.site_dir))["models"]
    entry = models["line"]
    assert entry["live"] == {
        "url": "live/live.json",
        "bin": "live/live.bin",
        "keras": "live/take.keras",
        "steps": 3,
        "rows": 3,
        "validation_rows": 0,
        "tolerance": {"cpu": 1e-4, "wasm": 1e-4, "webgl": 1e-4},
    }
    # What Python kept of each model's training fits this line's run in the browser.
    assert entry["epochs"]["trains"] is True
    assert models["plain"]["epochs"]["trains"] is False
    names = [*(entry["live"][key] for key in ("url", "bin", "keras")), entry["epochs"]["bin"]]
    for name in names:
        file = entry["files"][name]
        assert file["url"] == entry["base"] + name
        path = project.site_dir / file["url"]
        assert path.stat().st_size == file["size_bytes"]
        assert keys.sha256(path) == file["sha256"]
    assert "record" in entry["cache_keys"]
    assert "live" not in models["plain"]
    assert not any(name.startswith("live/") for name in models["plain"]["files"])


def test_a_replay_gives_what_was_recorded(project: Project) -> None:
    line = modelpress.load("line", project.config_file)
    again = line.replay()
    files = {name: file["url"] for name, file in line.spec["files"].items()}
    live = LiveFiles(*(project.public_dir / files[f"live/live.{end}"] for end in ("json", "bin")))
    recording = plain(live.spec)["recordings"][0]
    assert np.array_equal(again.losses, live.floats(recording["losses"]["offset"], 3))
    last = live.floats(recording["checks"][-1]["offset"], 2)
    assert np.array_equal(np.concatenate([w.ravel() for w in again.weights.values()]), last)
    assert [weights.shape for weights in again.weights.values()] == [(1, 1), (1,)]
    assert np.array_equal(line.replay(2).losses, again.losses[:2])
    assert np.array_equal(live.examples("x"), ROWS[:, :1])


def test_a_model_that_does_not_train_in_the_browser_has_no_replay(project: Project) -> None:
    with pytest.raises(ModelpressError, match="does not train in the browser") as caught:
        modelpress.load("plain", project.config_file).replay(1)
    assert caught.value.where == "models/plain.py"
    assert "live=Live()" in caught.value.next_step


@pytest.mark.slow
def test_it_runs_again_where_its_own_rows_change_and_only_then(project: Project) -> None:
    assert rebuilt(project).ran.get("line") is None
    np.savetxt(project.root / "few.csv", ROWS[:2], delimiter=",")
    report = rebuilt(project)
    assert set(report.ran["line"]) == {"record"}
    assert "plain" not in report.ran
    assert report.manifest
    live = report.manifest.models["line"].live
    assert live
    assert live.rows == 2


@pytest.mark.slow
def test_what_is_refused_names_the_model_file(tmp_path: Path) -> None:
    source = LIVE_LINE.replace("data=few", "data=lambda: 3")
    project = tiny_project(tmp_path / "project", {"line": source})
    with pytest.raises(ModelpressError, match="function returned no data") as caught:
        rebuilt(project)
    assert caught.value.where == "models/line.py, field `live.data`"
