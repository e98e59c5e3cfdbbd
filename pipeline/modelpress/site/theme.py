"""Fixes of Material's pages that style sheets can't make."""

from __future__ import annotations


def name_search_dialog(html: str) -> str:
    """Returns the page with a name for Material's search dialog (axe: aria-dialog-name)."""
    return html.replace(
        '<div class="md-search" data-md-component="search" role="dialog">',
        '<div class="md-search" data-md-component="search" role="dialog" aria-label="Search">',
    )
