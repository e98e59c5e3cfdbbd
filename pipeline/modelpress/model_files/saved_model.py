"""Reads SavedModel folders, of TensorFlow or of `keras.Model.export`, as graphs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tensorflow as tf

from modelpress.core.errors import ModelpressError
from modelpress.model_files.graph_layer import from_concrete
from modelpress.model_files.reasons import reason

_PREFERRED = ("serving_default", "serve")


def load(path: Path) -> Any:
    """Returns a Keras model of the signature that serves predictions.

    Raises ModelpressError for a damaged folder and for one without a signature.
    """
    try:
        loaded = tf.saved_model.load(str(path))
    except Exception as error:  # TensorFlow raises several kinds
        raise ModelpressError(
            "TensorFlow can't load this SavedModel.",
            where=str(path),
            found=reason(error),
            expected="saved_model.pb and the folder variables, complete",
            next_step="Copy or save it again.",
        ) from error
    signatures = getattr(loaded, "signatures", {})
    name = next((each for each in _PREFERRED if each in signatures), next(iter(signatures), None))
    if name is None:
        raise ModelpressError(
            "This SavedModel has no signature that predicts.",
            where=str(path),
            next_step="Save it with one: `net.export(folder)`, or tf.saved_model.save(module, "
            "folder, signatures=module.__call__.get_concrete_function(tf.TensorSpec([None, …]))).",
        )
    signature = signatures[name]
    names = [tensor.name.split(":")[0] for tensor in signature.inputs]
    captured = len(signature.captured_inputs)
    names = names[: len(names) - captured] if captured else names
    plain = [each.removeprefix(f"{name}_") for each in names]
    try:
        return from_concrete(signature, plain, str(path))
    except ModelpressError:
        raise
    except Exception as error:  # TensorFlow raises several kinds
        raise ModelpressError(
            "This SavedModel can't be turned into a graph with constant weights.",
            where=f"{path}, signature {name}",
            found=reason(error),
            next_step="Save the network alone, without its training or preprocessing by Python: "
            "`net.export(folder)`.",
        ) from error
