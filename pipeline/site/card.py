"""The `card` fence: what a model is, what it was trained on, how good it is, and what proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from pipeline.numerals import integer, short, size, within
from pipeline.site.context import Page, Site
from pipeline.site.facts import show
from pipeline.site.fences import Block

_BACKENDS = {"cpu": "CPU", "wasm": "WASM", "webgl": "WebGL", "webgpu": "WebGPU"}
_SOURCES = {
    "builtin": "built in",
    "local": "a local copy",
    "download": "downloaded, checksum verified",
    "generated": "made by the model's own file",
    "author": "the author's own",
}


def card_html(site: Site, page: Page, block: Block) -> str:
    """Parameters and size, data and provenance, metrics with their split, parity, downloads."""
    entry = site.models[block.slug]
    parts = (
        _facts_table(entry),
        _metrics_table(entry),
        _parity_table(entry),
        _downloads(page, entry),
    )
    return f'<div class="mp-card">{"".join(parts)}</div>'


def parity_words(entry: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether a browser has proven the model at build time, and the sentence for it."""
    parity = entry.get("parity", {})
    worst = max((result["max_diff"] for result in parity.get("results", [])), default=0.0)
    if parity.get("proven"):
        return True, f"equals Python {f'within {within(worst)}' if worst else 'exactly'}"
    return False, f"parity not proven: {parity.get('reason') or 'no browser replayed it'}"


def _facts_table(entry: Mapping[str, Any]) -> str:
    data, training = entry.get("data", {}), entry.get("training", {})
    provenance = _SOURCES.get(str(data.get("source")), str(data.get("source", "")))
    rows = [
        ("Parameters", integer(entry["parameters"])),
        ("To download", size(entry["size_bytes"])),
        ("Data", _joined([data.get("title"), provenance])),
        ("Described", data.get("description")),
        ("Rows", integer(data["rows"]) if data.get("rows") else None),
        ("Split", data.get("split")),
        ("Licence of the data", data.get("licence")),
        ("Training", _training(training)),
        ("Tolerance", _joined([short(entry["tolerance"]), entry.get("tolerance_reason")])),
        ("Made with", ", ".join(f"{k} {v}" for k, v in sorted(entry.get("versions", {}).items()))),
    ]
    body = "".join(
        f'<tr><th scope="row">{label}</th><td>{escape(str(value))}</td></tr>'
        for label, value in rows
        if value
    )
    return f'<table class="mp-table"><caption>What it is</caption><tbody>{body}</tbody></table>'


def _training(training: Mapping[str, Any]) -> str:
    epochs = training.get("epochs")
    return _joined(
        [
            training.get("optimizer"),
            training.get("loss"),
            f"{integer(epochs)} epochs" if epochs else None,
            f"seed {training['seed']}" if "seed" in training else None,
        ]
    )


def _metrics_table(entry: Mapping[str, Any]) -> str:
    metrics, expect = entry.get("metrics", {}), entry.get("expect", {})
    if not metrics:
        return ""
    split = entry.get("data", {}).get("split")
    where = f" ({escape(str(split))})" if split else ""
    body = "".join(
        f'<tr><th scope="row"><code>{escape(name)}</code></th><td>{show(value)}</td>'
        f"<td>{escape(str(expect.get(name, '–')))}</td></tr>"
        for name, value in sorted(metrics.items())
    )
    return (
        f'<table class="mp-table"><caption>How good it is{where}</caption><thead><tr>'
        '<th scope="col">Metric</th><th scope="col">Reached</th>'
        f'<th scope="col">Required</th></tr></thead><tbody>{body}</tbody></table>'
    )


def _parity_table(entry: Mapping[str, Any]) -> str:
    parity = entry.get("parity", {})
    proven, words = parity_words(entry)
    results = parity.get("results", [])
    if not results:
        return f'<p class="mp-parity" data-proven="{str(proven).lower()}">{escape(words)}.</p>'
    body = "".join(
        f'<tr><th scope="row">{_BACKENDS.get(result["backend"], escape(result["backend"]))}</th>'
        f"<td>{escape(result['format'])}</td><td>{within(result['max_diff'])}</td>"
        f"<td>{integer(result['cases'])}</td>"
        f"<td>{'equal' if result['passed'] else 'refused'}</td></tr>"
        for result in sorted(
            results, key=lambda r: (list(_BACKENDS).index(r["backend"]), r["format"])
        )
    )
    browser = escape(str(parity.get("browser", "a browser")))
    return (
        f'<table class="mp-table"><caption>Replayed against Python in {browser}</caption>'
        '<thead><tr><th scope="col">Backend</th><th scope="col">Format</th>'
        '<th scope="col">Largest difference</th><th scope="col">Cases</th>'
        f'<th scope="col">Verdict</th></tr></thead><tbody>{body}</tbody></table>'
    )


def _downloads(page: Page, entry: Mapping[str, Any]) -> str:
    items = "".join(
        f'<li><a href="{escape(page.url(file["url"]))}" download>{escape(name)}</a> '
        f'<span class="mp-bytes">{size(file["size_bytes"])}</span></li>'
        for name, file in sorted(entry["files"].items())
    )
    return f'<details class="mp-downloads"><summary>Files</summary><ul>{items}</ul></details>'


def _joined(parts: Iterable[object]) -> str:
    return ", ".join(str(part) for part in parts if part)
