"""The `model` fence: a live figure, complete without scripts, and its page's scripts and data."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from html import escape

import markdown
import numpy as np

from modelpress import inputs, outputs
from modelpress.core.errors import PageError, nearest
from modelpress.core.number_format import integer, short
from modelpress.kinds.parts import kinds_of
from modelpress.kinds.registry import Context, attributes, every_option
from modelpress.schema.document import plain
from modelpress.schema.model import FileEntry, ModelEntry
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind, Options
from modelpress.site.fence_syntax import Block, check_options, option_place, read_options
from modelpress.site.fences.facts import replace_facts
from modelpress.site.fences.formulas import Formula, formula_html, replace_formulas
from modelpress.site.fences.proof_note import (
    chip_details,
    chip_summary,
    covered,
    nearness,
    not_covered,
    tolerance_words,
)
from modelpress.site.html_json import json_data

# Options of the figure itself; others belong to the model's kinds.
FIGURE_OPTIONS: Options = {
    "start": (),
    "backend": ("auto", "exact", "cpu", "wasm", "webgl", "webgpu"),
    "caption": (),
    "shares": (),
    "size": ("column", "screen"),
}
_ANSWER = "Python's prediction"
# A file up to this size is part of the page: a request takes longer than its bytes.
IN_PAGE_BYTES = 16_384
# Equals the constant of `site_assets/src/runtime/canary.ts`.
CHECKED_EVERY = 32
_BACKENDS = (
    ("auto", "Automatic"),
    ("exact", "Exact engine"),
    ("cpu", "CPU"),
    ("wasm", "WASM"),
    ("webgl", "WebGL"),
    ("webgpu", "WebGPU"),
)


def figure_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure of one `model` fence, with scripts and data that the page lacks."""
    page.figures += 1
    earlier = page.slugs.count(block.slug)
    key = block.slug if not earlier else f"{block.slug}-{earlier + 1}"
    entry = site.models[block.slug]
    scripts = "" if page.scripted else _first_scripts(site, page, block.slug, entry)
    links = "" if earlier else _model_links(site, page, block.slug, entry, bool(scripts))
    number = f'<span class="mp-figure-number">Figure {page.figures}.</span> '
    html = element_html(site, page, block, key, number)
    page.slugs.append(block.slug)
    page.described.add(block.slug)
    return links + html + scripts


def element_html(site: Site, page: Page, block: Block, key: str, number: str = "") -> str:
    """Returns the element of one `model` fence.

    key: unique on the page. number: HTML before the caption.
    """
    entry = site.models[block.slug]
    kind_in, kind_out = (
        inputs.from_spec(entry.input.as_dict()),
        outputs.from_spec(entry.output.as_dict()),
    )
    options = read_options(block, page.path, page.line_offset)
    known = {**FIGURE_OPTIONS, **kind_in.options, **kind_out.options}
    check_options(options, known, block, page.path, page.line_offset)
    if "shares" in options:
        _check_shared(site, page, block, options["shares"])
    text, start, prediction = _start(site, page, block, entry, kind_in, options)
    # Rounded to float32 as in the browser: a shortest decimal is not exactly its float32.
    start = np.array(start, np.float32).tolist()
    prediction = np.array(prediction, np.float32).tolist()
    page.starts[block.slug] = text
    context = Context(
        f"mp-{key}",
        {k: v for k, v in options.items() if k not in FIGURE_OPTIONS},
        input=entry.input.as_dict(),
        given=start,
        text=text,
        sweep=site.sweeps.get(block.slug, ()),
        plane=kind_out.plane,
    )
    reading = f"{kind_in.describe(start)} {kind_out.verb} {kind_out.describe(prediction)}."
    caption = caption_html(options, entry.title, site, page, block)
    element = attributes(
        model=block.slug,
        state="prerendered",
        data_key=key,
        data_start=text,
        data_answer=json.dumps([float(str(np.float32(value))) for value in prediction]),
        data_backend=options.get("backend", "auto"),
        data_size=options.get("size", "column"),
        data_shares=options.get("shares"),
        data_input=kind_in.kind,
        data_output=kind_out.kind,
        **{f"data_{name}": value for name, value in context.options.items()},
    )
    return (
        # Excluded from search on this tag, since Material's parser ends an exclusion at the first
        # closing tag of the same name.
        f"<modelpress-model{element} data-search-exclude>"
        f'<figure class="mp-figure" aria-labelledby="{context.id}-caption">'
        f'<div class="mp-stage"><div class="mp-picture-in">{kind_in.picture(start, context)}</div>'
        f'<div class="mp-picture-out">{kind_out.picture(prediction, context)}</div></div>'
        '<div class="mp-under"><div class="mp-controls">'
        f"{kind_in.controls(start, context)}"
        '<span class="mp-actions"><button type="button" class="mp-button" data-part="reset">Reset'
        '</button><button type="button" class="mp-button" data-part="copy">Copy link</button>'
        "</span></div>"
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        f'<p class="mp-reading" data-part="reading">{escape(reading)}</p>'
        '<p class="mp-live" data-part="live" role="status" aria-live="polite"></p>'
        '<div class="mp-error" data-part="error" role="alert"></div>'
        f"{_chip(page, block.slug, entry, context)}"
        f'<figcaption id="{context.id}-caption">{number}{caption}</figcaption>'
        '<noscript><p class="mp-noscript">This prediction was computed by the trained model in '
        "Python. The figure comes to life where scripts are allowed.</p></noscript>"
        "</div>"
        # Shown by styles after a delay, if the figure's script does not load.
        '<p class="mp-late">This figure is not live yet. If that stays so, its script was blocked '
        "or lost: load the page again. The answer shown is Python’s, for the starting input.</p>"
        f"</figure>{_spec(block.slug, entry)}</modelpress-model>"
    )


def _check_shared(site: Site, page: Page, block: Block, other: str) -> None:
    """Raises PageError unless `other` has a figure above, with an input of the same kind."""
    where = option_place(block, "shares", page.path, page.line_offset)
    if other == block.slug or other not in page.slugs:
        raise PageError(
            f"The option `shares` is `{other}`, which has no figure above this one."
            f"{nearest(other, page.slugs)}",
            where=where,
            expected=f"one of {', '.join(dict.fromkeys(page.slugs)) or '(no figures yet)'}",
        )
    found, own = (site.models[slug].input.as_dict() for slug in (other, block.slug))
    same = ["kind", "shape", "min", "max", "parts", *(["names"] if "parts" in own else [])]
    if any(found.get(name) != own.get(name) for name in same):
        raise PageError(
            f"`{block.slug}` can't share the input of `{other}`.",
            where=where,
            found=f"{own['kind']} of shape {own['shape']} and {found['kind']} of {found['shape']}",
            expected="two models with the same input kind, shape and range",
        )


def _start(
    site: Site,
    page: Page,
    block: Block,
    entry: ModelEntry,
    kind_in: inputs.Input,
    options: Mapping[str, str],
) -> tuple[str, list[float], list[float]]:
    """Returns the starting input as canonical text and values, and Python's prediction."""
    if "start" not in options:
        return entry.start.text, entry.start.input, entry.start.output
    where = option_place(block, "start", page.path, page.line_offset)
    try:
        text = kind_in.canonical(options["start"])
    except ValueError as error:
        raise PageError(
            f"The option `start` does not fit the model: {error}", where=where
        ) from error
    found = site.predictions.get(block.slug, {}).get(text)
    if found is None:
        if text == entry.start.text:
            return text, entry.start.input, entry.start.output
        raise PageError(
            f"Python has not answered the start {text} of `{block.slug}` yet.",
            where=where,
            next_step="Run `modelpress build`, which asks it.",
        )
    return text, found["input"], found["output"]


def page_links(site: Site, page: Page) -> str:
    """Returns the site's scripts, once on each page, for elements that need no prediction."""
    first = site.bundle.get("first")
    if not first or page.scripted:
        return ""
    page.scripted = True
    return _script(page, first["script"], "async ")


def _first_scripts(site: Site, page: Page, slug: str, entry: ModelEntry) -> str:
    """Returns the scripts of the page's first figure, which stand right behind it.

    The parser waits for them, so that the figure answers before the theme's scripts run.
    """
    first = site.bundle.get("first")
    if not first:
        return ""
    page.scripted = True
    held = set(first["scripts"].values())
    needed = [url for url in _scripts(site, slug, entry) if url in held]
    return "".join(_script(page, url) for url in [*needed, first["script"]])


def _script(page: Page, url: str, when: str = "") -> str:
    """Returns a script that is no module, fetched as modules are: a later import finds it."""
    return f'<script {when}crossorigin fetchpriority="high" src="{escape(page.url(url))}"></script>'


def _preloaded(page: Page, scripts: Iterable[str]) -> str:
    """Returns links that load modules early. Browsers give modules a low priority by default."""
    return "".join(
        f'<link rel="modulepreload" fetchpriority="high" href="{escape(page.url(url))}">'
        for url in scripts
    )


def _scripts(site: Site, slug: str, entry: ModelEntry) -> list[str]:
    """Returns the modules that a model's first answer needs besides the page's own."""
    preload = site.bundle.get("preload", {})
    keys = [f"input:{kind}" for kind in kinds_of(entry.input.as_dict())]
    keys += [f"output:{kind}" for kind in kinds_of(entry.output.as_dict())]
    keys.append(f"exact:{slug}" if covered(entry) else "cpu")
    keys += ["files"] if _fetched(site, entry) else []
    return list(dict.fromkeys(url for key in keys for url in preload.get(key, [])))


def _fetched(site: Site, entry: ModelEntry) -> list[FileEntry]:
    """Returns the files of a model's first answer that are too large for the page."""
    return [file for file in _files(entry) if not _in_page(site, file)]


def _files(entry: ModelEntry) -> list[FileEntry]:
    return [entry.files[name] for name in _used(entry) if name in entry.files]


def _model_links(site: Site, page: Page, slug: str, entry: ModelEntry, first: bool) -> str:
    """Returns a model's preloads and small files, so that nothing waits for another.

    first: scripts of the page have the modules of the first answer.
    """
    held = site.bundle.get("first", {}) if first else {}
    passed_on = {*held.get("scripts", {}), *held.get("scripts", {}).values()}
    fetched = _fetched(site, entry)
    return (
        _preloaded(page, [url for url in _scripts(site, slug, entry) if url not in passed_on])
        + "".join(
            '<link rel="preload" as="fetch" crossorigin fetchpriority="high" '
            f'href="{escape(page.url(file.url))}">'
            for file in fetched
        )
        + "".join(_file_html(site, file) for file in _files(entry) if file not in fetched)
    )


def _in_page(site: Site, file: FileEntry) -> bool:
    """Returns whether a file is part of the pages of its model."""
    return file.size_bytes <= IN_PAGE_BYTES and (site.public / file.url).is_file()


def _file_html(site: Site, file: FileEntry) -> str:
    """Returns a file as an element, whose content scripts check as if it were fetched."""
    content = (site.public / file.url).read_bytes()
    text = file.url.endswith(".json")
    return json_data(
        content.decode() if text else base64.b64encode(content).decode(),
        class_="mp-file",
        data_sha256=file.sha256,
        data_encoding=None if text else "base64",
    )


def _used(entry: ModelEntry) -> list[str]:
    """Returns the names of the files that a figure needs for its first prediction."""
    graph = entry.formats.graph
    return [graph.model, graph.weights, entry.golden]


def description(page: Page, slug: str, entry: ModelEntry) -> str:
    """Returns the part of a model's entry that the browser reads, once on each page."""
    if slug in page.described:
        return ""
    page.described.add(slug)
    return _spec(slug, entry)


def _spec(slug: str, entry: ModelEntry) -> str:
    """Returns the part of a model's entry that the browser reads. Each figure has its own."""
    layers, live, epochs = entry.formats.layers, entry.live, entry.epochs
    names = [*_used(entry), *((layers.model, layers.weights) if layers else ())]
    names += [name for name in (live.url, live.bin, live.keras) if name] if live else []
    names += [epochs.bin] if epochs else []
    files = {name: entry.files[name] for name in names if name in entry.files}
    spec = replace(entry.on_page(), files=files, details=None)
    return json_data(plain(spec), class_="mp-spec", data_model=slug)


def _chip(page: Page, slug: str, entry: ModelEntry, context: Context) -> str:
    radios = "".join(
        f'<label class="mp-choice"><input type="radio" name="{context.id}-backend" value="{value}" '
        f"disabled{' checked' if value == 'auto' else ''}><span>{label}</span></label>"
        for value, label in _BACKENDS
        if value != "exact" or covered(entry)
    )
    golden = escape(page.url(entry.base + entry.golden))
    return (
        '<details class="mp-chip" data-part="chip" data-tone="amber">'
        f"{chip_summary(_ANSWER, entry)}"
        '<div class="mp-details">'
        '<fieldset class="mp-choices" data-part="backends"><legend>Computed by</legend>'
        f"{radios}</fieldset>"
        f'<table class="mp-tried"><caption>Allowed: {short(entry.tolerance)}, '
        f"{escape(tolerance_words(entry) or 'the tolerance of this model')}</caption>"
        '<thead><tr><th scope="col">Backend</th><th scope="col">One answer'
        '</th><th scope="col">Largest difference from Python</th></tr></thead>'
        '<tbody data-part="tried"></tbody></table><p data-part="checked"></p>'
        f"<p>Before a backend may answer, it replays {integer(entry.cases)} golden cases on "
        f"this device; a difference above {short(entry.tolerance)} from Python is refused. "
        f"Later, a golden case follows every pause, and {CHECKED_EVERY} predictions at most: a "
        "backend that misses one is withdrawn. "
        f'<a href="{golden}">Golden cases</a>, '
        f'<a href="{escape(page.url(f"models/{slug}/card.json"))}">model card</a>.</p>'
        f"{_last_bit(entry)}{chip_details(entry)}"
        "</div></details>"
        '<p class="mp-refusal" data-part="refusal" role="status"></p>'
    )


def _last_bit(entry: ModelEntry) -> str:
    """What "to the last bit" means, of a model that the exact engine covers."""
    exact = entry.exact
    if exact is None or exact.max_diff is None:
        return not_covered(entry)
    return (
        "<p>Only the exact engine “equals Python to the last bit”: every bit of its predictions "
        "for the golden cases is the same here as in NumPy, by their SHA-256, without a tolerance. "
        "Keras computes in float32, rounds differently, and differs "
        f"{nearness(exact.max_diff)}.</p>"
    ).replace("differs exactly", "has the same predictions")


def caption_html(
    options: Mapping[str, str], words: str, site: Site, page: Page, block: Block
) -> str:
    """Returns the caption as inline HTML.

    The option `caption` is Markdown with facts and formulas. words: default caption, plain text.
    """
    if "caption" not in options:
        return escape(words)
    text = options["caption"]
    line = block.line + page.line_offset + 1
    rendered: list[str] = []

    def put(formula: Formula) -> str:
        rendered.append(formula_html(formula, site.formulas))
        return f"\ue000{len(rendered) - 1}\ue001"  # private characters have no Markdown meaning

    lines = replace_facts(text.split("\n"), site.entries, page.path, line, site.fact_delimiters)
    if site.has_formulas:
        lines = replace_formulas(lines, put, page.path, line)
    html = markdown.markdown("\n".join(lines))
    for number, formula in enumerate(rendered):
        html = html.replace(f"\ue000{number}\ue001", formula)
    return html.removeprefix("<p>").removesuffix("</p>")


def _options() -> Options:
    of_kinds = every_option((inputs, inputs.Input), (outputs, outputs.Output))
    return {**FIGURE_OPTIONS, **of_kinds}


FENCE = FenceKind("model", figure_html, _options)
