"""Extensions: things that this package and others add by entry points.

    [project.entry-points."modelpress.inputs"]
    sound = "soundkinds.sound:Sound"    one thing; the entry point has its name
    more = "soundkinds.kinds"           a package: each of its modules holds one, named as the file

Modelpress names its own in the same way. Reading the entry points imports nothing.
"""

# key: words — the files that it finds are in keys themselves

from __future__ import annotations

import functools
import importlib
import importlib.metadata
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError, described

OWN = "modelpress"  # the package whose things come first
# Group → what one of its entry points names.
GROUPS = {
    "modelpress.inputs": "input kind",
    "modelpress.outputs": "output kind",
    "modelpress.figures": "fence",
    "modelpress.explainers": "explainer",
    "modelpress.converters": "converter",
    "modelpress.builders": "builder",
}


@dataclass(frozen=True)
class Extension:
    """One thing that a package adds.

    group       of its entry point, such as "modelpress.inputs"
    name        such as "sound"
    module      dotted name of its Python module; a package for a folder of things
    attribute   its name in the module, "" for the one that the module holds
    package     name of the installed package
    version     of that package
    """

    group: str
    name: str
    module: str
    attribute: str = ""
    package: str = ""
    version: str = ""

    @property
    def word(self) -> str:
        """What it is, with its name: "input kind `sound`"."""
        return f"{GROUPS[self.group]} `{self.name}`"

    @property
    def where(self) -> str:
        """Its entry point, for errors."""
        value = f"{self.module}:{self.attribute}" if self.attribute else self.module
        return f'{self.package} {self.version}, entry point {self.group}: {self.name} = "{value}"'

    @property
    def path(self) -> Path:
        """The file of its module, or the folder of a package.

        Raises ModelpressError if there is none.
        """
        found = module_path(self.module)
        if found is None:
            raise self.fault(
                "its module is not installed",
                found=f"no module {self.module}",
                expected="a module or a package of files, on Python's path",
            )
        return found

    def load(self) -> Any:
        """Imports and returns the thing, or its module if the entry point names no attribute.

        Raises ModelpressError.
        """
        try:
            module = importlib.import_module(self.module)
        except Exception as error:  # another package's code may raise anything
            raise self.fault("it can't be imported", found=described(error)) from error
        if not self.attribute:
            return module
        try:
            return functools.reduce(getattr, self.attribute.split("."), module)
        except AttributeError as error:
            raise self.fault("it can't be imported", found=described(error)) from error

    def fault(
        self, what: str, *, found: str = "", expected: str = "", next_step: str = ""
    ) -> ModelpressError:
        """Returns the error for a faulty extension. what: ends the sentence."""
        return ModelpressError(
            f"The {self.word} of the package {self.package} can't be used: {what}.",
            where=self.where,
            found=found,
            expected=expected,
            next_step=next_step
            or f"Install a version of {self.package} that fits, with all that it requires, or "
            f"remove it: pip uninstall {self.package}",
        )


def registered(group: str) -> list[Extension]:
    """Returns the entry points of a group as they are written, those of Modelpress first.

    Raises ModelpressError if Modelpress's own are missing.
    """
    found = [entry for entry in _entry_points() if entry.group == group]
    if not any(each.package == OWN for each in found):
        raise ModelpressError(
            "This installation of Modelpress is older than its files: it does not name its own "
            f"{GROUPS[group]}s.",
            where=f"entry points {group}",
            next_step="Install it again; in a checkout: make env, or pip install --no-deps -e .",
        )
    return sorted(found, key=lambda each: (each.package != OWN, each.package, each.name))


def extensions(group: str) -> dict[str, Extension]:
    """Returns the things of a group by name, with one for each module of a package.

    Raises ModelpressError for a name that is given twice.
    """
    return dict(_extensions(group))


@functools.cache
def _extensions(group: str) -> dict[str, Extension]:
    return by_name(each for entry in registered(group) for each in expanded(entry, ".py"))


def expanded(entry: Extension, *suffixes: str) -> list[Extension]:
    """Returns the extension itself, or one for each file of its package with these suffixes."""
    if entry.attribute or not entry.path.is_dir():
        return [entry]
    names = {file.stem for file in entry.path.iterdir() if file.suffix in suffixes}
    return [
        Extension(entry.group, name, f"{entry.module}.{name}", "", entry.package, entry.version)
        for name in sorted(names)
        if not name.startswith("_")
    ]


def by_name(found: Iterable[Extension]) -> dict[str, Extension]:
    """Returns extensions by name. Raises ModelpressError for a name that is given twice."""
    named: dict[str, Extension] = {}
    for each in found:
        other = named.setdefault(each.name, each)
        if other is not each:
            raise each.fault(
                f"{other.package} {other.version} has a {GROUPS[each.group]} of this name, too",
                found=f"also {other.where}",
                expected="a name of its own for each",
                next_step=f"Remove one of the two packages: pip uninstall {each.package}; or let "
                "its author rename it.",
            )
    return named


@functools.cache
def foreign_roots() -> dict[str, Path]:
    """Returns, for the other packages with extensions, module on top → the folder that holds it."""
    roots = {}
    for entry in _entry_points():
        top = entry.module.partition(".")[0]
        path = module_path(top) if top != OWN else None
        if path is not None:
            roots[top] = path.parent
    return roots


def module_path(name: str) -> Path | None:
    """Returns the file of a module, or the folder of a package, without importing it."""
    top, *rest = name.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        spec = None
    if spec is None:
        return None
    if spec.submodule_search_locations is None:
        return Path(spec.origin) if spec.origin and not rest else None
    for folder in spec.submodule_search_locations:
        place = Path(folder).joinpath(*rest)
        if place.is_dir():
            return place
        if rest and place.with_suffix(".py").is_file():
            return place.with_suffix(".py")
    return None


def forget() -> None:
    """Reads the entry points again the next time that they are asked for."""
    for cached in (_entry_points, _extensions, foreign_roots):
        cached.cache_clear()


@functools.cache
def _entry_points() -> tuple[Extension, ...]:
    found = importlib.metadata.entry_points()
    return tuple(_extension(entry) for group in GROUPS for entry in found.select(group=group))


def _extension(entry: importlib.metadata.EntryPoint) -> Extension:
    package = entry.dist
    name, version = (package.metadata["Name"], package.version) if package else ("?", "?")
    written = entry.pattern.match(entry.value)
    if written is None:
        raise ModelpressError(
            f"An entry point of the package {name} can't be read.",
            where=f"{name} {version}, entry point {entry.group}: {entry.name}",
            found=entry.value,
            expected='a module and a name in it, such as "soundkinds.sound:Sound"',
            next_step=f"Remove it: pip uninstall {name}",
        )
    module, attribute = written["module"], written["attr"] or ""
    return Extension(entry.group, entry.name, module, attribute, str(name), version)
