"""Files for pages of other sites that embed a model of this site.

    models/embed.json                 the models, and the files of this build that belong together
    models/<slug>/embed-<hash>.json   a model's figure with Python's prediction

Called after all pages are written. The browser's code is `site_assets/src/embed/`.
"""

from __future__ import annotations

import hashlib
import json
import re
from html import escape
from pathlib import Path
from typing import Literal

from modelpress.schema.document import text
from modelpress.schema.manifest import EmbeddedModel, EmbedListing
from modelpress.schema.model import FileEntry
from modelpress.site.context import Page, Site
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.figure import element_html
from modelpress.site.publish.additions import add_file

LISTING = "models/embed.json"
FORMAT: Literal[1] = 1  # version of the listing that src/embed/site.ts reads
# Notes for pages whose scripts are missing. An embedded figure has its own.
_NOTES = re.compile(r'<noscript>.*?</noscript>|<p class="mp-late">.*?</p>', re.DOTALL)
_END = "</div></figure>"
_TAG = re.compile(r"<[a-zA-Z][^<>]*>")


def write_embed(site_dir: Path, name: str, site: Site) -> None:
    """Writes these files into `site_dir`, unless the site has no scripts. name: of the site."""
    bundle = site.bundle
    if "embed_styles" not in bundle:
        return
    styles = bundle["embed_styles"]
    models = {slug: _written(site_dir, name, site, slug) for slug in sorted(site.models)}
    listing = EmbedListing(
        format=FORMAT,
        entry=bundle["entry"],
        styles=FileEntry(url=styles, **bundle["files"][styles]),
        models=models,
    )
    add_file(site_dir, LISTING, text(listing))


def figure_for_others(site: Site, name: str, slug: str) -> str:
    """Returns a model's figure as HTML, with URLs relative to the site root. name: of the site.

    Style attributes are renamed, since strict policies forbid them in HTML.
    """
    page = Page(f"the embedded figure of {slug}", root="")
    html = element_html(site, page, Block("model", 0, slug=slug), slug)
    home = site.pages.get(slug, "")
    link = (
        f'<p class="mp-home"><a href="{escape(home or "./")}">How this model was made, and how '
        f"good it is</a> · {escape(name)}</p>"
    )
    html = _NOTES.sub("", html).replace(" data-search-exclude>", ">", 1)
    html = html.replace("<modelpress-model", f'<modelpress-model data-home="{escape(home)}"', 1)
    before, end, after = html.rpartition(_END)
    html = f"{before}{link}{end}{after}"
    return _TAG.sub(lambda tag: tag[0].replace(' style="', ' data-mp-style="'), html)


def _written(site_dir: Path, name: str, site: Site, slug: str) -> EmbeddedModel:
    content = json.dumps({"html": figure_for_others(site, name, slug)}).encode()
    digest = hashlib.sha256(content).hexdigest()
    url = f"models/{slug}/embed-{digest[:8]}.json"
    add_file(site_dir, url, content)
    return EmbeddedModel(
        title=site.models[slug].title,
        page=site.pages.get(slug, ""),
        url=url,
        size_bytes=len(content),
        sha256=digest,
    )
