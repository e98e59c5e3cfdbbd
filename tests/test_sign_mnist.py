"""Sign Language MNIST in the forms that people have; 24 letters; contrast as the camera's."""

from __future__ import annotations

import hashlib
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datasets import sign_mnist as module
from datasets.sign_mnist import FILES, LABELS, sign_mnist
from modelpress.core.errors import ModelpressError
from modelpress.data import DataRequest, load
from modelpress.data.locate import locate
from modelpress.pixels import stretch
from tests.test_images import csv

RNG = np.random.default_rng(3)
X_TRAIN, X_TEST = (
    RNG.integers(90, 120, (30, 28, 28), np.uint8),
    RNG.integers(0, 9, (24, 28, 28), np.uint8),
)
CODES = np.array([ord(letter) - 65 for letter in LABELS], np.uint8)  # A is 0, J would be 9
Y_TRAIN, Y_TEST = CODES[np.arange(30) % 24], CODES
ARRAYS = (X_TRAIN, Y_TRAIN, X_TEST, Y_TEST)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """As if the set had 30 and 24 images."""
    if "real" in request.node.name:
        return
    content = hashlib.sha256(b"".join(values.tobytes() for values in ARRAYS)).hexdigest()
    for name, value in {"TRAIN": 30, "TEST": 24, "CONTENT": content}.items():
        monkeypatch.setattr(module, name, value)


def put(folder: Path, form: str) -> None:
    texts = dict(zip(FILES, (csv(X_TRAIN, Y_TRAIN), csv(X_TEST, Y_TEST)), strict=True))
    if form == "npz":
        names = ("x_train", "y_train", "x_test", "y_test")
        np.savez(folder / "sign_mnist.npz", **dict(zip(names, ARRAYS, strict=True)))
    elif form == "csv":
        for name, text in texts.items():
            (folder / name).write_text(text)
    else:
        with zipfile.ZipFile(folder / "archive.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in texts.items():
                archive.writestr(f"{Path(name).stem}/{name}", text)
            archive.writestr("american_sign_language.PNG", b"")


def loaded(folder: Path) -> Any:
    return load(sign_mnist, DataRequest(folder), folder / "downloads", lambda _: None)


def test_letters() -> None:
    assert len(LABELS) == 24
    assert not {"J", "Z"} & set(LABELS)
    assert CODES.tolist() == [*range(9), *range(10, 25)]


@pytest.mark.parametrize("form", ["npz", "csv", "zip"])
def test_every_form_gives_the_same_rows(tmp_path: Path, form: str) -> None:
    put(tmp_path, form)
    data = loaded(tmp_path).data
    validates = [9, 19, 29]
    trains = [row for row in range(30) if row not in validates]
    for part, images, codes in (
        (data.train, X_TRAIN[trains], Y_TRAIN[trains]),
        (data.validation, X_TRAIN[validates], Y_TRAIN[validates]),
        (data.test, X_TEST, Y_TEST),
    ):
        assert np.array_equal(part.x, [stretch(image) for image in images])
        letters = [LABELS[k] for k in part.y.argmax(1)]
        assert letters == [chr(code + 65) for code in codes]
        assert part.y.sum() == len(codes)
    assert sign_mnist.real(data) is data.test


def test_labels_that_are_no_letters(tmp_path: Path) -> None:
    put(tmp_path, "csv")
    path = tmp_path / FILES[1]
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "9" + lines[1][1:], *lines[2:]]))
    with pytest.raises(ModelpressError) as caught:
        loaded(tmp_path)
    assert caught.value.found == "the test images: label 9 in row 1"
    assert ", 8, 10, " in caught.value.expected


def test_a_changed_pixel_is_noticed(tmp_path: Path) -> None:
    put(tmp_path, "csv")
    path = tmp_path / FILES[0]
    text = path.read_text()
    path.write_text(text[:-3] + ("90\n" if text[-3:] != "90\n" else "91\n"))
    with pytest.raises(ModelpressError) as caught:
        loaded(tmp_path)
    assert "changed" in caught.value.found


def test_one_csv_file_is_not_enough(tmp_path: Path) -> None:
    put(tmp_path, "csv")
    (tmp_path / FILES[0]).unlink()
    with pytest.raises(ModelpressError, match="not complete") as caught:
        loaded(tmp_path)
    assert FILES[0] in caught.value.found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda content: content[:-200], "damaged or no zip file"),
        (lambda content: b"<html>", "damaged or no zip file"),
        (lambda content: content[:400] + b"zz" + content[402:], "damaged or no zip file"),
        (lambda content: content.replace(b"test.csv", b"text.csv"), f"no {FILES[1]} in archive"),
    ],
    ids=range(4),
)
def test_a_zip_that_is_none(tmp_path: Path, change: Any, said: str) -> None:
    put(tmp_path, "zip")
    path = tmp_path / "archive.zip"
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ModelpressError) as caught:
        loaded(tmp_path)
    assert said in caught.value.found
    assert FILES[0] in caught.value.expected


def test_drawn_hands_are_never_passed_off_as_photographs() -> None:
    rows = {part: (X_TEST, np.arange(24)) for part in ("train", "validation", "test")}
    data = sign_mnist.built_in().read(rows)  # type: ignore[union-attr]
    assert "substitute" in data.title
    assert data.licence != sign_mnist.licence
    assert data.test is not None
    assert np.array_equal(data.test.y, np.eye(24))


FOLDER = Path(os.environ.get("MODELPRESS_DATA", "/nowhere"))


@pytest.mark.skipif(
    locate(sign_mnist.wanted(), DataRequest(FOLDER), Path("/nowhere")).source != "local",
    reason="MODELPRESS_DATA names no folder with Sign Language MNIST",
)
def test_the_real_set() -> None:
    data = loaded(FOLDER).data
    assert [len(part) for part in data.parts().values()] == [24_710, 2_745, 7_172]
    # The letters that its published description counts most and least often among the test images.
    counts = dict(zip(LABELS, data.test.y.sum(0).astype(int), strict=True))
    assert (max(counts.values()), counts["E"], min(counts, key=lambda k: counts[k])) == (
        498,
        498,
        "R",
    )
