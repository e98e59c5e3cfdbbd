"""MNIST in the forms that people have, split as documented; the same rows from each."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datasets import mnist as module
from datasets.mnist import mnist
from modelpress.core.errors import ModelpressError
from modelpress.data import DataRequest, load
from modelpress.data.locate import locate
from tests.test_images import idx

RNG = np.random.default_rng(2)
# Pixel (0, 0) of an image is its number in the set.
X_TRAIN = RNG.integers(0, 256, (60, 28, 28), np.uint8)
X_TEST = RNG.integers(0, 256, (20, 28, 28), np.uint8)
X_TRAIN[:, 0, 0], X_TEST[:, 0, 0] = range(60), range(20)
Y_TRAIN, Y_TEST = np.arange(60, dtype=np.uint8) % 10, np.arange(20, dtype=np.uint8) % 10
ARRAYS = (X_TRAIN, Y_TRAIN, X_TEST, Y_TEST)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if MNIST had 60 and 20 images."""
    content = hashlib.sha256(b"".join(values.tobytes() for values in ARRAYS)).hexdigest()
    for name, value in {
        "TRAIN": 60,
        "TEST": 20,
        "VALIDATION": 6,
        "DEVELOPMENT": 4,
        "CONTENT": content,
        "_drawn": None,
    }.items():
        monkeypatch.setattr(module, name, value)


def npz(folder: Path, *arrays: Any) -> None:
    names = ("x_train", "y_train", "x_test", "y_test")
    np.savez(folder / "mnist.npz", **dict(zip(names, arrays, strict=True)))


def put_idx(folder: Path, *, packed: bool, dots: bool = False) -> None:
    for values, name in zip(
        ARRAYS, ("train-images", "train-labels", "t10k-images", "t10k-labels"), strict=True
    ):
        name = f"{name}{'.' if dots else '-'}idx{values.ndim}-ubyte"
        content = idx(values)
        (folder / (name + ".gz" * packed)).write_bytes(
            gzip.compress(content) if packed else content
        )


def loaded(folder: Path) -> Any:
    return load(mnist, DataRequest(folder), folder / "downloads", lambda _: None)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("form", ["npz", "gz", "plain", "dots"])
def test_every_form_gives_the_same_rows(tmp_path: Path, form: str) -> None:
    if form == "npz":
        npz(tmp_path, *ARRAYS)
    else:
        put_idx(tmp_path, packed=form == "gz", dots=form == "dots")
    made = loaded(tmp_path)
    data = made.data
    assert np.array_equal(data.train.x, X_TRAIN[:54])
    assert np.array_equal(data.validation.x, X_TRAIN[54:])
    assert np.array_equal(data.test.x, X_TEST)
    assert data.train.x.dtype == np.uint8
    assert np.array_equal(data.train.y, np.eye(10)[Y_TRAIN[:54]])
    assert np.array_equal(data.test.y, np.eye(10)[Y_TEST])
    assert made.provenance["source"] == "local"
    assert made.provenance["licence"] == "CC BY-SA 3.0"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda x, y, a, b: (x[1:], y[1:], a, b), "the training images: pictures of shape (59,"),
        (lambda x, y, a, b: (x, y, a[:0], b[:0]), "the test images: pictures of shape (0,"),
        (lambda x, y, a, b: (x, y[1:], a, b), "the training images: labels of shape (59,)"),
        (lambda x, y, a, b: (x.reshape(60, 784), y, a, b), "pictures of shape (60, 784)"),
        (lambda x, y, a, b: (x, y + 1, a, b), "label 10 in row 10"),
        (lambda x, y, a, b: (x / 255, y, a, b), "x_train has the type float64"),
        (lambda x, y, a, b: (np.flip(x, 2), y, a, b), "changed, in another order"),
    ],
)
def test_an_npz_that_is_not_mnist(tmp_path: Path, change: Any, said: str) -> None:
    npz(tmp_path, *change(*ARRAYS))
    with pytest.raises(ModelpressError) as caught:
        loaded(tmp_path)
    assert said in caught.value.found
    assert str(tmp_path / "mnist.npz") in caught.value.where
    assert caught.value.expected
    assert caught.value.next_step


@pytest.mark.usefixtures("small")
def test_a_damaged_idx_file_is_named(tmp_path: Path) -> None:
    put_idx(tmp_path, packed=True)
    path = tmp_path / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelpressError, match="can't be used as the data set mnist") as caught:
        loaded(tmp_path)
    assert caught.value.found.startswith("t10k-images-idx3-ubyte.gz is damaged or cut short")
    path.unlink()
    with pytest.raises(ModelpressError, match="not complete") as caught:
        loaded(tmp_path)
    assert "t10k-images-idx3-ubyte.gz" in caught.value.found


@pytest.mark.usefixtures("small")
def test_drawn_digits_are_measured_on_unseen_test_images(tmp_path: Path) -> None:
    npz(tmp_path, *ARRAYS)
    real = mnist.real(loaded(tmp_path).data)
    assert real is not None
    assert real.x[:, 0, 0].tolist() == list(range(4, 20))
    assert np.array_equal(real.y, np.eye(10)[Y_TEST[4:]])
    assert real.name == "MNIST's test images 5 to 20"


def test_drawn_digits_are_never_passed_off_as_mnist() -> None:
    rows = dict.fromkeys(("train", "validation", "test"), (X_TEST, Y_TEST))
    data = mnist.built_in().read(rows)  # type: ignore[union-attr]
    assert "substitute" in data.title
    assert data.licence != mnist.licence
    assert data.test is not None
    assert np.array_equal(data.test.y, np.eye(10)[Y_TEST])
    assert all("drawn" in part.name for part in data.parts().values())


def test_the_download_is_keras_own() -> None:
    download = mnist.download()
    assert download is not None
    (file,) = download.files()
    assert file.url.startswith("https://storage.googleapis.com/tensorflow/tf-keras-datasets/")
    assert (len(file.sha256), file.size_bytes) == (64, 11_490_434)


FOLDER = Path(os.environ.get("MODELPRESS_DATA", "/nowhere"))


@pytest.mark.skipif(
    locate(mnist.wanted(), DataRequest(FOLDER), Path("/nowhere")).source != "local",
    reason="MODELPRESS_DATA names no folder with MNIST",
)
def test_the_real_mnist() -> None:
    data = loaded(FOLDER).data
    assert [len(part) for part in data.parts().values()] == [58_000, 2_000, 10_000]
    # How often each digit is among the 60,000, as published tables have it.
    counts = (data.train.y.sum(0) + data.validation.y.sum(0)).tolist()
    assert counts == [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    assert data.test.y[:5].argmax(1).tolist() == [7, 2, 1, 0, 4]
