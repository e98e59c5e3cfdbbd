"""Shared checks for the fields of `Model`, `Live` and `Seeds`, and values by data source."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from modelpress.core.errors import ModelpressError, nearest, shown

DATA_SOURCES = ("local", "download", "builtin", "author", "generated")


def field_error(name: str, found: str, expected: str) -> ModelpressError:
    """Returns the error for the invalid field `name`."""
    return ModelpressError(
        "This field of Model can't be used.",
        where=f"field `{name}`",
        found=found,
        expected=expected,
    )


def check_source(name: str, source: object) -> None:
    """Raises ModelpressError if `source` is not a data source."""
    if source not in DATA_SOURCES:
        raise field_error(
            name,
            f"data source {shown(source, 60)}",
            f"one of {', '.join(DATA_SOURCES)}.{nearest(source, DATA_SOURCES)}",
        )


def is_by_source(value: Any) -> bool:
    """Returns whether a value of `fit` is a dict by data source."""
    return isinstance(value, Mapping) and bool(value) and all(key in DATA_SOURCES for key in value)


def fit_for(fit: Mapping[str, Any], source: str, name: str = "fit") -> dict[str, Any]:
    """Returns the keywords of `fit` for data from `source`. name: the field, for errors.

    Raises ModelpressError if `epochs` has no value for this source.
    """
    chosen = {
        key: value[source] if is_by_source(value) else value
        for key, value in fit.items()
        if not is_by_source(value) or source in value
    }
    if "epochs" not in chosen:
        raise field_error(
            name,
            f"epochs for {', '.join(fit['epochs'])}",
            f"epochs for data from the source {source!r} too",
        )
    return chosen


def compile_for(settings: Any, steps: int) -> dict[str, Any]:
    """Returns the keywords in a field `compile`. steps: optimizer steps of the whole training."""
    if not callable(settings):
        return dict(settings or {})
    takes_steps = "steps" in inspect.signature(settings).parameters
    found = settings(steps=steps) if takes_steps else settings()
    if not isinstance(found, Mapping):
        raise field_error("compile", f"a function returning {shown(found)}", "one returning a dict")
    return dict(found)
