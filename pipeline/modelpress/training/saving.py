"""Saving a Keras model so that equal models give equal bytes.

Keras writes the moment and the machine into its files: dates, and the addresses of objects in
memory.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time a zip file can name
_SHARED = re.compile(r'("shared_object_id": ?)(\d+)')


def save(net: Any, path: Path) -> None:
    """Saves as .keras: sorted, without dates, shared objects numbered in order of appearance."""
    unfixed = path.with_name("unfixed.keras")
    net.save(unfixed)
    with zipfile.ZipFile(unfixed) as source, zipfile.ZipFile(path, "w") as target:
        for name in sorted(source.namelist()):
            content = source.read(name)
            if name == "metadata.json":
                metadata = json.loads(content)
                metadata.pop("date_saved", None)
                content = json.dumps(metadata, sort_keys=True).encode()
            elif name == "config.json":
                content = number_shared_objects(content.decode()).encode()
            entry = zipfile.ZipInfo(name, ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            target.writestr(entry, content)
    unfixed.unlink()


def number_shared_objects(text: str) -> str:
    """Keras marks shared objects by their addresses; 1, 2, … say the same in every run."""
    numbers: dict[str, int] = {}
    return _SHARED.sub(
        lambda found: found[1] + str(numbers.setdefault(found[2], len(numbers) + 1)), text
    )
