"""Moves the long fields of an entry out of the manifest into detail files.

<base>/details/figure-<hash>.json    long fields that a figure needs
<base>/details/history-<hash>.json   the training's history
<base>/details/report-<hash>.json    all other long fields

Each file is an object of the same shape as the entry, with only the missing fields. Merged into the
entry, the files complete it. `whole` is ported to `site_assets/src/runtime/details.ts`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from modelpress.schema.document import Json, fields_of, text
from modelpress.schema.model import PageEntry

# Fields that stay in the manifest, however long: they locate and check everything else.
KEPT = (
    *("title", "version", "base", "files", "formats", "golden", "cases", "parameters"),
    *("connections", "size_bytes", "tolerance", "details", "source"),
)
# Fields that are always in a detail file, so that each has one place.
LONG = {
    *("start", "layers", "cache_keys", "training.history", "seeds.values", "weights.largest"),
    *("evaluation.confusion", "evaluation.per_class", "evaluation.mistakes", "evaluation.misses"),
    *("epochs.weights", "parity.results", "parity.training", "examples"),
    *(f"{course}.{name}" for course in ("wrong", "repaired") for name in ("figures", "points")),
    *(f"{course}.answers" for course in ("wrong", "repaired")),
}
MOST = 200  # characters of JSON: any longer field goes into a file, too


@dataclass(frozen=True)
class Slim:
    """An entry for the manifest, and its detail files: URL → content."""

    entry: dict[str, Json]
    files: dict[str, bytes]


def slim(entry: Mapping[str, Json]) -> Slim:
    """Returns the entry without its long fields, and the detail files.

    entry: as JSON.
    """
    short: dict[str, Json] = {}
    moved: dict[str, dict[str, Json]] = {}
    for name, value in entry.items():
        group = moved.setdefault(_group(name), {})
        if name in KEPT:
            short[name] = value
        elif isinstance(value, dict) and name not in LONG:
            kept = {part: item for part, item in value.items() if not _long(f"{name}.{part}", item)}
            if len(text(kept)) > 3 * MOST:
                kept = {}  # many short fields are long together
            if kept or not value:
                short[name] = kept
            others = {part: item for part, item in value.items() if part not in kept}
            if name == "training" and "history" in others:
                moved["history"] = {name: {"history": others.pop("history")}}
            if others:
                group[name] = others
        elif _long(name, value):
            group[name] = value
        else:
            short[name] = value
    details, listed, files = {}, dict(entry["files"]), {}
    for group_name, content in sorted(moved.items()):
        if content:
            data = text(content).encode()
            digest = hashlib.sha256(data).hexdigest()
            details[group_name] = name = f"details/{group_name}-{digest[:12]}.json"
            listed[name] = {"url": entry["base"] + name, "size_bytes": len(data), "sha256": digest}
            files[entry["base"] + name] = data
    found = {**short, "files": listed, **({"details": details} if details else {})}
    return Slim(found, files)


def whole(entry: Mapping[str, Any], fetch: Callable[[str], bytes]) -> dict[str, Json]:
    """Returns the complete entry. fetch: returns the content of a URL, relative to the site."""
    found = dict(entry)
    for name in (entry.get("details") or {}).values():
        found = _merged(found, json.loads(fetch(entry["files"][name]["url"])))
    return found


def _group(name: str) -> str:
    return "figure" if name in fields_of(PageEntry) else "report"


def _long(path: str, value: Json) -> bool:
    return path in LONG or (not isinstance(value, bool | int | float) and len(text(value)) > MOST)


def _merged(entry: dict[str, Json], more: Mapping[str, Json]) -> dict[str, Json]:
    merged = dict(entry)
    for name, value in more.items():
        known = merged.get(name)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[name] = {**known, **value}
        else:
            merged[name] = value
    return merged
