"""Addresses that authors write, looked up among the files of a site."""

from __future__ import annotations

from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether there is such a file; false, too, for a name that no file can have."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
