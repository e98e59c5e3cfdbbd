"""HTML of a long list in a figure: folded, searched by name, a few rows at a time."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from modelpress.core.number_format import integer
from modelpress.kinds.registry import attributes

ROWS = 20  # at a time


def finder_html(
    id: str,
    summary: str,
    things: str,
    count: int,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> str:
    """Returns a folded table with a search field; `site_assets/src/outputs/widgets/finder.ts` makes
    it live.

    id: prefix of ids. things: what is listed, in the plural. count: of all of them. heads: of the
    columns, the name first. rows: texts of the first `ROWS` rows.
    """
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{escape(text)}</td>" for text in texts)
        + "</tr>"
        for name, *texts in rows
    )
    field = attributes(
        type="search", id=f"{id}-find", data_part="find", autocomplete="off", spellcheck="false"
    )
    return (
        f'<details class="mp-twin mp-finder"{attributes(data_part="finder", data_things=things)}>'
        f'<summary>{escape(summary)}</summary><p class="mp-finder-field">'
        f'<label for="{id}-find">Find by name</label><input{field}></p>'
        f'<table><thead><tr>{head}</tr></thead><tbody data-part="found">{body}</tbody></table>'
        f'<p data-part="found-words" role="status">1 to {len(rows)} of {integer(count)} {things}'
        "</p>"
        f'<span class="mp-buttons">{_button("found-back", "Back", True)}'
        f"{_button('found-on', 'Next', count <= ROWS)}</span>"
        "</details>"
    )


def _button(part: str, words: str, off: bool) -> str:
    state = attributes(data_part=part, aria_disabled=str(off).lower())
    return f'<button type="button" class="mp-button"{state}>{words}</button>'
