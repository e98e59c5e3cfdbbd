"""A web host that a test takes off the net, gives another build, or lets answer wrongly."""

from __future__ import annotations

import http.server
import mimetypes
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from tests.server import TYPES, Line

PART_BYTES = 8192


@dataclass
class Host:
    """What it does can be changed while it serves.

    folder: of the site. down: whether connections are cut. wrong: path → status, type, content in
    the place of the file's. cut: path → share of the file after which the connection is cut. held:
    path → what stands in the file, and the event until which nothing after it is sent. slow: path →
    a line of its own, through which it comes in thirty pieces. line: all that is sent goes through
    it. asked: paths, in order. headers: sent with everything.
    """

    folder: Path
    url: str = ""
    down: bool = False
    wrong: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    cut: dict[str, float] = field(default_factory=dict)
    held: dict[str, tuple[bytes, threading.Event]] = field(default_factory=dict)
    slow: dict[str, Line] = field(default_factory=dict)
    line: Line | None = None
    asked: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)


@contextmanager
def hosting(folder: Path) -> Iterator[Host]:
    """Serves `folder`, as long as the host isn't down."""
    host = Host(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            name = unquote(self.path.partition("?")[0].lstrip("/"))
            if host.down:
                self._hang_up()
                return
            host.asked.append(name)
            path = host.folder / name
            path = path / "index.html" if path.is_dir() else path
            status, kind, content = 404, "text/plain", b"There is no such file."
            if name in host.wrong:
                status, kind, content = host.wrong[name]
            elif path.is_file():
                kind = TYPES.get(path.suffix) or mimetypes.guess_type(path)[0] or kind
                status, content = 200, path.read_bytes()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Cache-Control", "no-cache")
            for header, value in host.headers.items():
                self.send_header(header, value)
            self.end_headers()
            if name in host.cut:
                self.wfile.write(content[: int(host.cut[name] * len(content))])
                self._hang_up()
                return
            if name in host.held:
                mark, event = host.held[name]
                before, mark, content = content.partition(mark)
                self.wfile.write(before + mark)
                event.wait()
            line = host.slow.get(name, host.line)
            size = -(-len(content) // 30) if name in host.slow else PART_BYTES
            for offset in range(0, len(content), size):
                part = content[offset : offset + size]
                if line:
                    line.wait(len(part))
                self.wfile.write(part)

        def _hang_up(self) -> None:
            self.wfile.flush()
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing: a test's output is the test's."""

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A connection that was cut is no error here."""

    server = Server(("127.0.0.1", 0), Handler)
    host.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
