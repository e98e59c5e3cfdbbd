"""Reads the trained model of a model file that names one, in place of a training.

Writes the files of a training: model.keras, training.json and epochs.npz, which is empty.
"""

from __future__ import annotations

import hashlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras

from modelpress.caching.hashes import sha256
from modelpress.core.errors import ModelpressError
from modelpress.data import Loaded
from modelpress.model_files.load import Brought, load
from modelpress.model_files.reasons import reason
from modelpress.model_files.recognise import located, size_of
from modelpress.network.publishable import require_publishable
from modelpress.training.checkpoints import Checkpoints
from modelpress.training.evaluating import evaluated
from modelpress.training.fit import KERAS_BATCH_SIZE, Loop
from modelpress.training.publish_weights import publish_weights
from modelpress.training.saving import save
from modelpress.training.shapes import check_shapes, measured
from modelpress.training.train import compile_keywords, completed, record

if TYPE_CHECKING:
    from modelpress.spec.model import Model

UNKNOWN = "unknown"  # the source of the data that trained the model


def bring(model: Model, loaded: Loaded, file: Path, out: Path) -> None:
    """Reads the model in `file` and writes model.keras, training.json and epochs.npz into `out`.

    Raises ModelpressError for a file that can't be used, for a network that doesn't fit the input
    or output kind, and for data that doesn't fit the network.
    """
    keras.backend.clear_session()
    keras.utils.set_random_seed(model.seed)
    file = located(file)
    complete = partial(completed, model=model, data=loaded.data)
    brought = load(file, model.build, trusted=model.trusted, complete=complete)
    net = brought.net
    require_publishable(net)
    check_shapes(net, model, {**measured(net, loaded.data), **brought.seen})
    metrics = _metrics(net, model, loaded)
    storage = None
    if model.weights != "float32":
        storage, metrics = publish_weights(net, model, loaded, metrics)
    save(net, out / "model.keras")
    Checkpoints().save(out / "epochs.npz", net)
    described = {
        "storage": storage,
        "brought": _described(brought, file),
        "optimizer": "",
        "loss": "",
    }
    if loaded.data is None:
        described["data"] = {**loaded.provenance, "source": UNKNOWN}
    record(net, model, loaded, {}, metrics, dict, out, described, brought.seen)


def content_hash(file: Path) -> str:
    """Returns the SHA-256 of a file; of a folder, of the lines `<sha256>  <name>` of its files."""
    if file.is_file():
        return sha256(file)
    names = sorted(each.relative_to(file).as_posix() for each in file.rglob("*") if each.is_file())
    lines = "".join(f"{sha256(file / name)}  {name}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()


def _described(brought: Brought, file: Path) -> dict[str, Any]:
    return {
        "name": file.name,
        "format": brought.format,
        "written_by": brought.written_by,
        "as_graph": brought.as_graph,
        "size_bytes": size_of(file),
        "sha256": content_hash(file),
    }


def _metrics(net: Any, model: Model, loaded: Loaded) -> dict[str, float]:
    """Returns loss and metrics of each part of the data, {} without `data` or `compile`."""
    if loaded.data is None or model.compile is None:
        return {}
    try:
        net.compile(**compile_keywords(model, 1))
        return evaluated(Loop(net, KERAS_BATCH_SIZE), loaded.data)
    except Exception as error:  # from Keras, its backend, or the author's code
        raise ModelpressError(
            "Keras could not measure the file's network on this data.",
            where="fields `data`, `compile`",
            found=reason(error),
            expected=f"inputs of shape {('examples', *net.input_shape[1:])} and targets of shape "
            f"{('examples', *net.output_shape[1:])}, or what the loss in `compile` takes",
        ) from error
