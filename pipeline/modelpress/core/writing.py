"""Atomic writes: a file is written completely or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

UNFINISHED = ".unfinished"  # suffix of a file being written


def write_atomically(path: Path, content: str | bytes) -> None:
    """Replaces the content of `path` in one step."""
    data = content.encode() if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(UNFINISHED, f".{path.name}-", path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        unfinished.chmod(0o644)  # mkstemp's files are private
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink()
        raise
