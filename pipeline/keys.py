"""What a cache key is made of: the bytes of source files and everything they import, and versions.

A source closure is found by reading import statements, so that knowing whether a model is up to
date runs no model file and imports no TensorFlow. A data file beside a module, which the module
names in a string, belongs to it.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import json
import platform
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pipeline

PACKAGE = Path(__file__).parent
TOOLS = ("tensorflow", "keras", "tensorflowjs", "numpy")

_BESIDE = (".json", ".csv", ".tsv", ".npz", ".txt")  # endings of data files beside modules

# Modules that say things and compute nothing: a reworded message makes no model stale.
_SILENT = ("pipeline.errors", "pipeline.progress")
# Kinds are read by golden and card, which name them themselves; training reads only their shapes,
# which golden checks again.
_KINDS = ("pipeline.inputs", "pipeline.outputs", "pipeline.kinds", "pipeline.numerals")
# Read by the recording of live runs alone, which names them itself.
_LIVE = ("pipeline.live", "pipeline.steps.record")
# Read by the trainings from many seeds alone; where these run makes no difference to them.
_SEEDS = ("pipeline.seeds", "pipeline.steps.seeds")
_WHERE = ("pipeline.machines",)


def digest(parts: Any) -> str:
    """Key of anything JSON can hold: 32 hex digits."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def content(path: Path) -> str:
    """What stands for a file in a key: its sha256, or that it isn't there."""
    return sha256(path) if path.is_file() else "missing"


def model_sources(path: Path, roots: Iterable[Path]) -> dict[str, str]:
    """File → sha256 of the model file and all project modules that its training can read."""
    return _closure([path], tuple(roots), leave_out=(*_SILENT, *_KINDS, *_LIVE, *_SEEDS, *_WHERE))


def module_sources(*modules: str) -> dict[str, str]:
    """File → sha256 of modules of this package and of those they import."""
    files = [file for name in modules for file in _files(name, ())]
    return _closure(files, (), leave_out=(*_SILENT, *_KINDS, *_LIVE, *_SEEDS, *_WHERE))


def live_sources() -> dict[str, str]:
    """File → sha256 of the modules that record live runs, and of those they import."""
    files = [file for name in _LIVE for file in _files(name, ())]
    return _closure(files, (), leave_out=(*_SILENT, *_KINDS, *_SEEDS, *_WHERE))


def seeds_sources() -> dict[str, str]:
    """File → sha256 of the modules that train from many seeds, and of those they import."""
    files = [file for name in (*_SEEDS, "pipeline.live") for file in _files(name, ())]
    return _closure(files, (), leave_out=(*_SILENT, *_KINDS, *_WHERE))


def failure_sources(path: Path, roots: Iterable[Path]) -> dict[str, str]:
    """File → sha256 of a failure's file and all project modules that it can read."""
    return _closure([path], tuple(roots), leave_out=(*_SILENT, *_KINDS))


def failing_sources() -> dict[str, str]:
    """File → sha256 of the modules that make failures, and of those they import."""
    files = list(_files("pipeline.steps.fail", ()))
    return _closure(files, (), leave_out=(*_SILENT, *_KINDS))


def kind_sources(*modules: str) -> dict[str, str]:
    """File → sha256 of the modules of input and output kinds, and of those they import."""
    files = [file for name in modules for file in _files(name, ())]
    return _closure(files, (), leave_out=_SILENT)


def versions() -> dict[str, str]:
    """Versions of Python and of the libraries that make a model's files."""
    return {"python": platform.python_version(), **{name: package_version(name) for name in TOOLS}}


@functools.cache
def package_version(name: str) -> str:
    """The installed version of a package, without importing it; '' where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _closure(
    start: list[Path], roots: tuple[Path, ...], leave_out: tuple[str, ...]
) -> dict[str, str]:
    seen: dict[Path, str] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen[path] = sha256(path)
        if path.suffix != ".py":
            continue
        beside = map(path.with_name, _file_names(path, seen[path]))
        waiting.extend(file for file in beside if _is_file(file))
        for name in _imports(path, seen[path]):
            if not name.startswith(leave_out):
                waiting.extend(_files(name, roots))
    return {_label(path, roots): checksum for path, checksum in sorted(seen.items())}


def _label(path: Path, roots: tuple[Path, ...]) -> str:
    """A name that is the same wherever the project and the package lie."""
    for root in (*roots, PACKAGE.parent):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def _files(name: str, roots: tuple[Path, ...]) -> Iterator[Path]:
    """The files that importing the dotted `name` runs, if they lie in `roots` or this package."""
    parts = name.split(".")
    bases = (PACKAGE.parent,) if parts[0] == "pipeline" else roots
    for base in bases:
        found = False
        for depth in range(1, len(parts) + 1):
            place = base.joinpath(*parts[:depth])
            for file in (place / "__init__.py", place.with_suffix(".py")):
                if _is_file(file):
                    found = True
                    if file != PACKAGE / "__init__.py":  # runs nothing: its names are lazy
                        yield file
        if found:
            return


def _is_file(path: Path) -> bool:
    """Also of names that no file can have: a docstring may well end in ".txt"."""
    try:
        return path.is_file()
    except OSError:
        return False


@functools.cache
def _imports(path: Path, checksum: str) -> tuple[str, ...]:
    """Dotted names that a file's import statements may import, relative ones made absolute.

    checksum: of its content; `modelpress serve` sees a file change while it runs.
    """
    return tuple(sorted(set(_imported(_parsed(path), _package_of(path)))))


@functools.cache
def _file_names(path: Path, checksum: str) -> tuple[str, ...]:
    """What a module's strings name that can be a data file beside it, as in
    `with_name("strokes.json")`."""
    words = {node.value for node in ast.walk(_parsed(path)) if isinstance(node, ast.Constant)}
    names = {word for word in words if isinstance(word, str) and word.endswith(_BESIDE)}
    return tuple(sorted(name for name in names if Path(name).name == name))


def _parsed(path: Path) -> ast.AST:
    """The statements of a file; none where Python can't read it: running the file is what reports
    that, with its line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # likewise
            return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    waiting = [tree]  # no recursion: statements may be nested deeper than Python calls
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, package)
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting.extend(node.orelse)
        elif not isinstance(node, ast.expr):  # no statement is within an expression
            waiting.extend(ast.iter_child_nodes(node))


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    yield base
    for alias in node.names:
        if base == "pipeline" and alias.name in pipeline._HOME:
            yield pipeline._HOME[alias.name]
        else:
            yield f"{base}.{alias.name}"


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _package_of(path: Path) -> str:
    """Dotted name of the package that a file lies in, '' for a lone file."""
    parts: list[str] = []
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)
