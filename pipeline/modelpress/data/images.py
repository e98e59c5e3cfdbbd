"""Reads labelled 28×28 pictures from common file formats.

The formats are NumPy's npz, the idx files of the original MNIST, and CSV with a header
`label,pixel1,…,pixel784`. Each reader raises `UnusableFile` with what was found and expected. The
result is fully checked except for the meaning of the labels.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import math
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from modelpress.data.rows import UnusableFile

SIZE = 28  # pixels per side
MOST_BYTES = 512 << 20  # of an unpacked file: above any set here, below a machine's memory
_UNSIGNED_BYTE = 0x08  # idx's code of this type
Bytes = npt.NDArray[np.uint8]
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    KeyError,
    MemoryError,  # of an array whose header states a larger size than the file
    NotImplementedError,  # a compression that zipfile doesn't support
    RuntimeError,  # an encrypted file
)


def read_npz(path: Path, names: Sequence[str]) -> list[Bytes]:
    """Returns the named arrays, in this order."""
    expected = f"an npz file with the arrays {', '.join(names)}"
    if not zipfile.is_zipfile(path):
        raise UnusableFile(f"{_start(path)}: not an npz file, or one cut short", expected)
    try:
        with zipfile.ZipFile(path) as archive:
            require_size(archive.infolist(), expected)
        with np.load(path, allow_pickle=False) as arrays:
            missing = [name for name in names if name not in arrays.files]
            if missing:
                raise UnusableFile(
                    f"arrays {', '.join(arrays.files) or '(none)'}; missing: {', '.join(missing)}",
                    expected,
                )
            return [_bytes(arrays[name], name) for name in names]
    except UnusableFile:
        raise
    except _DAMAGED as error:
        raise UnusableFile(f"a damaged npz file: {error}", expected) from error


def read_idx(path: Path, axes: int) -> Bytes:
    """Returns an array of unsigned bytes with `axes` axes from an idx file, gzipped or not."""
    expected = f"an idx file of unsigned bytes with {axes} axes, complete"
    content = _unpacked(path, expected)
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] != _UNSIGNED_BYTE:
        raise UnusableFile(f"{path.name} starts with the bytes {content[:4].hex(' ')}", expected)
    if content[3] != axes:
        raise UnusableFile(f"{path.name} has {content[3]} axes", expected)
    start = 4 + 4 * axes
    shape = tuple(int.from_bytes(content[i : i + 4], "big") for i in range(4, start, 4))
    if len(content) != start + math.prod(shape):
        raise UnusableFile(
            f"{path.name} holds {len(content)} bytes",
            f"{start + math.prod(shape)} bytes for the shape {shape} that it states",
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)


def read_csv(path: Path, content: bytes | None = None) -> tuple[Bytes, Bytes]:
    """Returns pictures (examples, 28, 28) and labels (examples,). content: of an archived file."""
    text = path.read_bytes() if content is None else content
    header, _, body = text.removeprefix(b"\xef\xbb\xbf").partition(b"\n")
    columns = 1 + SIZE * SIZE
    expected = f"a header label,pixel1,…,pixel{columns - 1}, then whole numbers from 0 to 255"
    names = header.strip().replace(b'"', b"").split(b",")
    if names[0] != b"label" or len(names) != columns:
        raise UnusableFile(
            f"{path.name} starts with {header[:60]!r}, {len(names)} columns", expected
        )
    if not body.strip():
        raise UnusableFile(f"{path.name} has a header and no rows", expected)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            table = np.loadtxt(io.BytesIO(body), np.uint8, delimiter=",", ndmin=2, comments=None)
    except (ValueError, OverflowError, Warning) as error:
        raise UnusableFile(f"{path.name}, below its header: {error}", expected) from error
    if table.shape[1] != columns:
        raise UnusableFile(f"{path.name} has rows of {table.shape[1]} numbers", expected)
    return np.ascontiguousarray(table[:, 1:]).reshape(-1, SIZE, SIZE), table[:, 0].copy()


def require_size(members: Sequence[zipfile.ZipInfo], expected: str) -> None:
    """Raises UnusableFile if archive members unpack to more than `MOST_BYTES` in total.

    zipfile never unpacks more than the declared size.
    """
    total = sum(member.file_size for member in members)
    if total > MOST_BYTES:
        raise UnusableFile(f"an archive that unpacks to {total:,} bytes", expected)


def check_pictures(images: Bytes, labels: Bytes, count: int, what: str) -> None:
    """Raises UnusableFile unless there are `count` pictures and labels. what: names them."""
    if images.shape != (count, SIZE, SIZE):
        raise UnusableFile(
            f"{what}: pictures of shape {images.shape}", f"shape {(count, SIZE, SIZE)}"
        )
    if labels.shape != (count,):
        raise UnusableFile(f"{what}: labels of shape {labels.shape}", f"shape {(count,)}")


def check_labels(labels: Bytes, allowed: Sequence[int], what: str) -> None:
    """Raises UnusableFile unless all labels are `allowed`; names the first row with another one."""
    wrong = np.flatnonzero(~np.isin(labels, allowed))
    if len(wrong):
        first = int(wrong[0])
        raise UnusableFile(
            f"{what}: label {labels[first]} in row {first + 1}"
            + (f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""),
            "labels " + ", ".join(map(str, allowed)),
        )


def check_content(arrays: Sequence[Bytes], sha256: str, what: str) -> None:
    """Raises UnusableFile unless the arrays' bytes, concatenated, have this checksum: a modified
    set, or another set under the same name, must not pass for the original."""
    total = hashlib.sha256()
    for values in arrays:
        total.update(np.ascontiguousarray(values).data)
    if total.hexdigest() != sha256:
        raise UnusableFile(
            f"pictures and labels with the checksum {total.hexdigest()}: changed, in another "
            "order, or of another set",
            f"those of {what}, sha256 {sha256}",
        )


def one_hot(labels: Bytes, classes: int) -> npt.NDArray[np.float32]:
    """Returns shape (examples, classes): 1 in the column of the example's label, 0 elsewhere."""
    return np.eye(classes, dtype=np.float32)[labels]


def _bytes(values: npt.NDArray[np.generic], name: str) -> Bytes:
    if values.dtype == np.uint8:
        return values.view(np.uint8)
    if np.issubdtype(values.dtype, np.integer) and values.size:
        if int(values.min()) >= 0 and int(values.max()) <= 255:
            return values.astype(np.uint8)
        raise UnusableFile(
            f"{name} holds whole numbers from {values.min()} to {values.max()}", "0 to 255"
        )
    raise UnusableFile(
        f"{name} has the type {values.dtype} and the shape {values.shape}",
        "whole numbers from 0 to 255, at least one",
    )


def _unpacked(path: Path, expected: str) -> bytes:
    content = path.read_bytes()
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(MOST_BYTES + 1)
        if len(unpacked) > MOST_BYTES:
            raise UnusableFile(f"{path.name} unpacks to more than {MOST_BYTES:,} bytes", expected)
        return unpacked
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UnusableFile(f"{path.name} is damaged or cut short: {error}", expected) from error


def _start(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(16)
    return f"{path.name}, {path.stat().st_size} bytes that start with {start!r}"
