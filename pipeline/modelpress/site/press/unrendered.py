"""Finds fences that a builder has left as code: it does not know the Markdown extension."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from modelpress.site.fence_kinds import fence_kinds
from modelpress.site.press.pages import html_files


def unrendered(folder: Path, shown: str, slugs: Sequence[str]) -> Iterator[str]:
    """Yields a sentence for each page with such a fence. slugs: of models and failures."""
    kinds = "|".join(map(re.escape, fence_kinds()))
    names = "|".join(map(re.escape, slugs)) or "(?!)"
    pattern = re.compile(
        # As a block of code in a language `model`, or as text of a paragraph.
        rf"<(?:pre|code|div)\b[^>]*\sclass=[\"'][^\"'>]*\b(?:language|highlight|lang)-(?:{kinds})"
        rf"(?![\w-])|<p>(?:<code>|`{{3,}}|~{{3,}})(?:{kinds})[ \t]+(?:{names})(?![\w-])"
    )
    for path in html_files(folder):
        html = path.read_bytes().decode("utf-8", "replace")
        found = pattern.search(html)
        if found:
            line = html.count("\n", 0, found.start()) + 1
            words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>?", "", html[found.start() :][:200]))
            yield (
                f"{shown}{path.relative_to(folder).as_posix()}:{line}: a fence of Modelpress was "
                f"left as code ({words.strip()[:40]}): this builder runs no plugin of MkDocs. "
                "Next: with Zensical, list `modelpress` in `markdown_extensions`; elsewhere, write "
                "the element, such as <modelpress-model model=…></modelpress-model>."
            )
