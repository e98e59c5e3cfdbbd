"""Hands that show letters of the American Sign Language: Sign Language MNIST, or drawn hands.

There are 24 letters; J and Z are movements and left out. The set is read from its two CSV files,
Kaggle's zip file, or an npz. Its 7,172 test images are the test set; every tenth of its 27,455
training images is in the validation set. All were made from only 1,704 photographs, so its own test
accuracy flatters. The contrast of every image is stretched, as on the page for the camera.

Without it, drawn hands are used (`drawn_hands.py`). With `--builtin` and the set, its test images
measure the model trained on drawn hands.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import numpy as np

from modelpress.data import (
    BuiltIn,
    Data,
    Dataset,
    Download,
    DownloadGroup,
    Local,
    LocalGroup,
    Parts,
    Split,
    UnusableFile,
)
from modelpress.data.images import (
    Bytes,
    check_content,
    check_labels,
    check_pictures,
    one_hot,
    read_csv,
    read_npz,
    require_size,
)

LABELS = tuple("ABCDEFGHIKLMNOPQRSTUVWXY")
TRAIN, TEST = 27_455, 7_172  # images
CODES = tuple(ord(letter) - ord("A") for letter in LABELS)  # in the files: 0 to 24 without 9
FILES = ("sign_mnist_train.csv", "sign_mnist_test.csv")
# SHA-256 of the published training images, their labels, test images and their labels.
CONTENT = "64af54d1b91c51882934d0af5c71c7e40db8350c6501b1487f99c280a0d8329b"
# Kaggle requires a login. This is a public copy of both files, at a fixed commit; the checksums
# are those of the published files.
_COPY = (
    "https://media.githubusercontent.com/media/shivangi-1412/"
    "Detection-of-American-Sign-language-Machine-Learning/"
    "ef539cef5c10d6d8c21f24d66598989cc6dc4b87/"
)


def read_sign_npz(path: Path) -> Data:
    """Read the set from an npz with x_train, y_train, x_test and y_test."""
    return _sign_mnist(*read_npz(path, ("x_train", "y_train", "x_test", "y_test")))


def read_sign_csv(paths: Sequence[Path]) -> Data:
    """Read the set from its two CSV files, training and test."""
    train, test = (read_csv(path) for path in paths)
    return _sign_mnist(*train, *test)


def read_sign_zip(path: Path) -> Data:
    """Read the set from a zip file with its two CSV files, in any folder of it."""
    expected = f"a zip file that holds {' and '.join(FILES)}"
    try:
        with zipfile.ZipFile(path) as archive:
            places = {PurePosixPath(name).name: name for name in archive.namelist()}
            missing = [name for name in FILES if name not in places]
            if missing:
                raise UnusableFile(f"no {' and no '.join(missing)} in {path.name}", expected)
            require_size([archive.getinfo(places[name]) for name in FILES], expected)
            train, test = (read_csv(path / name, archive.read(places[name])) for name in FILES)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnusableFile(f"{path.name} is damaged or no zip file: {error}", expected) from error
    return _sign_mnist(*train, *test)


def _sign_mnist(x_train: Bytes, y_train: Bytes, x_test: Bytes, y_test: Bytes) -> Data:
    check_pictures(x_train, y_train, TRAIN, "the training images")
    check_pictures(x_test, y_test, TEST, "the test images")
    check_labels(y_train, CODES, "the training images")
    check_labels(y_test, CODES, "the test images")
    check_content((x_train, y_train, x_test, y_test), CONTENT, "the set as it was published")
    held_out = np.arange(TRAIN) % 10 == 9
    return Data(
        train=_split(x_train[~held_out], y_train[~held_out], "training images"),
        validation=_split(x_train[held_out], y_train[held_out], "held-out training images"),
        test=_split(x_test, y_test, "test images of the set"),
        description="34,627 images of hands, made from 1,704 photographs by cropping, turning and "
        "brightening, so that test images resemble training images.",
        split="the set's own test images; every tenth training image for validation",
    )


def _split(x: Bytes, codes: Bytes, name: str) -> Split:
    from modelpress.pixels import stretch_all

    return Split(
        stretch_all(x),
        one_hot(np.searchsorted(CODES, codes).astype(np.uint8), len(LABELS)),
        f"{len(x):,} {name}",
    )


def _drawn() -> Parts:
    from datasets.drawn_hands import drawn_hands  # its libraries take a second to import

    return drawn_hands()


def _read_drawn(parts: Parts) -> Data:
    def part(name: str, use: str) -> Split:
        x, labels = parts[name]
        return Split(x, one_hot(labels, len(LABELS)), f"{len(x):,} drawn {use} hands")

    return Data(
        train=part("train", "training"),
        validation=part("validation", "validation"),
        test=part("test", "test"),
        description="Hands drawn by the computer: bones and joints, one to three poses for each "
        "letter, with pose, view, light, skin and background varied at random. They replace Sign "
        "Language MNIST: poses and light were fitted on training pictures of that set, but no "
        "photograph, nor a part of one, is among them.",
        split="each part drawn independently, in the same way",
        title="Drawn hands, a substitute for Sign Language MNIST",
        licence="Apache-2.0",
        url="",
        show_rows=True,
    )


sign_mnist = Dataset(
    name="sign_mnist",
    title="Sign Language MNIST",
    licence="CC0",
    url="https://www.kaggle.com/datasets/datamunge/sign-language-mnist",
    show_rows=True,
    how_to_get="Get it from https://www.kaggle.com/datasets/datamunge/sign-language-mnist (a free "
    "account is needed) and name the zip file, or the folder of the two CSV files, with --data.",
    sources=(
        Local(("sign_mnist.npz",), read_sign_npz),
        LocalGroup(tuple((name,) for name in FILES), read_sign_csv),
        Local(("sign-language-mnist.zip", "archive.zip"), read_sign_zip),
        DownloadGroup(
            (
                Download(
                    _COPY + FILES[0],
                    FILES[0],
                    sha256="b7ff39ad5f1210fa765ce11aa5f20c2e97fe467ffc22231aac923c863eef75c4",
                    size_bytes=83_253_609,
                ),
                Download(
                    _COPY + FILES[1],
                    FILES[1],
                    sha256="178c0dd21c4b0e86d58df12f14ea1e9efa795ad19d146802b3b28094a16d56ae",
                    size_bytes=21_770_312,
                ),
            ),
            read_sign_csv,
        ),
        BuiltIn(_read_drawn, packages=("scipy",), rows=_drawn),
    ),
)
