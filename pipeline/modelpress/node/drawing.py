"""Draws things of a page in Node, with the modules that draw them in the browser.

One Node process draws all that a build has not drawn before; it starts with the first of them.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from modelpress.caching.hashes import digest
from modelpress.caching.store import Cache
from modelpress.core.errors import ModelpressError
from modelpress.node.bundle import assets_root, ensure_node, source_files

_SOURCES = ("build/absent.mjs", "build/draw.mjs", "build/located.mjs", "package-lock.json")
_FOLDERS = ("core", "kinds", "inputs", "outputs", "figures", "explore")
_FILE = "drawing.html"
_KEPT = 64  # drawings of one thing of a model: those of all its pages, and earlier ones


def draw(name: str, slug: str, spec: Any, state_dir: Path | None) -> str:
    """Returns the HTML of a thing, from the cache if it has been drawn before.

    name: its module below `site_assets/src/figures/`, such as "failure/figure". slug: of the model
    or failure that it shows. spec: JSON. state_dir: that of the cache; None to draw anew.
    """
    if state_dir is None:
        return _drawn(name, spec)
    inputs = {"spec": digest(spec), "sources": sources()}
    cache, step = Cache(state_dir, lambda note: None), f"draw-{name.replace('/', '-')}"
    if entry := cache.find(step, slug, inputs):
        return entry.path(_FILE).read_text("utf-8")
    html = _drawn(name, spec)
    with suppress(OSError), cache.making(step, slug) as made:  # the page has its drawing
        (made / _FILE).write_text(html, "utf-8")
        cache.commit(step, slug, inputs, made, _KEPT)
    return html


@functools.cache
def sources() -> str:
    """Returns a hash of all that `draw` runs."""
    root = assets_root()
    found = [file for name in _FOLDERS for file in (root / "src" / name).rglob("*.ts")]
    names = sorted(file.relative_to(root).as_posix() for file in found)
    return digest(source_files([*_SOURCES, *names]))


def forget() -> None:
    """Ends Node, so that the next drawing reads the browser's sources again."""
    sources.cache_clear()
    with _LOCK:
        _end()


def _drawn(name: str, spec: Any) -> str:
    request = json.dumps({"name": name, "spec": spec})
    with _LOCK:
        process = _process()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(request + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
    answer = json.loads(line) if line else {"error": "Node ended."}
    if "error" in answer:
        raise ModelpressError(
            f"{name} could not be drawn.",
            where=str(assets_root()),
            found=answer["error"],
            next_step="Correct the cause that Node reports, and build again.",
        )
    return str(answer["html"])


_LOCK = threading.Lock()
_running: tuple[int, subprocess.Popen[str]] | None = None  # with the id of its own Python process


def _process() -> subprocess.Popen[str]:
    global _running
    if _running is not None and _running[0] == os.getpid() and _running[1].poll() is None:
        return _running[1]
    script = assets_root() / "build" / "draw.mjs"
    process = subprocess.Popen(
        [str(ensure_node()), str(script)],
        cwd=assets_root(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    _running = os.getpid(), process
    return process


@atexit.register
def _end() -> None:
    global _running
    if _running is not None and _running[0] == os.getpid():
        process = _running[1]
        process.kill()  # it holds nothing
        with process:  # waits, and closes the pipes
            pass
    _running = None
