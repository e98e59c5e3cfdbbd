"""The kinds of fences. Each is declared in a module of this package or its subpackages:

    FENCE = FenceKind("source", source_html, {"only": ()})

There is no list: modules with a declaration are found by location.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from modelpress import site

if TYPE_CHECKING:
    from modelpress.site.context import Page, Site
    from modelpress.site.fence_syntax import Block

Options = Mapping[str, tuple[str, ...]]  # option → allowed words; () allows any text
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
    return dict(_found(tuple(site.__path__)))


@functools.cache
def _found(folders: tuple[str, ...]) -> dict[str, FenceKind]:
    kinds: dict[str, FenceKind] = {}
    for module in pkgutil.walk_packages(folders, f"{site.__name__}."):
        if not module.ispkg and _declares(module.name):
            kind: FenceKind = importlib.import_module(module.name).FENCE
            if kind.name in kinds:
                raise ValueError(f"Two modules of {site.__name__} declare the fence {kind.name}.")
            kinds[kind.name] = kind
    return kinds


def _declares(module: str) -> bool:
    """Returns whether a module's source declares a fence. Other modules are not imported."""
    spec = find_spec(module)
    origin = spec.origin if spec else None
    if origin is None or not origin.endswith(".py"):
        return False
    return _DECLARED.search(Path(origin).read_text("utf-8")) is not None
