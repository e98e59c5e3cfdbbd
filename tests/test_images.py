"""Readers of picture sets: against NumPy's own writing, and a sentence for each file gone wrong."""

from __future__ import annotations

import gzip
import hashlib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from datasets.sign_mnist import FILES, read_sign_zip
from modelpress.data.images import (
    check_content,
    check_labels,
    check_pictures,
    one_hot,
    read_csv,
    read_idx,
    read_npz,
)
from modelpress.data.rows import UnusableFile

Array = npt.NDArray[Any]
RNG = np.random.default_rng(1)
IMAGES = RNG.integers(0, 256, (5, 28, 28), np.uint8)
LABELS = np.array([3, 0, 9, 1, 1], np.uint8)
HEADER = "label," + ",".join(f"pixel{i}" for i in range(1, 785))


def idx(values: Array, kind: int = 8) -> bytes:
    """The published description of the format: two zeros, the type, the number of axes, the axes
    as four bytes each, big end first, then the values."""
    axes = b"".join(length.to_bytes(4, "big") for length in values.shape)
    return bytes([0, 0, kind, values.ndim]) + axes + values.tobytes()


def csv(images: Array = IMAGES, labels: Array = LABELS, header: str = HEADER) -> str:
    rows = np.column_stack([labels, images.reshape(len(images), -1)])
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def npz(path: Path, **arrays: Array) -> Path:
    np.savez_compressed(path, **arrays)
    return path


@pytest.mark.parametrize("packed", [True, False])
def test_idx(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "images"
    path.write_bytes(gzip.compress(idx(IMAGES)) if packed else idx(IMAGES))
    assert np.array_equal(read_idx(path, 3), IMAGES)
    path.write_bytes(idx(LABELS))
    assert np.array_equal(read_idx(path, 1), LABELS)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (idx(LABELS), "has 1 axes"),
        (idx(IMAGES)[:-1], "holds 3935 bytes"),
        (idx(IMAGES) + b"\0", "holds 3937 bytes"),
        (idx(IMAGES, kind=0x0D), "starts with the bytes 00 00 0d 03"),
        (b"<html>not found</html>", "starts with the bytes"),
        (b"", "starts with the bytes"),
        (gzip.compress(idx(IMAGES))[:-9], "damaged or cut short"),
        (gzip.compress(idx(IMAGES))[:2000], "damaged or cut short"),
        (gzip.compress(idx(IMAGES))[:-8] + b"\0" * 8, "damaged or cut short"),
        (b"\x1f\x8b" + b"\0" * 40, "damaged or cut short"),
    ],
    ids=range(10),
)
def test_an_idx_file_that_is_none(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "t10k").write_bytes(content)
    with pytest.raises(UnusableFile, match=said) as caught:
        read_idx(tmp_path / "t10k", 3)
    assert "t10k" in caught.value.found
    assert caught.value.expected


def test_npz(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", y=LABELS.astype(np.int64), x=IMAGES)
    x, y = read_npz(path, ("x", "y"))
    assert np.array_equal(x, IMAGES)
    assert np.array_equal(y, LABELS)
    assert x.dtype == y.dtype == np.uint8


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (IMAGES / 255, "x has the type float64"),
        (LABELS.astype(np.int16) - 1, "whole numbers from -1 to 8"),
        (LABELS.astype(np.int16) + 250, "whole numbers from 250 to 259"),
        (np.array(["a"]), "x has the type <U1"),
        (np.zeros((0, 28, 28), np.int32), r"shape \(0, 28, 28\)"),
    ],
)
def test_an_array_that_holds_no_levels(tmp_path: Path, values: Array, said: str) -> None:
    with pytest.raises(UnusableFile, match=said):
        read_npz(npz(tmp_path / "a.npz", x=values), ("x",))


def test_an_npz_that_is_none(tmp_path: Path) -> None:
    path = npz(tmp_path / "a.npz", x=IMAGES)
    content = bytearray(path.read_bytes())
    with pytest.raises(UnusableFile, match="arrays x; missing: y"):
        read_npz(path, ("x", "y"))
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match="damaged npz"):
        read_npz(path, ("x",))
    for wrong in (content[: len(content) // 2], b"", b"hello"):
        path.write_bytes(wrong)
        with pytest.raises(UnusableFile, match="not an npz file, or one cut short") as caught:
            read_npz(path, ("x",))
        assert f"{len(wrong)} bytes" in caught.value.found
    npz(path, x=np.array([{"code": "os"}], object))  # unpickling would run what it holds
    with pytest.raises(UnusableFile, match="pickle"):
        read_npz(path, ("x",))


def test_csv(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for text in (csv(), csv().replace("\n", "\r\n"), "\ufeff" + csv()):
        path.write_text(text, encoding="utf-8", newline="")
        x, y = read_csv(path)
        assert np.array_equal(x, IMAGES)
        assert np.array_equal(y, LABELS)
        assert x.dtype == y.dtype == np.uint8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (csv(header="label,pixel1"), "2 columns"),
        (csv(header=""), "1 columns"),
        ("", "1 columns"),
        (HEADER, "no rows"),
        (csv()[:-500], "columns"),
        (csv().replace(f"\n{LABELS[0]},", "\n300,", 1), "'300'"),
        (csv().replace(f"\n{LABELS[0]},", "\n-1,", 1), "'-1'"),
        (csv().replace(f"\n{LABELS[0]},", "\n1.5,", 1), "'1.5'"),
        (csv().replace(f"\n{LABELS[0]},", "\nA,", 1), "'A'"),
        (csv().replace(f"\n{LABELS[0]},", "\n,", 1), "''"),
        (HEADER + "\n1,2\n", "rows of 2 numbers"),
    ],
    ids=range(11),
)
def test_a_csv_file_that_is_none(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(UnusableFile, match=said) as caught:
        read_csv(tmp_path / "a.csv")
    assert "a.csv" in caught.value.found
    assert "pixel784" in caught.value.expected


def test_shapes_and_labels() -> None:
    check_pictures(IMAGES, LABELS, 5, "these")
    check_labels(LABELS, range(10), "these")
    with pytest.raises(UnusableFile, match=r"these: pictures of shape \(5, 28, 28\)"):
        check_pictures(IMAGES, LABELS, 6, "these")
    with pytest.raises(UnusableFile, match=r"labels of shape \(4,\)"):
        check_pictures(IMAGES, LABELS[1:], 5, "these")
    with pytest.raises(UnusableFile, match=r"pictures of shape \(5, 784\)"):
        check_pictures(IMAGES.reshape(5, 784), LABELS, 5, "these")
    with pytest.raises(UnusableFile, match=r"label 9 in row 3$"):
        check_labels(LABELS, range(9), "these")
    with pytest.raises(UnusableFile, match="label 3 in row 1, and 1 more"):
        check_labels(LABELS, (0, 1), "these")


def test_content() -> None:
    published = hashlib.sha256(IMAGES.tobytes() + LABELS.tobytes()).hexdigest()
    check_content((IMAGES, LABELS), published, "these")
    changed = IMAGES.copy()
    changed[2, 14, 14] ^= 1
    with pytest.raises(UnusableFile, match="changed") as caught:
        check_content((changed, LABELS), published, "these")
    assert published in caught.value.expected


def test_one_hot() -> None:
    assert one_hot(LABELS, 10).argmax(1).tolist() == LABELS.tolist()
    assert one_hot(LABELS, 10).sum() == 5
    assert one_hot(LABELS, 10).dtype == np.float32


@pytest.mark.parametrize("kind", ["gzip", "npz", "zip", "header"])
def test_a_file_that_unpacks_to_too_much_is_refused(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few thousand bytes that would fill the memory."""
    monkeypatch.setattr("modelpress.data.images.MOST_BYTES", 1 << 20)
    path = tmp_path / "bomb"
    zeros = bytes(1 << 22)
    read: Callable[[], object]
    if kind == "gzip":
        path.write_bytes(gzip.compress(bytes([0, 0, 8, 1, 0, 64, 0, 0]) + zeros))
        read, said = (lambda: read_idx(path, 1)), "unpacks to more than 1,048,576 bytes"
    elif kind == "npz":
        np.savez_compressed(path.with_suffix(".npz"), x=np.zeros(1 << 22, np.uint8))
        path = path.with_suffix(".npz")
        read, said = (lambda: read_npz(path, ("x",))), "unpacks to 4,194"
    elif kind == "zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in FILES:
                archive.writestr(f"../{name}", zeros)
        read, said = (lambda: read_sign_zip(path)), "unpacks to 8,388,608 bytes"
    else:  # an array of an exabyte, its header says
        words = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({1 << 60},), }}\n".encode()
        header = b"\x93NUMPY\x01\x00" + len(words).to_bytes(2, "little") + words
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x.npy", header)
        read, said = (lambda: read_npz(path, ("x",))), "damaged npz file"
    assert path.stat().st_size < 20_000
    with pytest.raises(UnusableFile, match=said):
        read()
    assert sorted(tmp_path.iterdir()) == [path]


def test_an_array_of_objects_runs_nothing(tmp_path: Path) -> None:
    """NumPy keeps objects as pickles, which are code."""
    ran = tmp_path / "ran"

    class Runs:
        def __reduce__(self) -> Any:
            return (Path.touch, (ran,))

    np.savez(tmp_path / "x.npz", x=np.array([Runs()], dtype=object))
    with pytest.raises(UnusableFile, match="allow_pickle=False"):
        read_npz(tmp_path / "x.npz", ("x",))
    assert not ran.exists()
