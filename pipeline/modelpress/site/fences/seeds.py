"""The `seeds` fence: a histogram of trainings from many seeds, with the reader's own result."""

from __future__ import annotations

from html import escape

from modelpress.core.errors import PageError
from modelpress.core.number_format import counted, integer
from modelpress.kinds.registry import attributes
from modelpress.schema.model import ModelEntry
from modelpress.schema.seeds import SeedsEntry
from modelpress.site.charts.histogram import (
    Histogram,
    bin_words,
    flag_html,
    histogram,
    histogram_html,
)
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, description, page_links
from modelpress.site.fences.proof_note import figure_note
from modelpress.site.html_json import json_data

WORDS = {"loss": "loss", "accuracy": "accuracy", "rmse": "error (RMSE)", "mae": "mean error"}


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
    key = f"mp-{slug}-seeds-{page.figures}"
    values = [value for value in found.values if value is not None]
    drawn = histogram(values) if values else None
    caption = caption_html(options, _caption(entry, found), site, page, block)
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-seeds{attributes(model=slug)} data-search-exclude>"
        f'<figure class="mp-figure mp-seeds" aria-labelledby="{key}-caption">'
        f"{_picture(drawn, found) if drawn else ''}"
        f'<div class="mp-under"><p class="mp-reading">{escape(in_words(found, drawn))}</p>'
        f"{figure_note(entry)}"
        f"{_yours(found, slug in page.trained)}{_table(drawn, found) if drawn else ''}"
        f'<figcaption id="{key}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption></div></figure>"
        f"{_data(drawn, found) if drawn else ''}</modelpress-seeds>"
    )


def measure_words(measure: str) -> str:
    """Returns the name of a measure: `validation accuracy`."""
    name = measure.removeprefix("val_")
    words = WORDS.get(name, name.replace("_", " "))
    return f"validation {words}" if measure != name else words


def in_words(found: SeedsEntry, drawn: Histogram | None) -> str:
    """Returns a summary of the histogram, in sentences."""
    count, diverged = found.count, found.diverged
    trainings = f"{integer(count)} trainings of {counted(found.steps, 'step')}"
    if drawn is None:
        return f"All {trainings} diverged."
    least, lower, median, upper, most = (
        drawn.text(value)
        for value in (
            *(found.least, found.lower_quartile, found.median),
            *(found.upper_quartile, found.most),
        )
        if value is not None
    )
    spread = f"from {least} to {most}, median {median}" if least != most else f"{least} every time"
    half = f"; the middle half lies between {lower} and {upper}" if lower != upper else ""
    lost = f" {integer(diverged)} of them diverged." if diverged else ""
    reached = ""
    if found.reach is not None and found.reached is not None:
        reach = found.reach.replace(" ", "\u00a0")
        reached = f" {integer(found.reached)} of {integer(count)} reach {reach}."
    return f"{trainings}: {measure_words(found.measure)} {spread}{half}.{lost}{reached}"


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


def _picture(drawn: Histogram, found: SeedsEntry) -> str:
    own = found.values[0]
    flags = ""
    if own is not None and not found.drawn_otherwise:
        words = f"seed {integer(found.first_seed)}"
        flags = flag_html("python-flag", words, drawn.across(own))
    flags += flag_html("own-flag", "yours", None)
    axis = f"{measure_words(found.measure)} after {counted(found.steps, 'step')}"
    plot = histogram_html(drawn, (axis, "seeds"), flags)
    return (
        f'<div class="mp-stage"><div>{plot}'
        '<p class="mp-chart-reading" data-part="reading"></p></div></div>'
    )


def _yours(found: SeedsEntry, room: bool) -> str:
    """Returns the place for the reader's run. room: reserves space, if the page has a training."""
    if not found.browser:
        return ""
    return (
        f'<p class="mp-yours" data-part="yours"{" data-room" if room else ""}></p>'
        '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
    )


def _table(drawn: Histogram, found: SeedsEntry) -> str:
    name = measure_words(found.measure)
    body = "".join(
        f'<tr><th scope="row">{bin_words(drawn, each)}</th><td>{integer(each.count)}</td></tr>'
        for each in drawn.bins
    )
    if found.diverged:
        body += f'<tr><th scope="row">diverged</th><td>{integer(found.diverged)}</td></tr>'
    return (
        '<details class="mp-twin" data-part="twin"><summary>As a table</summary>'
        f'<table class="mp-table" aria-label="Seeds by {escape(name)}"><thead><tr>'
        f'<th scope="col">{escape(name.capitalize())}</th><th scope="col">Seeds</th></tr></thead>'
        f"<tbody>{body}</tbody></table></details>"
    )


def _data(drawn: Histogram, found: SeedsEntry) -> str:
    """Returns the element's data."""
    data = {
        "measure": found.measure,
        "browser": found.browser,
        "name": measure_words(found.measure),
        "steps": found.steps,
        "count": found.count,
        "diverged": found.diverged,
        "values": sorted(value for value in found.values if value is not None),
        "low": drawn.low,
        "high": drawn.high,
        "log": drawn.log,
        "digits": drawn.digits,
        "bins": [
            {"at": drawn.across(each.ends[1]), "words": bin_words(drawn, each), "count": each.count}
            for each in drawn.bins
        ],
    }
    return json_data(data, data_part="seeds")


FENCE = FenceKind("seeds", seeds_html, {"caption": ()})
