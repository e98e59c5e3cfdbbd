"""Finds each model's own page."""

from __future__ import annotations

from pathlib import Path

from mkdocs.structure.files import Files

from modelpress.site.fence_syntax import Fence


def home_pages(fences: list[Fence], files: Files) -> dict[str, str]:
    """Returns slug → URL of the model's own page: named after it, else the first that shows it."""
    pages: dict[str, str] = {}
    shown = [fence for fence in fences if fence.kind == "model"]
    for fence in sorted(shown, key=_named_after_model):
        file = files.get_file_from_path(fence.page)
        if file is not None and file.url is not None:
            pages.setdefault(fence.slug, file.url)
    return pages


def _named_after_model(fence: Fence) -> bool:
    """Returns a sort key that puts pages named after their model first."""
    return Path(fence.page).stem != fence.slug
