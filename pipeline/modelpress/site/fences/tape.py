"""The `tape` fence: gradient descent, one phase for each press, for a model of one linear neuron.

`site_assets/src/figures/tape/tape.ts` makes it interactive, with the arithmetic of
`src/training/session/tape.ts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from html import escape

from modelpress.core.errors import PageError
from modelpress.core.number_format import short
from modelpress.kinds.registry import attributes
from modelpress.schema.live import DenseLayer, FlattenLayer
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_names import steps_of
from modelpress.site.charts.training_recorded import (
    Recorded,
    read_examples,
    read_recorded,
    read_values,
)
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, option_place, read_options
from modelpress.site.fences.figure import caption_html, description, page_links
from modelpress.site.fences.proof_note import unproven

ROWS = 4  # most examples that fit in a line
NAMES = ("w", "b")
_DIGITS = 6


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
    """Returns the figure, complete without scripts.

    Raises PageError for a model that is not one linear neuron.
    """
    slug, entry = block.slug, site.models[block.slug]
    options = read_options(block, page.path, page.line_offset)
    recorded = read_recorded(site, page, block)
    tape = _tape(site, page, block, recorded, options)
    page.figures += 1
    earlier = page.tapes.count(slug)
    page.tapes.append(slug)
    named = f"{slug}.tape-{earlier + 1}" if earlier else f"{slug}.tape"
    spec = {
        "recorded": asdict(tape),
        "reason": recorded.live.tolerance_reason,
        "unproven": unproven(entry),
    }
    slots = {
        "id": f"mp-{slug}-tape-{page.figures}",
        "number": str(page.figures),
        "caption": caption_html(options, _caption(entry, tape), site, page, block),
        "recording": escape(page.url(recorded.url)),
    }
    return (
        f"{page_links(site, page)}{description(page, slug, entry)}"
        f"<modelpress-tape{attributes(model=slug, step=0, phase=0, data_key=named)}"
        f" data-search-exclude>{drawn(site, 'tape/figure', slug, spec, slots)}</modelpress-tape>"
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


def _caption(entry: ModelEntry, tape: Tape) -> str:
    rows = ", ".join(f"{_number(x)} → {_number(y)}" for x, y in zip(tape.x, tape.y, strict=True))
    return (
        f"{entry.title}: gradient descent on {rows}, one press a phase. Its losses "
        "are laid beside those that Keras recorded when this site was built."
    )


def _number(value: float) -> str:
    """Returns a number with at most `_DIGITS` digits, as `figures/tape/words.ts`."""
    return short(float(f"{value:.{_DIGITS}g}"), _DIGITS)


FENCE = FenceKind("tape", tape_html, {"names": (), "caption": ()})
