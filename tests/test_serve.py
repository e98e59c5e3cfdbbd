"""Serving: pages are there and rebuilt when something changes; an error is told and mended."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from modelpress.build import serve, watching
from modelpress.build.build import Request
from modelpress.build.serve import require_free
from modelpress.build.watching import Watch, watched
from modelpress.caching import keys
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from tests.tiny import tiny_project


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_what_is_watched(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    for name in ("over", "more"):
        (tmp_path / name).mkdir()
    (tmp_path / "hook.py").write_text("")
    (tmp_path / "base.yml").write_text(
        "site_name: x\ntheme: {name: mkdocs, custom_dir: over}\nwatch: [more]\n"
        "hooks: [hook.py]\nplugins: [modelpress]\n"
    )
    project.config_file.write_text("INHERIT: base.yml\n")
    places = watched(find_project(project.config_file))
    for name in ("mkdocs.yml", "base.yml", "docs", "models", "failures", "models/line.py"):
        assert project.root / name in places
    for name in ("helper.py", "over", "more", "hook.py"):
        assert project.root / name in places
    assert keys.PACKAGE / "spec/model.py" in places


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks without waiting."""
    monkeypatch.setattr(watching, "LOOK_EVERY_S", 0)
    monkeypatch.setattr(watching, "SETTLED_S", 0)


def write(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text)


def replace(path: Path) -> None:
    """As editors save: another file takes the place."""
    path.with_name("new").write_text("something else")
    path.with_name("new").replace(path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("mkdocs.yml", write("site_name: y\n")),
        ("mkdocs.yml", replace),
        ("mkdocs.yml", Path.unlink),
        ("docs/index.md", Path.unlink),
        ("docs/deep/new.md", write("# New\n")),
        ("docs/linked/page.md", write("# Changed\n")),
        ("models/new.py", write("")),
        ("models/line.py", Path.unlink),
        ("failures/new.py", write("")),  # a folder that was not there
        ("helper.py", write("")),
    ],
)
def test_a_change_is_noticed(
    tmp_path: Path, at_once: None, name: str, change: Callable[[Path], object]
) -> None:
    project = tiny_project(tmp_path / "project")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "page.md").write_text("# Page\n")
    (tmp_path / "elsewhere" / "circle").symlink_to(tmp_path / "elsewhere")
    (project.docs_dir / "linked").symlink_to(tmp_path / "elsewhere")
    watch = Watch(project)
    assert not watch._changed()
    path = project.root / name
    path.parent.mkdir(exist_ok=True)
    change(path)
    assert watch.wait() <= time.monotonic()
    assert not watch._changed()


def test_a_change_during_a_build_is_not_lost(tmp_path: Path, at_once: None) -> None:
    project = tiny_project(tmp_path)
    watch = Watch(project)
    (project.docs_dir / "index.md").write_text("# Changed\n")
    watch.follow(project)
    assert watch._changed()


def test_what_a_build_writes_is_no_change(tmp_path: Path, at_once: None) -> None:
    (project := tiny_project(tmp_path)).site_dir.mkdir()
    with project.config_file.open("a") as config:
        config.write("watch: [.]\n")
    project = find_project(project.config_file)
    watch = Watch(project)
    for folder in (project.site_dir, project.state_dir, project.models_dir / "__pycache__"):
        folder.mkdir(exist_ok=True)
        (folder / "made").write_text("")
    (project.root / "modelpress-site.zip").write_text("")
    assert not watch._changed()
    (project.root / "notes.txt").write_text("")
    assert watch._changed()


def test_a_free_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(ModelpressError, match=f"Port {port} can't be used") as caught:
            require_free("127.0.0.1", port)
    free = int(caught.value.next_step.rsplit(" ", 1)[1])
    require_free("127.0.0.1", free)


@pytest.mark.parametrize("host", ["192.0.2.1", "a..b", "nowhere.invalid", "x" * 300, "-"])
def test_a_host_that_is_not_this_machine_is_refused(host: str) -> None:
    with pytest.raises(ModelpressError, match="can't listen on") as caught:
        require_free(host, free_port())
    assert "--host" in caught.value.next_step


def test_the_configured_address_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tiny_project(tmp_path)
    with project.config_file.open("a") as config:
        config.write("dev_addr: 127.0.0.7:9123\n")
    asked: list[tuple[str, int]] = []

    def refuse(host: str, port: int) -> None:
        asked.append((host, port))
        raise ModelpressError("Enough.")

    monkeypatch.setattr(serve, "require_free", refuse)
    project = find_project(project.config_file)
    for address in (serve.Address(), serve.Address(host="::1"), serve.Address(port=7)):
        with pytest.raises(ModelpressError, match="Enough"):
            serve.serve(project, Request(), Progress(), address, strict=None, open_page=False)
    assert asked == [("127.0.0.7", 9123), ("::1", 9123), ("127.0.0.7", 7)]


class Serving:
    """`modelpress serve` as a process, and what is heard and read of it."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = ["serve", "--no-open", "--no-browser", f"--port={self.port}"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "modelpress", *command],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(keys.PACKAGE.parent)},
            stderr=subprocess.PIPE,
            text=True,
        )

    def heard(self, start: str) -> str:
        assert self.process.stderr is not None
        return next(line for line in self.process.stderr if line.startswith(start))

    def read(self, path: str) -> str:
        with urlopen(f"http://127.0.0.1:{self.port}{path}") as answer:
            return str(answer.read().decode())

    def news(self) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.read("/__modelpress__/live?version=0&revision=0"))
        return answer

    def __enter__(self) -> Serving:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()


def test_pages_are_rebuilt_while_served(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    (project.models_dir / "line.py").unlink()  # nothing is trained
    (project.docs_dir / "index.md").unlink()
    (tmp_path / "hook.py").write_text("def on_page_content(html, **_):\n    return html\n")
    with project.config_file.open("a") as config:
        config.write("hooks: [hook.py]\n")
    (project.docs_dir / "line.md").write_text("# Broken\n\n```model lime\n```\n")
    with Serving(project.root) as server:
        # A first build that fails is served, too: it is mended like any other.
        assert "docs/line.md:3: There is no model `lime`" in server.heard("Error:")
        assert f"http://127.0.0.1:{server.port}/" in server.heard("Serving")
        error = server.news()["error"]
        assert error["where"] == "docs/line.md:3"
        (project.docs_dir / "line.md").write_text("# Mended\n")
        server.heard("Rebuilt in")
        assert "Mended" in server.read("/")  # the first page stands in for index.md
        # What an earlier visit keeps would hide what is being written.
        assert "registration.unregister()" in server.read("/sw.js")
        before = server.news()
        assert before["error"] is None

        (tmp_path / "hook.py").write_text(
            "def on_page_content(html, **_):\n    return html + 'By the new hook.'\n"
        )
        seconds = float(server.heard("Rebuilt in").split()[2])
        assert seconds < 60
        assert "By the new hook." in server.read("/line/")
        assert server.news()["version"] > before["version"]

        (project.docs_dir / "added.md").write_text("# Added\n\n[gone](gone.md)\n")
        assert "gone.md" in server.heard("Warning:")
        server.heard("Rebuilt in")
        assert "Added" in server.read("/added/")

        with project.config_file.open("a") as config:
            config.write("strict: true\n")
        server.heard("Error:")
        assert "gone.md" in server.news()["error"]["found"]
        assert "Added" in server.read("/added/")
        assert "live.js" in server.read("/added/")
        assert "live.js" not in (project.site_dir / "added/index.html").read_text()
