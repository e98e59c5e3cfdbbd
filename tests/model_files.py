"""Model files of every kind, made once in a test run, with what their networks predict."""

from __future__ import annotations

import os
import pickle
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import numpy.typing as npt

L = keras.layers


@dataclass(frozen=True)
class Files:
    """folder: of the files. x: inputs of shape (5, 4). predictions: name of a file → of x."""

    folder: Path
    x: npt.NDArray[np.float32]
    predictions: dict[str, npt.NDArray[np.float32]]


def small() -> Any:
    """A network whose weights are in several of the files."""
    return keras.Sequential([keras.Input((4,)), L.Dense(8, "relu"), L.Dense(3, "softmax")])


def write(folder: Path) -> Files:
    """Writes the files into `folder`."""
    import tf_keras

    keras.utils.set_random_seed(1)
    x = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    net = small()
    net.compile("adam", "mse")
    net.save(folder / "three.keras")
    net.save(folder / "three.h5")
    net.save_weights(folder / "three.weights.h5")
    net.export(folder / "exported", verbose=False)
    predictions = dict.fromkeys(
        ("three.keras", "three.h5", "three.weights.h5", "exported"), np.asarray(net(x))
    )

    older = tf_keras.Sequential(
        [tf_keras.Input((4,)), tf_keras.layers.Dense(8, "relu"), tf_keras.layers.Dense(1)]
    )
    older.compile("adam", "mse", metrics=["mse", "mae"])  # Keras 3 can't read these settings
    older.save(folder / "two.h5")
    older.save(folder / "two.keras")
    older.save_weights(folder / "two_weights.h5")
    other = tf_keras.Sequential(
        [tf_keras.Input((4,)), tf_keras.layers.Dense(8, "hard_sigmoid"), tf_keras.layers.Dense(1)]
    )
    other.save(folder / "two_differs.h5")
    predictions |= dict.fromkeys(("two.h5", "two.keras", "two_weights.h5"), np.asarray(older(x)))
    predictions["two_differs.h5"] = np.asarray(other(x))

    coded = keras.Sequential(
        [keras.Input((4,)), L.Lambda(lambda t: t * 2, output_shape=(4,), name="twice"), L.Dense(1)]
    )
    coded.save(folder / "lambda.keras")
    coded.save(folder / "lambda.h5")
    predictions |= dict.fromkeys(("lambda.keras", "lambda.h5"), np.asarray(coded(x)))

    converters = tensorflowjs_converters()
    converters.save_keras_model(older, str(folder / "layers"))
    predictions["layers"] = predictions["two.h5"]
    converters.convert_tf_saved_model(str(folder / "exported"), str(folder / "graph"))
    predictions["graph"] = predictions["three.keras"]
    _write_bad(folder, net)
    return Files(folder, x, predictions)


def tensorflowjs_converters() -> Any:
    """The package's converters: an import of them prints through IPython, which isn't here."""
    os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
    from tensorflowjs import converters

    return converters


def _write_bad(folder: Path, net: Any) -> None:
    broken = keras.models.clone_model(net)
    broken.set_weights([values * np.nan for values in net.get_weights()])
    broken.save(folder / "nan.keras")
    for name in ("three.keras", "three.h5"):
        content = (folder / name).read_bytes()
        (folder / f"cut.{name.split('.')[1]}").write_bytes(content[: len(content) // 2])
    with h5py.File(folder / "rows.h5", "w") as file:
        file["x"] = np.ones(3)
    with (folder / "large.keras").open("wb") as large:
        large.truncate(2 << 30)  # takes no room on the disk
    (folder / "empty.h5").write_bytes(b"")
    (folder / "page.keras").write_text("<!doctype html><title>Not found</title>")
    (folder / "architecture.json").write_text(net.to_json())
    (folder / "estimator.pkl").write_bytes(pickle.dumps({"coef": 1}))
    (folder / "net.tflite").write_bytes(b"\x1c\0\0\0TFL3" + bytes(32))
    np.savez(folder / "arrays.npz", a=np.ones(2))
    (folder / "nothing").mkdir()
    (folder / "half").mkdir()
    (folder / "half/model.json").write_bytes((folder / "layers/model.json").read_bytes())
    (folder / "other").mkdir()
    (folder / "other/model.json").write_text('{"modelTopology":{"node":3},"weightsManifest":3}')
    _write_bad_archives(folder)
    with h5py.File(folder / "packed.h5", "w") as file:  # small on the disk
        file.create_dataset("x", (1 << 20, 1 << 10), "f4", chunks=(1 << 10, 1 << 10), compression=9)
    with h5py.File(folder / "no_weights.h5", "w") as file:
        file.attrs["model_config"] = net.to_json()
    (folder / "pointer.keras").write_text("version https://git-lfs.github.com/spec/v1\nsize 9\n")
    (folder / "words.h5").write_text("A text.\n" * 9)
    (folder / "link.keras").symlink_to("nowhere.keras")
    (folder / "device.keras").symlink_to("/dev/null")
    endless = keras.models.clone_model(net)
    endless.set_weights([values + np.inf for values in net.get_weights()])
    endless.save(folder / "infinite.h5")


def _write_bad_archives(folder: Path) -> None:
    """.keras files with other parts than Keras writes, and one of PyTorch."""
    with zipfile.ZipFile(folder / "three.keras") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    others = {
        "settings.keras": {**parts, "config.json": b"{"},
        "listed.keras": {**parts, "config.json": b"[1]"},
        "versions.keras": {**parts, "metadata.json": b"[1]"},
        "unweighted.keras": {**parts, "model.weights.h5": b""},
        "torch.pt": {"net/data.pkl": b"x"},
    }
    for name, content in others.items():
        with zipfile.ZipFile(folder / name, "w") as archive:
            for part, data in content.items():
                archive.writestr(part, data)
    # An archive that says to become 1.1 GB.
    bomb = bytearray((folder / "three.keras").read_bytes())
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (1_100_000_000).to_bytes(4, "little")
    (folder / "bomb.keras").write_bytes(bomb)
