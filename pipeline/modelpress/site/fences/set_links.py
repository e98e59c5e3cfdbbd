"""Words of the text that act on a figure of the page.

`[a rate of 10](set:boundary.explore=rate:10)` puts a figure into a state, as its *Copy link* writes
it. `[the line](show:boundary.explore=border)` lights up the elements with the class `mp-border` in
the figure while the reader points at the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from modelpress.core.errors import PageError, nearest
from modelpress.site.fences.prose import CODE, change_paragraphs

_LINK = re.compile(CODE + r"|\[(?P<words>[^\[\]]+)\]\((?P<does>set|show):(?P<target>[^)\s]*)\)")
_KEY = re.compile(r'\bdata-key="([^"]+)"')


@dataclass(frozen=True)
class SetLink:
    """does: "set" or "show". key: of the figure. value: a state, or a class without `mp-`."""

    words: str
    does: str
    key: str
    value: str
    where: str

    @property
    def html(self) -> str:
        words = escape(" ".join(self.words.split()))
        if self.does == "show":
            return (
                f'<button type="button" class="mp-show" data-figure="{escape(self.key)}" '
                f'data-shows="mp-{escape(self.value)}">{words}</button>'
            )
        state = f"{quote(self.key)}={quote(self.value, safe='@:,._-')}"
        return f'<a class="mp-set" href="#{escape(state)}">{words}</a>'


def replace_set_links(
    lines: Sequence[str], put: Callable[[SetLink], str], page: str, first_line: int
) -> list[str]:
    """Returns the lines with each such link replaced by `put(link)`.

    first_line: line number of the first of `lines`, from 1. Raises PageError for a target without
    a figure's key and a value.
    """

    def change(paragraph: str, line: int) -> str:
        def link(match: re.Match[str]) -> str:
            if match["does"] is None:
                return match[0]
            key, _, value = match["target"].partition("=")
            where = f"{page}:{line + paragraph.count(chr(10), 0, match.start())}"
            if not key or not value:
                raise PageError(
                    "This link has no figure and value.",
                    where=where,
                    found=f"{match['does']}:{match['target']}",
                    expected="set:KEY=STATE, as Copy link writes it, or show:KEY=CLASS",
                )
            return put(SetLink(match["words"], match["does"], key, value, where))

        return _LINK.sub(link, paragraph)

    return change_paragraphs(list(lines), change, first_line)


def check_set_links(links: Sequence[SetLink], figures: Collection[str]) -> None:
    """Raises PageError for a link to a figure that is not on the page, or to a class not in it.

    figures: HTML of the page's figures.
    """
    html = {key: figure for figure in figures for key in _KEY.findall(figure)}
    for link in links:
        if link.key not in html:
            raise PageError(
                f"The page has no figure `{link.key}`.{nearest(link.key, html)}",
                where=link.where,
                expected=f"one of {', '.join(html) or '(no figures)'}",
            )
        if link.does == "show" and not re.search(
            rf'class="[^"]*\bmp-{re.escape(link.value)}(?=[" ])', html[link.key]
        ):
            raise PageError(
                f"The figure `{link.key}` has no element of the class `mp-{link.value}`.",
                where=link.where,
                next_step="Inspect the figure in the browser and take a class from its picture.",
            )
