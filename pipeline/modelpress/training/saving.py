"""Saves Keras models deterministically: equal models give equal bytes.

Keras writes dates and memory addresses of objects into its files.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time in the zip format
_SHARED = re.compile(r'("shared_object_id": ?)(\d+)')


def save(net: Any, path: Path) -> None:
    """Saves `net` as .keras: sorted entries, no dates, shared objects numbered by appearance."""
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
    """Replaces the addresses by which Keras marks shared objects with 1, 2, …, in order."""
    numbers: dict[str, int] = {}
    return _SHARED.sub(
        lambda found: found[1] + str(numbers.setdefault(found[2], len(numbers) + 1)), text
    )
