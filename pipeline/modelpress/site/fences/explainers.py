"""The `explainers` fence: a table of all explainers and their values."""

from __future__ import annotations

from html import escape

from modelpress.core.errors import PageError
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.explore import DESCRIBED


def explainers_html(site: Site, page: Page, block: Block) -> str:
    """Returns a table of the explainers. Raises PageError if the build has not described them."""
    rows = []
    for name, described in sorted(site.explore.get(DESCRIBED, {}).items()):
        values = "<br>".join(
            f"<code>{escape(param['name'])}</code>: {escape(param['expected'])}"
            for param in described["params"]
        )
        rows.append(
            f"<tr><td><code>{escape(name)}</code></td><td>{escape(described['title'])}</td>"
            f"<td>{values}</td></tr>"
        )
    if not rows:
        raise PageError(
            "The explainers have not been described yet.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            next_step="Run `modelpress build`, which does it.",
        )
    head = "".join(f"<th>{name}</th>" for name in ("Explainer", "Shows", "Values"))
    return (
        f'<div class="mp-wide"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


FENCE = FenceKind("explainers", explainers_html, subject="")
