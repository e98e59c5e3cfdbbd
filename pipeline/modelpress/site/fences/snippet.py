"""The part of the card with HTML that embeds the model on other sites."""

from __future__ import annotations

from html import escape

from modelpress.schema.model import ModelEntry
from modelpress.site.context import Page, Site

UNKNOWN = "https://your-site.example/"  # scripts replace it by the page's own address


def snippet_html(site: Site, page: Page, slug: str, entry: ModelEntry) -> str:
    """Returns the fold-out "Put this model on your page"; "" if the site has no scripts."""
    script = site.bundle.get("embed")
    if not script:
        return ""
    address = site.address or UNKNOWN
    known = "" if site.address else f' data-root="{escape(page.root)}"'
    code = snippet(address, script, slug, entry.title, site.pages.get(slug, ""))
    return (
        '<details class="mp-downloads mp-snippet"><summary>Put this model on your page</summary>'
        "<p>Copy this into the HTML of any page. The model then runs there, on your readers’ "
        "devices, proven against Python as it is here.</p>"
        f'<modelpress-snippet{known}><pre class="mp-code" tabindex="0" aria-label="HTML to copy">'
        f'<code data-part="code">{escape(code)}</code></pre>'
        '<button type="button" class="mp-button" data-part="copy" hidden>Copy</button>'
        '<p class="mp-notice" data-part="notice" role="status"></p></modelpress-snippet></details>'
    )


def snippet(address: str, script: str, slug: str, title: str, home: str) -> str:
    """Returns the HTML to copy. Without scripts, its link remains.

    address: URL of the site, ending in a slash. script, home: URLs of the script and the model's
    page, relative to `address`.
    """
    return (
        f'<script src="{escape(address + script)}" async></script>\n'
        f'<modelpress-embed site="{escape(address)}" model="{escape(slug)}">\n'
        f'  <a href="{escape(address + home)}">{escape(title)}: a live model</a>\n'
        "</modelpress-embed>"
    )
