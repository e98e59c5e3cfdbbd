"""Checks the fields that `Model` and `Failure` share: `data`, `reads` and `env`."""

from __future__ import annotations

import os
import re
from typing import Any

from modelpress.core.errors import shown

_VARIABLE = re.compile(r"[A-Za-z_]\w*")


def is_data(value: Any) -> bool:
    """Returns whether `value` is a Dataset or a function. Checks its type: attributes may raise."""
    return callable(value) or "sources" in getattr(type(value), "__dataclass_fields__", {})


def named_fault(field: str, value: Any) -> tuple[str, str] | None:
    """Returns (found, expected) for an invalid field, None for a valid one."""
    example = '["data/points.h5"]' if field == "reads" else '["LEARNING_RATE"]'
    if isinstance(value, str | bytes | os.PathLike) or not isinstance(value, list | tuple | set):
        return shown(value), f"a list, such as {field}={example}"
    for name in value:
        if field == "reads":
            good = isinstance(name, str | os.PathLike) and os.fspath(name) not in ("", b"")
            expected = "names of files or folders, relative to the folder of mkdocs.yml"
        else:
            good = isinstance(name, str) and bool(_VARIABLE.fullmatch(name))
            expected = "names of environment variables"
        if not good or "\0" in os.fsdecode(name):
            return shown(name), f"{expected}, such as {field}={example}"
    return None
