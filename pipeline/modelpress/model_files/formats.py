"""The converters of this package, one for each format that it reads."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import keras

from modelpress.core.errors import ModelpressError, described
from modelpress.model_files.converters import Converter
from modelpress.model_files.recognise import WORDS, FileFormat, recognised


def _converter(name: FileFormat, load: Callable[[Path, bool], tuple[Any, str]]) -> Converter:
    return Converter(WORDS[name], lambda path: recognised(path) == name, load)


def _keras(path: Path, trusted: bool, *, hdf5: bool = False) -> tuple[Any, str]:
    from modelpress.model_files import keras_files

    return keras_files.load_whole(path, hdf5, trusted)


def _saved_model(path: Path, trusted: bool) -> tuple[Any, str]:
    from modelpress.model_files import saved_model

    return saved_model.load(path), ""


def _tensorflowjs(path: Path, found: FileFormat) -> tuple[Any, str]:
    from modelpress.model_files import tensorflowjs_files

    return tensorflowjs_files.load(path, found)


def _onnx(path: Path, trusted: bool) -> tuple[Any, str]:
    if find_spec("onnx") is None:
        raise ModelpressError(
            "To read .onnx files, Modelpress needs the package onnx.",
            where=str(path),
            next_step="Install it: pip install 'modelpress[onnx]'",
        )
    from modelpress.model_files import onnx_files

    return onnx_files.load(path)


def _pickled(path: Path, trusted: bool) -> tuple[Any, str]:
    if not trusted:
        raise ModelpressError(
            "This file is a pickle: loading it would run code that it contains.",
            where=str(path),
            expected="a .keras file, which holds data alone",
            next_step="Load it where it was made, and save the model there: "
            "`net.save('model.keras')`; for scikit-learn, by skl2onnx as .onnx. If you trust who "
            "made the file, and it holds a Keras model, set trusted=True.",
        )
    import pickle

    try:
        net = pickle.loads(path.read_bytes())
    except Exception as error:  # a pickle may raise anything
        raise ModelpressError(
            "This pickle can't be loaded.", where=str(path), found=described(error)
        ) from error
    if not isinstance(net, keras.Model):
        raise ModelpressError(
            "This pickle holds no Keras model.",
            where=str(path),
            found=f"{type(net).__module__}.{type(net).__name__}",
            expected="a keras.Model",
            next_step="Export it to ONNX, by skl2onnx for scikit-learn and torch.onnx for "
            "PyTorch, and bring the .onnx file.",
        )
    return net, ""


KERAS = _converter("keras", _keras)
HDF5 = _converter("hdf5", lambda path, trusted: _keras(path, trusted, hdf5=True))
SAVED_MODEL = _converter("saved_model", _saved_model)
LAYERS_JSON = _converter("layers_json", lambda path, trusted: _tensorflowjs(path, "layers_json"))
GRAPH_JSON = _converter("graph_json", lambda path, trusted: _tensorflowjs(path, "graph_json"))
ONNX = _converter("onnx", _onnx)
PICKLE = _converter("pickle", _pickled)
