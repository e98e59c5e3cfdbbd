"""Source closures for cache keys: the hashes of source files and of everything they import.

Import statements are parsed, not run: checking whether a model is up to date runs no model file and
imports no TensorFlow. A data file beside a module belongs to its closure if the module names it in
a string.

The files of this package are read once, until `forget` is called: a build asks for hundreds of
closures, most of them of the same files. Those of other packages with extensions
(core/extensions.py) belong to closures, too. They are read once in a process, which goes on running
what it has imported.
"""

from __future__ import annotations

import ast
import functools
import re
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

from modelpress.caching.hashes import digest as digest
from modelpress.caching.hashes import package_version as package_version
from modelpress.caching.hashes import sha256 as sha256
from modelpress.caching.hashes import versions as versions
from modelpress.core import extensions
from modelpress.core.public_names import HOME

PACKAGE = Path(__file__).parents[1]  # the folder `modelpress`

_BESIDE = (".json", ".csv", ".tsv", ".npz", ".txt")  # suffixes of data files beside modules

# A module, or a package's `__init__.py`, declares its role in a line like this:
#   words     it formats messages and affects no result: it is in no key
#   kind      it describes a model's input or output: only `kind_sources` follows it
#   setting   it describes a further step of a model: the steps that import it follow it, a model
#             file does not
#   contract  it checks settings without using them: its imports of settings are not followed
#   folder    (a package) its modules are found by location: importing it imports all of them
_DECLARED = re.compile(rb"^# key: (words|kind|setting|contract|folder)\b", re.MULTILINE)


def model_sources(path: Path, roots: Iterable[Path]) -> dict[str, str]:
    """Returns file → sha256 of an author's file and of all modules that it imports from the
    project, this package, or another package with extensions."""
    return _closure([path], tuple(roots), ("words", "kind", "setting"))


def module_sources(*modules: str) -> dict[str, str]:
    """Returns file → sha256 of modules of this package and of those they import."""
    return dict(_module_sources(modules))


def forget() -> None:
    """Reads the files of this package again the next time that they are asked for."""
    for cached in (_module_sources, _package_files, _package_sha256, _declares):
        cached.cache_clear()


def kind_sources(*modules: str) -> dict[str, str]:
    """Returns file → sha256 of the modules of input and output kinds and of those they import.

    The name of a package of kinds stands for all kinds of its group.
    """
    names = list(modules)
    for name in modules:
        if name in extensions.GROUPS:
            names += [kind.module for kind in extensions.extensions(name).values()]
    files = [file for name in names for file in _files(name, ())]
    return _closure(files, (), ("words",))


@functools.cache
def _module_sources(modules: tuple[str, ...]) -> dict[str, str]:
    start = [file for name in modules for file in _files(name, ())]
    return _closure(start, (), ("words", "kind"))


def _closure(
    start: list[Path], roots: tuple[Path, ...], leave_out: tuple[str, ...]
) -> dict[str, str]:
    """Returns file → sha256 of all reachable files.

    leave_out: imports of modules with one of these declarations are not followed.
    """
    seen: dict[Path, str] = {}
    found: dict[str, list[tuple[Path, str]]] = {}
    waiting = list(start)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen[path] = _checksum(path)
        if path.suffix != ".py":
            continue
        if path.name == "__init__.py" and _declared(path) == "folder":
            waiting.extend(path.parent.glob("*.py"))
        beside = map(path.with_name, _file_names(path, seen[path]))
        waiting.extend(file for file in beside if _is_file(file))
        out = (*leave_out, "setting") if _declared(path) == "contract" else leave_out
        for name in _imports(path, seen[path]):
            if name not in found:
                found[name] = [(file, _declared(file)) for file in _files(name, roots)]
            waiting.extend(file for file, declared in found[name] if declared not in out)
    return {_label(path, roots): checksum for path, checksum in sorted(seen.items())}


def _label(path: Path, roots: tuple[Path, ...]) -> str:
    """Returns a name that doesn't depend on where the project and the package are."""
    for root in (*roots, PACKAGE.parent, *extensions.foreign_roots().values()):
        if path.is_relative_to(root):
            return path.relative_to(root).as_posix()
    return path.name


def _files(name: str, roots: tuple[Path, ...]) -> Iterator[Path]:
    """Yields the files that importing `name` runs, if they are in `roots`, this package or another
    one with extensions."""
    top = name.partition(".")[0]
    if top == "modelpress":
        yield from _package_files(name)
        return
    found = list(_files_below(name, roots))
    if not found and top in extensions.foreign_roots():
        found = list(_files_below(name, (extensions.foreign_roots()[top],)))
    yield from found


@functools.cache
def _package_files(name: str) -> tuple[Path, ...]:
    return tuple(_files_below(name, (PACKAGE.parent,)))


def _files_below(name: str, bases: Iterable[Path]) -> Iterator[Path]:
    parts = name.split(".")
    for base in bases:
        found = False
        for depth in range(1, len(parts) + 1):
            place = base.joinpath(*parts[:depth])
            for file in (place / "__init__.py", place.with_suffix(".py")):
                if _is_file(file):
                    found = True
                    if file != PACKAGE / "__init__.py":  # runs nothing: names are lazy
                        yield file
        if found:
            return


def _declared(path: Path) -> str:
    """Returns what a module of this package or another one with extensions, or its package's
    `__init__.py`, declares."""
    return _declares(path) if path.is_relative_to(PACKAGE) or _is_foreign(path) else ""


def _checksum(path: Path) -> str:
    if path.is_relative_to(PACKAGE):
        return _package_sha256(path)
    return _foreign_sha256(path) if _is_foreign(path) else sha256(path)


@functools.cache
def _is_foreign(path: Path) -> bool:
    """Returns whether a file is in another package with extensions."""
    folders = (root / top for top, root in extensions.foreign_roots().items())
    return any(path.is_relative_to(each) or path == each.with_suffix(".py") for each in folders)


@functools.cache
def _package_sha256(path: Path) -> str:
    return sha256(path)


@functools.cache
def _foreign_sha256(path: Path) -> str:
    return sha256(path)


@functools.cache
def _declares(path: Path) -> str:
    for file in (path, path.with_name("__init__.py")):
        found = file.is_file() and _DECLARED.search(file.read_bytes())
        if found:
            return found[1].decode()
    return ""


def _is_file(path: Path) -> bool:
    """Also accepts names that no file can have: a docstring may end in ".txt"."""
    try:
        return path.is_file()
    except OSError:
        return False


@functools.cache
def _imports(path: Path, checksum: str) -> tuple[str, ...]:
    """Returns the dotted names that a file's import statements may import, all absolute.

    checksum: of its content; `modelpress serve` keeps running while files change.
    """
    return tuple(sorted(set(_imported(_parsed(path), _package_of(path)))))


@functools.cache
def _file_names(path: Path, checksum: str) -> tuple[str, ...]:
    """Returns the strings of a module that may name a data file beside it, as in
    `with_name("strokes.json")`."""
    words = {node.value for node in ast.walk(_parsed(path)) if isinstance(node, ast.Constant)}
    names = {word for word in words if isinstance(word, str) and word.endswith(_BESIDE)}
    return tuple(sorted(name for name in names if Path(name).name == name))


def _parsed(path: Path) -> ast.AST:
    """Returns a file's syntax tree, empty if Python can't parse it: running the file reports that
    error, with its line."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # reported by running the file, too
            return ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _imported(tree: ast.AST, package: str) -> Iterator[str]:
    waiting = [tree]  # no recursion: statements may be nested more deeply than Python can call
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
            yield from names
            if "modelpress" in names:  # `modelpress.Model(…)`
                used = (each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute))
                yield from (HOME[name] for name in used if name in HOME)
        elif isinstance(node, ast.ImportFrom):
            yield from _imported_from(node, package)
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            waiting.extend(node.orelse)
        elif not isinstance(node, ast.expr):  # expressions contain no statements
            waiting.extend(ast.iter_child_nodes(node))


def _imported_from(node: ast.ImportFrom, package: str) -> Iterator[str]:
    base = node.module or ""
    if node.level:
        above = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*above, base] if base else above)
    yield base
    for alias in node.names:
        if base == "modelpress" and alias.name in HOME:
            yield HOME[alias.name]
        else:
            yield f"{base}.{alias.name}"


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"


def _package_of(path: Path) -> str:
    """Returns the dotted name of the package that contains a file, or ''."""
    parts: list[str] = []
    folder = path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)
