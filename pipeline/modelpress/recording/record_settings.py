"""Translates loss, metrics and optimizer of a live run into the browser's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.recording.record_refusal import refused
from modelpress.schema.document import plain
from modelpress.schema.live import LossName, MetricName, OptimizerName, OptimizerSpec
from modelpress.spec.live import LOSSES

_Schedule = keras.optimizers.schedules.LearningRateSchedule
_FUNCTIONS: dict[Any, LossName] = {
    keras.losses.mean_squared_error: "mse",
    keras.losses.mean_absolute_error: "mae",
    keras.losses.binary_crossentropy: "binary_crossentropy",
    keras.losses.categorical_crossentropy: "categorical_crossentropy",
}
_CLASSES: dict[Any, LossName] = {
    keras.losses.MeanSquaredError: "mse",
    keras.losses.MeanAbsoluteError: "mae",
    keras.losses.BinaryCrossentropy: "binary_crossentropy",
    keras.losses.CategoricalCrossentropy: "categorical_crossentropy",
}
_PLAIN = {  # settings of a loss or an optimizer that must keep these defaults
    "reduction": "sum_over_batch_size", "from_logits": False, "label_smoothing": 0, "axis": -1,
    "weight_decay": None, "clipnorm": None, "global_clipnorm": None, "clipvalue": None,
    "use_ema": False, "loss_scale_factor": None, "gradient_accumulation_steps": None,
    "centered": False, "amsgrad": False,
}  # fmt: skip
_ACCURACY = ("Accuracy", "BinaryAccuracy", "CategoricalAccuracy")
_METRICS: dict[str, MetricName] = {"RootMeanSquaredError": "rmse", "MeanAbsoluteError": "mae"}
_USELESS = ("loss_weights", "weighted_metrics")
# Keras computes these losses from logits, although they don't match the activation.
_MISMATCHED = {"categorical_crossentropy": "sigmoid", "binary_crossentropy": "softmax"}


def loss_name(loss: Any) -> LossName:
    """Returns the name of `loss` in live.json. Raises ModelpressError for an unsupported one."""
    supported = f"one of {', '.join(LOSSES)}, without settings of its own"
    try:
        found = keras.losses.get(loss)
    except (ValueError, TypeError) as error:
        raise refused(f"the loss {loss!r:.80}", supported) from error
    if type(found) in _CLASSES:
        _require_plain(f"the loss {type(found).__name__}", found.get_config())
        return _CLASSES[type(found)]
    if callable(found) and found in _FUNCTIONS:
        return _FUNCTIONS[found]
    raise refused(f"the loss {getattr(found, '__name__', found)!s:.80}", supported)


def losses_of(compiling: Mapping[str, Any], offered: Any, last: str) -> list[LossName]:
    """Returns the losses to choose from, the run's own first.

    offered: `Live.losses`. last: activation of the last layer. Raises ModelpressError for losses
    that the browser can't compute.
    """
    for name in _USELESS:
        if compiling.get(name):
            raise refused(f"`{name}` in `compile`", "optimizer, loss and metrics")
    own = loss_name(compiling.get("loss"))
    if offered and offered[0] != own:
        raise refused(
            f"losses={list(offered)!r} with the loss {own}", f"{own} as the first of them"
        )
    for name in offered or [own]:
        if _MISMATCHED.get(name) == last:
            raise refused(
                f"{name} after a {last}",
                "categorical_crossentropy after a softmax, binary_crossentropy after a sigmoid",
            )
    return list(offered) or [own]


def metrics_of(compiling: Mapping[str, Any]) -> list[MetricName]:
    """Returns the metrics that the browser supports: accuracy, rmse, mae. Omits the others."""
    known = []
    for metric in tf.nest.flatten(compiling.get("metrics") or []):
        if isinstance(metric, str):
            metric = "accuracy" if metric in ("accuracy", "acc") else keras.metrics.get(metric)
        kind = type(metric).__name__
        name = "accuracy" if metric == "accuracy" or kind in _ACCURACY else _METRICS.get(kind)
        if name and name not in known:
            known.append(name)
    return known


def described_optimizer(optimizer: Any) -> OptimizerSpec:
    """Returns the optimizer as in live.json; a schedule's learning rate is that of the first step.

    Raises ModelpressError for an unsupported optimizer.
    """
    kind, config = type(optimizer), optimizer.get_config()
    supported = "keras.optimizers.SGD, RMSprop or Adam, with rate, momentum and decay only"
    if kind not in (keras.optimizers.SGD, keras.optimizers.RMSprop, keras.optimizers.Adam):
        raise refused(f"the optimizer {kind.__name__}", supported)
    _require_plain(f"the optimizer {kind.__name__}", config)
    if not isinstance(optimizer._learning_rate, keras.Variable | _Schedule):
        raise refused("a learning rate that is a function", "a number or a Keras schedule")
    rate = short(optimizer.learning_rate)
    if kind is keras.optimizers.RMSprop:
        if config["momentum"]:
            raise refused("the optimizer RMSprop with `momentum`", supported)
        return OptimizerSpec(
            name="rmsprop", learning_rate=rate, rho=config["rho"], epsilon=config["epsilon"]
        )
    if kind is keras.optimizers.Adam:
        decays = {name: config[name] for name in ("beta_1", "beta_2", "epsilon")}
        return OptimizerSpec(name="adam", learning_rate=rate, **decays)
    if not config["momentum"]:
        return OptimizerSpec(name="sgd", learning_rate=rate)
    given = {name: config[name] for name in ("momentum", "nesterov")}
    return OptimizerSpec(name="momentum", learning_rate=rate, **given)


def optimizer_from(spec: OptimizerSpec) -> Any:
    """Returns the Keras optimizer of an entry by `described_optimizer`."""
    settings = {key: value for key, value in plain(spec).items() if key != "name"}
    kinds = {"rmsprop": keras.optimizers.RMSprop, "adam": keras.optimizers.Adam}
    return kinds.get(spec.name, keras.optimizers.SGD)(**settings)


def named_optimizer(name: OptimizerName, rate: float) -> Any:
    """Returns the Keras optimizer of a further recording: sgd, momentum (0.9), rmsprop or adam."""
    more: dict[str, Any] = {"momentum": 0.9, "nesterov": False} if name == "momentum" else {}
    return optimizer_from(OptimizerSpec(name=name, learning_rate=rate, **more))


def rates_of(optimizer: Any, steps: int) -> npt.NDArray[np.float32] | None:
    """Returns the learning rate before each of `steps` steps, float32; None without a schedule.

    A constant tail is given once.
    """
    schedule = optimizer._learning_rate
    if not isinstance(schedule, _Schedule):
        return None
    at = tf.function(lambda step: tf.cast(schedule(step), tf.float32), autograph=False)
    rates = np.array([at(tf.constant(step, tf.int64)) for step in range(steps)], np.float32)
    changes = np.flatnonzero(rates[:-1] != rates[-1])
    return rates[: int(changes[-1]) + 2 if len(changes) else 1]


def short(value: Any) -> float:
    """Returns the shortest decimal of a float32."""
    return float(str(np.float32(value)))


def _require_plain(what: str, config: Mapping[str, Any]) -> None:
    for name, usual in _PLAIN.items():
        if config.get(name, usual) != usual:
            raise refused(f"{what} with {name}={config[name]!r}", f"{name}={usual!r}")
