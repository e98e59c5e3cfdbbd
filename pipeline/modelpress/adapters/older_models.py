"""Reports models that are older than their sources, in builds by MkDocs alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from html import escape

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from modelpress.build.freshness import Older, older
from modelpress.core.configuration import project_of
from modelpress.core.errors import ModelpressError
from modelpress.site.fence_kinds import fence_kinds
from modelpress.site.fence_syntax import Fence

_LOG = logging.getLogger("mkdocs.plugins.modelpress")


def report_older(config: MkDocsConfig) -> list[Older]:
    """Returns the models and failures that are older than their sources; warns about each.

    Raises PluginError if there are any under `strict`.
    """
    try:
        found = older(project_of(config))
    except ModelpressError:  # `modelpress build` reports it
        return []
    if not found:
        return []
    names = "".join(f"\n  {each.slug}, made from {each.source}" for each in found)
    text = (
        f"modelpress: the last build of these is older than their sources:{names}\n"
        "  Next: run `modelpress build`, which makes them again and then builds the pages."
    )
    if config.strict:
        raise PluginError(text)
    _LOG.warning(text)
    return found


def older_html(found: Sequence[Older], fences: Sequence[Fence], markdown: str) -> str:
    """Returns the note on top of a page about its outdated models; '' if there are none."""
    kinds = fence_kinds()
    lines = [
        f"<code>{escape(each.slug)}</code>, made from <code>{escape(each.source)}</code>"
        for each in found
        if any(fence.slug == each.slug or kinds[fence.kind].every_model for fence in fences)
        or re.search(rf"\{{\{{\s*{re.escape(each.slug)}\.", markdown)
    ]
    if not lines:
        return ""
    items = "".join(f"<li>{line}</li>" for line in lines)
    return (
        '<div class="admonition warning modelpress-older">'
        '<p class="admonition-title">Older than its sources</p>'
        "<p>This page shows an earlier version: its sources have changed since it was built.</p>"
        f"<ul>{items}</ul></div>"
    )
