"""The kinds of fences. Each is declared in a module of this package or its subpackages:

    FENCE = FenceKind("source", source_html, {"only": ()})

There is no list: modules with a declaration are found by location. Other packages add theirs by the
entry point `modelpress.figures`.
"""

from __future__ import annotations

import functools
import pkgutil
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from modelpress import site
from modelpress.core.errors import shown
from modelpress.core.extensions import Extension, by_name, registered

if TYPE_CHECKING:
    from modelpress.site.context import Page, Site
    from modelpress.site.fence_syntax import Block

Options = Mapping[str, tuple[str, ...]]  # option → allowed words; () allows any text
GROUP = "modelpress.figures"
_DECLARED = re.compile(r"^FENCE\b.*=", re.MULTILINE)


@dataclass(frozen=True)
class FenceKind:
    """One kind of fence.

    name         first word of the fence: ```name SLUG
    render       returns the HTML of a fence on a page
    options      known options; a function if other modules declare some of them; None if only
                 `render` knows them
    subject      what SLUG names: "model", "failure" or "explainer"; "" for a fence without SLUG
    every_model  whether the fence shows all models of the site
    body         reads a body that holds no options, given the fence, its page and the lines before
                 its text; raises PageError for an invalid one
    """

    name: str
    render: Callable[[Site, Page, Block], str]
    options: Options | Callable[[], Options] | None = field(default_factory=dict)
    subject: str = "model"
    every_model: bool = False
    body: Callable[[Block, str, int], object] | None = None

    def known_options(self) -> Options | None:
        """Returns the options for all models; None if only `render` knows them."""
        return self.options() if callable(self.options) else self.options


def fence_kinds() -> dict[str, FenceKind]:
    """Returns the kinds of fences by name."""
    return {name: kind for name, (_, kind) in _found(tuple(site.__path__)).items()}


def fence_extensions() -> dict[str, Extension]:
    """Returns the extensions that the kinds of fences come from, by name."""
    return {name: extension for name, (extension, _) in _found(tuple(site.__path__)).items()}


@functools.cache
def _found(folders: tuple[str, ...]) -> dict[str, tuple[Extension, FenceKind]]:
    kinds: dict[str, FenceKind] = {}
    found: list[Extension] = []
    for entry in registered(GROUP):
        for extension, kind in _declared(entry, folders):
            kinds[extension.name] = kind
            found.append(extension)
    return {name: (each, kinds[name]) for name, each in by_name(found).items()}


def _declared(entry: Extension, folders: tuple[str, ...]) -> Iterator[tuple[Extension, FenceKind]]:
    """Yields what an entry point declares. folders: of the modules of Modelpress's own."""
    if entry.attribute or not entry.path.is_dir():
        value = entry.load()
        value = getattr(value, "FENCE", None) if isinstance(value, ModuleType) else value
        yield entry, _checked(entry, value)
        return
    own = entry.module == site.__name__
    for module in pkgutil.walk_packages(folders if own else [str(entry.path)], f"{entry.module}."):
        if not module.ispkg and _declares(module.name):
            found = replace(entry, name=module.name, module=module.name, attribute="FENCE")
            kind = found.load()
            yield replace(found, name=kind.name), kind


def _checked(entry: Extension, value: object) -> FenceKind:
    """Raises ModelpressError unless an entry point of another package names a kind of fence."""
    if not isinstance(value, FenceKind):
        raise entry.fault(
            "it is no kind of fence", found=shown(value), expected=f"a {__name__}.FenceKind"
        )
    if value.name != entry.name:
        raise entry.fault(
            "it has another name",
            found=f"FenceKind({value.name!r}, …)",
            expected=f"{entry.name!r}, the name of the entry point",
        )
    return value


def _declares(module: str) -> bool:
    """Returns whether a module's source declares a fence. Other modules are not imported."""
    spec = find_spec(module)
    origin = spec.origin if spec else None
    if origin is None or not origin.endswith(".py"):
        return False
    return _DECLARED.search(Path(origin).read_text("utf-8")) is not None
