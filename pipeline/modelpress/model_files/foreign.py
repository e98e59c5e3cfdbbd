"""Model files of other frameworks: what each is, and how its model can be brought."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from modelpress.core.errors import ModelpressError

_TORCH = (
    "PyTorch",
    "Export it to ONNX in PyTorch, and bring the .onnx file: "
    'torch.onnx.export(net, (example,), "net.onnx", dynamic_shapes=[{0: "batch"}]).',
)
_ARRAYS = "Load the arrays into a Keras network of the same layers by `set_weights`, and save it."
_WEIGHTS_ONLY = "This file has weights without a network. " + _ARRAYS
_SOURCE = "Bring the model that it was made from: its .keras, .h5, SavedModel or .onnx file."
# By the end of the file's name: framework, next step.
_BY_NAME = {
    ".pt": _TORCH,
    ".pth": _TORCH,
    ".ckpt": ("PyTorch or TensorFlow", "Load it there, and save the model as .onnx or .keras."),
    ".tflite": ("LiteRT (TensorFlow Lite)", _SOURCE),
    ".mlmodel": ("Core ML", _SOURCE),
    ".engine": ("TensorRT", _SOURCE),
    ".gguf": ("llama.cpp", "Language models of this kind are too large for a page."),
    ".safetensors": ("safetensors", _WEIGHTS_ONLY),
    ".caffemodel": ("Caffe", "Convert it to ONNX, and bring the .onnx file."),
    ".pdmodel": ("PaddlePaddle", "Convert it to ONNX by paddle2onnx, and bring the .onnx file."),
    ".params": ("MXNet", "Convert it to ONNX, and bring the .onnx file."),
    ".npz": ("NumPy", _WEIGHTS_ONLY),
    ".npy": ("NumPy", _WEIGHTS_ONLY),
    ".index": ("a checkpoint of TensorFlow", "Load it into its network by `net.load_weights`, "
               'and save that: `net.save("model.keras")`.'),
    ".pb": ("a frozen graph of TensorFlow 1", "Save it as a SavedModel, whose signature names the "
            "inputs and outputs."),
    ".pkl": ("a pickle of Python", _SOURCE),
    ".joblib": ("scikit-learn, by joblib", "Convert it to ONNX by skl2onnx, and bring the .onnx "
                "file."),
    ".gz": ("a compressed file", "Unpack it, and bring the file or folder in it."),
    ".zip": ("an archive", "Unpack it, and bring the file or folder in it."),
    ".tar": ("an archive", "Unpack it, and bring the file or folder in it."),
}  # fmt: skip


def foreign(path: Path, head: bytes, names: Sequence[str] = ()) -> ModelpressError | None:
    """Returns the refusal of another framework's file, None if it is none that is known.

    head: the first bytes. names: of the files in an archive.
    """
    kind = _by_content(head, names) or path.suffix.lower()
    if kind not in _BY_NAME:
        return None
    framework, next_step = _BY_NAME[kind]
    return ModelpressError(
        f"This model file can't be read: it is one of another kind, {framework}.",
        where=str(path),
        found=framework,
        expected="a .keras or .h5 file of Keras, a SavedModel folder, model.json of TensorFlow.js, "
        "or .onnx",
        next_step=next_step,
    )


def _by_content(head: bytes, names: Sequence[str]) -> str:
    if any(name.endswith("data.pkl") for name in names):
        return ".pt"
    if names and all(name.endswith(".npy") for name in names):
        return ".npz"
    if any(name.endswith(("saved_model.pb", ".keras", ".h5", "model.json")) for name in names):
        return ".zip"
    if head[4:8] == b"TFL3":
        return ".tflite"
    if head.startswith(b"GGUF"):
        return ".gguf"
    if head.startswith(b"\x93NUMPY"):
        return ".npy"
    if head.startswith(b"\x1f\x8b"):
        return ".gz"
    if len(head) > 9 and 2 <= struct.unpack("<Q", head[:8])[0] < 1 << 27 and head[8:9] == b"{":
        return ".safetensors"
    return ""
