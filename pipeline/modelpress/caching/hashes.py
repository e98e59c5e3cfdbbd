"""Hashes of content, and versions of packages: what cache keys are made of."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path
from typing import Any

TOOLS = ("tensorflow", "keras", "tensorflowjs", "numpy")


def digest(parts: Any) -> str:
    """Key of anything JSON can hold: 32 hex digits."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python and of `packages`; default: those that make a model's files."""
    names = packages or TOOLS
    return {"python": platform.python_version(), **{name: package_version(name) for name in names}}


@functools.cache
def package_version(name: str) -> str:
    """The installed version of a package, without importing it; '' where it is not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
