"""The command: help, exit codes, and sentences where something is wrong before anything runs."""

from __future__ import annotations

import errno
import json
import socket
from pathlib import Path

import pytest

from modelpress import cli
from modelpress.core.errors import ModelFailure
from modelpress.files import marks
from modelpress.processes import worker_pool
from tests.tiny import LINE, PLAIN, tiny_project, write_page


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        cli.main(list(arguments))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the model `line`, in which no worker may start."""
    tiny_project(tmp_path, {"line": LINE})
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MODELPRESS_DATA", raising=False)

    def never(*_: object) -> None:
        raise AssertionError("a worker was started")

    monkeypatch.setattr(worker_pool.Worker, "run", never)
    return tmp_path


@pytest.mark.parametrize("command", ["", "build", "serve", "list", "data", "verify", "clean"])
def test_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    status, out, _ = run(capsys, *command.split(), "--help")
    assert status == 0
    assert "Usage: modelpress" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["bild"], "No such command 'bild'"),
        (["build", "--jbos", "2"], "--jbos"),
        (["build", "--jobs", "0"], "--jobs"),
        (["build", "--data", "/no/such/folder"], "/no/such/folder"),
        (["serve", "--port", "70000"], "--port"),
    ],
)
def test_bad_use(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    status, _, err = run(capsys, *arguments)
    assert status == 2
    assert said in err


def test_no_project(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in ("build", "serve", "list", "data", "verify", "clean"):
        status, _, err = run(capsys, command)
        assert status == 2
        assert "There is no mkdocs.yml or modelpress.yml here" in err


def test_an_unknown_slug(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    status, _, err = run(capsys, "build", "lime", "--no-browser")
    assert status == 2
    assert "There is no model `lime`. Did you mean `line`?" in err


def test_a_model_without_a_page(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "docs" / "line.md").unlink()
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 2
    assert "No page shows the model `line`" in err
    assert "Write docs/line.md" in err
    assert "```model line" in err


def test_a_page_with_an_unknown_model(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    write_page(folder, "lines")
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 2
    assert "docs/lines.md:3: There is no model `lines`. Did you mean `line`?" in err


def test_no_pages_at_all(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "docs").rename(folder / "elsewhere")
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 2
    assert f"{folder / 'docs'}' isn't an existing directory" in err
    assert "Create the folder with an index.md" in err


def test_a_state_folder_that_is_a_file(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / ".modelpress").write_text("")
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 2
    assert ".modelpress" in err
    assert "Next: Rename or remove it" in err


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC])
def test_a_state_folder_that_refuses(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(code, "Refused", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 2
    assert "Refused" in err
    assert "Next:" in err
    assert list(folder.glob(".modelpress/*")) == []


def test_interrupted(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("modelpress.build.build.parallel_build", interrupt)
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 130
    assert err.strip().count("\n") == 0
    assert "Interrupted" in err


def test_a_failed_model_exits_with_one(
    capsys: pytest.CaptureFixture[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise ModelFailure("It diverged.")

    monkeypatch.setattr("modelpress.build.build.parallel_build", fail)
    status, _, err = run(capsys, "build", "--no-browser")
    assert status == 1
    assert "Error: It diverged." in err


def test_list_before_a_build(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "models" / "other.py").write_text(PLAIN)
    status, out, _ = run(capsys, "list")
    assert status == 0
    assert [line.split()[0] for line in out.splitlines()] == ["slug", "line", "other"]
    assert "not built yet" in out
    status, out, _ = run(capsys, "list", "--json")
    assert [model["slug"] for model in json.loads(out)] == ["line", "other"]
    assert json.loads(out)[0]["source"] == "models/line.py"


def test_data_of_a_model_file_that_fails(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "models" / "line.py").write_text("import nothing_of_that_name\n")
    status, _, err = run(capsys, "data")
    assert status == 2
    assert "models/line.py:1" in err
    assert "nothing_of_that_name" in err


def test_verify_before_a_build(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    status, _, err = run(capsys, "verify")
    assert status == 2
    assert "modelpress build" in err


def test_a_busy_port(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        status, _, err = run(capsys, "serve", "--port", str(port), "--no-open")
    assert status == 2
    assert f"Port {port} can't be used: another program uses it." in err
    assert "modelpress serve --port" in err


def test_clean(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    (folder / "site").mkdir()
    (folder / "site/index.html").touch()
    marks.write(folder / "site", marks.of(folder / "site", made=True))
    status, out, _ = run(capsys, "clean")
    assert (status, out) == (0, "Removed site.\n")
    assert not (folder / ".modelpress").exists()
