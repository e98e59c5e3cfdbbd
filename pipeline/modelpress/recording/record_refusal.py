"""The error about a feature that live runs don't support."""

from __future__ import annotations

from modelpress.core.errors import ModelpressError


def refused(found: str, expected: str) -> ModelpressError:
    """Returns the error about a feature that live runs don't support."""
    return ModelpressError(
        "The browser can't train this.",
        where="field `live`",
        found=found,
        expected=expected,
        next_step="Give `Live` a `build`, `compile` or `fit` of its own that is supported, or "
        "leave `live` out.",
    )
