"""A model's evaluation as HTML: metrics by part, the confusion matrix and the largest errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from modelpress.core.intervals import wilson
from modelpress.core.number_format import counted, integer, percent, short
from modelpress.kinds.registry import attributes
from modelpress.schema.model import (
    ClassesEvaluation,
    ModelEntry,
    Part,
    Provenance,
    ValuesEvaluation,
)
from modelpress.site.context import Page
from modelpress.site.fences.facts import show

# Part → prefix of its metrics' names.
_PREFIXES: dict[Part, str] = {"train": "", "validation": "val_", "test": "test_", "real": "real_"}
# Part → heading of its column.
_PARTS: dict[Part, str] = {
    "train": "Training",
    "validation": "Validation",
    "test": "Test",
    "real": "Real data",
}
_PART_NOTES: dict[Part, str] = {
    "real": "of the real data set, which it never saw",
    "test": "held out of the training",
    "validation": "held out of the training",
    "train": "the ones it was trained on",
}
_LONG_LABEL = 3  # number of characters from which column headings are vertical


def metrics_html(entry: ModelEntry) -> str:
    """Returns the table of metrics by part of the data, and the required figures."""
    metrics, expect, data = entry.metrics, dict(entry.expect), entry.data
    parts = [part for part in _PARTS if any(_base(name, part) for name in metrics)]
    names = sorted({base for part in parts for n in metrics if (base := _base(n, part))})
    if not names:
        return ""
    rows = []
    for name in names:
        cells = []
        for part in parts:
            full = _PREFIXES[part] + name
            wanted = expect.pop(full, None)
            note = f'<span class="mp-required">{escape(str(wanted))}</span>' if wanted else ""
            note = _interval(name, metrics.get(full), data.rows_by_part.get(part)) + note
            cells.append(
                f"<td>{show(metrics[full])}{note}</td>" if full in metrics else "<td></td>"
            )
        rows.append(f'<tr><th scope="row"><code>{escape(name)}</code></th>{"".join(cells)}</tr>')
    head = "".join(
        f'<th scope="col">{_heading(part, data, len(parts) == 1)}</th>' for part in parts
    )
    return (
        '<div class="mp-wide"><table class="mp-table mp-metrics">'
        f"<caption>How good it is{_split(data)}</caption>"
        f'<thead><tr><th scope="col">Metric</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>{_interval_note(entry, names)}"
        f"{_required(entry, expect)}"
    )


def evaluation_html(page: Page, entry: ModelEntry, rows: Sequence[Mapping[str, Any]]) -> str:
    """Returns the confusion matrix and the most confident errors, or the largest errors.

    rows: display of each error's example. Returns '' for a model without an evaluation.
    """
    found = entry.evaluation
    if found is None:
        return ""
    on = _examples_words(found.rows, found.name)
    note = _PART_NOTES[found.part]
    if isinstance(found, ClassesEvaluation):
        body = _confusion(found) + _mistakes(page, entry, found, rows)
        title = "Where it is right and wrong"
        low, high = wilson(found.right, found.rows) if found.rows else (0.0, 1.0)
        words = (
            f"Right for {integer(found.right)} of {on}, {note}: {percent(found.accuracy)}, with "
            f"a 95% interval from {percent(low)} to {percent(high)}.{_fewest(found)}"
        )
    else:
        body = _misses(found, rows)
        title = "How far off it is"
        words = (
            f"On {on}, {note}: root mean square error {short(found.rmse)}, largest error "
            f"{short(found.largest_error)}."
        )
    return f'<section class="mp-card-part"><h3>{title}</h3><p>{escape(words)}</p>{body}</section>'


def _interval(name: str, value: float | None, rows: int | None) -> str:
    """Returns the 95% interval of an accuracy over `rows` examples; '' for other metrics."""
    if name != "accuracy" or value is None or not rows or not 0 <= value <= 1:
        return ""
    low, high = wilson(value * rows, rows)
    return f'<span class="mp-required">95%: {low:.3f} to {high:.3f}</span>'


def _interval_note(entry: ModelEntry, names: Sequence[str]) -> str:
    """Returns what the intervals mean; '' without any."""
    if "accuracy" not in names or not entry.data.rows_by_part:
        return ""
    text = (
        "The 95% intervals (Wilson) say how far chance alone moves an accuracy: the fewer "
        "examples, the wider. They don’t cover other data."
    )
    metrics = entry.metrics
    held_out = [metrics.get(f"{prefix}accuracy", 0) for prefix in _PREFIXES.values() if prefix]
    if max(held_out) > metrics.get("accuracy", 1):
        text += " So a held-out accuracy may lie above that of the training set."
    return f'<p class="mp-bytes">{text}</p>'


def _fewest(found: ClassesEvaluation) -> str:
    """Returns a sentence about the class with the fewest examples; '' if it has ten or more."""
    counts = [sum(row) for row in found.confusion]
    present = [(count, label) for count, label in zip(counts, found.labels, strict=True) if count]
    if not present or min(present)[0] >= 10:
        return ""
    count, label = min(present)
    return f" Of {label} there {'is' if count == 1 else 'are'} only {integer(count)}."


def _base(name: str, part: Part) -> str:
    """Returns a metric's name without the prefix of `part`; '' for a metric of another part."""
    prefix = _PREFIXES[part]
    if prefix:
        return name.removeprefix(prefix) if name.startswith(prefix) else ""
    return "" if name.startswith(tuple(p for p in _PREFIXES.values() if p)) else name


def _split(data: Provenance) -> str:
    return f" ({escape(data.split)})" if data.split else ""


def _heading(part: Part, data: Provenance, alone: bool) -> str:
    name = data.parts.get(part, "")
    rows = data.rows_by_part.get(part)
    note = f'<span class="mp-required">{escape(_examples_words(rows, name))}</span>' if rows else ""
    return ("Reached" if alone and part == "train" and not rows else _PARTS[part]) + note


def _required(entry: ModelEntry, expect: Mapping[str, Any]) -> str:
    """Returns the table of the author's facts that the build requires."""
    facts = {name: entry.facts.get(name) for name in expect}
    rows = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{show(facts[name])}</td>'
        f"<td>{escape(str(wanted))}</td></tr>"
        for name, wanted in sorted(expect.items())
        if isinstance(facts[name], int | float)
    )
    if not rows:
        return ""
    return (
        '<div class="mp-wide"><table class="mp-table"><caption>What else was required</caption>'
        '<thead><tr><th scope="col">Figure</th><th scope="col">Reached</th>'
        f'<th scope="col">Required</th></tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _examples_words(count: int, name: str) -> str:
    """Returns number and name of examples: `87 held-out colours`, `90 rows (6 held-out raters)`."""
    if name.startswith(str(count)):
        return name
    return counted(count, "example") + (f" ({name})" if name not in ("", "all rows") else "")


def _confusion(found: ClassesEvaluation) -> str:
    labels, table = found.labels, found.confusion
    turned = " mp-upright" if max(map(len, labels)) >= _LONG_LABEL else ""
    head = "".join(f'<th scope="col"><span>{escape(label)}</span></th>' for label in labels)
    body = ""
    for i, (label, counts) in enumerate(zip(labels, table, strict=True)):
        total = sum(counts)
        cells = "".join(_cell(count, total, i == j) for j, count in enumerate(counts))
        right = found.per_class[i]
        shown = "–" if right is None else percent(right)
        body += (
            f'<tr><th scope="row">{escape(label)}</th>{cells}<td class="mp-right">{shown}</td></tr>'
        )
    return (
        '<p class="mp-required">A row for each true class, a column for each predicted class</p>'
        '<div class="mp-wide" tabindex="0" role="region" aria-label="Answers by what was right">'
        f'<table class="mp-confusion{turned}"{attributes(data_labels=len(labels))}>'
        f'<thead><tr><td></td>{head}<th scope="col"><span>right</span></th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(count: int, total: int, right: bool) -> str:
    if not count:
        return '<td class="mp-none">·</td>'
    style = f"--mp-heat:{count / total:.3f}"
    return f'<td class="mp-{"hit" if right else "miss"}" style="{style}">{integer(count)}</td>'


def _mistakes(
    page: Page,
    entry: ModelEntry,
    found: ClassesEvaluation,
    rows: Sequence[Mapping[str, Any]],
) -> str:
    if not found.mistakes:
        return ""
    items = "".join(
        f"<li>{_example(page, entry, row, len(rows))}<p>{_shown(row)}"
        f"<b>{escape(mistake.truth)}</b>, taken for <b>{escape(mistake.guess)}</b> "
        f'<span class="mp-required">{percent(mistake.share)}</span></p></li>'
        for mistake, row in zip(found.mistakes, rows, strict=True)
    )
    return f'<h4>The most confident errors</h4><ul class="mp-mistakes">{items}</ul>'


def _example(page: Page, entry: ModelEntry, row: Mapping[str, Any], count: int) -> str:
    """Returns an example's picture or colour. count: number of tiles in mistakes.png."""
    if "tile" in row:
        url = escape(page.url(entry.files["mistakes.png"].url))
        height, width = entry.input.shape[:2]
        return (
            f'<span class="mp-mistake-picture" style="--mp-tile-ratio:{width}/{height}">'
            f'<img src="{url}" alt="" loading="lazy" width="{width}" height="{height * count}" '
            f'style="--mp-y:{row["tile"] / count:.6f}"></span>'
        )
    paint = row.get("paint")
    return (
        f'<span class="mp-mistake-paint" style="background:{escape(paint)}"></span>'
        if paint
        else ""
    )


def _shown(row: Mapping[str, Any]) -> str:
    return f"{escape(row['text'])}: " if row.get("text") else ""


def _misses(found: ValuesEvaluation, rows: Sequence[Mapping[str, Any]]) -> str:
    if not found.misses:
        return ""
    body = "".join(
        f'<tr><th scope="row">{escape(str(row.get("text", "")))}</th>'
        f"<td>{_numbers(miss.truth)}</td><td>{_numbers(miss.answer)}</td></tr>"
        for miss, row in zip(found.misses, rows, strict=True)
    )
    return (
        '<div class="mp-wide"><table class="mp-table"><caption>The largest errors</caption><thead>'
        '<tr><th scope="col">Given</th><th scope="col">Right</th><th scope="col">Answered</th></tr>'
        f"</thead><tbody>{body}</tbody></table></div>"
    )


def _numbers(values: Sequence[float]) -> str:
    return ", ".join(short(value) for value in values)
