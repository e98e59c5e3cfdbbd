"""The fence `bands`: the frequencies that a sound is divided into."""

from html import escape

from modelpress.site.fence_kinds import FenceKind
from soundkinds.mel import centres


def bands_html(site, page, block):
    """Returns a list of the bands, and a button that sorts them."""
    items = "".join(f"<li>{each:.0f} Hz</li>" for each in centres())
    return (
        f'<sound-bands model="{escape(block.slug)}"><p>The network hears these bands:</p>'
        f'<ol data-part="bands">{items}</ol>'
        '<button type="button" class="mp-button" data-part="turn" hidden>Highest first</button>'
        "</sound-bands>"
    )


FENCE = FenceKind("bands", bands_html, {})
