"""The `failure` fence: a training that goes wrong, a button for the repair, and both curves."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np

from modelpress.artefacts.failure_entry import trained_entry
from modelpress.core.errors import PageError
from modelpress.core.number_format import counted, integer, percent, short
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain, read
from modelpress.schema.failure import CourseName, FailureCourse, FailureEntry, FailureFigure
from modelpress.schema.live import LiveRun
from modelpress.site.charts.failure_chart import Course, chart_html, value_text
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, page_links
from modelpress.site.fences.proof_note import chip_details, chip_summary
from modelpress.site.html_json import json_data

CURVES = {
    "loss": "loss of each batch",
    "val_loss": "loss of the validation set",
    "val_accuracy": "accuracy on the validation set",
}
_NAMES: dict[CourseName, str] = {"wrong": "Gone wrong", "repaired": "Repaired"}
_NOT_TRAINED = "Python's runs · not trained here yet"
_NUMBERS = 3  # most values of a prediction that are shown as numbers
_CHANNELS = ["red", "green", "blue"]  # outputs that are a colour


def failure_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure: curves, controls, predictions and chip, complete without scripts."""
    slug, entry = block.slug, site.failures[block.slug]
    options = read_options(block, page.path, page.line_offset)
    courses = {name: _course(site, page, block, entry, name) for name in _NAMES}
    page.figures += 1
    key = f"mp-{slug}-failure-{page.figures}"
    caption = caption_html(options, entry.title, site, page, block)
    stands = " ".join(
        f"{_NAMES[name]}: step 0 of {integer(course.steps)}." for name, course in courses.items()
    )
    element = attributes(failure=slug, state="idle", course="wrong", step=0)
    return (
        f"{page_links(site, page)}<modelpress-failure{element} data-search-exclude>"
        f'<figure class="mp-figure mp-training mp-failure" aria-labelledby="{key}-caption">'
        f'<div class="mp-stage">{chart_html(courses, entry.curve, CURVES[entry.curve], key)}'
        f'</div><div class="mp-under">{_controls(entry)}'
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        f'<p class="mp-reading" data-part="state">{stands}</p>'
        '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
        '<div class="mp-error" data-part="error" role="alert"></div>'
        f"{_predictions(entry)}<p>{_verdict(entry)}</p>{_chip(page, entry)}"
        f'<figcaption id="{key}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {caption}</figcaption>"
        '<noscript><p class="mp-noscript">These curves were recorded in Python. The trainings run '
        "here where scripts are allowed.</p></noscript></div></figure>"
        f"{_data(entry, courses)}</modelpress-failure>"
    )


def prediction_text(prediction: list[float], outputs: list[str]) -> str:
    """Returns a prediction as text: its values, or the name and probability of the largest one.

    Probabilities are normalised by their sum. Ported to `figures/failure/words.ts`.
    """
    if len(prediction) <= _NUMBERS:
        return ", ".join(value_text(value, "") for value in prediction)
    largest = max(range(len(prediction)), key=lambda i: prediction[i])
    name = outputs[largest] if largest < len(outputs) else str(largest + 1)
    return f"{name}, {percent(prediction[largest] / (sum(prediction) or 1))}"


def _course(site: Site, page: Page, block: Block, entry: FailureEntry, name: CourseName) -> Course:
    """Returns a training with Python's recording. Raises PageError if it is not readable."""
    files = entry.files
    try:
        path = site.public / files[f"{name}/live.json"].url
        live = read(LiveRun, json.loads(path.read_text("utf-8")), path.name)
        recording = live.recordings[live.author]
        raw = np.fromfile(
            site.public / files[f"{name}/live.bin"].url,
            "<f4",
            count=recording.steps,
            offset=recording.losses.offset,
        )
        if len(raw) < recording.steps:
            raise ValueError("live.bin ends too early")
    except (OSError, ValueError, KeyError) as error:
        raise PageError(
            f"The recorded trainings of `{block.slug}` cannot be read: {error}",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            next_step="Run `modelpress build`, which records them.",
        ) from error
    losses = [float(str(value)) for value in raw]
    if entry.curve == "loss":
        points = [(step, loss) for step, loss in enumerate(losses, 1)]
    else:
        points = [(step, value) for step, value in entry.course(name).points]
    return Course(name, losses, points, live)


def _controls(entry: FailureEntry) -> str:
    def button(part: str, words: str) -> str:
        kind = attributes(type="button", data_part=part, disabled=True)
        return f'<button class="mp-button"{kind}>{words}</button>'

    return (
        '<div class="mp-controls mp-train-controls" data-part="controls"><div class="mp-entry">'
        f"{button('play', 'Train')}{button('repair', escape(entry.repair))}"
        f'</div><span class="mp-actions">{button("reset", "Reset")}{button("copy", "Copy link")}'
        "</span></div>"
    )


def _predictions(entry: FailureEntry) -> str:
    """Returns the table of examples with each training's predictions; Python's after its run."""
    if not entry.examples:
        return ""
    outputs = entry.outputs
    rows = []
    for i, example in enumerate(entry.examples):
        cells = "".join(
            f'<td data-part="{name}-answer"{_swatch(entry, entry.course(name).answers[i])}>'
            f"{escape(prediction_text(entry.course(name).answers[i], outputs))}</td>"
            for name in _NAMES
        )
        right = escape(prediction_text(example.right, outputs).partition(",")[0])
        if len(example.right) <= _NUMBERS:
            right = escape(prediction_text(example.right, outputs))
        given = _swatch(entry, example.input)
        rows.append(
            f'<tr><th scope="row"{given}>{escape(example.name)}</th>'
            f"<td{_swatch(entry, example.right)}>{right}</td>{cells}</tr>"
        )
    few = 1 < len(entry.examples[0].right) <= _NUMBERS
    of = f" ({', '.join(map(escape, outputs))})" if few and outputs else ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in _NAMES.values())
    return (
        '<table class="mp-table mp-failure-answers">'
        f'<caption><span data-part="who">Python&#x27;s predictions</span>{of}</caption>'
        f'<thead><tr><th scope="col">Asked</th><th scope="col">Right</th>{heads}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _swatch(entry: FailureEntry, values: Sequence[float]) -> str:
    """Returns the attributes of a cell that shows a colour, of 0 to 255; "" for other outputs.

    Ported to `figures/failure/words.ts`.
    """
    if entry.outputs != _CHANNELS or entry.scale != 255 or len(values) != len(_CHANNELS):
        return ""
    red, green, blue = (round(min(max(value, 0.0), 255.0)) for value in values)
    return f' data-swatch style="--mp-swatch:rgb({red} {green} {blue})"'


def _verdict(entry: FailureEntry) -> str:
    """Returns the measured figures in Python, and how many seeds fail."""
    wrong, repaired = entry.wrong, entry.repaired
    measured = escape(entry.measured[:1].upper() + entry.measured[1:])
    return (
        f"{measured}: {_figure(wrong.figure)}; after the repair, {_figure(repaired.figure)}. "
        f"Of {integer(entry.seeds)} random starts in Python, "
        f"{integer(wrong.often)} {'goes' if wrong.often == 1 else 'go'} wrong in this way "
        f"({escape(entry.fails)}), and {_count(repaired.often)} after the repair."
    )


def _figure(value: float | None) -> str:
    return "no number" if value is None else short(value)


def _count(count: int) -> str:
    return integer(count) if count else "none"


def _chip(page: Page, entry: FailureEntry) -> str:
    rows = "".join(
        f'<tr data-course="{name}"><th scope="row">{words}</th>'
        f"<td>{counted(entry.course(name).steps, 'step')}</td><td>–</td></tr>"
        for name, words in _NAMES.items()
    )
    links = " and ".join(
        f'<a href="{escape(page.url(entry.files[f"{name}/live.json"].url))}">{name}</a>'
        for name in _NAMES
    )
    reason = f" {escape(entry.tolerance_reason)}" if entry.tolerance_reason else ""
    return (
        '<details class="mp-chip" data-part="chip" data-tone="amber">'
        f"{chip_summary(_NOT_TRAINED, entry)}"
        '<div class="mp-details"><table class="mp-tried"><thead><tr><th scope="col">Training</th>'
        '<th scope="col">Recorded</th><th scope="col">Largest difference from Python</th>'
        f'</tr></thead><tbody data-part="tried">{rows}</tbody></table>'
        "<p>Both trainings start from the weights that Python drew with seed "
        f"{integer(entry.seed)}, and take the same examples in the same order. A difference above "
        f"{short(entry.tolerance['cpu'])} from Python is a fault.{reason} Recordings: {links}."
        f'</p>{chip_details(entry)}<p><button type="button" class="mp-button" data-part="prove" '
        "disabled>Check both here</button></p></div></details>"
        '<p class="mp-refusal" data-part="refusal" role="status"></p>'
    )


def _data(entry: FailureEntry, courses: Mapping[CourseName, Course]) -> str:
    """Returns the data that the element needs before it fetches scripts and files."""
    figure = FailureFigure(
        curve=entry.curve,
        repair=entry.repair,
        outputs=entry.outputs,
        scale=entry.scale,
        tolerance=entry.tolerance["cpu"],
        examples=[example.input for example in entry.examples],
        courses={
            name: FailureCourse(
                entry=trained_entry(entry, name),
                losses=list(course.losses),
                points=list(course.points) if entry.curve != "loss" else [],
                answers=entry.course(name).answers,
            )
            for name, course in courses.items()
        },
    )
    return json_data(plain(figure), data_part="recorded")


FENCE = FenceKind("failure", failure_html, {"caption": ()}, subject="failure")
