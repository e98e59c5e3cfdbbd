"""Fields of `Model`, `Live` and `Seeds`: the error about one, and values by data source."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from modelpress.core.errors import ModelpressError, nearest, shown

DATA_SOURCES = ("local", "download", "builtin", "author", "generated")


def wrong(name: str, found: str, expected: str) -> ModelpressError:
    """The error about a field of that name."""
    return ModelpressError(
        "This field of Model can't be used.",
        where=f"field `{name}`",
        found=found,
        expected=expected,
    )


def check_source(name: str, source: object) -> None:
    """Raises ModelpressError where `source` is not a data source."""
    if source not in DATA_SOURCES:
        raise wrong(
            name,
            f"data source {shown(source, 60)}",
            f"one of {', '.join(DATA_SOURCES)}.{nearest(source, DATA_SOURCES)}",
        )


def is_by_source(value: Any) -> bool:
    """Whether a value of `fit` is a dict by data source."""
    return isinstance(value, Mapping) and bool(value) and all(key in DATA_SOURCES for key in value)


def fit_for(fit: Mapping[str, Any], source: str, name: str = "fit") -> dict[str, Any]:
    """The keywords of the field `name`, a `fit`, for training on data from `source`.

    Raises ModelpressError where none of the epochs is for this source.
    """
    chosen = {
        key: value[source] if is_by_source(value) else value
        for key, value in fit.items()
        if not is_by_source(value) or source in value
    }
    if "epochs" not in chosen:
        raise wrong(
            name,
            f"epochs for {', '.join(fit['epochs'])}",
            f"epochs for data from the source {source!r} too",
        )
    return chosen


def compile_for(settings: Any, steps: int) -> dict[str, Any]:
    """The keywords that a field `compile` holds or returns; `steps`: optimizer steps in all."""
    if not callable(settings):
        return dict(settings or {})
    takes_steps = "steps" in inspect.signature(settings).parameters
    found = settings(steps=steps) if takes_steps else settings()
    if not isinstance(found, Mapping):
        raise wrong("compile", f"a function returning {shown(found)}", "one returning a dict")
    return dict(found)
