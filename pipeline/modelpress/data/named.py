"""Examples of several inputs or outputs, given by name, side by side in one array."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from modelpress.core.errors import ModelpressError, described, nearest
from modelpress.data.rows import Data, Split

# Of several inputs and of several outputs, in the model's order; None for one.
Names = tuple[Sequence[str] | None, Sequence[str] | None]


def side_by_side(data: Data, names: Names) -> Data:
    """Returns `data` with dicts of examples as arrays: (examples, all values of the first name,
    then those of the second, …).

    Raises ModelpressError for names that are not the model's, and for different numbers of
    examples.
    """
    parts: dict[str, Any] = {
        name: _joined(name, part, names)
        for name in ("train", "validation", "test", "real")
        if isinstance(part := getattr(data, name), Split)
    }
    return replace(data, **parts)


def _joined(part: str, split: Split, names: Names) -> Split:
    x, y = (
        _array(f"`{what}` of the part `{part}`", field, values, known)
        for what, field, values, known in (
            ("x", "input", split.x, names[0]),
            ("y", "output", split.y, names[1]),
        )
    )
    return replace(split, x=x, y=y)


def _array(what: str, field: str, values: Any, names: Sequence[str] | None) -> Any:
    if not isinstance(values, Mapping):
        return values
    if names is None:
        raise _fault(
            what, f"a dict of {', '.join(map(str, values))}", f"an array: `{field}` has no names"
        )
    if set(values) != set(names):
        unknown = [name for name in values if name not in names]
        hint = nearest(unknown[0], names) if unknown else ""
        raise _fault(
            what,
            f"a dict of {', '.join(map(str, values))}.{hint}",
            f"{', '.join(names)}, as in `{field}`",
        )
    try:
        arrays = [np.asarray(values[name]) for name in names]
        return np.concatenate([each.reshape(len(each), -1) for each in arrays], axis=1)
    except (ValueError, TypeError) as error:
        found = ", ".join(f"{name} {np.shape(values[name])}" for name in names)
        raise _fault(what, f"{found}: {described(error)}", "as many examples of each") from error


def _fault(what: str, found: str, expected: str) -> ModelpressError:
    return ModelpressError(
        f"{what} can't be used.", where="field `data`", found=found, expected=expected
    )
