"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

UNFINISHED = ".unfinished"  # ending of a file that is being written


def write_atomically(path: Path, text: str) -> None:
    """The file holds `text` or what it held before, never a part of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(UNFINISHED, f".{path.name}-", path.parent)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        unfinished.chmod(0o644)  # mkstemp's files are private
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink()
        raise
