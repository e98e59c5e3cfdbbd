"""The `card` fence: a model's facts, data, evaluation, parity and files."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from modelpress.core.number_format import integer, short, size, within
from modelpress.schema.document import plain
from modelpress.schema.model import (
    BroughtFile,
    MeasuredOn,
    ModelEntry,
    ParityResult,
    Storage,
    Training,
)
from modelpress.site.charts.training_names import OPTIMIZERS
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import page_links
from modelpress.site.fences.measures import evaluation_html, metrics_html
from modelpress.site.fences.proof_note import nearness, not_covered, parity_words, tolerance_words
from modelpress.site.fences.snippet import snippet_html

_BACKENDS = {
    "exact": "Exact engine",
    "cpu": "CPU",
    "wasm": "WASM",
    "webgl": "WebGL",
    "webgpu": "WebGPU",
}
_WORDS = {
    "golden.json": ", inputs with Python's predictions",
    "graph/model.json": ", TensorFlow.js, to use",
    "layers/model.json": ", TensorFlow.js, to look into and to train",
    "mistakes.png": ", the most confident errors",
    "model.keras": ", Keras, as it was trained",
    "source.py": ", the author's file",
    "weights.png": ", the first layer's weights",
}
_DETAILS = {
    "figure": ", long fields that a figure reads",
    "history": ", loss and metrics by epoch",
    "report": ", all other long fields of the card",
}
_SOURCES = {
    "builtin": "built in",
    "local": "a local copy",
    "download": "downloaded, checksum verified",
    "generated": "made by the model's own file",
    "author": "the author's own",
    "unknown": "not known: the model came as a file",
}


def card_html(site: Site, page: Page, block: Block) -> str:
    """Returns the card's parts: facts, limits, metrics, curves, errors, parity, files, embedding.

    The option `only` selects one part.
    """
    entry = site.models[block.slug]
    drawing = site.drawings.get(block.slug, {})
    options = read_options(block, page.path, page.line_offset)
    parts = {
        "facts": _facts_table(entry),
        "limits": _limits(entry),
        "metrics": metrics_html(entry),
        "curves": _curves(site, block.slug, entry, drawing.get("unit", "epoch")),
        "mistakes": evaluation_html(page, entry, drawing.get("rows", ())),
        "parity": _parity_html(entry),
        "files": _downloads(page, block.slug, entry),
        "embed": snippet_html(site, page, block.slug, entry),
    }
    shown = [parts[options["only"]]] if "only" in options else parts.values()
    html = "".join(shown)
    alive = "<modelpress-snippet" in html or "mp-chart-data" in html
    links = page_links(site, page) if alive else ""
    return f'{links}<div class="mp-card">{html}</div>'


def _facts_table(entry: ModelEntry) -> str:
    data, training = entry.data, entry.training
    provenance = _SOURCES.get(data.source, data.source)
    measured = entry.brought and data.source != "unknown"
    rows = [
        ("Intended for", entry.intended),
        ("Licence of the model", entry.licence),
        ("Date", entry.date),
        ("Parameters", integer(entry.parameters)),
        ("Connections", integer(entry.connections) if entry.connections else None),
        ("To download", size(entry.size_bytes)),
        ("Weights", _stored(entry.storage)),
        ("From the file", _brought(entry.brought)),
        ("SHA-256 of the file", entry.brought and entry.brought.sha256),
        ("Data of its training", _SOURCES["unknown"] if measured else None),
        ("Measured with" if measured else "Data", _joined([data.title, provenance])),
        ("Description", data.description),
        ("Examples", integer(data.rows) if data.rows else None),
        ("Split", data.split),
        ("Licence of the data", data.licence),
        ("SHA-256 of the data", data.sha256),
        ("Measured on", _measured(data.measured_on)),
        ("Training", _SOURCES["unknown"] if entry.brought else _training(training)),
        ("Tolerance", _joined([short(entry.tolerance), tolerance_words(entry)])),
        ("Made with", ", ".join(f"{k} {v}" for k, v in sorted(entry.versions.items()))),
    ]
    body = "".join(
        f'<tr><th scope="row">{label}</th><td>{escape(str(value))}</td></tr>'
        for label, value in rows
        if value
    )
    return f'<table class="mp-table"><caption>What it is</caption><tbody>{body}</tbody></table>'


def _curves(site: Site, slug: str, entry: ModelEntry, unit: str) -> str:
    """Returns the training curves; '' for a model without any."""
    history, name = entry.training.history, (entry.details or {}).get("history")
    if not any(len(values) > 1 for values in history.values()):
        return ""
    file = plain(entry.files[name]) if name else None
    spec = {"slug": slug, "history": history, "unit": unit, "file": file}
    return drawn(site, "charts/curves", slug, spec)


def _stored(storage: Storage | None) -> str:
    """Returns the type that weights are published in and what rounding to it costs.

    '' for float32.
    """
    if storage is None:
        return ""
    words = {"float16": "16-bit floats", "uint8": "8-bit integers on a grid for each weight array"}
    saved = f"{size(storage.weights_bytes)} in place of {size(storage.float32_bytes)}"
    parts = [f"{words[storage.type]}, {saved}; every figure here is that of the rounded network"]
    accuracy = next((n for n in ("test_accuracy", "val_accuracy") if n in storage.before), "")
    if accuracy:
        part = "test set" if accuracy.startswith("test") else "validation set"
        parts.append(f"accuracy on the {part} before rounding {short(storage.before[accuracy])}")
    elif "loss" in storage.before:
        parts.append(f"loss before rounding {short(storage.before['loss'])}")
    if storage.rows and storage.changed is not None:
        changed, rows = integer(storage.changed), integer(storage.rows)
        parts.append(f"{changed} of {rows} examples change their class")
    elif storage.rows and storage.max_change is not None:
        parts.append(f"predictions change by {within(storage.max_change)} at most")
    return "; ".join(parts)


def _measured(measured: MeasuredOn) -> str:
    """Returns the real data set that evaluates a model trained on a substitute; '' for none."""
    return _joined([measured.title, measured.licence])


def _brought(file: BroughtFile | None) -> str:
    """Returns the file that the model came in; '' for a model trained here."""
    if file is None:
        return ""
    graph = "shown as a graph, without its layers" if file.as_graph else ""
    return _joined([file.name, file.format, file.written_by, size(file.size_bytes), graph])


def _training(training: Training) -> str:
    epochs = training.epochs
    return _joined(
        [
            training.optimizer,
            training.loss,
            f"{integer(epochs)} epochs" if epochs else None,
            f"seed {training.seed}",
        ]
    )


def _limits(entry: ModelEntry) -> str:
    words = entry.limits.strip()
    if not words:
        return ""
    return f'<section class="mp-card-part"><h3>Limits</h3><p>{escape(words)}</p></section>'


def _parity_table(entry: ModelEntry) -> str:
    parity = entry.parity
    proven, words = parity_words(entry)
    results = parity.results
    if not results and not parity.unavailable:
        return f'<p class="mp-parity" data-proven="{str(proven).lower()}">{escape(words)}.</p>'
    body = "".join(
        f'<tr><th scope="row">{_BACKENDS[result.backend]}</th>'
        f"<td>{result.format}</td><td>{_difference(result.max_diff)}</td>"
        f"<td>{_replayed(result)}</td>"
        f"<td>{'equal' if result.passed else 'refused'}</td></tr>"
        for result in sorted(results, key=lambda r: (list(_BACKENDS).index(r.backend), r.format))
    )
    body += "".join(
        f'<tr><th scope="row">{_BACKENDS[backend]}</th><td colspan="4">{escape(reason)}</td></tr>'
        for backend, reason in (parity.unavailable or {}).items()
        if not any(result.backend == backend for result in results)
    )
    browser = escape(parity.browser)
    return (
        '<div class="mp-wide"><table class="mp-table">'
        f"<caption>Replayed against Python in {browser}</caption>"
        '<thead><tr><th scope="col">Backend</th><th scope="col">Format</th>'
        '<th scope="col">Largest difference</th><th scope="col">Cases</th>'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{body}</tbody></table></div>'
    )


def _difference(value: float | None) -> str:
    return "NaN" if value is None else within(value)


def _replayed(result: ParityResult) -> str:
    """Returns the number of cases replayed as a batch, and as single inputs if fewer."""
    cases, singles = result.cases, result.singles
    return integer(cases) + (f", {integer(singles)} singly" if singles < cases else "")


def _parity_html(entry: ModelEntry) -> str:
    """All comparisons in a browser."""
    parts = (_parity_table, _exact_words, _layers_words, _epochs_words, _replay_table)
    return "".join(part(entry) for part in parts)


def _exact_words(entry: ModelEntry) -> str:
    """Whether the exact engine computes the model, and whether a browser's bits equal Python's."""
    exact, proof = entry.exact, entry.parity.exact
    if exact is None or exact.max_diff is None:
        return not_covered(entry)
    compared = (
        f"equal Python’s to the last bit in all {integer(proof.cases)} golden cases"
        if proof and proof.passed
        else "have not been compared in a browser"
    )
    return (
        f"<p>The exact engine’s predictions {compared}. Keras differs from them "
        f"{within(exact.max_diff)} at most.</p>"
    )


def _layers_words(entry: ModelEntry) -> str:
    """Returns why the model has no layers format, and what it lacks; '' if it has one."""
    fault = entry.no_layers
    if fault is None:
        return ""
    where = f"Layer <code>{escape(fault.layer)}</code>: " if fault.layer else ""
    return (
        "<p>This model has no layers format, so its diagram of the layers does not follow the "
        f"figure, and earlier epochs are not kept. {where}{escape(fault.reason)}</p>"
    )


def _epochs_words(entry: ModelEntry) -> str:
    """Returns the result of replaying the checkpoints; '' for a model without checkpoints."""
    proof = entry.parity.epochs
    if proof is None or proof.max_diff is None:
        return ""
    verdict = "equal Python’s" if proof.passed else "were refused: they differ from Python’s"
    backend = _BACKENDS[proof.backend]
    return (
        f"<p>With the weights of {integer(proof.epochs)} checkpoints, its "
        f"predictions {verdict} {nearness(proof.max_diff)} ({backend}).</p>"
    )


def _replay_table(entry: ModelEntry) -> str:
    """Returns the results of replaying the training; '' if it does not train in the browser."""
    parity = entry.parity
    results = parity.training or []
    body = "".join(
        f'<tr><th scope="row">{_BACKENDS[result.backend]}</th>'
        f"<td>{escape(OPTIMIZERS.get(result.optimizer, result.optimizer))}</td>"
        f"<td>{integer(result.steps)}</td><td>{_difference(result.max_loss_diff)}</td>"
        f"<td>{_difference(result.max_weight_diff)}</td>"
        f"<td>{'equal' if result.passed else 'refused'}</td></tr>"
        for result in results
    )
    if not body:
        return ""
    browser = escape(parity.browser)
    return (
        '<div class="mp-wide"><table class="mp-table">'
        f"<caption>Trained again in {browser}, from Python’s initial weights on the same batches"
        '</caption><thead><tr><th scope="col">Backend</th><th scope="col">Optimizer</th>'
        '<th scope="col">Steps</th><th scope="col">Largest difference of a loss</th>'
        '<th scope="col">of a weight</th><th scope="col">Verdict</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _downloads(page: Page, slug: str, entry: ModelEntry) -> str:
    details = {name: _DETAILS[detail] for detail, name in (entry.details or {}).items()}
    words = _WORDS | details
    files = [
        (name, file.url, f"{size(file.size_bytes)}{words.get(name, '')}")
        for name, file in sorted(entry.files.items())
    ]
    files.insert(0, ("card.json", f"models/{slug}/card.json", "this card"))
    items = "".join(
        f'<li><a href="{escape(page.url(url))}" download>{escape(name)}</a> '
        f'<span class="mp-bytes">{note}</span></li>'
        for name, url, note in files
    )
    return f'<details class="mp-downloads"><summary>Files</summary><ul>{items}</ul></details>'


def _joined(parts: Iterable[object]) -> str:
    return ", ".join(str(part) for part in parts if part)


FENCE = FenceKind(
    "card",
    card_html,
    {"only": ("facts", "limits", "metrics", "curves", "mistakes", "parity", "files", "embed")},
)
