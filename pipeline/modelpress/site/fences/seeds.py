"""The `seeds` fence: a histogram of trainings from many seeds, with the reader's own result."""

from __future__ import annotations

from modelpress.core.errors import PageError
from modelpress.core.number_format import integer
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain
from modelpress.schema.model import ModelEntry
from modelpress.schema.seeds import SeedsEntry
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, description, page_links


def seeds_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure: histogram, sentence and table, and a place for the reader's run.

    Raises PageError for a model without seeds.
    """
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    found = entry.seeds
    if found is None:
        able = sorted(slug for slug, other in site.models.items() if other.seeds)
        raise PageError(
            f"The model `{slug}` is trained from one seed only.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            expected=f"a model with seeds: {', '.join(able) or '(none yet)'}",
            next_step="Give its Model the field `seeds=Seeds(…)`, and build again.",
        )
    page.figures += 1
    spec = {
        "seeds": plain(found),
        "proven": entry.parity.proven,
        "trained": slug in page.trained,
    }
    slots = {
        "id": f"mp-{slug}-seeds-{page.figures}",
        "number": str(page.figures),
        "caption": caption_html(options, _caption(entry, found), site, page, block),
    }
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-seeds{attributes(model=slug)} data-search-exclude>"
        f"{drawn(site, 'seeds/figure', slug, spec, slots)}</modelpress-seeds>"
    )


def _caption(entry: ModelEntry, found: SeedsEntry) -> str:
    title, count = entry.title, integer(found.count)
    dot = " Train it on this page, and your own run is shown among them." if found.browser else ""
    if found.drawn_otherwise:
        return f"{title}, the same training in Python from {count} random starts.{dot}"
    order = " and an order of the examples" if found.shuffle else ""
    curve = ", whose curve the training's figure shows" if found.live else ""
    return (
        f"{title}, the same training in Python from {count} seeds: each draws initial weights"
        f"{order} of its own. The dark line is seed {integer(found.first_seed)}{curve}.{dot}"
    )


FENCE = FenceKind("seeds", seeds_html, {"caption": ()})
