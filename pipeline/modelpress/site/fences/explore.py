"""The `explore` fence: an explainer, prerendered by the build with the explainer's own code.

`site_assets/src/explore/element.ts` makes it interactive.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape

from modelpress.core.errors import PageError
from modelpress.kinds.registry import attributes
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, page_links
from modelpress.site.html_json import json_data

PLACE = "mp-explore-0"  # placeholder of a figure's id until it is on a page
# Options of the figure itself; all other options belong to the explainer.
FRAME_OPTIONS = ("caption", "hide")
DESCRIBED = "all explainers"  # can't be a figure's key, which has no space before its first brace


def key_of(name: str, options: Mapping[str, str]) -> str:
    """Returns the key of a rendered figure: its explainer, and the options that affect it."""
    rendered = {key: value for key, value in options.items() if key != "caption"}
    return f"{name} {json.dumps(rendered, sort_keys=True)}"


def hidden(options: Mapping[str, str]) -> list[str]:
    """Returns the names of the controls that the author hides."""
    return options.get("hide", "").replace(",", " ").split()


def explore_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure, complete without scripts.

    Raises PageError if the build has not rendered it.
    """
    options = read_options(block, page.path, page.line_offset)
    rendered = site.explore.get(key_of(block.slug, options))
    if rendered is None:
        raise PageError(
            f"The explainer `{block.slug}` has not been drawn with these options yet.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            next_step="Run `modelpress build`, which draws it.",
        )
    page.figures += 1
    earlier = page.explainers.count(block.slug)
    page.explainers.append(block.slug)
    key = f"{block.slug}.explore" + (f"-{earlier + 1}" if earlier else "")
    place = f"mp-explore-{page.figures}"
    element = attributes(
        name=block.slug,
        state="prerendered",
        step=0,
        data_key=key,
        data_options=json.dumps(rendered["options"]),
    )
    caption = caption_html(options, str(rendered["title"]), site, page, block)
    resource = ""
    if rendered["resource"] is not None:
        resource = json_data(rendered["resource"], data_part="resource")
    links = page_links(site, page) if "model" in options else ""
    return (
        f"{links}{_script(site, page)}<modelpress-explore{element} data-search-exclude>"
        f'<figure class="mp-figure" aria-labelledby="{place}-caption">'
        f"{str(rendered['html']).replace(PLACE, place)}"
        f'<figcaption id="{place}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption>"
        '<noscript><p class="mp-noscript">The figure comes to life where scripts are allowed.</p>'
        f"</noscript></div></figure>{resource}</modelpress-explore>"
    )


def _script(site: Site, page: Page) -> str:
    """Returns the explainers' script, once on each page. It runs after parsing."""
    url = site.bundle.get("explore")
    if not url or len(page.explainers) > 1:
        return ""
    return f'<script type="module" src="{escape(page.url(url))}"></script>'


FENCE = FenceKind("explore", explore_html, options=None, subject="explainer")
