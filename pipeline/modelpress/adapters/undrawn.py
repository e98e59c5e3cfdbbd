"""Reports elements in an MkDocs site: the press draws them, not the plugin."""

from __future__ import annotations

import logging
import re

from mkdocs.exceptions import PluginError

from modelpress.core.errors import ModelpressError
from modelpress.site.fence_syntax import ELEMENT
from modelpress.site.press.elements import DRAWN, find_elements

_LOG = logging.getLogger("mkdocs.plugins.modelpress")
_UNDRAWN = re.compile(rf"<{ELEMENT}(?![^>]*\s{DRAWN})", re.IGNORECASE)


def report_undrawn(html: str, page: str) -> None:
    """Warns about each element of a page that no fence has rendered.

    Raises PluginError for an element that is unknown or never closed.
    """
    if not _UNDRAWN.search(html):  # reading a page takes longer
        return
    try:
        elements = find_elements(html, page)
    except ModelpressError as error:
        raise PluginError(str(error)) from error
    for element in elements:
        _LOG.warning(
            f"modelpress: {page} has the element <{ELEMENT}{element.name}>, which MkDocs does not "
            f"draw. Next: write the fence ```{element.name}, or build without the plugin and "
            "press the pages."
        )
