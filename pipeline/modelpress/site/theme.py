"""What no style sheet can put right in Material's pages."""

from __future__ import annotations


def name_search_dialog(html: str) -> str:
    """Give Material's search dialog the name it lacks (axe: aria-dialog-name)."""
    return html.replace(
        '<div class="md-search" data-md-component="search" role="dialog">',
        '<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">',
    )
