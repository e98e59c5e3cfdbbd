"""The `models` fence: a card for every model in the manifest."""

from __future__ import annotations

from html import escape

from modelpress.schema.document import plain
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.portrait import portrait

_FIELDS = ("title", "summary", "parameters", "size_bytes", "parity")


def models_html(site: Site, page: Page, block: Block) -> str:
    """Returns a card for each model, sorted by slug, with a link to the model's own page."""
    if not site.models:
        return '<p class="mp-empty">This site has no models yet.</p>'
    cards = "".join(_card(site, page, slug) for slug in sorted(site.models))
    return f'<ul class="mp-gallery">{cards}</ul>'


def _card(site: Site, page: Page, slug: str) -> str:
    whole = plain(site.models[slug])
    spec = {
        "entry": {name: whole[name] for name in _FIELDS},
        "portrait": portrait(site, slug),
        "home": site.pages.get(slug),
    }
    return drawn(site, "gallery/figure", slug, spec, {"root": escape(page.root)})


FENCE = FenceKind("models", models_html, subject="", every_model=True)
