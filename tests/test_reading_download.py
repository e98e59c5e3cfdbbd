"""Downloads of a page: a slow line takes its time, a stalled one ends, a broken one goes on."""

from __future__ import annotations

import hashlib
import json
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.server import Line, serve_folder
from tests.twins import ASSETS, NODE

CONTENT = bytes(range(256)) * 512
STALLS = {"stallMs": 1000}  # else a busy machine has a minute to answer

_RUN = """
import {{ createHash }} from "node:crypto";
import {{ pathToFileURL }} from "node:url";
const {{ download }} = await import(pathToFileURL({module}).href);
const found = [];
for (const [url, limits] of {calls}) {{
  try {{
    const {{ bytes, resumed }} = await download(new URL(url), limits);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    found.push({{ sha256, size: bytes.length, resumed }});
  }} catch ({{ message }}) {{
    found.push({{ message }});
  }}
}}
process.stdout.write(JSON.stringify(found));
process.exit();
"""


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., list[dict[str, Any]]]:
    """What the browser's `download` gives for each call, one after the other."""
    module = tmp_path_factory.mktemp("download") / "download.mjs"
    esbuild = ASSETS / "node_modules/esbuild/bin/esbuild"
    entry = ASSETS / "src/runtime/download.ts"
    command = [str(NODE), str(esbuild), str(entry), "--bundle", f"--outfile={module}"]
    subprocess.run([*command, "--format=esm", "--log-level=error"], check=True)

    def run(*calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        limited = [(url, {"stallMs": 60_000, **limits}) for url, limits in calls]
        script = _RUN.format(module=json.dumps(str(module)), calls=json.dumps(limited))
        done = subprocess.run(
            [str(NODE), "--input-type=module"], input=script, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    return run


Serve = Callable[[BaseHTTPRequestHandler, int], None]  # the answer to the nth request, from 0


@contextmanager
def serving(serve: Serve) -> Iterator[tuple[str, list[str | None]]]:
    """A server's address, and the `Range` of each request."""
    ranges: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            ranges.append(self.headers["Range"])
            serve(self, len(ranges) - 1)

        def log_message(self, *_: Any) -> None:
            """Tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/weights.bin", ranges
        server.shutdown()


def answer(request: BaseHTTPRequestHandler, content: bytes, sent: int, *, parts: bool) -> None:
    """Sends `sent` bytes of what was asked for, and ends the connection."""
    asked = request.headers["Range"] if parts else None
    start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
    request.send_response(206 if asked else 200)
    request.send_header("Content-Length", str(len(content) - start))
    if asked:
        request.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
    request.end_headers()
    request.wfile.write(content[start : start + sent])


def whole(found: dict[str, Any]) -> bool:
    return bool(found.get("sha256") == hashlib.sha256(CONTENT).hexdigest())


def test_a_slow_line_may_take_longer_than_a_stall(downloads: Any, tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(CONTENT)
    asked: list[str] = []
    line = Line(bits_per_s=8 * len(CONTENT) / 2.2, latency_s=0)  # 16 pieces, 140 ms each
    with serve_folder(tmp_path, line=line, log=lambda path, _: asked.append(path)) as url:
        limits = {"sizeBytes": len(CONTENT), **STALLS}
        (found,) = downloads((f"{url}/weights.bin", limits))
    assert whole(found), found
    assert asked == ["/weights.bin"]


@pytest.mark.parametrize("headers", [True, False])
def test_a_line_that_brings_nothing_ends(headers: bool, downloads: Any) -> None:
    over = threading.Event()

    def hold(request: BaseHTTPRequestHandler, _: int) -> None:
        if headers:
            answer(request, CONTENT, 0, parts=False)
            request.wfile.flush()
        over.wait()

    with serving(hold) as (url, ranges):
        (found,) = downloads((url, STALLS))
        over.set()
    assert found == {"message": "the connection stalled: nothing came for 1 seconds"}
    assert len(ranges) <= 1


def test_a_line_that_stalls_or_breaks_midway_goes_on_there(downloads: Any) -> None:
    over = threading.Event()
    third = len(CONTENT) // 3

    def breaking(request: BaseHTTPRequestHandler, number: int) -> None:
        answer(request, CONTENT, third if number < 2 else len(CONTENT), parts=True)
        request.wfile.flush()
        if number == 0:
            over.wait()

    with serving(breaking) as (url, ranges):
        (found,) = downloads((url, {"sizeBytes": len(CONTENT), **STALLS}))
        over.set()
    assert whole(found)
    assert found["resumed"]
    assert ranges == [None, f"bytes={third}-", f"bytes={2 * third}-"]


def test_the_next_try_goes_on_where_the_last_ended(downloads: Any) -> None:
    half = len(CONTENT) // 2

    def breaking(request: BaseHTTPRequestHandler, number: int) -> None:
        if number in (1, 2):
            return  # no answer at all, neither to the part nor to the whole
        answer(request, CONTENT, half if number == 0 else len(CONTENT), parts=True)

    with serving(breaking) as (url, ranges):
        first, second = downloads((url, {}), (url, {}))
    assert "message" in first
    assert whole(second)
    assert ranges == [None, f"bytes={half}-", None, f"bytes={half}-"]


def test_a_server_without_parts_is_asked_for_the_whole_once_more(downloads: Any) -> None:
    def breaking(request: BaseHTTPRequestHandler, number: int) -> None:
        answer(request, CONTENT, len(CONTENT) // 2, parts=False)

    with serving(breaking) as (url, ranges):
        (found,) = downloads((url, {}))
    assert "message" in found
    assert ranges == [None, f"bytes={len(CONTENT) // 2}-"]

    def mending(request: BaseHTTPRequestHandler, number: int) -> None:
        if request.headers["Range"]:
            request.send_error(416)
        else:
            answer(request, CONTENT, len(CONTENT) // (1 if number else 2), parts=False)

    with serving(mending) as (url, ranges):
        (found,) = downloads((url, {}))
    assert whole(found)
    assert not found["resumed"]
    assert ranges == [None, f"bytes={len(CONTENT) // 2}-", None]


def test_a_file_that_is_too_long_ends_early(downloads: Any) -> None:
    sent: list[int] = []
    over = threading.Event()

    def endless(request: BaseHTTPRequestHandler, _: int) -> None:
        request.send_response(200)
        request.end_headers()
        try:
            for _count in range(10_000):
                request.wfile.write(CONTENT)
                sent.append(len(CONTENT))
        except OSError:
            over.set()

    with serving(endless) as (url, ranges):
        (found,) = downloads((url, {"sizeBytes": 1000}))
        assert over.wait(30)
    assert 1000 < found["size"] <= 1 << 20
    assert sum(sent) < 10_000 * len(CONTENT)
    assert ranges == [None]


def test_an_error_is_told_and_not_repeated(downloads: Any) -> None:
    with serving(lambda request, _: request.send_error(404)) as (url, ranges):
        (found,) = downloads((url, {}))
    assert found == {"message": "the server answered 404"}
    assert ranges == [None]
