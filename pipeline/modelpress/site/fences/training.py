"""The `train` fence: a model's training in the browser, compared with Python's recording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from modelpress import inputs, outputs
from modelpress.core.errors import PageError
from modelpress.core.number_format import counted, integer, short
from modelpress.kinds.registry import attributes
from modelpress.schema.document import Json
from modelpress.schema.live import DenseLayer, LiveRun, Recording
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_names import (
    LOSSES,
    METRICS,
    OPTIMIZERS,
    own_batch,
    steps_of,
)
from modelpress.site.charts.training_recorded import Measured, Recorded, read_recorded
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, option_place, read_options
from modelpress.site.fences.figure import caption_html, description, page_links
from modelpress.site.fences.proof_note import unproven
from modelpress.site.html_json import json_data


def training_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure, complete without scripts."""
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    recorded = read_recorded(site, page, block)
    live = recorded.live
    hidden = _hidden(options, live, page, block)
    page.figures += 1
    page.trained.add(slug)
    earlier = page.trainings.count(slug)
    page.trainings.append(slug)
    # Its name in the page's address; a page may train a model twice.
    named = f"{slug}.train-{earlier + 1}" if earlier else f"{slug}.train"
    data = _data(recorded, hidden, *_checkpoints(entry))
    spec = {
        "recorded": data,
        "optimizers": OPTIMIZERS,
        "shown": shown_examples(recorded, entry),
        "reason": live.tolerance_reason,
        "unproven": unproven(entry),
        "figure": slug in page.slugs,
    }
    slots = {
        "id": f"mp-{slug}-train-{page.figures}",
        "number": str(page.figures),
        "caption": caption_html(options, _caption(entry, recorded), site, page, block),
        "recording": escape(page.url(recorded.url)),
    }
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-trainer{attributes(model=slug, state='idle', step=0, data_key=named)}"
        f" data-search-exclude>{drawn(site, 'trainer/figure', slug, spec, slots)}"
        f"{json_data(data, data_part='recorded')}</modelpress-trainer>"
    )


def shown_examples(recorded: Recorded, entry: ModelEntry) -> list[list[Json]]:
    """Returns input, target and prediction of each example: as text, and as a colour or None."""
    kind_in = inputs.from_spec(entry.input.as_dict())
    kind_out = outputs.from_spec(entry.output.as_dict())

    def shown(kind: inputs.Input | outputs.Output, values: Sequence[float]) -> Json:
        color = kind.paint(values)
        return {"color": color, "text": color or ", ".join(short(value) for value in values)}

    kinds: dict[str, inputs.Input | outputs.Output] = {
        "probe_x": kind_in,
        "probe_y": kind_out,
        "probe": kind_out,
    }
    columns = [[shown(kinds[name], v) for v in recorded.probe.get(name, [])] for name in kinds]
    return [list(row) for row in zip(*columns, strict=True)]


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


def _checkpoints(entry: ModelEntry) -> tuple[list[int], str]:
    """Returns the epochs with a checkpoint that a run can start from, and their unit."""
    found = entry.epochs
    if found is None:
        return [], "epoch"
    return [*found.epochs, found.last] if found.trains else [], found.unit


def _data(recorded: Recorded, hidden: str, checkpoints: list[int], unit: str) -> Json:
    """Returns the data that the element needs before it fetches scripts and files."""
    live = recorded.live
    return {
        "rows": live.rows,
        "batch": own_batch(live),
        "epochs": live.epochs,
        "total": steps_of(live),
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
        "tolerance": live.tolerance,
        "kept": checkpoints,
        "unit": unit,
    }


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
