"""Checks the fields of a `Model`; each error names the field."""

# key: contract

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from modelpress.core.errors import shown
from modelpress.spec.expect import is_expectation, is_number
from modelpress.spec.fields import check_source, field_error
from modelpress.spec.live import check_live
from modelpress.spec.named_fields import is_data, named_fault
from modelpress.spec.seeds import check_seeds

if TYPE_CHECKING:
    from modelpress.spec.model import Model

WEIGHTS = ("float32", "float16", "uint8")  # types that weights are published in


def check(model: Model) -> None:
    """Raises ModelpressError for the first invalid field of `model`."""
    _check_words(model)
    _check_kinds(model)
    _check_training(model)
    _check_expect(model)
    _check_tolerance(model)
    if model.weights not in WEIGHTS:
        found, expected = shown(model.weights), ", ".join(f'"{each}"' for each in WEIGHTS)
        raise field_error("weights", found, f"one of {expected}")
    for name in ("reads", "env"):
        fault = named_fault(name, getattr(model, name))
        if fault:
            raise field_error(name, *fault)
    if model.live is not None:
        if hasattr(model.input, "parts") or hasattr(model.output, "parts"):
            raise field_error(
                "live", "`live`, and several inputs or outputs", "no `live`: one input, one output"
            )
        check_live(model)
    if model.seeds is not None:
        check_seeds(model)


def join_parts(model: Model) -> None:
    """Makes one kind of the dicts of kinds of a network with several inputs or outputs.

    Raises ModelpressError for parts that can't be used.
    """
    from modelpress import inputs, outputs

    for name, kinds in (("input", inputs), ("output", outputs)):
        value = getattr(model, name)
        if isinstance(value, Mapping):
            try:
                object.__setattr__(model, name, kinds.Several(value))
            except ValueError as error:
                raise field_error(name, str(error), f"kinds of {name} by name") from error


def _check_words(model: Model) -> None:
    if not isinstance(model.title, str) or not model.title.strip():
        raise field_error("title", shown(model.title), 'a title, such as "Colour classifier"')
    for name in ("summary", "tolerance_reason", "limits", "intended", "licence", "date"):
        if not isinstance(getattr(model, name), str):
            raise field_error(name, shown(getattr(model, name)), "a string")
    if model.date and not _is_date(model.date):
        raise field_error("date", shown(model.date), '"2026", "2026-11" or "2026-11-30"')
    if model.start is not None and not isinstance(model.start, str):
        raise field_error(
            "start", shown(model.start), "a string as a reader would type it, or None"
        )
    if (
        isinstance(model.seed, bool)
        or not isinstance(model.seed, int)
        or not 0 <= model.seed < 2**32
    ):
        raise field_error("seed", shown(model.seed), "a whole number from 0 to 4294967295")


def _is_date(text: str) -> bool:
    """Returns whether the text is a year, a month or a day in ISO format."""
    if not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        return False
    try:
        datetime.date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True


def _check_kinds(model: Model) -> None:
    from modelpress.inputs import Input
    from modelpress.outputs import Output

    for name, kind, example in (("input", Input, "Color()"), ("output", Output, "Classes(…)")):
        value = getattr(model, name)
        if value is not None and not isinstance(value, kind):
            hint = " (the class itself: call it)" if isinstance(value, type) else ""
            raise field_error(
                name,
                f"{shown(value)}{hint}",
                f"a kind of {name} from modelpress/{name}s/, such as {example}",
            )


def _check_training(model: Model) -> None:
    callable_fields = ("build", "train", "augment", "facts")
    for name in callable_fields:
        if getattr(model, name) is not None and not callable(getattr(model, name)):
            raise field_error(name, shown(getattr(model, name)), "a function (not its result)")
    if not isinstance(model.fit, Mapping):
        raise field_error("fit", shown(model.fit), "a dict of the keywords of keras.Model.fit")
    if model.compile is not None and not (
        isinstance(model.compile, Mapping) or callable(model.compile)
    ):
        raise field_error("compile", shown(model.compile), "a dict, or a function returning one")
    if model.data is not None and not is_data(model.data):
        raise field_error("data", shown(model.data), "a Dataset, or a function returning (x, y)")
    if not isinstance(model.trusted, bool):
        raise field_error("trusted", shown(model.trusted), "True or False")
    if model.file is not None:
        _check_file(model)
        return
    if model.trusted:
        raise field_error("trusted", "True, without a `file`", "`file`, or no `trusted`")
    if model.train is not None:
        for name in ("compile", "fit", "augment"):
            if getattr(model, name):
                raise field_error(
                    name,
                    f"both `train` and `{name}`",
                    "either `train` (your own loop), or `data`, `build`, `compile` and `fit`",
                )
        return
    for name in ("data", "build", "compile"):
        if getattr(model, name) is None:
            raise field_error(
                name, "nothing", f"`{name}`, because there is no `train` of the author's own"
            )
    for name in ("verbose", "validation_data", "x", "y"):
        if name in model.fit:
            raise field_error("fit", f"`{name}`", "other keywords: this one is set by the pipeline")
    for name, value in model.fit.items():
        if isinstance(value, Mapping) and name != "class_weight":
            for source in value or [""]:
                check_source(f"fit[{shown(name, 60)}]", source)
    epochs = model.fit.get("epochs")
    for value in epochs.values() if isinstance(epochs, Mapping) else (epochs,):
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise field_error("fit", f"epochs={shown(value)}", "epochs, a whole number from 1")
    size = model.fit.get("batch_size")
    for value in size.values() if isinstance(size, Mapping) else (size,):
        if value is not None and (isinstance(value, bool) or not is_number(value) or value < 1):
            raise field_error(
                "fit", f"batch_size={shown(value)}", "batch_size, a whole number from 1"
            )


def _check_file(model: Model) -> None:
    if not isinstance(model.file, str | os.PathLike) or not os.fspath(model.file):
        raise field_error(
            "file", shown(model.file), 'the path of a trained model, such as "given.keras"'
        )
    for name in ("train", "fit", "augment"):
        if getattr(model, name):
            raise field_error(
                name,
                f"both `file` and `{name}`",
                "either `file` (a trained model), or a training: a `file` is not trained further",
            )
    if model.compile is not None and model.data is None:
        raise field_error(
            "compile",
            "`compile` without `data`",
            "both: with a `file`, `compile` has the loss and metrics that measure it on `data`",
        )
    if model.live is not None and model.live.build is None:
        raise field_error("live.build", "nothing", "`build`: a `file` has no function to train")
    if model.seeds is not None and model.live is None:
        raise field_error("seeds", "both `file` and `seeds`", "a `live` training to repeat")


def _check_expect(model: Model) -> None:
    if isinstance(model.expect, Mapping) and not model.expect and model.file is not None:
        return
    if not isinstance(model.expect, Mapping) or not model.expect:
        raise field_error(
            "expect",
            shown(model.expect),
            'at least one figure the model must reach, such as {"val_accuracy": 0.9}',
        )
    for name, wanted in model.expect.items():
        if not isinstance(name, str):
            raise field_error(
                f"expect[{shown(name, 60)}]",
                f"the name {shown(name, 60)}",
                'the name of a metric or fact, such as "val_accuracy"',
            )
        by_source = wanted if isinstance(wanted, Mapping) else {"builtin": wanted}
        for source, bound in by_source.items():
            check_source(f"expect[{shown(name, 60)}]", source)
            if not is_expectation(bound):
                raise field_error(
                    f"expect[{shown(name, 60)}]",
                    shown(bound),
                    "a number (at least), AtLeast(x), AtMost(x) or Near(x, within)",
                )


def _check_tolerance(model: Model) -> None:
    if model.tolerance is None:
        return  # the law of the exact engine, else that of the output kind or of the predictions
    if not is_number(model.tolerance) or model.tolerance <= 0:
        raise field_error("tolerance", shown(model.tolerance), "a number above 0, such as 1e-5")
    default = model.default_tolerance()
    if default is not None and model.tolerance > default and not model.tolerance_reason:
        raise field_error(
            "tolerance_reason",
            f"nothing, with a tolerance of {model.tolerance:g}",
            f"the reason for more than the default of {default:g}",
        )
