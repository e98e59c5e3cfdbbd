"""The network as a diagram: its layers from input to prediction, with their activations."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from modelpress.core.number_format import counted, integer, short
from modelpress.core.tiles import Layout
from modelpress.kinds.registry import attributes
from modelpress.schema.model import Layer, ModelEntry

TIMES = " × "
_RULED = 32  # most columns for which lines separate the cells


def diagram_html(entry: ModelEntry, pictures: Mapping[str, Any]) -> str:
    """Returns the layers as a list. pictures: of the activations, by layer name."""
    items = [_input(entry)]
    last = len(entry.layers) - 1
    labels = entry.output.labels or []
    items += [
        _layer(layer, pictures.get(layer.name), labels if i == last else [])
        for i, layer in enumerate(entry.layers)
    ]
    return f'<ol class="mp-layer-list">{"".join(items)}</ol>'


def layers_table(entry: ModelEntry) -> str:
    """Returns the layers as a table."""
    body = "".join(
        f'<tr><th scope="row">{escape(layer.name)}</th><td>{_kind(layer)}</td>'
        f"<td>{shape_text(layer.shape)}</td><td>{integer(layer.parameters)}</td>"
        f"<td>{_count(layer.connections)}</td></tr>"
        for layer in entry.layers
    )
    total = (
        '<tr class="mp-total"><th scope="row">all</th><td></td><td></td>'
        f"<td>{integer(entry.parameters)}</td><td>{_count(entry.connections)}</td></tr>"
    )
    head = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("Layer", "Kind", "Gives", "Parameters", "Connections")
    )
    return (
        '<details class="mp-twin"><summary>As a table</summary>'
        '<div class="mp-wide" tabindex="0" role="group" aria-label="The layers">'
        f'<table class="mp-table" aria-label="The layers"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}{total}</tbody></table></div></details>"
    )


def values_words(picture: Mapping[str, Any]) -> str:
    """Returns a layer's range of values: `0 to 3.21; 231 of 512 above zero`.

    Ported to `site_assets/src/figures/layers/layers.ts`.
    """
    low, high = short(picture["low"]), short(picture["high"])
    if picture["count"] == 1 or low == high:
        return low
    above = f"; {integer(picture['above'])} of {integer(picture['count'])} above zero"
    return f"{low} to {high}" + (above if picture["above"] < picture["count"] else "")


def shape_text(shape: Sequence[int | None] | None) -> str:
    """Returns `512` or `28 × 28 × 32`; – for a layer with several outputs."""
    if shape is None:
        return "–"
    return TIMES.join("any" if size is None else integer(size) for size in shape) or "1"


def cells_html(part: str, src: str, where: Layout, label: str) -> str:
    """Returns a picture made of square cells, in a frame that reserves its space."""
    height, width = where.size
    ruled = " mp-value-ruled" if where.gap == 0 and width <= _RULED else ""
    size = attributes(width=width, height=height, alt=label)
    return (
        f'<div class="mp-value-frame{ruled}" data-part="{part}" '
        f'style="--mp-cells:{width};--mp-cell-rows:{height}"><img class="mp-value-cells" '
        f'src="{escape(src)}"{size} loading="lazy" decoding="async"></div>'
    )


def _input(entry: ModelEntry) -> str:
    shape = shape_text(entry.input.shape)
    return (
        '<li class="mp-layer mp-layer-plain"><div class="mp-layer-words">'
        f'<p class="mp-layer-name">Input</p><p class="mp-layer-figures">{_values(shape)}</p>'
        "</div></li>"
    )


def _layer(layer: Layer, picture: Mapping[str, Any] | None, labels: Sequence[str]) -> str:
    where = Layout(**layer.cells.as_dict()) if layer.cells else None
    figures = [_values(shape_text(layer.shape))]
    if layer.parameters:
        figures.append(counted(layer.parameters, "parameter"))
    if layer.connections:
        figures.append(counted(layer.connections, "connection"))
    activation = layer.activation
    name = f"{escape(layer.kind)}" + (
        f' <span class="mp-layer-activation">{escape(activation)}</span>' if activation else ""
    )
    words = (
        f'<div class="mp-layer-words"><p class="mp-layer-name">{name}</p>'
        f'<p class="mp-layer-figures">{" · ".join(figures)}</p></div>'
    )
    if layer.cells is None or where is None or picture is None:
        return f'<li class="mp-layer mp-layer-plain">{words}</li>'
    label = f"{layer.kind}: {values_words(picture)}"
    element = attributes(
        data_layer=layer.name,
        data_labels=json.dumps(labels, ensure_ascii=False) if len(labels) > 2 else None,
        **{f"data_{key}": value for key, value in layer.cells.as_dict().items()},
    )
    return (
        f'<li class="mp-layer"{element}>{words}<div class="mp-layer-values">'
        f"{cells_html('frame', picture['src'], where, label)}"
        f'<p class="mp-layer-reading"><span data-part="values">{values_words(picture)}</span>'
        f"{_rest(layer, where)}</p></div></li>"
    )


def _values(shape: str) -> str:
    return "1 value" if shape == "1" else f"{shape} values"


def _rest(layer: Layer, where: Layout) -> str:
    """Returns how many feature maps are shown; '' for all."""
    shape = layer.shape or []
    maps = shape[2] if len(shape) == 3 else None
    if maps is not None and maps > where.tiles:
        return f" (shown: {where.tiles} of {integer(maps)} maps)"
    return ""


def _kind(layer: Layer) -> str:
    activation = f", {layer.activation}" if layer.activation else ""
    return escape(f"{layer.kind}{activation}")


def _count(connections: int | None) -> str:
    return "–" if connections is None else integer(connections)


def weights_words(number: int, largest: float, kind: str) -> str:
    """Returns the reading of one tile of the weights; ported to `figures/layers/weights.ts`."""
    return f"{kind} {integer(number)}: the largest weight is {short(largest)}"
