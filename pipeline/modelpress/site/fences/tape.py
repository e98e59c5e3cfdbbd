"""The `tape` fence: gradient descent, one phase for each press, for a model of one linear neuron.

`site_assets/src/figures/tape/tape.ts` makes it interactive, with the arithmetic of
`src/training/session/tape.ts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from modelpress.core.errors import PageError
from modelpress.core.number_format import integer, short
from modelpress.kinds.registry import attributes
from modelpress.schema.live import DenseLayer, FlattenLayer
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_chart import loss_text, table_steps
from modelpress.site.charts.training_controls import steps_of
from modelpress.site.charts.training_recorded import (
    Recorded,
    read_examples,
    read_recorded,
    read_values,
)
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, option_place, read_options
from modelpress.site.fences.figure import caption_html, description, page_links
from modelpress.site.fences.proof_note import chip_details, chip_summary
from modelpress.site.html_json import json_data

ROWS = 4  # most examples that fit in a line
NAMES = ("w", "b")
_POINTS = 60  # segments of the curve
_ROOM = 1.15  # extent of the curve, as a factor of the initial weight's distance
_DIGITS = 6
_NOT_RUN = "Python's numbers · not run here yet"
_PHASES = (
    ("forward", "Forward", "{answer} = {line}"),
    ("loss", "Loss", "{mean}(y − ŷ)²"),
    ("gradient", "Gradient", "{mean}−2 · x · (y − ŷ){bias}"),
    ("update", "Update", "weight − rate · gradient"),
)


@dataclass(frozen=True)
class Tape:
    """The data of the figure.

    x, y: input and target of each example. weights: initial weights, [w] or [w, b]. names: of the
    weights. rate: learning rate of SGD. losses: Keras' losses, by step. total: number of steps of
    the whole training. tolerance: of a loss, on the CPU.
    """

    x: list[float]
    y: list[float]
    weights: list[float]
    names: list[str]
    rate: float
    losses: list[float]
    total: int
    tolerance: float


def tape_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure: formulas, loss by weight, controls, and Python's losses as a table.

    It is complete without scripts. Raises PageError for a model that is not one linear neuron.
    """
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    recorded = read_recorded(site, page, block)
    tape = _tape(site, page, block, recorded, options)
    page.figures += 1
    key = f"mp-{slug}-tape-{page.figures}"
    earlier = page.tapes.count(slug)
    page.tapes.append(slug)
    named = f"{slug}.tape-{earlier + 1}" if earlier else f"{slug}.tape"
    caption = caption_html(options, _caption(entry, tape), site, page, block)
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-tape{attributes(model=slug, step=0, phase=0, data_key=named)}"
        " data-search-exclude>"
        f'<figure class="mp-figure mp-tape-figure" aria-labelledby="{key}-caption">'
        f'<div class="mp-stage">{_phases(tape)}{_plot(tape)}</div>'
        f'<div class="mp-under">{_controls(key, tape)}{_settings(key, tape)}'
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        f'<p class="mp-reading" data-part="state">Step 0 of {integer(tape.total)}</p>'
        f'<p class="mp-tape-outlook" data-part="outlook">{_outlook(tape)}</p>'
        '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
        f"{_table(tape)}"
        f"{_chip(page, recorded, tape, entry)}"
        f'<figcaption id="{key}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption>"
        '<noscript><p class="mp-noscript">The table holds what Python computed. The figure '
        "computes where scripts are allowed.</p></noscript></div></figure>"
        f"{_data(tape)}</modelpress-tape>"
    )


def _tape(
    site: Site, page: Page, block: Block, recorded: Recorded, options: Mapping[str, str]
) -> Tape:
    live = recorded.live
    where = f"{page.path}:{block.line + page.line_offset + 1}"
    layers = [layer for layer in live.layers if not isinstance(layer, FlattenLayer)]
    dense = next((layer for layer in layers if isinstance(layer, DenseLayer)), None)
    content = site.public / recorded.url.replace("live.json", "live.bin")
    x, y = (read_examples(content, each) for each in (live.data.x, live.data.y))
    sgd = [i for i, each in enumerate(live.recordings) if each.optimizer.name == "sgd"]
    wrong = {
        "it is not one neuron without an activation": len(layers) != 1
        or dense is None
        or dense.units != 1
        or dense.activation != "linear",
        "it has more than one input": len(x[0]) != 1,
        f"its loss is {live.loss}": live.loss != "mse",
        f"it learns from {live.rows} rows": live.rows > ROWS,
        "its batches are not whole": live.batch_size < live.rows,
        "Python recorded no plain gradient descent of it": not sgd,
    }
    if dense is None or any(wrong.values()):
        raise PageError(
            f"The model `{block.slug}` does not fit on a tape: "
            f"{next(reason for reason, found in wrong.items() if found)}.",
            where=where,
            expected="one neuron of one input, linear, with the mean squared error, learning from "
            f"at most {ROWS} rows in one batch",
            next_step=f"Show its training with ```train {block.slug} instead.",
        )
    recording = live.recordings[sgd[0]]
    count = 2 if dense.use_bias else 1
    weights = read_values(content, live.first, count)
    names = [name.strip() for name in options.get("names", ",".join(NAMES[:count])).split(",")]
    if (
        len(names) != count
        or len({*names, "x", "y", "rate", "float32"}) != count + 4
        or not all(name.isidentifier() for name in names)
    ):
        raise PageError(
            f"The option `names` is {options['names']!r}.",
            where=option_place(block, "names", page.path, page.line_offset),
            expected=f"{count} different words, as in {', '.join(('m', 'b')[:count])}; x, y, rate "
            "and float32 are taken",
        )
    return Tape(
        x=[value for (value,) in x],
        y=[value for (value,) in y],
        weights=weights,
        names=names,
        rate=recording.optimizer.learning_rate,
        losses=recorded.runs[sgd[0]].losses,
        total=steps_of(live),
        tolerance=live.tolerance["cpu"],
    )


def _phases(tape: Tape) -> str:
    line = f"x · {tape.names[0]}" + (f" + {tape.names[1]}" if len(tape.names) > 1 else "")
    words = {
        "answer": "ŷ",
        "line": line,
        "mean": "mean of " if len(tape.x) > 1 else "",
        "bias": f"; for {tape.names[1]} without x" if len(tape.names) > 1 else "",
    }
    rows = {"forward": len(tape.x), "gradient": len(tape.names), "update": len(tape.names)}
    lines = "".join(
        f'<li><span class="mp-tape-name">{title}</span>'
        f'<span class="mp-tape-formula">{formula.format(**words)}</span>'
        f'<span class="mp-tape-sum" data-part="{name}" style="--mp-lines:{rows.get(name, 1)}">'
        "</span></li>"
        for name, title, formula in _PHASES
    )
    return f'<ol class="mp-tape">{lines}</ol>'


def _plot(tape: Tape) -> str:
    """Returns the plot of the loss by weight, with the initial weight; '' for two weights."""
    if len(tape.weights) > 1:
        return ""
    x, y = np.array(tape.x), np.array(tape.y)
    square = float((x * x).sum())
    if not square:
        hidden, best, reach = " hidden", 0.0, 1.0
    else:
        hidden, best = "", float((x * y).sum()) / square
        reach = (abs(tape.weights[0] - best) or 0.5) * _ROOM

    def loss(weight: float) -> float:
        return float(((y - x * weight) ** 2).mean())

    low, high = loss(best), loss(best + reach)
    span = (high - low) or 1.0

    def place(weight: float) -> tuple[float, float]:
        return 0.5 + (weight - best) / (2 * reach), (loss(weight) - low) / span

    ways = [place(best + reach * (2 * i / _POINTS - 1)) for i in range(_POINTS + 1)]
    path = "".join(
        f"{'L' if i else 'M'}{_coordinate(across)} {_coordinate(1 - up)}"
        for i, (across, up) in enumerate(ways)
    )
    across, up = place(tape.weights[0])
    marks = "".join(
        f'<span style="--mp-at:{at}" data-part="{name}">{_number(float(f"{value:.3g}"))}</span>'
        for at, name, value in (
            (0, "from", best - reach),
            (0.5, "best", best),
            (1, "to", best + reach),
        )
    )
    return (
        f'<div class="mp-plot mp-tape-plot"{hidden}><p class="mp-axis-name mp-axis-name-y">'
        f"loss over the weight {escape(tape.names[0])}</p>"
        '<div class="mp-plot-area" data-part="area" aria-hidden="true">'
        '<svg viewBox="0 0 1000 1000" preserveAspectRatio="none">'
        f'<path class="mp-python" data-part="valley" d="{path}"/>'
        '<path class="mp-curve" data-part="trail" d=""/></svg>'
        f'<span class="mp-tip" data-part="tip" style="--mp-x:{across:.4f};--mp-y:{up:.4f}"></span>'
        f'</div><div class="mp-axis mp-axis-x" aria-hidden="true">{marks}</div></div>'
    )


def _controls(key: str, tape: Tape) -> str:
    names = (("phase", "Forward"), ("step", "One step"), ("leap", "100 steps"), ("play", "Play"))
    moves = "".join(_button(name, words) for name, words in names)
    return (
        f'<div class="mp-controls mp-tape-controls"><div class="mp-entry">{moves}</div>'
        f'<span class="mp-actions">{_button("reset", "Reset")}{_button("copy", "Copy link")}'
        "</span></div>"
    )


def _settings(key: str, tape: Tape) -> str:
    fields = [("rate", "Learning rate", tape.rate)]
    fields += [
        (name, f"First {name}", weight)
        for name, weight in zip(tape.names, tape.weights, strict=True)
    ]
    if len(tape.x) == 1:
        fields += [("x", "Input x", tape.x[0]), ("y", "Target y", tape.y[0])]
    rows = "".join(
        f'<div class="mp-setting"><label for="{key}-{name}">{label}</label><input'
        + attributes(
            type="text", id=f"{key}-{name}", data_setting=name, value=_plain(value),
            inputmode="decimal", autocomplete="off", disabled=True,
        )
        + "></div>"
        for name, label, value in fields
    )  # fmt: skip
    single = attributes(type="checkbox", id=f"{key}-single", data_part="single", disabled=True)
    return (
        '<details class="mp-settings"><summary>Settings</summary>'
        f'<div class="mp-controls mp-settings-body">{rows}<div class="mp-setting">'
        f'<label for="{key}-single">Count in float32</label><input{single}>'
        '<span class="mp-setting-note">seven digits, as networks do; else sixteen</span></div>'
        '<p class="mp-field-error" data-part="field-error" role="status"></p>'
        '<div class="mp-setting-end"><p>A change starts again from the first step.</p>'
        f"{_button('back', 'Back to Python’s settings')}</div></div></details>"
    )


def _button(part: str, words: str) -> str:
    return f'<button type="button" class="mp-button" data-part="{part}" disabled>{words}</button>'


def _outlook(tape: Tape) -> str:
    """Returns the outlook before the first step; ported to `figures/tape/words.ts`."""
    if len(tape.weights) > 1:
        return ""
    factor = 1 - 2 * tape.rate * float(np.mean(np.square(tape.x)))
    by = f"Each step multiplies what is missing by {_number(factor)}"
    if abs(factor) > 1:
        return f"{by}: it grows, and the descent leads away."
    if factor == 0:
        return f"{by}: one step is enough."
    return f"{by}: it lands beyond the goal each time, a little nearer." if factor < 0 else f"{by}."


def _table(tape: Tape) -> str:
    """Returns the table of Python's losses; the reader's own steps replace them."""
    rows = "".join(
        f'<tr><th scope="row">{integer(step)}</th><td>{loss_text(tape.losses[step - 1])}</td>'
        "<td>–</td><td>–</td></tr>"
        for step in table_steps(len(tape.losses))
    )
    weights = " and ".join(tape.names)
    return (
        '<details class="mp-twin" data-part="twin"><summary>As a table</summary>'
        '<table class="mp-table" aria-label="The steps"><thead><tr><th scope="col">Step</th>'
        '<th scope="col">Loss</th><th scope="col">Gradient</th>'
        f'<th scope="col">{escape(weights)} after it</th></tr></thead>'
        f'<tbody data-part="rows">{rows}</tbody></table></details>'
    )


def _chip(page: Page, recorded: Recorded, tape: Tape, entry: ModelEntry) -> str:
    reason = recorded.live.tolerance_reason
    return (
        '<details class="mp-chip" data-part="chip" data-tone="amber">'
        f"{chip_summary(_NOT_RUN, entry)}"
        f'<div class="mp-details"><p>Keras made {integer(len(tape.losses))} of these steps, in '
        "float32, when the site was built. With the settings it had, each loss here is compared "
        f"with its loss. A difference above {short(tape.tolerance)} is a fault."
        f"{' ' + escape(reason) if reason else ''} "
        f'<a href="{escape(page.url(recorded.url))}">Recording</a>.</p>'
        f"{chip_details(entry)}</div></details>"
    )


def _caption(entry: ModelEntry, tape: Tape) -> str:
    rows = ", ".join(f"{_number(x)} → {_number(y)}" for x, y in zip(tape.x, tape.y, strict=True))
    return (
        f"{entry.title}: gradient descent on {rows}, one press a phase. Its losses "
        "are laid beside those that Keras recorded when this site was built."
    )


def _data(tape: Tape) -> str:
    data: dict[str, Any] = {
        "x": tape.x,
        "y": tape.y,
        "weights": tape.weights,
        "names": tape.names,
        "rate": tape.rate,
        "total": tape.total,
        "losses": tape.losses,
        "tolerance": tape.tolerance,
    }
    return json_data(data, data_part="recorded")


def _number(value: float) -> str:
    """Returns a number with at most `_DIGITS` digits; ported to `figures/tape/words.ts`."""
    return short(float(f"{value:.{_DIGITS}g}"), _DIGITS)


def _plain(value: float) -> str:
    """Returns a number as JavaScript formats it."""
    return str(int(value)) if value == int(value) else repr(value)


def _coordinate(fraction: float) -> str:
    return f"{fraction * 1000:.1f}".removesuffix(".0")


FENCE = FenceKind("tape", tape_html, {"names": (), "caption": ()})
