"""`Live`: how a model trains in the reader's browser.

The build trains some steps in Python and publishes the examples, the initial weights, and the
resulting losses and weights. The browser repeats these steps and must reach the same losses and
weights. This module doesn't import Keras.
"""

# key: setting

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelpress.core.errors import nearest, shown
from modelpress.schema.live import OptimizerName, TrainingBackend
from modelpress.spec.expect import is_number
from modelpress.spec.fields import field_error, is_by_source

if TYPE_CHECKING:
    from modelpress.spec.model import Model

BACKENDS: tuple[TrainingBackend, ...] = ("cpu", "wasm", "webgl")
FIT = ("epochs", "batch_size", "shuffle")  # keywords of `fit` that a live run supports
LOSSES = ("mse", "mae", "binary_crossentropy", "categorical_crossentropy")
RATES: dict[OptimizerName, float] = {"sgd": 0.1, "momentum": 0.05, "rmsprop": 0.005, "adam": 0.01}
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Live:
    """How a model trains in the reader's browser. Fields left None default to the model's own.

    The training set and the validation set are published with the model.

    data       its examples: a function returning `Data` or `(x, y)`
    build      function returning an uncompiled Keras model
    compile    as `Model.compile`
    fit        epochs, batch_size and shuffle, as in `Model.fit`
    replay     optimizer steps that Python records and the browser must reproduce
    rows       largest number of training examples, and of validation examples, each a random
               sample by the model's seed; None: all
    losses     losses that the reader can choose from, the model's own first: mse, mae,
               binary_crossentropy, categorical_crossentropy; (): only the model's own
    rates      learning rates by optimizer, instead of {"sgd": 0.1, "momentum": 0.05,
               "rmsprop": 0.005, "adam": 0.01}
    tolerance  largest absolute difference from Python of a loss or a weight; or a dict of these
               by backend: cpu, wasm, webgl (default 1e-4)
    tolerance_reason  reason for a tolerance above 1e-4
    probe      examples to watch during training; the page shows input, target and current
               prediction: a function returning (x, y), at most 48 examples; published too

    Raises ModelpressError for the first invalid field.
    """

    data: Callable[[], Any] | None = None
    build: Callable[[], Any] | None = None
    compile: Mapping[str, Any] | Callable[..., Mapping[str, Any]] | None = None
    fit: Mapping[str, Any] | None = None
    replay: int = 200
    rows: int | None = None
    losses: Sequence[str] = ()
    rates: Mapping[str, float] = field(default_factory=dict)
    tolerance: float | Mapping[str, float] = TOLERANCE
    tolerance_reason: str = ""
    probe: Callable[[], Any] | None = None

    def __post_init__(self) -> None:
        _check_functions(self)
        if self.fit is not None:
            _check_fit("live.fit", self.fit)
        for name, value in (("replay", self.replay), ("rows", self.rows)):
            if not _is_count(value) and not (name == "rows" and value is None):
                raise field_error(f"live.{name}", shown(value), "a whole number from 1")
        _check_losses(self.losses)
        _check_rates(self.rates)
        _check_tolerance(self)

    def tolerances(self) -> dict[TrainingBackend, float]:
        """Returns the tolerance by backend: cpu, wasm, webgl."""
        if isinstance(self.tolerance, Mapping):
            return {name: float(self.tolerance.get(name, TOLERANCE)) for name in BACKENDS}
        return dict.fromkeys(BACKENDS, float(self.tolerance))

    def all_rates(self) -> dict[OptimizerName, float]:
        """Returns the learning rate by optimizer: sgd, momentum, rmsprop, adam."""
        return {name: float(self.rates.get(name, rate)) for name, rate in RATES.items()}


def check_live(model: Model) -> None:
    """Raises ModelpressError if `model.live` is not a `Live` or a field is missing in both."""
    live = model.live
    if live is None:
        return
    if not isinstance(live, Live):
        raise field_error(
            "live", shown(live), "Live(…), or None where the browser does not train it"
        )
    for name in ("data", "build", "compile"):
        if getattr(live, name) is None and getattr(model, name) is None:
            raise field_error(
                f"live.{name}", "nothing", f"`{name}`, because the model itself has none either"
            )
    if live.fit is None:
        if not model.fit:
            raise field_error(
                "live.fit", "nothing", "epochs, because the model itself has no `fit`"
            )
        _check_fit("live.fit", model.fit)


def _check_functions(live: Live) -> None:
    for name in ("data", "build", "probe"):
        value = getattr(live, name)
        if value is not None and not callable(value):
            raise field_error(f"live.{name}", shown(value), "a function (not its result)")
    if not (live.compile is None or isinstance(live.compile, Mapping) or callable(live.compile)):
        raise field_error(
            "live.compile", shown(live.compile), "a dict, or a function returning one"
        )
    if not isinstance(live.tolerance_reason, str):
        raise field_error("live.tolerance_reason", shown(live.tolerance_reason), "a string")


def _check_fit(where: str, fit: Any) -> None:
    if not isinstance(fit, Mapping):
        raise field_error(where, shown(fit), f"a dict of {', '.join(FIT)}")
    for name, value in fit.items():
        if name not in FIT:
            raise field_error(
                where,
                f"`{name}`",
                f"only {', '.join(FIT)}, which the browser follows; give Live(fit=…) its own",
            )
        for one in value.values() if is_by_source(value) else (value,):
            good = isinstance(one, bool) if name == "shuffle" else _is_count(one)
            if not good:
                wanted = "True or False" if name == "shuffle" else "a whole number from 1"
                raise field_error(where, f"{name}={shown(one)}", f"{name}, {wanted}")
    if "epochs" not in fit:
        raise field_error(where, shown(dict(fit)), "epochs, a whole number from 1")


def _check_losses(losses: Any) -> None:
    if isinstance(losses, str) or not isinstance(losses, Sequence):
        raise field_error("live.losses", shown(losses), f"a list of some of {', '.join(LOSSES)}")
    for name in losses:
        if name not in LOSSES:
            raise field_error(
                "live.losses",
                shown(name),
                f"some of {', '.join(LOSSES)}.{nearest(name, LOSSES)}",
            )
    if len(set(losses)) < len(losses):
        raise field_error("live.losses", shown(losses), "each loss once")


def _check_rates(rates: Any) -> None:
    if not isinstance(rates, Mapping):
        raise field_error("live.rates", shown(rates), f"a dict by {', '.join(RATES)}")
    for name, rate in rates.items():
        if name not in RATES:
            raise field_error(
                "live.rates", shown(name), f"one of {', '.join(RATES)}.{nearest(name, RATES)}"
            )
        if not _is_positive(rate):
            raise field_error("live.rates", f"{name}: {shown(rate)}", "a learning rate above 0")


def _check_tolerance(live: Live) -> None:
    by_backend = live.tolerance if isinstance(live.tolerance, Mapping) else {"": live.tolerance}
    for name, value in by_backend.items():
        if name and name not in BACKENDS:
            raise field_error("live.tolerance", shown(name), f"one of {', '.join(BACKENDS)}")
        if not _is_positive(value):
            raise field_error("live.tolerance", shown(value), "a number above 0, such as 1e-4")
        if value > TOLERANCE and not live.tolerance_reason:
            raise field_error(
                "live.tolerance_reason",
                f"nothing, with a tolerance of {value:g}",
                f"the reason for more than the default of {TOLERANCE:g}",
            )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_positive(value: Any) -> bool:
    return is_number(value) and value > 0
