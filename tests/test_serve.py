"""Serving: the page is there, a changed page is rebuilt, and a failing one leaves the site."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from pipeline import keys
from pipeline.errors import ModelpressError
from pipeline.serve import require_free, watched
from tests.tiny import built_project


def test_what_is_watched(tmp_path: Path) -> None:
    project = built_project(tmp_path)
    places = watched(project)
    for name in ("mkdocs.yml", "docs", "models", "models/line.py", "helper.py"):
        assert project.root / name in places
    assert keys.PACKAGE / "model.py" in places


def test_a_free_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        with pytest.raises(ModelpressError, match=f"Port {port} can't be used") as caught:
            require_free("127.0.0.1", port)
    free = int(caught.value.next_step.rsplit(" ", 1)[1])
    require_free("127.0.0.1", free)


def test_pages_are_rebuilt_while_served(tmp_path: Path) -> None:
    project = built_project(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "pipeline", "serve", "--no-open", "--no-browser", f"--port={port}"],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(keys.PACKAGE.parent)},
        stderr=subprocess.PIPE,
        text=True,
    )

    def heard(start: str) -> str:
        assert server.stderr is not None
        return next(line for line in server.stderr if line.startswith(start))

    def page() -> str:
        with urlopen(f"http://127.0.0.1:{port}/line/") as answer:
            return str(answer.read().decode())

    try:
        assert f"http://127.0.0.1:{port}/" in heard("Serving")
        assert "modelpress-model" in page()
        with urlopen(f"http://127.0.0.1:{port}/sw.js") as answer:
            # What an earlier visit keeps would hide what is being written.
            assert b"registration.unregister()" in answer.read()
        (project.docs_dir / "line.md").write_text("# Fresh words\n\n```model line\n```\n")
        heard("Rebuilt")
        assert "Fresh words" in page()
        (project.docs_dir / "line.md").write_text("# Broken\n\n```model lime\n```\n")
        assert "Did you mean `line`" in heard("Error:")
        assert "Fresh words" in page()
    finally:
        server.terminate()
        server.wait()
