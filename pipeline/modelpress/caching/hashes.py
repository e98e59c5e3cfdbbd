"""Hashes of content and versions of packages, the parts of cache keys."""

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
    """Returns a key of any JSON-compatible value: 32 hex digits."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def sha256(path: Path) -> str:
    """Returns the SHA-256 of a file's bytes, 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def versions(*packages: str) -> dict[str, str]:
    """Returns the versions of Python and of `packages`, by default those that affect models."""
    names = packages or TOOLS
    return {"python": platform.python_version(), **{name: package_version(name) for name in names}}


@functools.cache
def package_version(name: str) -> str:
    """Returns a package's installed version without importing it, or '' if not installed."""
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return ""
