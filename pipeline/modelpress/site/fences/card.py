"""The `card` fence: a model's facts, data, evaluation, parity and files."""

from __future__ import annotations

from html import escape

from modelpress.core.intervals import wilson
from modelpress.schema.document import Json, plain
from modelpress.schema.model import ClassesEvaluation, ModelEntry, Part
from modelpress.site.charts.training_names import OPTIMIZERS
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import page_links
from modelpress.site.fences.proof_note import tolerance_words

# Part → name of its accuracy.
_ACCURACIES: dict[Part, str] = {
    "train": "accuracy",
    "validation": "val_accuracy",
    "test": "test_accuracy",
    "real": "real_accuracy",
}


def card_html(site: Site, page: Page, block: Block) -> str:
    """Returns the card's parts: facts, limits, metrics, curves, errors, parity, files, embedding.

    The option `only` selects one part.
    """
    slug, entry = block.slug, site.models[block.slug]
    drawing = site.drawings.get(slug, {})
    options = read_options(block, page.path, page.line_offset)
    spec = {
        "slug": slug,
        "entry": plain(entry),
        "only": options.get("only", ""),
        "unit": drawing.get("unit", "epoch"),
        "tolerance": tolerance_words(entry),
        "examples": drawing.get("rows", []),
        "intervals": _intervals(entry),
        "evaluated": _evaluated(entry),
        "optimizers": OPTIMIZERS,
        "embedding": _embedding(site, slug),
    }
    html = drawn(site, "card/figure", slug, spec, {"root": escape(page.root)})
    alive = "<modelpress-snippet" in html or "mp-chart-data" in html
    links = page_links(site, page) if alive else ""
    return f'{links}<div class="mp-card">{html}</div>'


def _intervals(entry: ModelEntry) -> Json:
    """Returns the 95% interval of each accuracy whose number of examples is known, by name."""
    counted = [
        (name, entry.metrics.get(name), entry.data.rows_by_part.get(part))
        for part, name in _ACCURACIES.items()
    ]
    return {
        name: wilson(value * rows, rows)
        for name, value, rows in counted
        if value is not None and rows and 0 <= value <= 1
    }


def _evaluated(entry: ModelEntry) -> Json:
    """Returns the 95% interval of a classifier's accuracy in its evaluation."""
    found = entry.evaluation
    if isinstance(found, ClassesEvaluation) and found.rows:
        return wilson(found.right, found.rows)
    return 0, 1


def _embedding(site: Site, slug: str) -> Json:
    """Returns what the HTML to embed the model reads; None for a site without scripts."""
    script = site.bundle.get("embed")
    if not script:
        return None
    return {"address": site.address, "script": script, "home": site.pages.get(slug, "")}


FENCE = FenceKind(
    "card",
    card_html,
    {"only": ("facts", "limits", "metrics", "curves", "mistakes", "parity", "files", "embed")},
)
