"""The `table` fence: predictions for the rows of a reader's own CSV file.

`site_assets/src/figures/table/table.ts` makes it interactive; `modelpress predict` writes the same
file in Python.
"""

from __future__ import annotations

from modelpress.artefacts.csv_table import parts_of
from modelpress.core.errors import PageError
from modelpress.kinds.registry import attributes
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, description, page_links


def table_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure. Raises PageError for a model that the exact engine can't compute."""
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    if entry.exact is None or not entry.exact.covered:
        raise PageError(
            f"The model `{slug}` can't predict a table: its predictions would differ from Python's "
            "by rounding.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            found=(entry.exact and entry.exact.reason) or "an earlier build",
            expected="a model that the exact engine computes",
            next_step=f"Remove the fence, or show the model alone: ```model {slug}",
        )
    page.figures += 1
    spec = {"columns": parts_of(entry.input).names}
    slots = {
        "id": f"mp-{slug}-table-{page.figures}",
        "number": str(page.figures),
        "caption": caption_html(
            options,
            f"{entry.title}, for a file of your own. The download equals, byte for byte, what "
            f"modelpress predict {slug} writes in Python.",
            site,
            page,
            block,
        ),
    }
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-table{attributes(model=slug, state='idle')} data-search-exclude>"
        f"{drawn(site, 'table/figure', slug, spec, slots)}</modelpress-table>"
    )


FENCE = FenceKind("table", table_html, {"caption": ()})
