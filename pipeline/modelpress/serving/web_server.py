"""The web server of `modelpress serve`: it serves the site's files to this machine's browser.

Every request gets a response; malformed and foreign requests are refused with a reason.
"""

from __future__ import annotations

import html
import http.server
import json
import mimetypes
import os
import re
import shutil
import socket
import socketserver
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, unquote

from modelpress.core.errors import described
from modelpress.serving import live_reload
from modelpress.serving.hosts import EVERYWHERE, Hosts, host_of
from modelpress.serving.live_reload import Live
from modelpress.serving.request_path import BadRequest, split_target

WORKER = "sw.js"
# The service worker served while the site is edited: it removes itself and its caches.
UNREGISTER = b"""\
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  const path = new URL(registration.scope).pathname;
  const names = (await caches.keys()).filter((name) => name.startsWith(`modelpress ${path} `));
  await Promise.all(names.map((name) => caches.delete(name)));
  await registration.unregister();
})()));
"""
HTML = "text/html; charset=utf-8"
_KNOWN = re.compile(r"version=([0-9]{1,16})&revision=([0-9]{1,16})")
_TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".gz": "application/gzip",
    ".webmanifest": "application/manifest+json",
}


class SiteServer(http.server.ThreadingHTTPServer):
    """Serves `root` under the path `mount`; `root` is None until the first build.

    first_page: URL of the page that replaces a missing home page, relative to `mount`.
    """

    daemon_threads = True
    root: Path | None = None
    first_page = ""

    def __init__(
        self, host: str, port: int, mount: str, note: Callable[[str], None], hosts: Iterable[str]
    ) -> None:
        self.mount, self.note = mount, note
        self.live = Live()
        self.hosts = Hosts(host, hosts)
        self._host = host
        self.address_family = family(host)
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """The address to open: this machine's if the server listens on all addresses."""
        host = self._host
        if host in EVERYWHERE:
            host = "::1" if self.address_family == socket.AF_INET6 else "127.0.0.1"
        host = f"[{host}]" if ":" in host else host
        return f"http://{host}:{self.server_port}{quote(unquote(self.mount))}"

    def server_bind(self) -> None:
        # HTTPServer's own method looks up this machine's name in the DNS.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self._host, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores broken connections."""


def family(host: str) -> socket.AddressFamily:
    """Returns IPv6 for an address of that kind, or a name with only such addresses."""
    if ":" in host:
        return socket.AF_INET6
    try:
        found = socket.getaddrinfo(host or None, 0, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return socket.AF_INET
    families = [each[0] for each in found]
    return socket.AF_INET if socket.AF_INET in families else families[0]


class Handler(http.server.BaseHTTPRequestHandler):
    """Handles one connection."""

    protocol_version = "HTTP/1.1"
    error_message_format = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>%(message)s</title>'
        "<body><p>%(explain)s</p></body></html>"
    )
    timeout = 60
    server: SiteServer
    _responded = False
    _tag = b""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._refuse_method
        raise AttributeError(name)

    def do_GET(self) -> None:
        self._responded, self._tag = False, self.server.live.tag()
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True  # the body is not read
        try:
            self._require_host()
            self._route(*self._target())
        except BadRequest as error:
            self.send_error(error.status, explain=str(error))
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception as error:  # respond in any case, and never with a traceback
            self.server.note(f"A request failed: {described(error)}")
            self.close_connection = True
            if not self._responded:
                self.send_error(HTTPStatus.INTERNAL_SERVER_ERROR, explain="The server failed.")

    do_HEAD = do_GET

    def _refuse_method(self) -> None:
        self.close_connection = True
        self.send_response(HTTPStatus.METHOD_NOT_ALLOWED)
        self.send_header("Allow", "GET, HEAD")
        self._finish(b"Only GET and HEAD are allowed.\n", "text/plain; charset=utf-8")

    def _require_host(self) -> None:
        named = self.headers.get_all("Host", [])
        if len(named) != 1:
            raise BadRequest("Expected one Host header.")
        self._require_allowed(named[0])

    def _require_allowed(self, header: str) -> None:
        host = host_of(header)
        if host is None:
            raise BadRequest("The Host header is malformed.")
        if not self.server.hosts.allow(host):
            raise BadRequest(
                f"This server does not accept the name {host}. Open {self.server.url}, or "
                f"start it with --allow-host {host}.",
                HTTPStatus.FORBIDDEN,
            )

    def _target(self) -> tuple[list[str], bool, str]:
        target = split_target(self.path)
        if target.authority is not None:
            self._require_allowed(target.authority)
        return target.segments, target.folder, target.query

    def _route(self, segments: list[str], folder: bool, query: str) -> None:
        path = "/" + "/".join(segments)
        if path == live_reload.SCRIPT_PATH:
            self._send(live_reload.script(), "text/javascript; charset=utf-8")
        elif path == live_reload.PATH:
            self._send_state(query)
        elif (inside := _inside(segments, self.server.mount)) is None:
            if segments:
                self._missing()
            else:
                self._redirect(unquote(self.server.mount))
        elif inside == [WORKER]:
            # A cached page would hide the author's latest changes.
            self._send(UNREGISTER, "text/javascript; charset=utf-8")
        elif self.server.root is None:
            self._page(HTTPStatus.SERVICE_UNAVAILABLE, "This page appears once the site is built.")
        elif not inside and not folder and segments:
            self._redirect(path + "/")
        else:
            self._send_path(self.server.root.joinpath(*inside), inside, folder or not segments)

    def _send_path(self, path: Path, inside: list[str], folder: bool) -> None:
        try:
            file = (path / "index.html" if folder else path).open("rb")
        except OSError:
            if not folder and _is_file(path / "index.html"):
                self._redirect(unquote(self.server.mount) + "/".join(inside) + "/")
            elif not inside and self.server.first_page:
                self._redirect(unquote(self.server.mount) + unquote(self.server.first_page))
            else:
                self._missing()
            return
        with file:
            self._send_file(file, "index.html" if folder else path.name)

    def _send_file(self, file: BinaryIO, name: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        kind = _type(name)
        if kind == HTML:
            self._send(live_reload.with_tag(file.read(), self._tag), kind, status)
            return
        self.send_response(status)
        self._headers(os.fstat(file.fileno()).st_size, kind)
        if self.command != "HEAD":
            shutil.copyfileobj(file, self.wfile)

    def _missing(self) -> None:
        page = self.server.root / "404.html" if self.server.root else None
        if page and _is_file(page):
            with page.open("rb") as file:
                self._send_file(file, page.name, HTTPStatus.NOT_FOUND)
        else:
            self._page(HTTPStatus.NOT_FOUND, "The site has no such page or file.")

    def _page(self, status: HTTPStatus, sentence: str) -> None:
        body = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>'
            f"{html.escape(status.phrase)}</title><body><p>{html.escape(sentence)}</p>"
            f'<p><a href="{html.escape(self.server.url)}">First page</a></p></body></html>'
        )
        self._send(live_reload.with_tag(body.encode(), self._tag), HTML, status)

    def _send_state(self, query: str) -> None:
        match = _KNOWN.fullmatch(query)
        if match is None:
            raise BadRequest("Expected two numbers: version and revision.")
        state = self.server.live.wait(int(match[1]), int(match[2]))
        self._send(json.dumps(state).encode(), "application/json")

    def _redirect(self, path: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", quote(path))
        self._finish(b"", HTML)

    def _send(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self._finish(body, kind)

    def _finish(self, body: bytes, kind: str) -> None:
        self._headers(len(body), kind)
        if self.command != "HEAD":
            self.wfile.write(body)

    def _headers(self, size: int, kind: str) -> None:
        self._responded = True
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Logs no requests."""


def _inside(segments: list[str], mount: str) -> list[str] | None:
    """Returns the path segments below `mount`, or None for a path elsewhere."""
    above = [part for part in unquote(mount).split("/") if part]
    return segments[len(above) :] if segments[: len(above)] == above else None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # the name is too long
        return False


def _type(name: str) -> str:
    suffix = Path(name).suffix.lower()
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
