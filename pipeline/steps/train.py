"""Train: a model file's MODEL becomes a trained Keras model and what is known about it.

Writes model.keras and training.json. The same source, data and seed give the same bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from pipeline.data import Data, Loaded
from pipeline.errors import ModelpressError
from pipeline.model import Model
from pipeline.run import Progress, Run, stop_at_nan
from pipeline.steps.saving import save


def train(model: Model, loaded: Loaded, out: Path, progress: Progress) -> None:
    """Trains `model` on `loaded` rows and writes model.keras and training.json into `out`.

    Raises ModelFailure where the loss stops being a number, ModelpressError where the network
    doesn't fit the input or output kind.
    """
    net, history, metrics = trained(model, loaded, progress)
    facts = plain(model.facts(net, history)) if model.facts else {}
    training = {
        "data": loaded.provenance,
        "expect": _judge(model, loaded.provenance["source"], {**metrics, **facts}),
        "facts": facts,
        "history": history,
        "metrics": metrics,
        "parameters": int(net.count_params()),
        "seed": model.seed,
        "epochs": max((len(values) for values in history.values()), default=0),
        "optimizer": _describe(getattr(net, "optimizer", None)),
        "loss": _name(getattr(net, "loss", None)),
    }
    try:
        text = json.dumps(training, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ModelpressError(
            "A fact can't be written down.",
            where="field `facts`",
            found=str(error),
            expected="a dict of finite numbers, strings, and lists of these",
        ) from error
    (out / "training.json").write_text(text, encoding="utf-8")
    save(net, out / "model.keras")


def trained(
    model: Model, loaded: Loaded, progress: Progress
) -> tuple[Any, dict[str, list[float]], dict[str, float]]:
    """The trained network, its history by epoch and its final metrics."""
    keras.backend.clear_session()  # layer names count from the start
    keras.utils.set_random_seed(model.seed)
    if model.train is None:
        assert loaded.data is not None
        assert model.build is not None
        net = model.build()
        check_shapes(net, model)
        return net, *_fit(net, model, loaded.data, progress)
    run = Run(model, loaded.data, progress)
    net = model.train(run)
    check_shapes(net, model)
    return net, run.history, {name: values[-1] for name, values in run.history.items()}


def check_shapes(net: Any, model: Model) -> None:
    """Raises ModelpressError unless `net` takes the input kind's shape and gives the output's."""
    if not isinstance(net, keras.Model):
        raise ModelpressError(
            "There is no Keras model.",
            where="field `train`" if model.train else "field `build`",
            found=f"{type(net).__name__}: {net!r:.120}",
            expected="a function returning a keras.Model",
        )
    if isinstance(net.output_shape, list | dict) or isinstance(net.input_shape, list | dict):
        raise ModelpressError(
            "The network has several inputs or outputs.",
            where="field `build`",
            expected="one input and one output",
        )
    if net.input_shape[1:] != tuple(model.input.shape):
        raise ModelpressError(
            "The network's input doesn't fit the input kind.",
            where="field `input`",
            found=f"keras.Input(shape={net.input_shape[1:]})",
            expected=f"{tuple(model.input.shape)}, the shape of {type(model.input).__name__}",
        )
    try:
        model.output.check(tuple(net.output_shape[1:]))
    except ValueError as error:
        raise ModelpressError(
            "The network's output doesn't fit the output kind.",
            where="field `output`",
            found=str(error),
            next_step="Change the last layer's units or the output kind.",
        ) from error


def _fit(
    net: Any, model: Model, data: Data, progress: Progress
) -> tuple[dict[str, list[float]], dict[str, float]]:
    settings = dict((model.compile() if callable(model.compile) else model.compile) or {})
    optimizer: Any = settings.get("optimizer")
    if hasattr(optimizer, "from_config"):
        # An optimizer belongs to the first network it trains; a Model may be trained again.
        settings["optimizer"] = type(optimizer).from_config(optimizer.get_config())
    net.compile(**settings)
    fit = dict(model.fit)
    callbacks = [_Report(fit["epochs"], progress), *fit.pop("callbacks", [])]
    validation = data.validation and (data.validation.x, data.validation.y)
    try:
        recorded = net.fit(
            data.train.x,
            data.train.y,
            validation_data=validation,
            verbose=0,
            callbacks=callbacks,
            **fit,
        )
    except ModelpressError:
        raise
    except (ValueError, TypeError) as error:
        raise ModelpressError(
            "Keras could not train this network on this data.",
            where="fields `build`, `compile`, `fit`",
            found=f"inputs {np.shape(data.train.x)}, targets {np.shape(data.train.y)}; {error}",
        ) from error
    history = {name: [float(v) for v in values] for name, values in recorded.history.items()}
    metrics: dict[str, float] = {}
    for name, prefix in (("train", ""), ("validation", "val_"), ("test", "test_")):
        part = data.parts().get(name)
        if part is not None:
            figures = net.evaluate(part.x, part.y, verbose=0, return_dict=True)
            metrics |= {prefix + key: float(value) for key, value in figures.items()}
    return history, metrics


class _Report(keras.callbacks.Callback):  # type: ignore[misc]
    """Shows each epoch and stops at one whose loss is no number."""

    def __init__(self, epochs: int, progress: Progress) -> None:
        super().__init__()
        self._epochs = epochs
        self._show = progress

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        stop_at_nan(values, epoch + 1, self._epochs, _describe(self.model.optimizer))
        self._show(epoch + 1, self._epochs, values)


def _judge(model: Model, source: str, figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Each expected figure with what was found (None: there is no such figure) and whether it is
    met. The build stops at those that aren't; the training stays cached."""
    judged = []
    for name, wanted in model.expectations(source).items():
        found = plain(figures.get(name))
        number = isinstance(found, int | float)
        judged.append(
            {
                "name": name,
                "wanted": str(wanted),
                "found": found if number else None,
                "met": bool(number and wanted.met_by(found)),
            }
        )
    return judged


def _describe(optimizer: Any) -> str:
    if optimizer is None:
        return ""
    rate = float(np.asarray(optimizer.learning_rate))
    return f"{type(optimizer).__name__}(learning_rate={np.float32(rate)!s})"


def _name(loss: Any) -> str:
    if loss is None or isinstance(loss, str):
        return loss or ""
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


def plain(value: Any) -> Any:
    """NumPy and TensorFlow values as JSON has them."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "numpy"):
        value = value.numpy()
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value
