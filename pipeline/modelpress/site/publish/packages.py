"""Finds the Python packages that make a site: Modelpress, the builder's plugins, the models'."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import importlib.util
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import Distribution, EntryPoints, PackageNotFoundError
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

MODELPRESS = "modelpress"
Packages = dict[str, Distribution]  # by normalised name


def normalised(name: str) -> str:
    """Returns a package's name as normalised by PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def closure(names: Iterable[str]) -> Packages:
    """Returns the packages of these names and all their requirements, if installed.

    Other installed packages, such as an author's own tools, are not part of the site.
    """
    found: Packages = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(normalised(name), "") for name in names]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            package = found.get(name) or importlib.metadata.distribution(name)
        except PackageNotFoundError:
            continue
        found[name] = package
        for text in package.requires or ():
            try:
                required = Requirement(text)
            except InvalidRequirement:
                continue
            if required.marker is None or required.marker.evaluate({"extra": extra}):
                further = ((normalised(required.name), each) for each in ("", *required.extras))
                waiting.extend(further)
    return found


@functools.cache
def provider(group: str, name: str) -> str:
    """Returns the package that provides `name` in an entry point group; "" for none."""
    entry = next(iter(_entry_points(group).select(name=name)), None)
    return str(entry.dist.metadata["Name"]) if entry and entry.dist else ""


@functools.cache
def _entry_points(group: str) -> EntryPoints:
    return importlib.metadata.entry_points(group=group)


def builders(plugins: Iterable[str], extensions: Iterable[str], theme: str) -> set[str]:
    """Returns the packages of a site's MkDocs plugins, Markdown extensions and theme.

    All arguments are names in mkdocs.yml.
    """
    names = {provider("mkdocs.plugins", name.rpartition("/")[2]) for name in plugins}
    names |= {provider("mkdocs.plugins", name) for name in plugins}
    for name in extensions:
        names.add(provider("markdown.extensions", name) or _imported(name.partition(".")[0]))
    return {*names, provider("mkdocs.themes", theme)} - {""}


def model_packages(sources: Iterable[Path]) -> set[str]:
    """Returns the packages that published model files import directly."""
    modules: set[str] = set()
    for path in sources:
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                modules.add((node.module or "").partition(".")[0])
    own = {"", "__main__", "modelpress", *sys.stdlib_module_names}
    return {_imported(module) for module in modules - own} - {""}


@functools.cache
def _distributions() -> Mapping[str, Sequence[str]]:
    """Returns module → packages that hold it. Reads the records of all installed packages."""
    return importlib.metadata.packages_distributions()


@functools.cache
def _imported(module: str) -> str:
    """Returns the installed package of a module; "" for none."""
    try:
        return str(importlib.metadata.distribution(module).metadata["Name"])
    except (PackageNotFoundError, ValueError):
        if importlib.util.find_spec(module) is None:  # the author's own module, or not installed
            return ""
        return next(iter(_distributions().get(module, ())), "")
