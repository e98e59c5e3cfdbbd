"""Reads models that Keras 2 and Keras 3 have saved: .keras, .h5 and .weights.h5."""

from __future__ import annotations

import builtins
import json
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import tensorflow as tf

from modelpress.core.errors import ModelpressError
from modelpress.model_files.graph_layer import frozen
from modelpress.model_files.reasons import reason

TRUST = (
    "If you know who made the file, and trust them, set trusted=True in the model file, or give a "
    "command the option --trusted: its code then runs on this computer. Otherwise save the model "
    "without it: write the function in the model file, and register it with "
    "@keras.saving.register_keras_serializable()."
)
_TRIALS = 4  # inputs on which both versions of Keras must agree
_APART = 1e-4  # largest difference, relative to the largest prediction


def load_whole(path: Path, hdf5: bool, trusted: bool) -> tuple[Any, str]:
    """Returns the model in a .keras or .h5 file, and the version of Keras that wrote it.

    Its compile settings are not read. A model of Keras 2 that Keras 3 can't load, or for which it
    computes something else, becomes a graph. Raises ModelpressError for a model with Python code
    that is not trusted, and for one that needs classes that aren't defined.
    """
    config, version = _described(path, hdf5)
    code = _code_in(config)
    if code and not trusted:
        raise ModelpressError(
            "This model file contains Python code, which would run when it is loaded.",
            where=str(path),
            found=code,
            next_step=TRUST,
        )
    older = not version.startswith("3")
    with _named(path, ".h5" if hdf5 else ".keras") as named:
        net, error = _by_keras_3(named, trusted)
        if older and (trusted or _only_of_keras(config)):
            net = _by_keras_2(named, net, path)
        if net is None:
            assert error is not None
            raise _unreadable(path, error, version) from error
    return (_without_code(net, path) if code else net), f"Keras {version}" if version else ""


def load_weights(path: Path, build: Callable[[], Any]) -> Any:
    """Returns the network of `build` with the weights in `path`. Raises ModelpressError if these
    are another network's."""
    net = build()
    if not isinstance(net, keras.Model):
        raise ModelpressError(
            "There is no Keras model to load the weights into.",
            where="field `build`",
            found=type(net).__name__,
            expected="a function returning a keras.Model",
        )
    with h5py.File(path, "r") as file:
        older = "layer_names" in file.attrs
    with _named(path, ".h5" if older else ".weights.h5") as named:
        try:
            net.load_weights(named)
        except Exception as error:  # Keras raises several kinds
            raise ModelpressError(
                "These weights are those of another network than `build` makes.",
                where=str(path),
                found=_mismatch(error),
                expected="the weights of "
                + ", ".join(f"{w.path} {tuple(w.shape)}" for w in net.weights[:6])
                + (" …" if len(net.weights) > 6 else ""),
                next_step="Make `build` the network that was saved, layer by layer.",
            ) from error
    return net


def _mismatch(error: Exception) -> str:
    """Returns which weight has another shape in the file, as far as Keras says it."""
    text = str(error)
    shapes = re.search(r"variable\.shape=(\(.*?\)), Received: value\.shape=(\(.*?\))", text)
    name = re.search(r"Variable path=([^,]+),", text)
    if shapes and name:
        return f"`{name[1]}` has the shape {shapes[1]}, the file's weight {shapes[2]}"
    return reason(error)


def as_graph(net: Any, where: str) -> Any:
    """Returns a Keras 3 model that computes what `net` computes at inference, as a graph."""
    inputs = net.inputs
    specs = [
        tf.TensorSpec(each.shape, each.dtype, re.sub(r"\W", "_", each.name.split(":")[0]))
        for each in inputs
    ]

    def predict(*given: Any) -> Any:
        return net(list(given) if len(given) > 1 else given[0], training=False)

    return frozen(predict, specs, where)


def differ(one: Any, other: Any) -> bool:
    """Returns whether two models with the same inputs predict different values."""
    rng = np.random.default_rng(1)
    given = [
        rng.uniform(0, 1, (_TRIALS, *(length or 8 for length in each.shape[1:])))
        for each in one.inputs
    ]
    typed = [
        np.full(values.shape, "a text of words", object)
        if "string" in str(tf.as_dtype(each.dtype).name)
        else values.astype(tf.as_dtype(each.dtype).name)
        for values, each in zip(given, one.inputs, strict=True)
    ]
    batch = [tf.constant(each) for each in typed]
    first, second = (
        tf.nest.flatten(net(batch if len(batch) > 1 else batch[0], training=False))
        for net in (one, other)
    )
    if len(first) != len(second):
        return True
    for a, b in zip(map(np.asarray, first), map(np.asarray, second), strict=True):
        if a.shape != b.shape or not np.allclose(
            a, b, rtol=0, atol=_APART * max(1.0, float(np.abs(a).max())), equal_nan=True
        ):
            return True
    return False


def _by_keras_3(path: Path, trusted: bool) -> tuple[Any, Exception | None]:
    try:
        return keras.models.load_model(path, compile=False, safe_mode=not trusted), None
    except Exception as error:  # Keras raises several kinds
        return None, error


def _by_keras_2(path: Path, net: Any, where: Path) -> Any:
    """Returns the model that Keras 2 loads, as a graph, if `net` is None or predicts otherwise;
    else `net`, also if Keras 2 can't load the file either."""
    import tf_keras

    try:
        older = tf_keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception:  # tf_keras raises several kinds; the error of Keras 3 is reported
        return net
    if net is not None and not differ(net, older):
        return net
    return as_graph(older, str(where))


def _described(path: Path, hdf5: bool) -> tuple[str, str]:
    """Returns the configuration of the model, as JSON, and the version of Keras."""
    if hdf5:
        with h5py.File(path, "r") as file:
            config, version = (file.attrs.get(n, "") for n in ("model_config", "keras_version"))
        return tuple(t.decode() if isinstance(t, bytes) else str(t) for t in (config, version))  # type: ignore[return-value]
    with zipfile.ZipFile(path) as archive:
        config = archive.read("config.json").decode()
        names = archive.namelist()
        metadata = json.loads(archive.read("metadata.json")) if "metadata.json" in names else {}
    return config, str(metadata.get("keras_version", ""))


def _code_in(config: str) -> str:
    """Returns the layer of a configuration that holds compiled Python code, '' if none does."""
    found = ""

    def visit(value: Any, layer: str) -> None:
        nonlocal found
        if isinstance(value, dict):
            inner = value.get("config")
            if isinstance(inner, dict) and isinstance(inner.get("name"), str):
                layer = inner["name"]
            is_code = value.get("class_name") == "__lambda__"
            is_code |= value.get("function_type") == "lambda"
            is_code |= value.get("class_name") == "Lambda" and isinstance(
                (inner or {}).get("function"), list
            )
            if is_code and not found:
                found = f"a lambda in layer `{layer}`"
            for each in value.values():
                visit(each, layer)
        elif isinstance(value, list):
            for each in value:
                visit(each, layer)

    try:
        visit(json.loads(config), "")
    except (ValueError, RecursionError):
        return ""
    return found


_KERAS_MODULE = re.compile(
    r"(tf_)?keras(\.src|\.api|\._tf_keras\.keras)?(\.(layers|activations|initializers|regularizers|"
    r"constraints|models|engine|optimizers|losses|metrics|dtype_policies|mixed_precision)\b.*)?"
)


def _only_of_keras(config: str) -> bool:
    """Returns whether a configuration names objects of Keras alone: Keras 2 imports any module."""

    def fine(value: Any) -> bool:
        if isinstance(value, list):
            return all(map(fine, value))
        if not isinstance(value, dict):
            return True
        module, name = value.get("module"), value.get("config")
        if module == "builtins" and (not isinstance(name, str) or name in dir(builtins)):
            return False
        known = module in (None, "builtins") or _KERAS_MODULE.fullmatch(str(module))
        return bool(known) and all(map(fine, value.values()))

    try:
        return fine(json.loads(config))
    except (ValueError, RecursionError):
        return False


def _without_code(net: Any, path: Path) -> Any:
    """Returns the model as a graph, which later steps load without running code."""
    return as_graph(net, str(path))


def _unreadable(path: Path, error: Exception, version: str) -> ModelpressError:
    text = str(error)
    unknown = re.search(r"(?:Could not locate (?:class|function)|Unknown layer:|Unknown object:?) "
                        r"'?\"?([\w.>]+)", text)  # fmt: skip
    if unknown:
        name = unknown[1].split(">")[-1]
        return ModelpressError(
            f"This model needs `{name}`, which is not defined.",
            where=str(path),
            found=reason(error),
            next_step=f"Define {name} in the model file, with "
            "@keras.saving.register_keras_serializable() above it, under the package name that it "
            "was saved with. Or bring the network as a graph: `net.export(folder)` where it is "
            "defined writes a SavedModel.",
        )
    return ModelpressError(
        "Keras can't load this model file.",
        where=str(path),
        found=f"written by Keras {version or 'of an unknown version'}; {reason(error)}",
        next_step="Load it with the version that wrote it, and bring it as a graph: "
        "`net.export(folder)` writes a SavedModel.",
    )


@contextmanager
def _named(path: Path, suffix: str) -> Iterator[Path]:
    """Yields a path of the file that ends with `suffix`: Keras goes by the name."""
    if path.name.endswith(suffix) and (suffix != ".h5" or not path.name.endswith(".weights.h5")):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="modelpress-") as folder:
        link = Path(folder) / f"model{suffix}"
        link.symlink_to(path.resolve())
        yield link
