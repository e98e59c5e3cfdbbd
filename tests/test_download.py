"""Downloads: whole, checked, resumed, once for models made side by side; sentences where not."""

from __future__ import annotations

import contextlib
import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.caching import keys
from modelpress.core.errors import ModelpressError
from modelpress.data import Data, Download, Split

ROWS = b"x,y\n" + b"1,2\n" * 50_000
CHECKSUM = hashlib.sha256(ROWS).hexdigest()


class Server(BaseHTTPRequestHandler):
    """Serves ROWS at /rows.csv, with ranges; /short ends too early; /stalls stops in the middle
    until `go_on`; /moved has other content; /endless never ends and tells no length."""

    ranges: list[str | None] = []  # noqa: RUF012 (asked for, in order)
    go_on = threading.Event()

    def do_GET(self) -> None:
        self.ranges.append(self.headers["Range"])
        if self.path == "/missing":
            self.send_error(404)
            return
        if self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(OSError):  # the other side hangs up
                while True:
                    self.wfile.write(ROWS)
        body, start = ROWS if self.path != "/moved" else b"<html>moved</html>", 0
        if self.headers["Range"]:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        half = len(body) // 2
        self.wfile.write(body[start : half if self.path in ("/short", "/stalls") else None])
        if self.path == "/stalls":
            self.wfile.flush()
            self.go_on.wait()

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    Server.ranges.clear()
    Server.go_on.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def read_rows(path: Path) -> Data:
    text = path.read_bytes()
    if not text.startswith(b"x,y"):
        raise ValueError("the header is missing")
    count = text.count(b"\n") - 1
    return Data(train=Split(np.ones((count, 1)), np.ones((count, 1))))


def download(url: str, **fields: Any) -> Download:
    return Download(url, "rows.csv", read_rows, **fields)


def left(folder: Path) -> list[str]:
    """What lies there, but for the lock."""
    return sorted(path.name for path in folder.iterdir() if path.suffix != ".lock")


def fetch(source: Download, folder: Path) -> tuple[Path, list[str]]:
    said: list[str] = []
    source.fetch(folder / "rows.csv", said.append)
    return folder / "rows.csv", said


def test_a_download_is_checked_kept_and_not_repeated(url: str, tmp_path: Path) -> None:
    source = download(f"{url}/rows.csv", sha256=CHECKSUM, size_bytes=len(ROWS))
    path, said = fetch(source, tmp_path)
    assert path.read_bytes() == ROWS
    assert any("0.2 MB of 0.2 MB" in text for text in said)
    fetch(source, tmp_path)
    assert len(Server.ranges) == 1
    path.write_bytes(ROWS + b"3,4\n")
    with pytest.raises(ModelpressError, match="damaged on disk"):
        fetch(source, tmp_path)


def test_an_interrupted_download_is_resumed(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="kept for resuming") as caught:
        fetch(download(f"{url}/short", sha256=CHECKSUM), tmp_path)
    assert "127.0.0.1" in str(caught.value)
    assert not (tmp_path / "rows.csv").exists()
    path, said = fetch(download(f"{url}/rows.csv", sha256=CHECKSUM), tmp_path)
    assert path.read_bytes() == ROWS
    assert Server.ranges == [None, f"bytes={len(ROWS) // 2}-"]
    assert said[0].startswith("Resuming")


def test_a_whole_part_needs_no_more_bytes(url: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv.part").write_bytes(ROWS)
    path, _ = fetch(download(f"{url}/rows.csv", sha256=CHECKSUM), tmp_path)
    assert path.read_bytes() == ROWS
    assert Server.ranges == [f"bytes={len(ROWS)}-"]


def test_nothing_is_resumed_that_no_checksum_proves(url: str, tmp_path: Path) -> None:
    """The address may hold another file by now, and half of each would look like rows."""
    with pytest.raises(ModelpressError, match="could not be downloaded") as caught:
        fetch(download(f"{url}/short"), tmp_path)
    assert "resuming" not in str(caught.value)
    (tmp_path / "rows.csv.part").write_bytes(b"x,y\n" + b"7,8\n" * 9)
    path, said = fetch(download(f"{url}/rows.csv"), tmp_path)
    assert path.read_bytes() == ROWS
    assert said[0].startswith("Downloading")


FETCHES = """
import sys
from pathlib import Path
from modelpress.data import Download
Download(sys.argv[1], "rows.csv", sha256=sys.argv[2]).fetch(Path(sys.argv[3]), print)
"""


def test_a_killed_download_is_resumed(url: str, tmp_path: Path) -> None:
    path, part = tmp_path / "rows.csv", tmp_path / "rows.csv.part"
    process = subprocess.Popen(
        [sys.executable, "-c", FETCHES, f"{url}/stalls", CHECKSUM, str(path)],
        env={**os.environ, "PYTHONPATH": str(keys.PACKAGE.parent)},
        stdout=subprocess.DEVNULL,
    )
    while not (part.exists() and part.stat().st_size):
        assert process.poll() is None
        time.sleep(0.01)
    process.kill()
    process.wait()
    Server.go_on.set()
    assert not path.exists()
    have = part.stat().st_size
    assert fetch(download(f"{url}/rows.csv", sha256=CHECKSUM), tmp_path)[0].read_bytes() == ROWS
    assert Server.ranges == [None, f"bytes={have}-"]


def test_a_wrong_file_is_not_kept(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="not the expected one") as caught:
        fetch(download(f"{url}/moved", sha256="0" * 64), tmp_path)
    assert "0" * 64 in caught.value.expected
    assert left(tmp_path) == []


def test_without_a_checksum_the_first_good_file_sets_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="not the expected data"):
        fetch(download(f"{url}/moved"), tmp_path)
    assert left(tmp_path) == []
    path, said = fetch(download(f"{url}/rows.csv"), tmp_path)
    assert any("recorded" in text for text in said)
    path.unlink()
    with pytest.raises(ModelpressError, match="not the expected one"):
        fetch(download(f"{url}/moved"), tmp_path)
    assert fetch(download(f"{url}/rows.csv"), tmp_path)[0].read_bytes() == ROWS


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/rows.csv", "http://no-such-host.invalid/x"])
def test_no_connection_is_a_sentence(place: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="could not be downloaded") as caught:
        fetch(download(place), tmp_path)
    assert "--data" in caught.value.next_step


def test_a_missing_page_is_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError) as caught:
        fetch(download(f"{url}/missing"), tmp_path)
    assert "404" in caught.value.found


def test_the_amount_is_shown_for_a_bar(url: str, tmp_path: Path) -> None:
    amounts: list[tuple[int, int, str]] = []
    said: list[str] = []
    download(f"{url}/rows.csv").fetch(
        tmp_path / "rows.csv", said.append, lambda *amount: amounts.append(amount)
    )
    assert amounts[-1] == (len(ROWS), len(ROWS), "rows.csv, 0.2 MB of 0.2 MB")
    assert [done for done, *_ in amounts] == sorted({done for done, *_ in amounts})
    assert not any("MB" in text for text in said)


def test_models_made_side_by_side_fetch_once(url: str, tmp_path: Path) -> None:
    source = download(f"{url}/rows.csv", sha256=CHECKSUM)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: fetch(source, tmp_path), range(4)))
    assert len(Server.ranges) == 1
    assert (tmp_path / "rows.csv").read_bytes() == ROWS


def test_a_part_of_another_file_is_not_completed(url: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv.part").write_bytes(b"z" * 1000)
    source = download(f"{url}/rows.csv", sha256=CHECKSUM)
    with pytest.raises(ModelpressError, match="not the expected one; it was not kept"):
        fetch(source, tmp_path)
    assert left(tmp_path) == []
    assert fetch(source, tmp_path)[0].read_bytes() == ROWS


def test_a_wrong_size_is_not_kept(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError) as caught:
        fetch(download(f"{url}/rows.csv", size_bytes=7), tmp_path)
    assert f"{len(ROWS)} bytes" in caught.value.found
    assert "7 bytes" in caught.value.expected
    assert left(tmp_path) == []


def test_the_network_failing_in_between_is_no_full_disk(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(response: Any, amount: int) -> bytes:
        raise OSError("record layer failure")

    monkeypatch.setattr("http.client.HTTPResponse.read", broken)
    with pytest.raises(ModelpressError, match="could not be downloaded") as caught:
        fetch(download(f"{url}/rows.csv"), tmp_path)
    assert caught.value.found == "record layer failure"


@pytest.mark.parametrize("known", [True, False])
def test_no_more_bytes_are_received_than_declared(known: bool, url: str, tmp_path: Path) -> None:
    received: list[int] = []
    declared = {"sha256": CHECKSUM} if known else {}
    source = download(f"{url}/endless", size_bytes=len(ROWS), **declared)
    with pytest.raises(ModelpressError, match="more than the file's size") as caught:
        source.fetch(tmp_path / "rows.csv", print, lambda done, *_: received.append(done))
    assert max(received) <= len(ROWS)
    assert f"{len(ROWS)} bytes" in caught.value.expected
    assert left(tmp_path) == []


def test_a_length_that_is_too_large_is_refused_at_once(url: str, tmp_path: Path) -> None:
    received: list[int] = []
    source = download(f"{url}/rows.csv", size_bytes=1000)
    with pytest.raises(ModelpressError, match="more than the file's size") as caught:
        source.fetch(tmp_path / "rows.csv", print, lambda done, *_: received.append(done))
    assert received == []
    assert f"{len(ROWS)} bytes" in caught.value.found


def test_a_file_of_undeclared_size_has_a_limit(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("modelpress.data.download.MOST_BYTES", 100_000)
    with pytest.raises(ModelpressError, match="more than the file's size") as caught:
        fetch(download(f"{url}/endless"), tmp_path)
    assert caught.value.expected == "100000 bytes at most"
    assert left(tmp_path) == []


def test_a_part_that_is_too_long_is_not_resumed(url: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv.part").write_bytes(ROWS + b"more")
    source = download(f"{url}/rows.csv", sha256=CHECKSUM, size_bytes=len(ROWS))
    assert fetch(source, tmp_path)[0].read_bytes() == ROWS
    assert Server.ranges == [None]


@pytest.mark.parametrize("name", ["../rows.csv", "/tmp/rows.csv", "a/b.csv", "..", "", "a\\b"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ModelpressError, match="must not lead out of"):
        Download("https://example.org/rows.csv", name)
