"""The `layers` fence: the network with its activations, and the first layer's weights."""

from __future__ import annotations

import json
from html import escape

from modelpress import inputs, outputs
from modelpress.core.errors import PageError
from modelpress.core.number_format import integer
from modelpress.core.tiles import Layout
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.diagram import cells_html, diagram_html, layers_table, weights_words
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.proof_note import figure_note

_TILE_PX = 48  # preferred width of a tile of the sheet


def layers_html(site: Site, page: Page, block: Block) -> str:
    """Returns the diagram with the activations for the starting input of the figure above.

    Raises PageError if the build has not rendered them.
    """
    slug, entry = block.slug, site.models[block.slug]
    activations = site.drawings.get(slug, {}).get("activations", {})
    text = page.starts.get(slug, entry.start.text)
    if text not in activations:
        raise PageError(
            f"The layers of `{slug}` have not been drawn yet.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            next_step="Run `modelpress build`, which draws them.",
        )
    page.figures += 1
    key = f"mp-{slug}-layers-{page.figures}"
    prediction = site.predictions.get(slug, {}).get(text, plain(entry.start))
    kind_in, kind_out = (
        inputs.from_spec(entry.input.as_dict()),
        outputs.from_spec(entry.output.as_dict()),
    )
    given, output = prediction["input"], prediction["output"]
    reading = f"{kind_in.describe(given)} {kind_out.verb} {kind_out.describe(output)}."
    return (
        f"<modelpress-layers{attributes(model=slug, state='prerendered')} data-search-exclude>"
        f'<figure class="mp-figure mp-layers" aria-labelledby="{key}-caption">'
        f"{diagram_html(entry, activations[text])}{_weights(page, entry, key)}"
        '<div class="mp-under">'
        f'<p class="mp-reading" data-part="reading">{escape(reading)}</p>'
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        f"{figure_note(entry)}{layers_table(entry)}"
        f'<figcaption id="{key}-caption"><span class="mp-figure-number">Figure {page.figures}.'
        f"</span> {_caption(entry)}</figcaption></div></figure></modelpress-layers>"
    )


def _caption(entry: ModelEntry) -> str:
    total = entry.connections
    connected = f", joined by {integer(total)} connections" if total else ""
    return (
        f"The network from input to prediction{connected}. Each cell is one activation of a layer "
        "for the input above: orange over zero, blue below, stronger the further from it."
    )


def _weights(page: Page, entry: ModelEntry, key: str) -> str:
    """Returns the first layer's weights: all tiles, and one enlarged."""
    weights = entry.weights
    if not weights:
        return ""
    where = Layout(**weights.cells.as_dict())
    height, width = where.size
    url = page.url(entry.files[weights.file].url)
    layer = next(layer for layer in entry.layers if layer.name == weights.layer)
    kind = "Kernel" if "Conv" in layer.kind else "Neuron"
    shown, count = where.tiles, weights.count
    of = f"the first {shown} of {integer(count)}" if shown < count else f"all {integer(count)}"
    label = f"Weights of {of} {kind.lower()}s of the layer {layer.name}"
    data = attributes(
        data_largest=json.dumps(weights.largest),
        data_kind=kind,
        **{f"data_{name}": value for name, value in weights.cells.as_dict().items()},
    )
    large = (
        '<div class="mp-weight-large" data-part="large" aria-hidden="true" '
        f'style="--mp-tile:{where.width};--mp-tile-ratio:{where.width}/{where.height};'
        f'--mp-sheet:{width};--mp-sheet-rows:{height};--mp-x:0;--mp-y:0">'
        f'<img src="{escape(url)}" alt="" width="{width}" height="{height}" loading="lazy"></div>'
    )
    cell = max(3, round(_TILE_PX / where.width))  # small kernels are enlarged
    slider = (
        f'<label for="{key}-weight">{kind}</label><input type="range" id="{key}-weight" '
        f'data-part="which" min="1" max="{shown}" step="1" value="1" autocomplete="off">'
    )
    return (
        f'<section class="mp-weights"{data}><div class="mp-weights-words">'
        f'<p class="mp-layer-name">What the first layer looks for</p>'
        f'<p class="mp-layer-figures">{of} {kind.lower()}s of '
        f"<code>{escape(layer.name)}</code>, each at its own full strength</p></div>"
        f'<div class="mp-weights-pictures" style="--mp-sheet-cell:{cell}px">{large}'
        f"{cells_html('sheet', url, where, label)}"
        f'<div class="mp-weights-which">{slider}</div>'
        f'<p class="mp-layer-reading" data-part="weight">'
        f"{weights_words(1, weights.largest[0], kind)}</p></div></section>"
    )


FENCE = FenceKind("layers", layers_html)
