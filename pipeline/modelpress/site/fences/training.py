"""The `train` fence: a model's training in the browser, compared with Python's recording."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from modelpress.core.errors import PageError
from modelpress.core.number_format import counted, integer, short
from modelpress.kinds.registry import attributes
from modelpress.schema.document import Json
from modelpress.schema.live import DenseLayer, LiveRun, Recording
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_chart import NAMES, Curve, chart_html, key_html, loss_text
from modelpress.site.charts.training_controls import (
    LOSSES,
    METRICS,
    OPTIMIZERS,
    SPEEDS,
    controls_html,
    own_batch,
    settings_html,
    steps_of,
)
from modelpress.site.charts.training_probe import probes_html
from modelpress.site.charts.training_recorded import Measured, Recorded, read_recorded
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, option_place, read_options
from modelpress.site.fences.figure import caption_html, description, page_links
from modelpress.site.fences.proof_note import chip_details, chip_summary
from modelpress.site.html_json import json_data

_NOT_TRAINED = "Python's run · not trained here yet"
_EXPORT = (
    '<div class="mp-take"><p>Export</p><span class="mp-take-files">'
    '<button type="button" class="mp-button" data-part="take-keras" disabled>Keras file</button>'
    '<button type="button" class="mp-button" data-part="take-tfjs" disabled>TensorFlow.js files'
    "</button></span></div>"
)


def training_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure: curve, controls, settings and chip, complete without scripts."""
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    recorded = read_recorded(site, page, block)
    live = recorded.live
    hidden = _hidden(options, live, page, block)
    page.figures += 1
    page.trained.add(slug)
    key = f"mp-{slug}-train-{page.figures}"
    earlier = page.trainings.count(slug)
    page.trainings.append(slug)
    # Its name in the page's address; a page may train a model twice.
    named = f"{slug}.train-{earlier + 1}" if earlier else f"{slug}.train"
    total = steps_of(live)
    first = f"Step 0 of {integer(total)} · loss {loss_text(recorded.own.losses[0])}"
    caption = caption_html(options, _caption(entry, recorded), site, page, block)
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-trainer{attributes(model=slug, state='idle', step=0, data_key=named)}"
        " data-search-exclude>"
        f'<figure class="mp-figure mp-training" aria-labelledby="{key}-caption">'
        f'<div class="mp-stage">{_curves(recorded, key)}{probes_html(recorded, entry)}</div>'
        f'<div class="mp-under">{controls_html(key, total)}'
        f"{settings_html(key, live, hidden, *_checkpoints(entry))}"
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        f'<p class="mp-reading" data-part="state">{first}</p>'
        f"{_validated(recorded)}"
        '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
        '<div class="mp-error" data-part="error" role="alert"></div>'
        f"{_predicts_with(page, slug)}{_EXPORT}{_chip(page, recorded, entry)}"
        f'<figcaption id="{key}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption>"
        '<noscript><p class="mp-noscript">This curve was recorded in Python. The training runs '
        "here where scripts are allowed.</p></noscript></div></figure>"
        f"{_data(recorded, total, hidden, *_checkpoints(entry))}</modelpress-trainer>"
    )


def _curves(recorded: Recorded, key: str) -> str:
    """Returns the chart of the loss by step, and that of the author's first metric."""
    live, own, metric = recorded.live, recorded.own, recorded.metric
    examples, steps = live.validation_rows, recorded.validation_steps
    checks = list(zip(steps, own.validation_loss, strict=bool(own.validation_loss)))
    curves = [Curve("loss", LOSSES[live.loss], own.losses, checks)]
    if own.metric:
        checks = list(zip(steps, own.validation_metric, strict=bool(own.validation_metric)))
        curves.append(Curve(metric, METRICS[metric], own.metric, checks, "metric-"))
    charts = "".join(chart_html(curve, key, examples) for curve in curves)
    return f"{key_html(examples if steps else 0)}{charts}"


def _validated(recorded: Recorded) -> str:
    """Returns Python's last evaluation of the validation set; '' without a validation set."""
    own, metric = recorded.own, recorded.metric
    if not own.validation_loss:
        return ""
    figures = [f"loss {loss_text(own.validation_loss[-1])}"]
    if own.validation_metric:
        shown = Curve(metric, "", ()).text(own.validation_metric[-1])
        figures.append(f"{NAMES.get(metric, metric)} {shown}")
    return (
        f'<p class="mp-reading mp-validated" data-part="validated">Validation: Python\'s '
        f"{', '.join(figures)} after step {integer(recorded.validation_steps[-1])}</p>"
    )


def _hidden(options: Mapping[str, str], live: LiveRun, page: Page, block: Block) -> str:
    """Returns the option `hidden`: the model's hidden units, which readers may change."""
    if "hidden" not in options:
        return ""
    dense = [layer for layer in live.layers if isinstance(layer, DenseLayer)]
    own = ", ".join(str(layer.units) for layer in dense[:-1])
    found = ", ".join(part.strip() for part in options["hidden"].split(","))
    if found != own or not own:
        raise PageError(
            f"The option `hidden` is {options['hidden']!r}.",
            where=option_place(block, "hidden", page.path, page.line_offset),
            expected=f"what the model itself has, which the reader may then change: {own}"
            if own
            else "a model with hidden layers; this one has none",
        )
    return own


def _caption(entry: ModelEntry, recorded: Recorded) -> str:
    live = recorded.live
    own = OPTIMIZERS[live.recordings[live.author].optimizer.name]
    by = own.replace("Gradient", "gradient")  # other optimizers are proper names
    left_out = live.left_out
    return (
        f"{entry.title}, trained here: {counted(live.rows, 'row')} of "
        f"data, in batches of {integer(own_batch(live))}, by {by}. The grey "
        "line is Python's own run, recorded when this site was built."
        + (f" Both leave out {' and '.join(left_out)}." if left_out else "")
    )


def _predicts_with(page: Page, slug: str) -> str:
    """Returns the line that names the weights of the figures above; '' without such figures."""
    if slug not in page.slugs:
        return ""
    return (
        '<div class="mp-answers"><p data-part="answers">The figure above answers with the '
        'published model.</p><button type="button" class="mp-button" data-part="publish" disabled>'
        "Use the published model</button></div>"
    )


def _chip(page: Page, recorded: Recorded, entry: ModelEntry) -> str:
    live = recorded.live
    rows = "".join(_recording(each) for each in live.recordings)
    tolerance = short(live.tolerance["cpu"])
    reason = f" {escape(live.tolerance_reason)}" if live.tolerance_reason else ""
    return (
        '<details class="mp-chip" data-part="chip" data-tone="amber">'
        f"{chip_summary(_NOT_TRAINED, entry)}"
        '<div class="mp-details"><table class="mp-tried"><thead><tr><th scope="col">Optimizer</th>'
        '<th scope="col">Learning rate</th><th scope="col">Largest difference from Python</th>'
        "</tr></thead>"
        f'<tbody data-part="tried">{rows}</tbody></table>'
        f"<p>Python recorded the first {counted(len(recorded.own.losses), 'step')} of these runs "
        "when the site was built. A run here with one of these "
        "settings starts from the same weights and takes the same rows in the same order, so each "
        f"loss is compared with Python's. A difference above {tolerance} is a fault.{reason} "
        f'<a href="{escape(page.url(recorded.url))}">Recording</a>.</p>'
        f"{chip_details(entry)}"
        '<p><button type="button" class="mp-button" data-part="prove" disabled>'
        "Check all of them here</button></p></div></details>"
        '<p class="mp-refusal" data-part="refusal" role="status"></p>'
    )


def _recording(recording: Recording) -> str:
    optimizer = recording.optimizer
    rate = short(optimizer.learning_rate) + (", by a schedule" if recording.rates else "")
    return (
        f'<tr data-optimizer="{optimizer.name}"><th scope="row">{OPTIMIZERS[optimizer.name]}'
        f"</th><td>{rate}</td><td>–</td></tr>"
    )


def _checkpoints(entry: ModelEntry) -> tuple[list[int], str]:
    """Returns the epochs with a checkpoint that a run can start from, and their unit."""
    found = entry.epochs
    if found is None:
        return [], "epoch"
    return [*found.epochs, found.last] if found.trains else [], found.unit


def _data(recorded: Recorded, total: int, hidden: str, checkpoints: list[int], unit: str) -> str:
    """Returns the data that the element needs before it fetches scripts and files."""
    live = recorded.live
    data = {
        "rows": live.rows,
        "batch": own_batch(live),
        "epochs": live.epochs,
        "total": total,
        "loss": live.loss,
        "losses": {name: LOSSES[name] for name in live.losses},
        "seed": live.seed,
        "hidden": [int(units) for units in hidden.split(",")] if hidden else [],
        "author": live.author,
        "recordings": [
            _run(each, measured)
            for each, measured in zip(live.recordings, recorded.runs, strict=True)
        ],
        "metric": recorded.metric if recorded.own.metric else "",
        "metric_words": METRICS.get(recorded.metric, ""),
        "validating": live.validation_rows,
        "validation_steps": recorded.validation_steps,
        "probe": dict(recorded.probe),
        "speeds": SPEEDS,
        "tolerance": live.tolerance,
        "kept": checkpoints,
        "unit": unit,
    }
    return json_data(data, data_part="recorded")


def _run(recording: Recording, measured: Measured) -> dict[str, Json]:
    return {
        "optimizer": recording.optimizer.name,
        "rate": recording.optimizer.learning_rate,
        "scheduled": bool(recording.rates),
        "losses": measured.losses,
        "metric": measured.metric,
        "validation_loss": measured.validation_loss,
        "validation_metric": measured.validation_metric,
    }


FENCE = FenceKind("train", training_html, {"hidden": (), "caption": ()})
