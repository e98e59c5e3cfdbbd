"""Recognises the format of a model file by its content. Imports neither TensorFlow nor Keras."""

from __future__ import annotations

import json
import zipfile
import zlib
from pathlib import Path
from typing import Any, Literal

from modelpress.core.errors import ModelpressError, described, nearest, shown
from modelpress.model_files.foreign import foreign

FileFormat = Literal[
    "keras", "hdf5", "weights", "saved_model", "layers_json", "graph_json", "onnx", "pickle"
]

# In words, for cards and messages.
WORDS: dict[FileFormat, str] = {
    "keras": "Keras",
    "hdf5": "Keras, HDF5",
    "weights": "weights of Keras, HDF5",
    "saved_model": "TensorFlow SavedModel",
    "layers_json": "TensorFlow.js layers model",
    "graph_json": "TensorFlow.js graph model",
    "onnx": "ONNX",
    "pickle": "Python pickle",
}
EXPECTED = (
    "a .keras or .h5 file of Keras, a SavedModel folder, model.json of TensorFlow.js, or .onnx"
)
MOST_BYTES = 1_000_000_000
_HDF5 = b"\x89HDF\r\n\x1a\n"


def located(path: Path) -> Path:
    """Returns the file or folder that holds the model: of a SavedModel its folder, of a folder with
    model.json that file. Raises ModelpressError if there is none, or if it is too large."""
    if path.is_symlink() and not path.exists():
        raise ModelpressError(
            "This link leads to no file.",
            where=str(path),
            found=f"a link to {path.readlink()}",
            next_step="Copy the model file itself here.",
        )
    if path.exists() and not path.is_file() and not path.is_dir():
        raise _refused(path, "a device or a pipe")
    if not path.exists():
        folder = path.parent
        names = [each.name for each in folder.iterdir()] if folder.is_dir() else []
        raise ModelpressError(
            f"There is no such model file.{nearest(path.name, names)}",
            where=str(path),
            expected=EXPECTED,
            next_step="Correct the path. A model file names it relative to its own folder.",
        )
    if path.name == "saved_model.pb":
        path = path.parent
    if path.is_dir() and (path / "model.json").is_file():
        path /= "model.json"
    size = size_of(path)
    if size > MOST_BYTES:
        raise _too_large(path, size)
    return path


def size_of(path: Path) -> int:
    """Returns the size of a file, or of all files in a folder. Unit: bytes."""
    if path.is_dir():
        return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
    return path.stat().st_size


def recognised(path: Path) -> FileFormat:
    """Returns the format of a file or folder of `located`.

    Raises ModelpressError for a damaged file, one of another framework, and anything else.
    """
    if path.is_dir():
        if (path / "saved_model.pb").is_file():
            return "saved_model"
        raise _refused(path, _listed(path))
    with path.open("rb") as file:
        head = file.read(512)
    if not head:
        raise _refused(path, "an empty file")
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(path)
    if head.startswith(_HDF5):
        return _in_hdf5(path)
    if head.lstrip()[:1] == b"{":
        return _in_json(path)
    if head[0] == 0x80 and head[1] in (2, 3, 4, 5):
        return "pickle"
    if path.suffix.lower() == ".onnx":
        if head[0] == 0x08:  # the field ir_version
            return "onnx"
        raise _damaged(path, "its content is not that of an ONNX file")
    raise foreign(path, head) or _text(path, head)


def _text(path: Path, head: bytes) -> ModelpressError:
    """Returns the refusal of a file of no known kind."""
    if head.startswith(b"version https://git-lfs"):
        return _refused(path, "a pointer of Git LFS, not the file", "Fetch the file: git lfs pull.")
    if head.lstrip()[:1] == b"<":
        next_step = "Download the file itself: this is the page of a web site about it."
        return _refused(path, "a web page", next_step)
    if b"\0" not in head:
        return _refused(path, f"a text that begins with {shown(head[:40].decode('latin-1'))}")
    return _refused(path, f"{path.stat().st_size:,} bytes of another kind")


def _in_zip(path: Path) -> FileFormat:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            unpacked = sum(each.file_size for each in archive.infolist())
            if unpacked > MOST_BYTES:
                raise _too_large(path, unpacked, " unpacked")
            if "config.json" in names:
                wrong = archive.testzip()
                if wrong:
                    raise _damaged(path, f"the checksum of {wrong} in it is wrong")
                for name in {"config.json", "metadata.json"} & set(names):
                    if not isinstance(json.loads(archive.read(name)), dict):
                        raise _damaged(path, f"{name} in it describes no model")
                for name in names:
                    if name.endswith("weights.h5") and archive.open(name).read(8) != _HDF5:
                        raise _damaged(path, f"{name} in it holds no weights")
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError,
            ValueError) as error:  # fmt: skip
        raise _damaged(path, described(error)) from error
    if "config.json" in names and any(name.endswith("weights.h5") for name in names):
        return "keras"
    raise foreign(path, b"PK", names) or _refused(path, f"an archive with {_some(names)}")


def _in_hdf5(path: Path) -> FileFormat:
    import h5py

    try:
        with h5py.File(path, "r") as file:
            attributes, names = set(file.attrs), list(file)
            unpacked = _unpacked(file)
    except (OSError, RuntimeError, KeyError) as error:
        raise _damaged(path, described(error)) from error
    if unpacked > MOST_BYTES:
        raise _too_large(path, unpacked, " unpacked")
    if "model_config" in attributes:
        if "model_weights" not in names:
            raise _damaged(path, "it has the layers of a model, but no weights")
        return "hdf5"
    if "layer_names" in attributes or {"layers", "_layer_checkpoint_dependencies"} & set(names):
        return "weights"
    raise _refused(path, f"an HDF5 file without a model, with {_some(names)}")


def _in_json(path: Path) -> FileFormat:
    try:
        content: Any = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _damaged(path, described(error)) from error
    topology = content.get("modelTopology")
    if isinstance(topology, dict) and "weightsManifest" in content:
        if "node" in topology:
            return "graph_json"
        if "model_config" in topology or "class_name" in topology:
            return "layers_json"
    if "class_name" in content and "config" in content:
        raise ModelpressError(
            "This file has a network's layers, but no weights.",
            where=str(path),
            found="the result of `net.to_json()`",
            next_step='Save the whole model: `net.save("model.keras")`.',
        )
    raise _refused(path, f"JSON with {_some(list(content))}")


def _unpacked(file: Any) -> int:
    """Returns the bytes of all arrays in an HDF5 file, which may be compressed."""
    found = 0

    def add(name: str, item: Any) -> None:
        nonlocal found
        found += getattr(item, "nbytes", 0)

    file.visititems(add)
    return found


def _too_large(path: Path, size: int, how: str = "") -> ModelpressError:
    return ModelpressError(
        "This model is too large for a page: a reader downloads all of its weights.",
        where=str(path),
        found=f"{size / 1e9:.1f} GB{how}",
        expected=f"at most {MOST_BYTES / 1e9:g} GB",
        next_step="Save it without the state of its optimizer: "
        "`net.save(path, include_optimizer=False)`. If it is still larger, use a smaller network.",
    )


def _damaged(path: Path, found: str) -> ModelpressError:
    return ModelpressError(
        "This model file is damaged or incomplete.",
        where=str(path),
        found=f"{path.stat().st_size:,} bytes; {found}",
        next_step="Copy or save it again, and compare its size with that of the original.",
    )


def _refused(path: Path, found: str, next_step: str = "") -> ModelpressError:
    return ModelpressError(
        "This is not a model that can be read.",
        where=str(path),
        found=found,
        expected=EXPECTED,
        next_step=next_step
        or 'Save the whole model where it was trained: net.save("model.keras") in Keras; as .onnx '
        "in PyTorch and scikit-learn.",
    )


def _listed(folder: Path) -> str:
    return f"a folder with {_some(sorted(each.name for each in folder.iterdir()))}"


def _some(names: list[str], most: int = 5) -> str:
    shown = ", ".join(names[:most]) or "nothing in it"
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")
