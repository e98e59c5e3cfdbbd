"""Handwritten digits: MNIST, or digits drawn by this package.

MNIST is read from Keras' `mnist.npz`, from the four idx files in which it was first published
(compressed or not), or downloaded. The last 2,000 of its 60,000 training images are the validation
set, its 10,000 test images the test set.

Without it, drawn digits are used (`drawn_digits.py`). With `--builtin` and MNIST, its test images
2,001 to 10,000 measure the model trained on drawn digits; the first 2,000 were used to develop the
drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from modelpress.data import BuiltIn, Data, Dataset, Download, Local, LocalGroup, Parts, Split
from modelpress.data.images import (
    Bytes,
    check_content,
    check_labels,
    check_pictures,
    one_hot,
    read_idx,
    read_npz,
)

LABELS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
TRAIN, TEST = 60_000, 10_000  # images
VALIDATION = 2_000  # the last of the training images
DEVELOPMENT = 2_000  # the first of the test images
# SHA-256 of the published training images, their labels, test images and their labels.
CONTENT = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"


def read_mnist_npz(path: Path) -> Data:
    """Read MNIST from Keras' npz file."""
    return _mnist(*read_npz(path, ("x_train", "y_train", "x_test", "y_test")))


def read_mnist_idx(paths: Sequence[Path]) -> Data:
    """Read MNIST from its four idx files: training images and labels, test images and labels."""
    x_train, y_train, x_test, y_test = (
        read_idx(path, axes) for path, axes in zip(paths, (3, 1, 3, 1), strict=True)
    )
    return _mnist(x_train, y_train, x_test, y_test)


def _mnist(x_train: Bytes, y_train: Bytes, x_test: Bytes, y_test: Bytes) -> Data:
    check_pictures(x_train, y_train, TRAIN, "the training images")
    check_pictures(x_test, y_test, TEST, "the test images")
    check_labels(y_train, range(10), "the training images")
    check_labels(y_test, range(10), "the test images")
    check_content((x_train, y_train, x_test, y_test), CONTENT, "MNIST as it was published")
    trained = TRAIN - VALIDATION
    return Data(
        train=Split(
            x_train[:trained], one_hot(y_train[:trained], 10), f"{trained:,} training images"
        ),
        validation=Split(
            x_train[trained:],
            one_hot(y_train[trained:], 10),
            f"the last {VALIDATION:,} of {TRAIN:,} training images",
        ),
        test=Split(x_test, one_hot(y_test, 10), f"MNIST's {TEST:,} test images"),
        description="70,000 digits written by American census staff and school pupils, centred "
        "in 28×28 pixels.",
        split=f"MNIST's own test images; the last {VALIDATION:,} of the {TRAIN:,} training images "
        "for validation",
    )


def _measured(mnist: Data) -> Split:
    """The test images that were not used to develop the drawn digits."""
    assert mnist.test is not None
    name = f"MNIST's test images {DEVELOPMENT + 1:,} to {TEST:,}"
    return Split(mnist.test.x[DEVELOPMENT:], mnist.test.y[DEVELOPMENT:], name)


def _drawn() -> Parts:
    from datasets.drawn_digits import drawn_digits  # its libraries take a second to import

    return drawn_digits()


def _read_drawn(parts: Parts) -> Data:
    def part(name: str, use: str) -> Split:
        x, labels = parts[name]
        return Split(x, one_hot(labels, 10), f"{len(x):,} drawn {use} digits")

    return Data(
        train=part("train", "training"),
        validation=part("validation", "validation"),
        test=part("test", "test"),
        description="Digits drawn by the computer: strokes varied at random, and the 1,797 real "
        "8×8 digits of scikit-learn thinned to skeletons and redrawn with a pen. They replace "
        "MNIST; no image of MNIST is among them.",
        split="each part drawn independently, in the same way",
        title="Drawn digits, a substitute for MNIST",
        licence="Apache-2.0; the 8×8 digits CC BY 4.0 (E. Alpaydin and C. Kaynak, UCI)",
        url="https://scikit-learn.org/stable/datasets/toy_dataset.html",
        show_rows=True,
    )


_IDX = tuple(
    (f"{name}.gz", name, name.replace("-idx", ".idx"))
    for name in (
        "train-images-idx3-ubyte",
        "train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte",
    )
)

mnist = Dataset(
    name="mnist",
    title="MNIST, the handwritten digits of Y. LeCun, C. Cortes and C. Burges",
    licence="CC BY-SA 3.0",
    url="http://yann.lecun.com/exdb/mnist/",
    show_rows=True,
    real=_measured,
    sources=(
        Local(("mnist.npz",), read_mnist_npz),
        LocalGroup(_IDX, read_mnist_idx),
        Download(
            "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
            "mnist.npz",
            read_mnist_npz,
            sha256="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
            size_bytes=11_490_434,
        ),
        BuiltIn(
            _read_drawn,
            packages=("scikit-learn", "scikit-image", "scipy"),
            rows=_drawn,
        ),
    ),
)
