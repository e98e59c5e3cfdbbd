"""The server of `serve`: every request gets an answer, and foreign names are refused."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.serving.hosts import Hosts, host_of
from modelpress.serving.live_reload import PATH
from modelpress.serving.web_server import SiteServer


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def server(tmp_path: Path, notes: list[str]) -> Iterator[SiteServer]:
    site = tmp_path / "site"
    (site / "a page").mkdir(parents=True)
    (site / "a page" / "index.html").write_text("<html><body>A page.</BODY></html>")
    (site / "grüße").mkdir()
    (site / "grüße" / "index.html").write_text("Hello.")
    (site / ".git").mkdir()
    (site / ".git" / "config").write_text("[remote]")
    (site / "data.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    running = SiteServer("127.0.0.1", 0, "/", notes.append, ())
    running.root = site
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield running
    running.live.end()
    running.shutdown()
    running.server_close()


def send(server: SiteServer, request: bytes) -> bytes:
    """The whole answer to these bytes."""
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while block := connection.recv(1 << 16):
            answer += block
        return answer


def get(server: SiteServer, target: bytes, host: bytes = b"localhost", *more: bytes) -> bytes:
    lines = [b"GET " + target + b" HTTP/1.1", b"Host: " + host, b"Connection: close", *more]
    return send(server, b"\r\n".join([*lines, b"", b""]))


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:200]
    return int(answer.split(b" ", 2)[1])


def test_pages_and_files(server: SiteServer) -> None:
    page = get(server, b"/a%20page/")
    assert status(page) == 200
    assert b"defer></script></BODY>" in page
    assert b"Content-Type: text/html; charset=utf-8" in page
    file = get(server, b"/data.json?v=1")
    assert file.endswith(b"\r\n\r\n{}")
    assert b"Content-Type: application/json\r\n" in file
    assert b"location: /a%20page/" in get(server, b"/a%20page").lower()
    for target in (
        "/grüße/".encode(),
        b"/gr%C3%BC%C3%9Fe/",
        b"//./gr%C3%BC%C3%9Fe//",
    ):
        assert b"Hello." in get(server, target)
    assert get(server, b"http://localhost/data.json").endswith(b"{}")
    head = send(server, b"HEAD /data.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert status(head) == 200
    assert head.endswith(b"\r\n\r\n")


def test_one_connection_for_several_requests(server: SiteServer) -> None:
    one = b"GET /data.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert send(server, one * 3).count(b"HTTP/1.1 200") == 3
    # The body of a request is not taken for the next one.
    with_body = b"GET /data.json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n"
    assert send(server, with_body + b"GET / HTT").count(b"HTTP/1.1 ") == 1


def test_the_first_page_stands_in_for_a_home_page(server: SiteServer) -> None:
    assert status(get(server, b"/")) == 404
    server.first_page = "gr%C3%BC%C3%9Fe/"
    answer = get(server, b"/")
    assert status(answer) == 302
    assert b"Location: /gr%C3%BC%C3%9Fe/\r\n" in answer
    server.mount = "/a/b%20c/"
    assert b"Location: /a/b%20c/\r\n" in get(server, b"/")
    assert b"Location: /a/b%20c/\r\n" in get(server, b"/a/b%20c")
    assert b"Location: /a/b%20c/gr%C3%BC%C3%9Fe/\r\n" in get(server, b"/a/b%20c/")
    assert b"Hello." in get(server, b"/a/b%20c/gr%C3%BC%C3%9Fe/")
    assert status(get(server, b"/data.json")) == 404


def test_a_missing_page_is_the_sites_own(server: SiteServer) -> None:
    assert server.root is not None
    (server.root / "404.html").write_text("<body>Not here.</body>")
    answer = get(server, b"/gone/")
    assert status(answer) == 404
    assert b"Not here.<script" in answer


def test_before_there_is_a_site_nothing_is_served(server: SiteServer) -> None:
    server.root = None
    answer = get(server, b"/data.json")
    assert status(answer) == 503
    assert PATH.encode() in answer


TARGETS = {
    b"/\0": 400,
    b"/%00": 400,
    b"/a%0d%0aSet-Cookie:x=1/": 400,
    b"/%": 400,
    b"/%4": 400,
    b"/%zz": 400,
    b"/%ff": 400,
    b"/\xff": 400,
    b"/%c0%ae%c0%ae/secret.txt": 400,
    b"/../secret.txt": 400,
    b"/%2e%2e/secret.txt": 400,
    b"/a%20page/..%2f..%2fsecret.txt": 400,
    b"/..\\secret.txt": 404,
    b"data.json": 400,
    b"*": 400,
    b"ftp://localhost/data.json": 400,
    b"http://[::1/data.json": 400,
    b"http://evil.example/data.json": 403,
    b"//evil.example/..": 400,
    b"/.git/config": 404,
    b"/.GIT/config": 404,
    b"/" + b"a" * 5000: 404,
    b"/" + b"a/" * 5000: 404,
    b"/" + b"a" * 70_000: 414,
    b"/a b": 400,
    PATH.encode(): 400,
    PATH.encode() + b"?version=x&revision=%zz": 400,
    PATH.encode() + b"?version=" + b"9" * 5000 + b"&revision=1": 400,
    PATH.encode() + b"?" + b"&" * 2000 + b"a=1" * 20: 400,
}


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: repr(target)[:40])
def test_odd_targets_get_an_answer(
    server: SiteServer, target: bytes, notes: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    answer = get(server, target)
    assert status(answer) == TARGETS[target]
    assert b"secret" not in answer
    assert b"Set-Cookie" not in answer
    assert status(get(server, b"/data.json")) == 200
    assert (notes, capfd.readouterr()) == ([], ("", ""))


REQUESTS = {
    b"\r\n": None,
    b"GET\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\n\r\n": 400,
    b"GET / HTTP/1.0\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost:\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: local host\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: localhost:port\r\n\r\n": 400,
    b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n": 505,
    b"GET / HTTP/x\r\nHost: localhost\r\n\r\n": 400,
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 70_000 + b"\r\n\r\n": 431,
    b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: x\r\n" * 200 + b"\r\n": 431,
    b"GET / HTTP/1.1\r\nno header\r\n\r\n": 400,
    b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc": 405,
    b"DELETE /data.json HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"__init__ / HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"\xff\xfe / HTTP/1.1\r\nHost: localhost\r\n\r\n": 405,
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": 505,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n": 400,  # a TLS handshake
}


@pytest.mark.parametrize("request_bytes", REQUESTS, ids=lambda request: repr(request)[:40])
def test_odd_requests_get_an_answer(
    server: SiteServer,
    request_bytes: bytes,
    notes: list[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    answer = send(server, request_bytes)
    wanted = REQUESTS[request_bytes]
    if wanted is None:
        assert answer == b""
    else:
        if answer.startswith(b"HTTP/"):
            assert status(answer) == wanted
        else:  # no version was named: the answer has no status line
            assert answer.startswith(b"<!doctype html>")
    assert status(get(server, b"/data.json")) == 200
    assert (notes, capfd.readouterr()) == ([], ("", ""))


def test_a_reader_that_goes_away_is_no_error(
    server: SiteServer, notes: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert server.root is not None
    (server.root / "large.bin").write_bytes(bytes(1 << 24))
    connection = socket.create_connection(("127.0.0.1", server.server_port))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.sendall(b"GET /large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n")
    connection.recv(100)
    connection.close()  # at once, by a reset
    assert status(get(server, b"/data.json")) == 200
    assert (notes, capfd.readouterr()) == ([], ("", ""))


def test_a_fault_of_the_servers_is_one_sentence(
    server: SiteServer, notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no luck")

    monkeypatch.setattr("modelpress.serving.web_server._type", fail)
    assert status(get(server, b"/data.json")) == 500
    assert notes == ["A request failed: RuntimeError: no luck"]


@pytest.mark.parametrize(
    "host",
    [b"evil.example", b"evil.example:8000", b"localhost.evil.example", b"127.0.0.1.evil.example",
     b"10.0.0.1", b"0.0.0.0:8000", b"[::2]", b"[::ffff:10.0.0.1]", b"notlocalhost", b"2130706433"],
)  # fmt: skip
def test_foreign_names_are_refused(server: SiteServer, host: bytes) -> None:
    answer = get(server, b"/data.json", host)
    assert status(answer) == 403
    assert b"does not accept the name" in answer
    assert server.url.encode() in answer
    assert status(get(server, PATH.encode() + b"?version=0&revision=0", host)) == 403


@pytest.mark.parametrize(
    "host",
    [b"localhost", b"LOCALHOST:99", b"localhost.", b"127.0.0.1:8000", b"127.1.2.3", b"[::1]",
     b"[::1]:8000", b"app.localhost"],
)  # fmt: skip
def test_names_of_this_machine_are_answered(server: SiteServer, host: bytes) -> None:
    assert status(get(server, b"/data.json", host)) == 200


def test_hosts_of_other_addresses() -> None:
    lan = Hosts("192.168.1.5")
    assert lan.allow("192.168.1.5")
    assert not lan.allow("192.168.1.6")
    everywhere = Hosts("0.0.0.0")
    assert everywhere.allow("192.168.1.6")
    assert everywhere.allow("fe80::1")
    assert everywhere.allow(socket.gethostname().lower())
    assert not everywhere.allow("evil.example")
    assert not Hosts("127.0.0.1").allow(socket.gethostname().lower())
    assert Hosts("My-Machine").allow("my-machine")
    assert Hosts("127.0.0.1", ["Dev.Example"]).allow("dev.example")
    assert host_of("[::1]:80") == "::1"
    assert host_of("a@b") is None


def test_the_address_to_open() -> None:
    for host, opened in (("0.0.0.0", "127.0.0.1"), ("", "127.0.0.1"), ("127.0.0.1", "127.0.0.1")):
        server = SiteServer(host, 0, "/b%C3%BC/", lambda text: None, ())
        server.server_close()
        assert server.url == f"http://{opened}:{server.server_port}/b%C3%BC/"


def test_news_come_at_once(server: SiteServer) -> None:
    def news(version: int, revision: int) -> dict[str, Any]:
        target = f"{PATH}?version={version}&revision={revision}".encode()
        found: dict[str, Any] = json.loads(get(server, target).partition(b"\r\n\r\n")[2])
        return found

    first = news(0, 0)
    assert first["error"] is None
    heard: list[dict[str, Any]] = []
    waiting = threading.Thread(
        target=lambda: heard.append(news(first["version"], first["revision"]))
    )
    waiting.start()
    started = time.monotonic()
    server.live.failed(ModelpressError("Wrong.", where="docs/index.md:3"))
    waiting.join()
    assert time.monotonic() - started < 10
    assert heard[0]["version"] == first["version"]
    assert heard[0]["error"]["what"] == "Wrong."
    server.live.built()
    again = news(heard[0]["version"], heard[0]["revision"])
    assert again["error"] is None
    assert again["version"] > first["version"]
