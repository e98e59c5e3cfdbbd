"""Handwritten digits: MNIST, or digits drawn by this package.

MNIST is read from Keras' `mnist.npz`, from the four idx files in which it was first published
(compressed or not), or downloaded. The last 2,000 of its 60,000 training images validate; its
10,000 test images test.

Without it, drawn digits train (`drawn_digits.py`). Where MNIST is at hand all the same, and
`--builtin` asks for it, its test images 2,001 to 10,000 measure that training; the first 2,000
served to develop the drawing.
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
VALIDATING = 2_000  # the last of the training images
DEVELOPING = 2_000  # the first of the test images
# Of the published pixels and labels: training images, their labels, test images, their labels.
CONTENT = "06b0d1f124c4e5fa796686ade41a9b778edacc8622f2195a352ef479ad44fc16"


def read_mnist_npz(path: Path) -> Data:
    """MNIST from Keras' npz file."""
    return _mnist(*read_npz(path, ("x_train", "y_train", "x_test", "y_test")))


def read_mnist_idx(paths: Sequence[Path]) -> Data:
    """MNIST from its four idx files: training images and labels, test images and labels."""
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
    kept = TRAIN - VALIDATING
    return Data(
        train=Split(x_train[:kept], one_hot(y_train[:kept], 10), f"{kept:,} training images"),
        validation=Split(
            x_train[kept:],
            one_hot(y_train[kept:], 10),
            f"the last {VALIDATING:,} of {TRAIN:,} training images",
        ),
        test=Split(x_test, one_hot(y_test, 10), f"MNIST's {TEST:,} test images"),
        description="70,000 digits written by American census staff and school pupils, centred "
        "in 28×28 pixels.",
        split=f"MNIST's own test images; of the {TRAIN:,} training images the last "
        f"{VALIDATING:,} validate",
    )


def _measuring(mnist: Data) -> Split:
    """The test images in which nobody looked while the drawn digits were developed."""
    assert mnist.test is not None
    name = f"MNIST's test images {DEVELOPING + 1:,} to {TEST:,}"
    return Split(mnist.test.x[DEVELOPING:], mnist.test.y[DEVELOPING:], name)


def _drawn() -> Parts:
    from datasets.drawn_digits import drawn_digits  # its libraries take a second to import

    return drawn_digits()


def _read_drawn(rows: Parts) -> Data:
    def part(name: str, use: str) -> Split:
        x, labels = rows[name]
        return Split(x, one_hot(labels, 10), f"{len(x):,} drawn digits that {use}")

    return Data(
        train=part("train", "train"),
        validation=part("validation", "validate"),
        test=part("test", "test"),
        description="Digits drawn by the computer: strokes varied at random, and the 1,797 real "
        "8×8 digits of scikit-learn thinned to skeletons and redrawn with a pen. They stand in for "
        "MNIST; no image of MNIST is among them.",
        split="drawn apart from each other, in the same way",
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
    real=_measuring,
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
