"""The field `start` of a model file, read without running the file.

No training depends on it, so a model's key leaves it out: a changed `start` makes no model again.
"""

from __future__ import annotations

import ast
import hashlib
import re
import warnings
from collections.abc import Iterable
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modelpress.caching import keys
from modelpress.caching.observing.file_access import Reads, as_inputs

if TYPE_CHECKING:
    from modelpress.core.project import Project

_FIELD, _NAME, _CLASS = "start", "MODEL", "Model"
_ENCODING = re.compile(rb"(.*\n)?[ \t\f]*#.*?coding[:=]")


def written_start(path: Path) -> str | None:
    """Returns the text of `start` in `MODEL = Model(start="…")`; None without one, or for a value
    that only running the file would tell."""
    found = _found(path.read_bytes())
    return found[0] if found else None


def sources_without_start(path: Path, roots: Iterable[Path]) -> dict[str, str]:
    """Returns file → sha256 as `keys.model_sources` does, as if `written_start` were not there."""
    sources = keys.model_sources(path, roots)
    whole, without = _hashes(path)
    return {name: without if each == whole else each for name, each in sources.items()}


def read_inputs(project: Project, reads: Reads) -> dict[str, Any]:
    """Returns a key's inputs as `as_inputs` does; model files count without `written_start`."""
    inputs = as_inputs(project, reads)
    for name, kind in reads["files"].items():
        path = project.root / name
        if kind == "content" and path.suffix == ".py" and path.parent == project.models_dir:
            with suppress(OSError):  # it is gone, and its state says so
                inputs["files"][name] = keys.digest(_hashes(path)[1])
    return inputs


def _hashes(path: Path) -> tuple[str, str]:
    """Returns the SHA-256 of a model file, and what it would be without its `start`."""
    content = path.read_bytes()
    found = _found(content)
    without = content[: found[1]] + content[found[2] :] if found else content
    return hashlib.sha256(content).hexdigest(), hashlib.sha256(without).hexdigest()


def _found(content: bytes) -> tuple[str, int, int] | None:
    """Returns the text of the field, and where it begins and ends with its comma."""
    if _ENCODING.match(content):  # places in the text are then not places in the bytes
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # running the file shows them
            tree = ast.parse(content)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    fields = [
        keyword
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        and _NAME in _names(node)
        and isinstance(node.value, ast.Call)
        and ast.unparse(node.value.func).rpartition(".")[2] == _CLASS
        for keyword in node.value.keywords
        if keyword.arg == _FIELD
    ]
    if len(fields) != 1:
        return None
    value = fields[0].value
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
        return None
    lines = [0, *accumulate(map(len, content.splitlines(keepends=True)))]
    assert value.end_lineno is not None
    assert value.end_col_offset is not None
    begin = lines[fields[0].lineno - 1] + fields[0].col_offset
    end = lines[value.end_lineno - 1] + value.end_col_offset
    if not content.startswith(_FIELD.encode(), begin):
        return None
    before = len(content[:begin].rstrip())
    comma = re.compile(rb"\s*,").match(content, end)
    if comma:
        return value.value, before, comma.end()
    return value.value, before - content[:before].endswith(b","), end


def _names(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [each.id for each in targets if isinstance(each, ast.Name)]
