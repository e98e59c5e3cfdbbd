"""Looks up authors' URLs among the files of a site."""

from __future__ import annotations

from pathlib import Path


def is_file(path: Path) -> bool:
    """Returns whether the file exists; False for names that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
