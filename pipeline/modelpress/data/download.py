"""A public file: downloaded once, resumed after an interruption, checked before use."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from modelpress.caching.hashes import sha256 as sha256_of
from modelpress.core.errors import ModelpressError
from modelpress.core.writing import write_atomically

if TYPE_CHECKING:
    from modelpress.data import Data

TIMEOUT_S = 30
CHUNK_BYTES = 1 << 16
MOST_BYTES = 4 << 30  # of a file without a declared size
AMOUNTS = 200  # maximum number of progress reports

Amount = Callable[[int, int, str], None]  # bytes received, total bytes, text


@dataclass(frozen=True)
class Download:
    """A file at a public address.

    url, file_name  its address, and its name in the downloads folder
    read            returns the `Data` of its path; raises ValueError for an unusable file. None for
                    a file of a `DownloadGroup`
    sha256          of the file. If '', the checksum of the first file that `read` accepts is
                    recorded beside it and every later download must match it
    size_bytes      of the file, if known
    """

    url: str
    file_name: str
    read: Callable[[Path], Data] | None = None
    sha256: str = ""
    size_bytes: int | None = None

    def __post_init__(self) -> None:
        if (
            Path(self.file_name).name != self.file_name
            or self.file_name in ("", "..")
            or "\\" in self.file_name
        ):
            raise ModelpressError(
                "A download's name must not lead out of its data set's folder.",
                where=f"Download of {self.url}, `file_name`",
                found=repr(self.file_name),
                expected="a file's name without folders",
            )

    def files(self) -> Sequence[Download]:
        """Returns the downloads of this source."""
        return (self,)

    def data(self, paths: Sequence[Path]) -> Data:
        assert self.read is not None
        return self.read(paths[0])

    def fetch(self, path: Path, tell: Callable[[str], None], show: Amount | None = None) -> None:
        """Downloads the complete, checked file to `path`, unless it exists.

        tell: receives sentences. show: receives the amount for a bar (None: `tell` gets it, in
        tenths). Raises ModelpressError without a connection, or for a wrong file, which is not
        kept. Models built in parallel download a file once.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(path.with_name(path.name + ".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"waiting for another model to download {path.name}")
            lock.acquire()
        try:
            self._fetch(path, tell, show)
        finally:
            lock.release()

    def _fetch(self, path: Path, tell: Callable[[str], None], show: Amount | None) -> None:
        record = path.with_name(path.name + ".sha256")
        if path.is_file():
            self._check(path, record, keep=True)
            return
        part = path.with_name(path.name + ".part")
        if not self._known(record):
            # A partial file can't be resumed: without a checksum, nothing shows whether the address
            # still has the same file.
            part.unlink(missing_ok=True)
        try:
            self._receive(part, tell, show)
        except (
            urllib.error.URLError,
            http.client.HTTPException,
            TimeoutError,
            ConnectionError,
        ) as e:
            raise self._unreachable(e, part, record) from e
        self._check(part, record, keep=False)
        checksum = sha256_of(part)
        if not self._known(record):
            self._read_or_discard(part)
            tell(
                f"No checksum is published for {self.url}. That of this first download, "
                f"{checksum}, is recorded in {record} and every later download must match it."
            )
        write_atomically(record, checksum + "\n")
        part.replace(path)

    def _receive(self, part: Path, tell: Callable[[str], None], show: Amount | None) -> None:
        have = part.stat().st_size if part.is_file() else 0
        most = MOST_BYTES if self.size_bytes is None else self.size_bytes
        if have > most:  # a different file
            part.unlink()
            have = 0
        request = urllib.request.Request(self.url, headers={"User-Agent": "modelpress"})
        if have:
            request.add_header("Range", f"bytes={have}-")
        try:
            response = urllib.request.urlopen(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            if error.code == 416:  # nothing is left to send: the part is complete, or outdated
                return
            raise
        with response:
            resumed = have > 0 and response.status == 206
            length = response.headers.get("Content-Length")
            start = have if resumed else 0
            total = start + int(length) if length else self.size_bytes or 0
            if total > most:
                raise self._too_long(part, f"{total} bytes, according to the server", most)
            tell(f"{'Resuming' if resumed else 'Downloading'} {self.url}")
            done, shown_step = start, -1
            steps = AMOUNTS if show else 10
            with part.open("ab" if resumed else "wb") as file:
                while chunk := _next_chunk(response):
                    if done + len(chunk) > most:
                        raise self._too_long(part, f"{done + len(chunk)} bytes and more", most)
                    file.write(chunk)
                    done += len(chunk)
                    step = done * steps // total if total else done // (CHUNK_BYTES * 16)
                    if step != shown_step:
                        shown_step = step
                        words = f"{done / 1e6:.1f} MB" + (
                            f" of {total / 1e6:.1f} MB" if total else ""
                        )
                        if show:
                            show(done, total, f"{self.file_name}, {words}")
                        else:
                            tell(words)
        if length and done != start + int(length):
            raise ConnectionError(f"the connection ended after {done} of {total} bytes")

    def _check(self, path: Path, record: Path, *, keep: bool) -> None:
        known, found = self._known(record), sha256_of(path)
        size = path.stat().st_size
        if (not known or known == found) and self.size_bytes in (None, size):
            return
        if not keep:
            path.unlink()
        raise ModelpressError(
            "The downloaded file is not the expected one"
            + (" (damaged on disk?)." if keep else "; it was not kept."),
            where=f"{path if keep else self.url}",
            found=f"{size} bytes, sha256 {found}",
            expected=f"{self.size_bytes or 'any number of'} bytes, sha256 {known or 'any'}",
            next_step="Delete that file and build with --download again."
            if keep
            else f"Try again later. If the public file has changed permanently, delete {record}.",
        )

    def _too_long(self, part: Path, found: str, most: int) -> ModelpressError:
        part.unlink(missing_ok=True)
        return ModelpressError(
            "The server sends more than the file's size; the download was discarded.",
            where=self.url,
            found=found,
            expected=f"{most} bytes" + ("" if self.size_bytes is not None else " at most"),
            next_step="Try again later. If the public file has changed permanently, correct "
            "`size_bytes` and `sha256` of the Download, or give a local copy with --data.",
        )

    def _known(self, record: Path) -> str:
        if self.sha256:
            return self.sha256
        return record.read_text(encoding="ascii").strip() if record.is_file() else ""

    def _read_or_discard(self, part: Path) -> None:
        if self.read is None:
            return
        try:
            self.read(part)
        except ValueError as error:
            part.unlink()
            raise ModelpressError(
                "The download is not the expected data; it was not kept.",
                where=self.url,
                found=str(error),
                next_step="Download the file by hand and give it with --data.",
            ) from error

    def _unreachable(self, error: Exception, part: Path, record: Path) -> ModelpressError:
        kept = ""
        if part.is_file() and self._known(record):
            kept = f" {part.stat().st_size} bytes are kept for resuming."
        reason = getattr(error, "reason", None) or error
        if isinstance(error, urllib.error.HTTPError):
            reason = f"HTTP status {error.code} {error.reason}"
        return ModelpressError(
            f"The data could not be downloaded from {urlsplit(self.url).hostname}.{kept}",
            where=self.url,
            found=str(reason),
            next_step="Build again with --download when there is a connection, without it to use "
            "the built-in data, or give a local copy with --data.",
        )


@dataclass(frozen=True)
class DownloadGroup:
    """Several public files that are needed together.

    parts  each with its own address and checksum
    read   returns the `Data` of their paths, in that order; raises ValueError for unusable files
    """

    parts: Sequence[Download]
    read: Callable[[Sequence[Path]], Data]

    def files(self) -> Sequence[Download]:
        return self.parts

    def data(self, paths: Sequence[Path]) -> Data:
        return self.read(paths)


def _next_chunk(response: http.client.HTTPResponse) -> bytes:
    """Returns the next chunk, b'' at the end. Turns a broken connection's OSError into another
    type, which differs from a full disk's."""
    try:
        return response.read(CHUNK_BYTES)
    except OSError as error:
        raise ConnectionError(str(error)) from error
