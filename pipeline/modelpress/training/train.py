"""Train: a model file's MODEL becomes a trained Keras model and what is known about it.

Writes model.keras, training.json and epochs.npz, the weights at some of its epochs. The same
source, data and seed give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from modelpress import inputs, outputs
from modelpress.core.errors import ModelpressError, described, shown
from modelpress.data import Data, Loaded
from modelpress.spec.fields import wrong
from modelpress.spec.model import Model
from modelpress.spec.run import Progress, Run, stop_at_nan
from modelpress.training.checkpoints import KeepAtEpochs, Keeper, StepKeeper
from modelpress.training.fit import COVERED, KERAS_BATCH_SIZE, Loop, uncovered
from modelpress.training.saving import save
from modelpress.training.shapes import check_shapes, measured, resolved

if TYPE_CHECKING:
    from modelpress.spec.model import Model

FEW_ROWS = 20_000  # over so many the first weights' loss is measured in no time
# How the metrics of a part are named after it: `test_accuracy`.
METRIC_PREFIXES = {"train": "", "validation": "val_", "test": "test_", "real": "real_"}


def train(model: Model, loaded: Loaded, out: Path, progress: Progress) -> None:
    """Trains `model` on `loaded` rows and writes model.keras, training.json and epochs.npz into
    `out`.

    Raises ModelFailure where the loss stops being a number, ModelpressError where the network
    doesn't fit the input or output kind.
    """
    keeper = Keeper()
    net, history, metrics = trained(model, loaded, progress, keeper)
    facts = _facts(model.facts(net, history)) if model.facts else {}
    seen = measured(net, loaded.data)
    fitted = resolved(model, seen)
    training = {
        "data": loaded.provenance,
        "expect": _judge(model, loaded, {**metrics, **facts}),
        "facts": facts,
        "history": history,
        "metrics": metrics,
        "parameters": int(net.count_params()),
        "seed": model.seed,
        "shapes": seen,
        "kinds": _kind_modules(model, fitted),
        "epochs": max((len(values) for values in history.values()), default=0),
        "optimizer": _describe(getattr(net, "optimizer", None)),
        "loss": _name(getattr(net, "loss", None)),
        "first": _first_figures(net, loaded, keeper),
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
    keeper.save(out / "epochs.npz", net)


def trained(
    model: Model, loaded: Loaded, progress: Progress, keeper: Keeper | None = None
) -> tuple[Any, dict[str, list[float]], dict[str, float]]:
    """The trained network, its history by epoch and its final metrics. keeper: is given the weights
    at epochs, or what the author's own training keeps."""
    keras.backend.clear_session()  # layer names count from the start
    keras.utils.set_random_seed(model.seed)
    if model.train is None:
        assert loaded.data is not None
        assert model.build is not None
        net = model.build()
        check_shapes(net, model, measured(net, loaded.data))
        return net, *_fit(net, model, loaded, progress, keeper)
    run = Run(model, loaded.data, progress, StepKeeper(keeper).keep if keeper else None)
    net = model.train(run)
    check_shapes(net, model, measured(net, loaded.data))
    return net, run.history, {name: values[-1] for name, values in run.history.items()}


def _fit(
    net: Any, model: Model, loaded: Loaded, progress: Progress, keeper: Keeper | None
) -> tuple[dict[str, list[float]], dict[str, float]]:
    data, keywords = loaded.data, model.fit_keywords(loaded.provenance["source"])
    assert data is not None
    epochs, batch_size = keywords["epochs"], keywords.get("batch_size") or KERAS_BATCH_SIZE
    settings = _compiling(model, epochs * -(-len(data.train) // batch_size))
    report = _Report(epochs, progress)
    keeping = [KeepAtEpochs(keeper, epochs)] if keeper else []
    keywords["callbacks"] = [report, *_callbacks(keywords.get("callbacks")), *keeping]
    try:
        net.compile(**settings)
        loop = Loop(net, batch_size)
        history = _history(loop, model, data, keywords, report)
        metrics: dict[str, float] = {}
        for name, prefix in METRIC_PREFIXES.items():
            part = data.parts().get(name)
            if part is not None:
                metrics |= {prefix + key: value for key, value in loop.evaluate(part).items()}
    except ModelpressError:
        raise
    except Exception as error:  # Keras, its backend, and what authors give to both
        raise ModelpressError(
            "Keras could not train this network on this data.",
            where="fields `build`, `compile`, `fit`",
            found=f"inputs {np.shape(data.train.x)}, targets {np.shape(data.train.y)}; "
            f"{described(error)}",
        ) from error
    return history, metrics


def _first_figures(net: Any, loaded: Loaded, keeper: Keeper) -> dict[str, float]:
    """Loss and metrics of the first weights, over the rows that validate and, where they are not
    many, over those that train; {} where they were not kept or Keras did not train.

    Computed when everything else is done, and the weights are put back: nothing depends on it."""
    first, data = keeper.first(), loaded.data
    if first is None or data is None or not getattr(net, "compiled", False):
        return {}
    last = net.get_weights()
    net.set_weights(first)
    figures: dict[str, float] = {}
    for name in ("train", "validation"):
        part = data.parts().get(name)
        if part is not None and (name != "train" or len(part) <= FEW_ROWS):
            found = Loop(net).evaluate(part)
            figures |= {METRIC_PREFIXES[name] + key: value for key, value in found.items()}
    net.set_weights(last)
    return {name: value for name, value in figures.items() if np.isfinite(value)}


def _compiling(model: Model, steps: int) -> dict[str, Any]:
    """Keywords of `compile`, with an optimizer of this training's own."""
    settings = model.compile_keywords(steps)
    optimizer: Any = settings.get("optimizer")
    if isinstance(optimizer, type):
        raise wrong("compile", f"the class {optimizer.__name__} itself: call it", "an optimizer")
    if hasattr(optimizer, "from_config"):
        # An optimizer belongs to the first network it trains; a Model may be trained again.
        settings["optimizer"] = type(optimizer).from_config(optimizer.get_config())
    # XLA's sums depend on the processor and change with what is compiled together.
    return {"jit_compile": False, **settings}


def _history(
    loop: Loop, model: Model, data: Data, keywords: dict[str, Any], report: _Report
) -> dict[str, list[float]]:
    """Trains in the compiled loop, or by plain `fit` where the settings ask for more."""
    reason = uncovered(loop.net, keywords)
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
            "The inputs can't be varied by `augment` with these settings.",
            where="fields `augment`, `fit`",
            found=reason,
            expected=f"of the keywords of fit only {', '.join(COVERED)}",
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
            raise wrong("fit", f"callbacks: {shown(callback)}", "callbacks of Keras")
    return listed


def _facts(found: Any) -> dict[str, Any]:
    """An author's facts as JSON has them."""
    if not isinstance(found, Mapping):
        raise wrong("facts", shown(found), "a function returning a dict of figures and lists")
    try:
        facts: dict[str, Any] = plain(dict(found))
    except RecursionError as error:
        raise wrong("facts", "a dict that holds itself", "figures, and lists of them") from error
    return facts


class _Report(keras.callbacks.Callback):  # type: ignore[misc]
    """Shows each epoch and stops at one whose loss is no number."""

    def __init__(self, epochs: int, progress: Progress) -> None:
        super().__init__()
        self._epochs = epochs
        self._progress = progress

    def show(self, epochs: int, figures: dict[str, float]) -> None:
        """Shows the figures when `epochs` are complete and the next is under way."""
        stop_at_nan(figures, min(epochs + 1, self._epochs), self._epochs, self._optimizer())
        self._progress(epochs, self._epochs, figures)

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        values = {name: float(value) for name, value in (logs or {}).items()}
        stop_at_nan(values, epoch + 1, self._epochs, self._optimizer())
        self._progress(epoch + 1, self._epochs, values)

    def _optimizer(self) -> str:
        return _describe(self.model.optimizer)


def _judge(model: Model, loaded: Loaded, figures: dict[str, Any]) -> list[dict[str, Any]]:
    """Each expected figure with what was found (None: there is no such figure) and whether it is
    met. The build stops at those that aren't; the training stays cached. Figures of the part `real`
    are expected only where the real data set is at hand."""
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
    rate = optimizer.get_config()["learning_rate"]
    if isinstance(rate, dict):  # a schedule: its name and where it begins
        shown = f"{rate['class_name']}({rate['config'].get('initial_learning_rate', '')})"
    else:
        shown = str(np.float32(rate))
    return f"{type(optimizer).__name__}(learning_rate={shown})"


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


def _kind_modules(model: Model, fitted: Model) -> list[str]:
    """The modules of the model's kinds; the package of all kinds where one was chosen by shape."""
    return [
        inputs.__name__ if model.input is None else type(fitted.input).__module__,
        outputs.__name__ if model.output is None else type(fitted.output).__module__,
    ]
