"""The `epochs` fence: a slider through the training; the model predicts with each checkpoint."""

from __future__ import annotations

from modelpress.core.errors import PageError
from modelpress.core.number_format import integer, short, size
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain
from modelpress.schema.model import EpochsEntry, ModelEntry
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, description, page_links

_BITS = {"uint8": 8, "uint16": 16}


def epochs_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure, complete without scripts."""
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    checkpoints = _checkpoints(site, page, block)
    page.figures += 1
    spec = {
        "checkpoints": plain(checkpoints),
        "history": entry.training.history,
        "proven": entry.parity.proven,
        "figure": slug in page.slugs,
    }
    slots = {
        "id": f"mp-{slug}-epochs-{page.figures}",
        "number": str(page.figures),
        "caption": caption_html(options, _caption(entry, checkpoints), site, page, block),
    }
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-epochs{attributes(model=slug, state='idle')} data-search-exclude>"
        f"{drawn(site, 'epochs/figure', slug, spec, slots)}</modelpress-epochs>"
    )


def _checkpoints(site: Site, page: Page, block: Block) -> EpochsEntry:
    """Returns the field `epochs` of the model's entry. Raises PageError if it has none."""
    checkpoints = site.models[block.slug].epochs
    if checkpoints:
        return checkpoints
    able = sorted(slug for slug, other in site.models.items() if other.epochs)
    raise PageError(
        f"No weights of the training of `{block.slug}` were kept.",
        where=f"{page.path}:{block.line + page.line_offset + 1}",
        expected=f"a model with checkpoints: {', '.join(able) or '(none yet)'}",
        next_step="A model that Keras trains for several epochs keeps them by itself; an author's "
        "own `train(run)` calls `run.keep(step, steps)`. Build again.",
    )


def _caption(entry: ModelEntry, checkpoints: EpochsEntry) -> str:
    count, unit = len(checkpoints.epochs) + 1, checkpoints.unit
    text = (
        f"{entry.title} as it was at {integer(count)} {unit}s of its training "
        f"in Python, before the first and after the last among them: "
        f"{size(checkpoints.size_bytes)}, fetched when you move the slider."
    )
    bits = _BITS.get(checkpoints.encoding)
    if bits:
        text += (
            f" The weights of the earlier ones are stored in {bits} bits each, which changes an "
            f"answer by up to {short(checkpoints.rounding, 2)}."
        )
    return text


FENCE = FenceKind("epochs", epochs_html, {"caption": ()})
