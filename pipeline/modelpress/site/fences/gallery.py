"""The `models` fence: a card for every model in the manifest."""

from __future__ import annotations

from html import escape

from modelpress.core.number_format import counted, size
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.portrait import portrait_html
from modelpress.site.fences.proof_note import parity_words


def models_html(site: Site, page: Page, block: Block) -> str:
    """Returns a card for each model, sorted by slug, with a link to the model's own page."""
    if not site.models:
        return '<p class="mp-empty">This site has no models yet.</p>'
    cards = "".join(_card(site, page, slug) for slug in sorted(site.models))
    return f'<ul class="mp-gallery">{cards}</ul>'


def _card(site: Site, page: Page, slug: str) -> str:
    entry = site.models[slug]
    title = escape(entry.title)
    home = site.pages.get(slug)
    heading = f'<a href="{escape(page.url(home))}">{title}</a>' if home is not None else title
    proven, words = parity_words(entry)
    return (
        f'<li class="mp-model-card">{portrait_html(site, page, slug)}<div class="mp-model-words">'
        f'<p class="mp-model-title">{heading}</p>'
        f"<p>{escape(entry.summary)}</p>"
        f'<p class="mp-model-figures">{counted(entry.parameters, "parameter")} · '
        f"{size(entry.size_bytes)} "
        f'<span class="mp-parity" data-proven="{str(proven).lower()}">'
        f"{escape(words)}</span></p></div></li>"
    )


FENCE = FenceKind("models", models_html, subject="", every_model=True)
