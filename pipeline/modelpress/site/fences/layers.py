"""The `layers` fence: the network with its activations, and the first layer's weights."""

from __future__ import annotations

from html import escape

from modelpress import inputs, outputs
from modelpress.core.errors import PageError
from modelpress.core.number_format import integer
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain
from modelpress.schema.model import ModelEntry
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block

_FIELDS = ("input", "output", "layers", "weights", "parameters", "connections")


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
    prediction = site.predictions.get(slug, {}).get(text, plain(entry.start))
    kind_in, kind_out = (
        inputs.from_spec(entry.input.as_dict()),
        outputs.from_spec(entry.output.as_dict()),
    )
    given, output = prediction["input"], prediction["output"]
    reading = f"{kind_in.describe(given)} {kind_out.verb} {kind_out.describe(output)}."
    whole = plain(entry)
    spec = {
        "entry": {name: whole[name] for name in _FIELDS},
        "pictures": activations[text],
        "reading": reading,
        "proven": entry.parity.proven,
    }
    weights = entry.weights
    slots = {
        "id": f"mp-{slug}-layers-{page.figures}",
        "number": str(page.figures),
        "caption": _caption(entry),
        "weights": escape(page.url(entry.files[weights.file].url)) if weights else "",
    }
    return (
        f"<modelpress-layers{attributes(model=slug, state='prerendered')} data-search-exclude>"
        f"{drawn(site, 'layers/figure', slug, spec, slots)}</modelpress-layers>"
    )


def _caption(entry: ModelEntry) -> str:
    total = entry.connections
    connected = f", joined by {integer(total)} connections" if total else ""
    return (
        f"The network from input to prediction{connected}. Each cell is one activation of a layer "
        "for the input above: orange over zero, blue below, stronger the further from it."
    )


FENCE = FenceKind("layers", layers_html)
