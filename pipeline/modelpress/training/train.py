"""Trains the MODEL of a model file and records the results.

Writes model.keras, training.json and the checkpoints epochs.npz. The same source, data and seed
give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from modelpress import inputs, outputs
from modelpress.core.errors import ModelpressError, described, shown
from modelpress.data import Data, Loaded
from modelpress.kinds.parts import modules_of
from modelpress.network.loading import with_inputs
from modelpress.network.publishable import require_publishable
from modelpress.network.several import one_vector
from modelpress.spec.fields import field_error
from modelpress.spec.model import Model
from modelpress.spec.run import Progress, Run, stop_at_nan
from modelpress.training.checkpoints import CheckpointCallback, Checkpoints, StepCheckpoints
from modelpress.training.evaluating import METRIC_PREFIXES, evaluated
from modelpress.training.fit import KERAS_BATCH_SIZE, SUPPORTED, Loop, unsupported_by
from modelpress.training.publish_weights import publish_weights
from modelpress.training.saving import save
from modelpress.training.shapes import check_shapes, measured, output_shape

if TYPE_CHECKING:
    from modelpress.spec.model import Model

FEW_EXAMPLES = 20_000  # initial loss is measured on training sets up to this size: it takes no time


def train(model: Model, loaded: Loaded, out: Path, progress: Progress) -> None:
    """Trains `model` on `loaded` and writes model.keras, training.json and epochs.npz into `out`.

    Raises ModelFailure if the loss becomes NaN or infinite, ModelpressError if the network
    doesn't fit the input or output kind.
    """
    checkpoints = Checkpoints()
    net, history, metrics = trained(model, loaded, progress, checkpoints)
    storage: dict[str, Any] | None = None
    if model.weights != "float32":
        storage, metrics = publish_weights(net, model, loaded, metrics)
    first = partial(_initial_metrics, net, loaded, checkpoints)
    predictor = record(net, model, loaded, history, metrics, first, out, {"storage": storage})
    save(predictor, out / "model.keras")
    checkpoints.save(out / "epochs.npz", net)


def record(
    net: Any,
    model: Model,
    loaded: Loaded,
    history: dict[str, list[float]],
    metrics: dict[str, float],
    first: Callable[[], dict[str, float]],
    out: Path,
    further: Mapping[str, Any] | None = None,
    seen: Mapping[str, Any] | None = None,
) -> Any:
    """Writes training.json, what is known of a trained network; returns it with known inputs.

    first: returns metrics of the initial weights. further: fields to add or replace.
    seen: measurements to add.
    """
    facts = _facts(model.facts(net, history)) if model.facts else {}
    predictor = completed(net, model, loaded.data)
    measurements = {**measured(predictor, loaded.data), **(seen or {})}
    fitted = check_shapes(predictor, model, measurements)
    assert fitted.input is not None
    shape = list(fitted.input.shape)
    measurements |= {"input": shape, "output": output_shape(predictor, shape)}
    training = {
        "data": loaded.provenance,
        "expect": _judge(model, loaded, {**metrics, **facts}),
        "facts": facts,
        "history": history,
        "metrics": metrics,
        "parameters": int(net.count_params()),
        "seed": model.seed,
        "shapes": measurements,
        "kinds": _kind_modules(model, fitted),
        "epochs": max((len(values) for values in history.values()), default=0),
        "optimizer": _describe(getattr(net, "optimizer", None)),
        "loss": _name(getattr(net, "loss", None)),
        "first": first(),
        **(further or {}),
    }
    try:
        text = json.dumps(training, sort_keys=True, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ModelpressError(
            "A fact can't be written as JSON.",
            where="field `facts`",
            found=str(error),
            expected="a dict of finite numbers, strings, and lists of these",
        ) from error
    (out / "training.json").write_text(text, encoding="utf-8")
    return predictor


def trained(
    model: Model, loaded: Loaded, progress: Progress, checkpoints: Checkpoints | None = None
) -> tuple[Any, dict[str, list[float]], dict[str, float]]:
    """Returns the trained network, its history by epoch and its final metrics.

    checkpoints: receives the weights at epochs, or those that a custom training saves.
    """
    keras.backend.clear_session()  # layer names count from the start
    keras.utils.set_random_seed(model.seed)
    if model.train is None:
        assert loaded.data is not None
        assert model.build is not None
        net = model.build()
        require_publishable(net)
        predictor = completed(net, model, loaded.data)
        if hasattr(model.input, "parts") or hasattr(model.output, "parts"):
            net = predictor  # trained on vectors, as the data has them
        check_shapes(predictor, model, measured(predictor, loaded.data))
        return net, *_fit(net, model, loaded, progress, checkpoints)
    run = Run(
        model, loaded.data, progress, StepCheckpoints(checkpoints).save_at if checkpoints else None
    )
    net = model.train(run)
    require_publishable(net)
    predictor = completed(net, model, loaded.data)
    check_shapes(predictor, model, measured(predictor, loaded.data))
    return net, run.history, {name: values[-1] for name, values in run.history.items()}


def completed(net: Any, model: Model, data: Data | None) -> Any:
    """Returns `net` with known inputs, as a network of one vector if its kinds have parts."""
    if not hasattr(model.input, "parts"):
        net = with_inputs(net, shape_of(model, data))
    # Checkpoints of an author's own training have its network's order of weights.
    return one_vector(net, model.input, model.output, whole=model.train is not None)


def shape_of(model: Model, data: Data | None) -> tuple[int, ...]:
    """Returns the shape of one input, for a network that does not know it; () if unknown."""
    if model.input is not None:
        return tuple(model.input.shape)
    return np.shape(data.train.x)[1:] if data is not None else ()


def _fit(
    net: Any, model: Model, loaded: Loaded, progress: Progress, checkpoints: Checkpoints | None
) -> tuple[dict[str, list[float]], dict[str, float]]:
    data, keywords = loaded.data, model.fit_keywords(loaded.provenance["source"])
    assert data is not None
    epochs, batch_size = keywords["epochs"], keywords.get("batch_size") or KERAS_BATCH_SIZE
    settings = compile_keywords(model, epochs * -(-len(data.train) // batch_size))
    report = _Report(epochs, progress)
    saving = [CheckpointCallback(checkpoints, epochs)] if checkpoints else []
    keywords["callbacks"] = [report, *_callbacks(keywords.get("callbacks")), *saving]
    try:
        net.compile(**settings)
        loop = Loop(net, batch_size)
        history = _history(loop, model, data, keywords, report)
        metrics = evaluated(loop, data)
    except ModelpressError:
        raise
    except Exception as error:  # from Keras, its backend, or the author's code
        raise ModelpressError(
            "Keras could not train this network on this data.",
            where="fields `build`, `compile`, `fit`",
            found=f"inputs {np.shape(data.train.x)}, targets {np.shape(data.train.y)}; "
            f"{described(error)}",
        ) from error
    return history, metrics


def _initial_metrics(net: Any, loaded: Loaded, checkpoints: Checkpoints) -> dict[str, float]:
    """Returns metrics of the initial weights on the validation set and a small training set.

    {} if the initial weights weren't saved or Keras did not train. Runs after everything else and
    restores the weights, so results don't depend on it.
    """
    initial, data = checkpoints.initial(), loaded.data
    if initial is None or data is None or not getattr(net, "compiled", False):
        return {}
    last = net.get_weights()
    net.set_weights(initial)
    figures: dict[str, float] = {}
    for name in ("train", "validation"):
        part = data.parts().get(name)
        if part is not None and (name != "train" or len(part) <= FEW_EXAMPLES):
            found = Loop(net).evaluate(part)
            figures |= {METRIC_PREFIXES[name] + key: value for key, value in found.items()}
    net.set_weights(last)
    return {name: value for name, value in figures.items() if np.isfinite(value)}


def compile_keywords(model: Model, steps: int) -> dict[str, Any]:
    """Returns the keywords of `compile`, with a new optimizer for this training."""
    settings = model.compile_keywords(steps)
    optimizer: Any = settings.get("optimizer")
    if isinstance(optimizer, type):
        raise field_error(
            "compile", f"the class {optimizer.__name__} itself: call it", "an optimizer"
        )
    if hasattr(optimizer, "from_config"):
        # An optimizer belongs to the first network it trains; a Model may be trained again.
        settings["optimizer"] = type(optimizer).from_config(optimizer.get_config())
    # XLA's sums depend on the processor and on what is compiled together.
    return {"jit_compile": False, **settings}


def _history(
    loop: Loop, model: Model, data: Data, keywords: dict[str, Any], report: _Report
) -> dict[str, list[float]]:
    """Trains in the compiled loop, or with `fit` if the settings need it."""
    reason = unsupported_by(loop.net, keywords)
    if not reason:
        keywords.pop("batch_size", None)
        return loop.fit(
            data.train,
            data.validation,
            seed=model.seed,
            augment=model.augment,
            tick=report.show,
            **keywords,
        )
    if model.augment:
        raise ModelpressError(
            "`augment` doesn't work with these settings.",
            where="fields `augment`, `fit`",
            found=reason,
            expected=f"`fit` keywords {', '.join(SUPPORTED)} only",
        )
    validation = data.validation and (data.validation.x, data.validation.y)
    if validation and "validation_split" not in keywords:
        keywords["validation_data"] = validation
    recorded = loop.net.fit(data.train.x, data.train.y, verbose=0, **keywords)
    return {name: [float(v) for v in values] for name, values in recorded.history.items()}


def _callbacks(given: Any) -> list[Any]:
    listed = list(given) if isinstance(given, list | tuple) else [given] * (given is not None)
    for callback in listed:
        if not isinstance(callback, keras.callbacks.Callback):
            raise field_error("fit", f"callbacks: {shown(callback)}", "Keras callbacks")
    return listed


def _facts(found: Any) -> dict[str, Any]:
    """Returns an author's facts as JSON-compatible values."""
    if not isinstance(found, Mapping):
        raise field_error("facts", shown(found), "a function returning a dict of figures and lists")
    try:
        facts: dict[str, Any] = plain(dict(found))
    except RecursionError as error:
        raise field_error(
            "facts", "a dict that contains itself", "figures, and lists of them"
        ) from error
    return facts


class _Report(keras.callbacks.Callback):  # type: ignore[misc]
    """Reports each epoch and stops the training at a loss that is NaN or infinite."""

    def __init__(self, epochs: int, progress: Progress) -> None:
        super().__init__()
        self._epochs = epochs
        self._progress = progress

    def show(self, epochs: int, figures: dict[str, float]) -> None:
        """Reports the metrics after `epochs` complete epochs, while the next one runs."""
        stop_at_nan(figures, min(epochs + 1, self._epochs), self._epochs, self._optimizer())
        self._progress(epochs, self._epochs, figures)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        stop_at_nan(values, epoch + 1, self._epochs, self._optimizer())
        self._progress(epoch + 1, self._epochs, values)

    def _optimizer(self) -> str:
        return _describe(self.model.optimizer)


def _judge(model: Model, loaded: Loaded, figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns each expected figure: bound, value found (None if missing), and verdict.

    The build stops at figures that miss their bounds; the training stays cached. Metrics of the
    part `real` are expected only if the real data set is available.
    """
    judged = []
    for name, wanted in model.expectations(loaded.provenance["source"]).items():
        if name.startswith(METRIC_PREFIXES["real"]) and not (loaded.data and loaded.data.real):
            continue
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
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # of a mixed precision
    rate = optimizer.get_config()["learning_rate"]
    if isinstance(rate, dict):  # a schedule: its name and initial rate
        shown = f"{rate['class_name']}({rate['config'].get('initial_learning_rate', '')})"
    else:
        shown = str(np.float32(rate))
    return f"{type(optimizer).__name__}(learning_rate={shown})"


def _name(loss: Any) -> str:
    if loss is None or isinstance(loss, str):
        return loss or ""
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", type(loss).__name__))


def plain(value: Any) -> Any:
    """Returns NumPy and TensorFlow values as JSON-compatible ones."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if hasattr(value, "numpy"):
        value = value.numpy()
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def _kind_modules(model: Model, fitted: Model) -> list[str]:
    """Returns the modules of the model's kinds; the package of all kinds if chosen by shape."""
    return [
        *([inputs.__name__] if model.input is None else modules_of(fitted.input)),
        *([outputs.__name__] if model.output is None else modules_of(fitted.output)),
    ]
