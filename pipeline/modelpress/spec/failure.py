"""`Failure`: a training that goes wrong, and the change that repairs it, for a museum of failures.

A file `failures/<slug>.py`, in a folder beside the models', ends with `FAILURE = Failure(...)`. The
build trains both, records them as live runs, and counts how often each goes wrong. Nothing here
imports Keras.
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
    """One of the two trainings. What the repaired one leaves out is as in the wrong one.

    data     a `Dataset`, of which the built-in rows are taken, or a function returning `Data` or
             `(x, y)`; the rows are published
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
    """A training that goes wrong, beside the same training repaired.

    title     shown on the page
    wrong     the training that goes wrong
    repaired  what is different in the one that doesn't
    repair    words of the button that repairs it, a verb first: "Leave the last layer linear"
    measure   what tells how it went, after the last step: `loss`, `accuracy`, `val_loss`,
              `val_accuracy`, or `measure(net, data)` returning a number
    measured  what that is, in words: "output channels that are dead"
    fails     bound of that figure within which a training has gone wrong
    curve     what the page draws by step: `loss` of each batch, or `val_loss` or `val_accuracy`
    seed      of both trainings: their first weights and the order of their rows
    seeds     how many other starts are tried, with the seeds from 0
    examples  inputs to look at, by what they are called, each with its right answer:
              {"red": ([244, 67, 54], [0.21, 0.9, 0.96]), …}
    outputs   names of the values in an answer; with more than three, an answer is shown as the name
              of its largest value and its share of all
    scale     what the values of an answer are multiplied by before they are shown
    tolerance, tolerance_reason  as `Live.tolerance`
    summary   one sentence; default: first line of the file's docstring
    reads, env  as `Model.reads` and `Model.env`

    Raises ModelpressError naming the first field that can't work.
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
                raise _wrong(name, *fault)

    def trainings(self) -> dict[str, Training]:
        """Both, complete: `wrong` and `repaired`."""
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
            raise _wrong(name, shown(value), f'words to show, such as "{example}"')
    for name in ("summary", "tolerance_reason"):
        if not isinstance(getattr(failure, name), str):
            raise _wrong(name, shown(getattr(failure, name)), "a string")


def _check_trainings(failure: Failure) -> None:
    for name in ("wrong", "repaired"):
        training = getattr(failure, name)
        if not isinstance(training, Training):
            raise _wrong(name, shown(training), "Training(data=…, build=…, compile=…, fit=…)")
        _check_training(name, training)
    for part in fields(Training):
        if getattr(failure.wrong, part.name) is None:
            raise _wrong(
                f"wrong.{part.name}", "nothing", f"`{part.name}`: only `repaired` may leave it out"
            )
    if all(getattr(failure.repaired, part.name) is None for part in fields(Training)):
        raise _wrong("repaired", "nothing changed", "what the repair changes, as in build=…")


def _check_training(name: str, training: Training) -> None:
    data, build, settings, fit = training.data, training.build, training.compile, training.fit
    if data is not None and not is_data(data):
        raise _wrong(f"{name}.data", shown(data), "a Dataset, or a function returning (x, y)")
    if build is not None and not callable(build):
        raise _wrong(f"{name}.build", shown(build), "a function (not its result)")
    if not (settings is None or isinstance(settings, Mapping) or callable(settings)):
        raise _wrong(f"{name}.compile", shown(settings), "a dict, or a function returning one")
    if fit is not None and not isinstance(fit, Mapping):
        raise _wrong(f"{name}.fit", shown(fit), "a dict of epochs, batch_size and shuffle")


def _check_measure(failure: Failure) -> None:
    measure = failure.measure
    if not callable(measure) and measure not in FIGURES:
        raise _wrong(
            "measure",
            shown(measure),
            f"one of {', '.join(FIGURES)}, or measure(net, data) returning a number."
            f"{nearest(measure, FIGURES)}",
        )
    if failure.curve not in CURVES:
        raise _wrong("curve", shown(failure.curve), f"one of {', '.join(CURVES)}")
    if not isinstance(failure.fails, AtLeast | AtMost | Near):
        raise _wrong("fails", shown(failure.fails), "AtLeast(x), AtMost(x) or Near(x, within)")


def _check_numbers(failure: Failure) -> None:
    for name, least, most in (("seed", 0, 2**32 - 1), ("seeds", 1, MOST_SEEDS)):
        value = getattr(failure, name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise _wrong(name, shown(value), f"a whole number from {least} to {most}")
    if not is_expectation(failure.scale) or isinstance(failure.scale, AtLeast | AtMost | Near):
        raise _wrong("scale", shown(failure.scale), "a number")
    if not isinstance(failure.examples, Mapping) or len(failure.examples) > MOST_EXAMPLES:
        raise _wrong(
            "examples", shown(failure.examples, 80), f"a dict of at most {MOST_EXAMPLES} examples"
        )
    for name, example in failure.examples.items():
        if not isinstance(example, tuple | list) or len(example) != 2:
            raise _wrong(
                f"examples[{shown(name, 60)}]", shown(example, 80), "(input, right answer)"
            )


def _wrong(name: str, found: str, expected: str) -> ModelpressError:
    return ModelpressError(
        "This field of Failure can't be used.",
        where=f"field `{name}`",
        found=found,
        expected=expected,
    )
