"""A static web server for tests and measurements; optionally a slow line and compression."""

from __future__ import annotations

import functools
import gzip
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".bin", ".wasm", ".txt"}
TYPES = {
    **http.server.SimpleHTTPRequestHandler.extensions_map,
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".bin": "application/octet-stream",
}


@dataclass
class Line:
    """A line of limited speed that all connections share, as a reader's own line is.

    ``bits_per_s``: capacity; ``latency_s``: one round trip, paid once a request.
    """

    bits_per_s: float
    latency_s: float
    free_at: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, size_bytes: int) -> None:
        """Hold the caller until ``size_bytes`` more have passed through the line."""
        with self.lock:
            start = max(self.free_at, time.monotonic())
            self.free_at = start + 8 * size_bytes / self.bits_per_s
            until = self.free_at
        time.sleep(max(0.0, until - time.monotonic()))


Log = Callable[[str, int], None]


@contextmanager
def serve_folder(
    folder: Path,
    *,
    line: Line | None = None,
    compress: bool = False,
    log: Log | None = None,
    sent: Log | None = None,
) -> Iterator[str]:
    """Serve ``folder`` on a free port of this machine; yields its address without a last slash.

    ``compress``: gzip (level 9) for the types a web host would compress. ``log`` is told the path
    and the bytes of every answer when it begins, ``sent`` the same of each part once it has passed.
    """

    @functools.cache
    def body(path: Path, packed: bool) -> bytes:
        raw = path.read_bytes()
        return gzip.compress(raw, 9, mtime=0) if packed else raw

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        extensions_map = TYPES

        def do_GET(self) -> None:
            path = Path(self.translate_path(self.path))
            if path.is_dir():
                path /= "index.html"
            if line:
                time.sleep(line.latency_s)
            if not path.is_file():
                self.send_error(404)
                return
            packed = compress and path.suffix in COMPRESSED
            content = body(path, packed) if compress else path.read_bytes()
            self.send_response(200)
            self.send_header("Content-Type", self.guess_type(str(path)))
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-cache")
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            if log:
                log(self.path, len(content))
            step = 8192 if line else max(1, len(content))
            for offset in range(0, len(content), step):
                part = content[offset : offset + step]
                if line:
                    line.wait(len(part))
                self.wfile.write(part)
                if sent:
                    sent(self.path, len(part))

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: a test's output is the test's."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that closes a connection early is no error here."""

    handler = functools.partial(Handler, directory=str(folder))
    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
