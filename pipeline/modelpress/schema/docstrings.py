"""Reads the documentation of document types: class docstrings and the strings below fields."""

from __future__ import annotations

import ast
import functools
import inspect
import re
from pathlib import Path
from typing import Any

_UNIT = re.compile(r"\s*Unit: ([^.]+)\.$")


def summary_of(kind: Any) -> str:
    """Returns the docstring of a class, on one line."""
    return " ".join((inspect.getdoc(kind) or "").split())


@functools.cache
def docs_of(kind: Any) -> dict[str, str]:
    """Returns field → the string below it, on one line. Includes inherited fields.

    Raises TypeError for a field without a string.
    """
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__[:-1]):
        tree = _classes(inspect.getsourcefile(each) or "")[each.__name__]
        for field, below in zip(tree.body, [*tree.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                string = below.value if isinstance(below, ast.Expr) else None
                if not isinstance(string, ast.Constant) or not isinstance(string.value, str):
                    raise TypeError(f"{each.__name__}.{field.target.id} has no string below it")
                found[field.target.id] = " ".join(string.value.split())
    return found


@functools.cache
def _classes(path: str) -> dict[str, ast.ClassDef]:
    """Returns the classes of a source file, by name."""
    body = ast.parse(Path(path).read_text("utf-8")).body
    return {each.name: each for each in body if isinstance(each, ast.ClassDef)}


def unit_of(text: str) -> tuple[str, str]:
    """Returns a field's string without its unit, and the unit; "" for none."""
    unit = _UNIT.search(text)
    return (text[: unit.start()], unit[1]) if unit else (text, "")
