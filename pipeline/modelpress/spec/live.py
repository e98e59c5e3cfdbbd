"""`Live`: how a model trains in the reader's browser, where it does.

The build trains a few steps in Python and publishes the rows, the first weights and what came of
them; the browser repeats these steps and has to arrive at the same losses and weights. Nothing here
imports Keras.
"""

# key: setting

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelpress.core.errors import nearest, shown
from modelpress.schema.live import OptimizerName, TrainingBackend
from modelpress.spec.expect import is_number
from modelpress.spec.fields import is_by_source, wrong

if TYPE_CHECKING:
    from modelpress.spec.model import Model

BACKENDS: tuple[TrainingBackend, ...] = ("cpu", "wasm", "webgl")
FIT = ("epochs", "batch_size", "shuffle")  # keywords of `fit` that a live run follows
LOSSES = ("mse", "mae", "binary_crossentropy", "categorical_crossentropy")
RATES: dict[OptimizerName, float] = {"sgd": 0.1, "momentum": 0.05, "rmsprop": 0.005, "adam": 0.01}
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Live:
    """How a model trains in the reader's browser. What is left out is the model's own.

    Its training rows, and those of validation, are published with the model.

    data       rows for it: a function returning `Data` or `(x, y)`
    build      function returning an uncompiled Keras model
    compile    as `Model.compile`
    fit        epochs, batch_size and shuffle, as in `Model.fit`
    replay     optimizer steps that Python records and the browser has to reproduce
    rows       at most so many of the training rows, chosen at random by the model's seed, and at
               most so many of those that validate; None: all
    losses     losses that the reader can choose from, the model's own first: mse, mae,
               binary_crossentropy, categorical_crossentropy; (): only its own
    rates      learning rate by optimizer, where another than {"sgd": 0.1, "momentum": 0.05,
               "rmsprop": 0.005, "adam": 0.01} is better
    tolerance  largest absolute difference of a loss or a weight from Python's; or a dict of these
               by backend: cpu, wasm, webgl (1e-4 for one that is left out)
    tolerance_reason  why, where one is larger than 1e-4
    probe      rows to look at while it trains, of which the page shows input, right answer and the
               answer so far: a function returning (x, y), at most 48 rows; published too

    Raises ModelpressError naming the first field that can't work.
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
                raise wrong(f"live.{name}", shown(value), "a whole number from 1")
        _check_losses(self.losses)
        _check_rates(self.rates)
        _check_tolerance(self)

    def tolerances(self) -> dict[TrainingBackend, float]:
        """The tolerance of each backend: cpu, wasm, webgl."""
        if isinstance(self.tolerance, Mapping):
            return {name: float(self.tolerance.get(name, TOLERANCE)) for name in BACKENDS}
        return dict.fromkeys(BACKENDS, float(self.tolerance))

    def all_rates(self) -> dict[OptimizerName, float]:
        """The learning rate of each optimizer: sgd, momentum, rmsprop, adam."""
        return {name: float(self.rates.get(name, rate)) for name, rate in RATES.items()}


def check_live(model: Model) -> None:
    """Raises ModelpressError where `model.live` is no `Live` or the two lack something together."""
    live = model.live
    if live is None:
        return
    if not isinstance(live, Live):
        raise wrong("live", shown(live), "Live(…), or None where the browser does not train it")
    for name in ("data", "build", "compile"):
        if getattr(live, name) is None and getattr(model, name) is None:
            raise wrong(
                f"live.{name}", "nothing", f"`{name}`, because the model itself has none either"
            )
    if live.fit is None:
        if not model.fit:
            raise wrong("live.fit", "nothing", "epochs, because the model itself has no `fit`")
        _check_fit("live.fit", model.fit)


def _check_functions(live: Live) -> None:
    for name in ("data", "build", "probe"):
        value = getattr(live, name)
        if value is not None and not callable(value):
            raise wrong(f"live.{name}", shown(value), "a function (not its result)")
    if not (live.compile is None or isinstance(live.compile, Mapping) or callable(live.compile)):
        raise wrong("live.compile", shown(live.compile), "a dict, or a function returning one")
    if not isinstance(live.tolerance_reason, str):
        raise wrong("live.tolerance_reason", shown(live.tolerance_reason), "a string")


def _check_fit(where: str, fit: Any) -> None:
    if not isinstance(fit, Mapping):
        raise wrong(where, shown(fit), f"a dict of {', '.join(FIT)}")
    for name, value in fit.items():
        if name not in FIT:
            raise wrong(
                where,
                f"`{name}`",
                f"only {', '.join(FIT)}, which the browser follows; give Live(fit=…) its own",
            )
        for one in value.values() if is_by_source(value) else (value,):
            good = isinstance(one, bool) if name == "shuffle" else _is_count(one)
            if not good:
                wanted = "True or False" if name == "shuffle" else "a whole number from 1"
                raise wrong(where, f"{name}={shown(one)}", f"{name}, {wanted}")
    if "epochs" not in fit:
        raise wrong(where, shown(dict(fit)), "epochs, a whole number from 1")


def _check_losses(losses: Any) -> None:
    if isinstance(losses, str) or not isinstance(losses, Sequence):
        raise wrong("live.losses", shown(losses), f"a list of some of {', '.join(LOSSES)}")
    for name in losses:
        if name not in LOSSES:
            raise wrong(
                "live.losses",
                shown(name),
                f"some of {', '.join(LOSSES)}.{nearest(name, LOSSES)}",
            )
    if len(set(losses)) < len(losses):
        raise wrong("live.losses", shown(losses), "each loss once")


def _check_rates(rates: Any) -> None:
    if not isinstance(rates, Mapping):
        raise wrong("live.rates", shown(rates), f"a dict by {', '.join(RATES)}")
    for name, rate in rates.items():
        if name not in RATES:
            raise wrong(
                "live.rates", shown(name), f"one of {', '.join(RATES)}.{nearest(name, RATES)}"
            )
        if not _is_positive(rate):
            raise wrong("live.rates", f"{name}: {shown(rate)}", "a learning rate above 0")


def _check_tolerance(live: Live) -> None:
    by_backend = live.tolerance if isinstance(live.tolerance, Mapping) else {"": live.tolerance}
    for name, value in by_backend.items():
        if name and name not in BACKENDS:
            raise wrong("live.tolerance", shown(name), f"one of {', '.join(BACKENDS)}")
        if not _is_positive(value):
            raise wrong("live.tolerance", shown(value), "a number above 0, such as 1e-4")
        if value > TOLERANCE and not live.tolerance_reason:
            raise wrong(
                "live.tolerance_reason",
                f"nothing, with a tolerance of {value:g}",
                f"the reason for more than the default of {TOLERANCE:g}",
            )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _is_positive(value: Any) -> bool:
    return is_number(value) and value > 0
