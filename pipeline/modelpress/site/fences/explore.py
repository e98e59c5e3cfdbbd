"""The `explore` fence: an explainer, whose first picture the build drew with its own code.

`site_assets/src/explore/element.ts` brings it to life.
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
from modelpress.site.html_json import json_script

PLACE = "mp-explore-0"  # stands for a figure's id until it has a page
# Options of the figure itself; all others are the explainer's.
FRAME_OPTIONS = ("caption", "hide")
DESCRIBED = "all explainers"  # no figure's key: those hold no space but before a brace


def key_of(name: str, options: Mapping[str, str]) -> str:
    """What a drawn figure is found by: its explainer and all that changes its picture."""
    drawn = {key: value for key, value in options.items() if key != "caption"}
    return f"{name} {json.dumps(drawn, sort_keys=True)}"


def hidden(options: Mapping[str, str]) -> list[str]:
    """Names of the controls that the author leaves out."""
    return options.get("hide", "").replace(",", " ").split()


def explore_html(site: Site, page: Page, block: Block) -> str:
    """The figure, complete without scripts. Raises PageError where the build has not drawn it."""
    options = read_options(block, page.path, page.line_offset)
    drawn = site.explore.get(key_of(block.slug, options))
    if drawn is None:
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
        data_options=json.dumps(drawn["options"]),
    )
    caption = caption_html(options, str(drawn["title"]), site, page, block)
    resource = ""
    if drawn["resource"] is not None:
        resource = json_script(drawn["resource"], data_part="resource")
    links = page_links(site, page) if "model" in options else ""
    return (
        f"{links}{_script(site, page)}<modelpress-explore{element} data-search-exclude>"
        f'<figure class="mp-figure" aria-labelledby="{place}-caption">'
        f"{str(drawn['html']).replace(PLACE, place)}"
        f'<figcaption id="{place}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption>"
        '<noscript><p class="mp-noscript">The figure comes to life where scripts are allowed.</p>'
        f"</noscript></div></figure>{resource}</modelpress-explore>"
    )


def _script(site: Site, page: Page) -> str:
    """The explainers' script, once a page; run when all of the page is there."""
    url = site.bundle.get("explore")
    if not url or len(page.explainers) > 1:
        return ""
    return f'<script type="module" src="{escape(page.url(url))}"></script>'


FENCE = FenceKind("explore", explore_html, options=None, subject="explainer")
