"""Things of a page that TypeScript draws, on their page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelpress.node.drawing import draw
from modelpress.site.context import Site

_SLOT = re.compile("\0([a-z-]+)\0")


def drawn(
    site: Site, name: str, slug: str, spec: Any, slots: Mapping[str, str] | None = None
) -> str:
    """Returns the HTML of a thing, with what only the page knows filled in.

    name, slug, spec: see `modelpress.node.drawing.draw`. slots: HTML by name, such as the number
    of the figure; a drawing without them serves all pages.
    """
    state_dir = site.public.parent if site.public != Path() else None
    html = draw(name, slug, spec, state_dir)
    filled = slots or {}
    return _SLOT.sub(lambda found: filled[found[1]], html)
