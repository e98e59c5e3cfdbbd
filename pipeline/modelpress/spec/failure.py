"""`Failure`: a training that goes wrong and the change that repairs it.

A failure file `failures/<slug>.py`, in a folder next to the models folder, ends with
`FAILURE = Failure(...)`. The build trains both, records them as live runs, and counts how often
each goes wrong over several random seeds. This module doesn't import Keras.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from modelpress.core.errors import ModelpressError, nearest, shown
from modelpress.spec.expect import AtLeast, AtMost, Near, is_expectation
from modelpress.spec.live import TOLERANCE
from modelpress.spec.named_fields import is_data, named_fault

__all__ = ["Failure", "Training"]

FIGURES = ("loss", "accuracy", "val_loss", "val_accuracy")
CURVES = ("loss", "val_loss", "val_accuracy")
MOST_SEEDS = 200
MOST_EXAMPLES = 24


@dataclass(frozen=True)
class Training:
    """One of the two trainings. The repaired training inherits fields left None from the wrong one.

    data     a `Dataset`, whose built-in examples are used, or a function returning `Data` or
             `(x, y)`; the examples are published
    build    function returning an uncompiled Keras model that the browser can train
    compile  as `Model.compile`
    fit      epochs, batch_size and shuffle, as in `Model.fit`
    """

    data: Any = None
    build: Callable[[], Any] | None = None
    compile: Mapping[str, Any] | Callable[..., Mapping[str, Any]] | None = None
    fit: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Failure:
    """A failure case: a training that goes wrong, next to the same training repaired.

    title     shown on the page
    wrong     the training that goes wrong
    repaired  the fields that differ in the repaired training
    repair    label of the repair button, a verb first: "Leave the last layer linear"
    measure   figure after the last step: `loss`, `accuracy`, `val_loss`, `val_accuracy`, or
              `measure(net, data)` returning a number
    measured  name of that figure in words: "output channels that are dead"
    fails     bound that the figure of a failed training meets
    curve     curve on the page, by step: `loss` of each batch, or `val_loss` or `val_accuracy`
    seed      seed of both trainings, for initial weights and order of the examples
    seeds     number of further trainings with other random seeds, counted from 0
    examples  inputs with their targets, by name: {"red": ([244, 67, 54], [0.21, 0.9, 0.96]), …}
    outputs   names of the values of a prediction; with more than three, the page shows the name
              of the largest value and its part of the sum
    scale     factor for the values of a prediction before they are displayed
    tolerance, tolerance_reason  as `Live.tolerance`
    summary   one sentence; default: first paragraph of the file's docstring
    reads, env  as `Model.reads` and `Model.env`

    Raises ModelpressError for the first invalid field.
    """

    title: str
    wrong: Training
    repaired: Training
    repair: str
    measure: str | Callable[[Any, Any], Any]
    measured: str
    fails: AtLeast | AtMost | Near
    curve: str = "loss"
    seed: int = 0
    seeds: int = 20
    examples: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    outputs: Sequence[str] = ()
    scale: float = 1
    tolerance: float | Mapping[str, float] = TOLERANCE
    tolerance_reason: str = ""
    summary: str = ""
    reads: Sequence[str | os.PathLike[str]] = ()
    env: Sequence[str] = ()

    def __post_init__(self) -> None:
        _check_words(self)
        _check_trainings(self)
        _check_measure(self)
        _check_numbers(self)
        for name in ("reads", "env"):
            fault = named_fault(name, getattr(self, name))
            if fault:
                raise _field_error(name, *fault)

    def trainings(self) -> dict[str, Training]:
        """Returns both trainings, `wrong` and `repaired`, with all fields set."""
        changed = {f.name: getattr(self.repaired, f.name) for f in fields(Training)}
        given = {name: value for name, value in changed.items() if value is not None}
        return {"wrong": self.wrong, "repaired": replace(self.wrong, **given)}


def _check_words(failure: Failure) -> None:
    for name, example in (
        ("title", "The dead channel"),
        ("repair", "Leave the last layer linear"),
        ("measured", "output channels that are dead"),
    ):
        value = getattr(failure, name)
        if not isinstance(value, str) or not value.strip():
            raise _field_error(name, shown(value), f'text, such as "{example}"')
    for name in ("summary", "tolerance_reason"):
        if not isinstance(getattr(failure, name), str):
            raise _field_error(name, shown(getattr(failure, name)), "a string")


def _check_trainings(failure: Failure) -> None:
    for name in ("wrong", "repaired"):
        training = getattr(failure, name)
        if not isinstance(training, Training):
            raise _field_error(name, shown(training), "Training(data=…, build=…, compile=…, fit=…)")
        _check_training(name, training)
    for part in fields(Training):
        if getattr(failure.wrong, part.name) is None:
            raise _field_error(
                f"wrong.{part.name}", "nothing", f"`{part.name}`: only `repaired` may leave it out"
            )
    if all(getattr(failure.repaired, part.name) is None for part in fields(Training)):
        raise _field_error("repaired", "nothing changed", "what the repair changes, as in build=…")


def _check_training(name: str, training: Training) -> None:
    data, build, settings, fit = training.data, training.build, training.compile, training.fit
    if data is not None and not is_data(data):
        raise _field_error(f"{name}.data", shown(data), "a Dataset, or a function returning (x, y)")
    if build is not None and not callable(build):
        raise _field_error(f"{name}.build", shown(build), "a function (not its result)")
    if not (settings is None or isinstance(settings, Mapping) or callable(settings)):
        raise _field_error(
            f"{name}.compile", shown(settings), "a dict, or a function returning one"
        )
    if fit is not None and not isinstance(fit, Mapping):
        raise _field_error(f"{name}.fit", shown(fit), "a dict of epochs, batch_size and shuffle")


def _check_measure(failure: Failure) -> None:
    measure = failure.measure
    if not callable(measure) and measure not in FIGURES:
        raise _field_error(
            "measure",
            shown(measure),
            f"one of {', '.join(FIGURES)}, or measure(net, data) returning a number."
            f"{nearest(measure, FIGURES)}",
        )
    if failure.curve not in CURVES:
        raise _field_error("curve", shown(failure.curve), f"one of {', '.join(CURVES)}")
    if not isinstance(failure.fails, AtLeast | AtMost | Near):
        raise _field_error(
            "fails", shown(failure.fails), "AtLeast(x), AtMost(x) or Near(x, within)"
        )


def _check_numbers(failure: Failure) -> None:
    for name, least, most in (("seed", 0, 2**32 - 1), ("seeds", 1, MOST_SEEDS)):
        value = getattr(failure, name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _field_error(name, shown(value), f"a whole number from {least} to {most}")
    if not is_expectation(failure.scale) or isinstance(failure.scale, AtLeast | AtMost | Near):
        raise _field_error("scale", shown(failure.scale), "a number")
    if not isinstance(failure.examples, Mapping) or len(failure.examples) > MOST_EXAMPLES:
        raise _field_error(
            "examples", shown(failure.examples, 80), f"a dict of at most {MOST_EXAMPLES} examples"
        )
    for name, example in failure.examples.items():
        if not isinstance(example, tuple | list) or len(example) != 2:
            raise _field_error(
                f"examples[{shown(name, 60)}]", shown(example, 80), "(input, target)"
            )


def _field_error(name: str, found: str, expected: str) -> ModelpressError:
    return ModelpressError(
        "This field of Failure can't be used.",
        where=f"field `{name}`",
        found=found,
        expected=expected,
    )
