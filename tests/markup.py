"""What HTML is made of: its elements and the names of their attributes, without any text."""

from __future__ import annotations

from html.parser import HTMLParser


class Markup(HTMLParser):
    """elements: each tag with the names of its attributes, in order. texts: between tags, outside
    scripts. values: of attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, ...]] = []
        self.texts: list[str] = []
        self.values: list[str] = []
        self.scripts: list[str] = []
        self._inside = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        self.elements.append((tag, *(name for name, _ in attrs)))
        self.values += [value or "" for _, value in attrs]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""
        self.elements.append((f"/{tag}",))

    def handle_data(self, data: str) -> None:
        (self.scripts if self._inside == "script" else self.texts).append(data)

    def handle_comment(self, data: str) -> None:
        self.elements.append(("comment", data))
