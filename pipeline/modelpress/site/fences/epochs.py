"""The `epochs` fence: a slider through the training; the model predicts with each checkpoint."""

from __future__ import annotations

from html import escape

from modelpress.core.errors import PageError
from modelpress.core.number_format import integer, short, size
from modelpress.kinds.registry import attributes
from modelpress.schema.model import EpochsEntry, ModelEntry
from modelpress.site.charts.epochs_figures import Figures
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, description, page_links
from modelpress.site.fences.proof_note import figure_note
from modelpress.site.html_json import json_data

_BITS = {"uint8": 8, "uint16": 16}


def epochs_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure: curve, slider and table, complete without scripts."""
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    checkpoints = _checkpoints(site, page, block)
    figures = Figures(checkpoints, entry.training.history)
    page.figures += 1
    key = f"mp-{slug}-epochs-{page.figures}"
    caption = caption_html(options, _caption(entry, checkpoints), site, page, block)
    last = len(figures.numbers) - 1
    predicts_with = _PUBLISHED if slug in page.slugs else ""
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-epochs{attributes(model=slug, state='idle')} data-search-exclude>"
        f'<figure class="mp-figure mp-epochs" aria-labelledby="{key}-caption">'
        f'<div class="mp-stage">{figures.chart_html()}</div>'
        f'<div class="mp-under">{_controls(key, figures, last)}'
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        f'<p class="mp-reading" data-part="reading">{escape(figures.words(last))}</p>'
        f'<p class="mp-epochs-answers" data-part="answers">{predicts_with}</p>{figure_note(entry)}'
        '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
        '<div class="mp-error" data-part="error" role="alert"></div>'
        f"{figures.table_html()}"
        f'<figcaption id="{key}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption>"
        '<noscript><p class="mp-noscript">The table says what each epoch was like. Where scripts '
        "are allowed, the model predicts here as it did then.</p></noscript></div></figure>"
        f"{_data(figures, checkpoints)}</modelpress-epochs>"
    )


_PUBLISHED = "The figure above predicts with the published model."


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


def _controls(key: str, figures: Figures, last: int) -> str:
    unit = figures.unit
    slider = attributes(
        type="range", id=f"{key}-range", data_part="range", min=0, max=last, step=1, value=last,
        aria_valuetext=figures.name(last), aria_label=f"{unit.capitalize()} of the training",
        autocomplete="off", disabled=True,
    )  # fmt: skip
    typed = attributes(
        type="number", id=f"{key}-number", data_part="number", min=0, max=figures.numbers[-1],
        step=1, value=figures.numbers[-1], autocomplete="off", disabled=True,
    )  # fmt: skip
    return (
        '<div class="mp-controls mp-epochs-controls" data-part="controls"><div class="mp-control">'
        f'<label for="{key}-number">{unit.capitalize()}</label><input{slider}><input{typed}></div>'
        f"{_button('go', 'Train on from here')}"
        f'<span class="mp-actions">{_button("reset", "Reset")}{_button("copy", "Copy link")}</span>'
        "</div>"
    )


def _button(part: str, words: str) -> str:
    """Returns a button, disabled until scripts run."""
    return f'<button type="button" class="mp-button" data-part="{part}" disabled>{words}</button>'


def _data(figures: Figures, checkpoints: EpochsEntry) -> str:
    """Returns the data that the element needs before it fetches files."""
    count = range(len(figures.numbers))
    data = {
        "epochs": figures.numbers,
        "unit": figures.unit,
        "names": [figures.name(i) for i in count],
        "words": [figures.words(i) for i in count],
        "places": [figures.place(i) for i in count],
        "trains": checkpoints.trains,
    }
    return json_data(data, data_part="kept")


FENCE = FenceKind("epochs", epochs_html, {"caption": ()})
