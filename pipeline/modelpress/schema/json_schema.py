"""Generates the JSON Schema of a site's documents from their types."""

from __future__ import annotations

import typing
from typing import Any, Literal

from modelpress.schema.detail_files import KEPT
from modelpress.schema.docstrings import docs_of, summary_of
from modelpress.schema.document import Json, fields_of, is_document, members, rest_of
from modelpress.schema.failure import FailureEntry, FailureResult
from modelpress.schema.golden import Golden
from modelpress.schema.live import LiveRun
from modelpress.schema.manifest import SCHEMA, EmbedListing, Manifest
from modelpress.schema.model import ModelEntry

# File of a site → its document type.
DOCUMENTS: dict[str, type] = {
    "models/manifest.json": Manifest,
    "models/SLUG/card.json": ModelEntry,
    "golden.json": Golden,
    "live.json": LiveRun,
    "models/embed.json": EmbedListing,
}
# Documents without long fields in the manifest → name of the slim type.
SLIM: dict[type, str] = {ModelEntry: "PublishedModel", FailureEntry: "PublishedFailure"}
_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def json_schema() -> dict[str, Json]:
    """Returns one JSON Schema: its root is models/manifest.json, its `$defs` are all documents."""
    defs: dict[str, Json] = {}
    for kind in (*DOCUMENTS.values(), FailureEntry, FailureResult):
        _define(kind, defs)
    for kind, name in SLIM.items():
        defs[name] = _slim(kind, defs)
    for entries, kind in (("models", ModelEntry), ("failures", FailureEntry)):
        found = defs["Manifest"]["properties"][entries]
        found["additionalProperties"] = {"$ref": f"#/$defs/{SLIM[kind]}"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Modelpress, schema {SCHEMA}",
        "$ref": "#/$defs/Manifest",
        "$defs": dict(sorted(defs.items())),
    }


def _define(kind: Any, defs: dict[str, Json]) -> dict[str, Json]:
    """Adds the class to `defs` if it is new, and returns a reference to it."""
    if kind.__name__ not in defs:
        defs[kind.__name__] = {}
        defs[kind.__name__] = _object(kind, defs)
    return {"$ref": f"#/$defs/{kind.__name__}"}


def _object(kind: Any, defs: dict[str, Json]) -> dict[str, Json]:
    docs = docs_of(kind)
    return {
        "description": summary_of(kind),
        "type": "object",
        "properties": {
            name: {"description": docs[name], **_schema(hint, defs)}
            for name, hint in _hints(kind).items()
        },
        "required": [name for name, (_, optional) in fields_of(kind).items() if not optional],
        "additionalProperties": bool(rest_of(kind)),
    }


def _slim(kind: Any, defs: dict[str, Json]) -> dict[str, Json]:
    """Returns the schema of the class without its long fields.

    Fields that may be in a detail file are optional, as are the fields of documents in them.
    """
    found = dict(_object(kind, defs))
    found["description"] = f"{summary_of(kind)} Long fields lie in the files of `details`."
    known = fields_of(kind)
    found["required"] = [name for name in found["required"] if name in KEPT]
    for name, (hint, _) in known.items():
        parts = [part for part in (members(hint) or (hint,)) if is_document(part)]
        if name in KEPT or not parts:
            continue
        objects = [{**_object(part, defs), "required": []} for part in parts]
        others = [{"type": "null"}] if type(None) in members(hint) else []
        both = [*objects, *others]
        schema = both[0] if len(both) == 1 else {"anyOf": both}
        found["properties"][name] = {**schema, "description": docs_of(kind)[name]}
    if kind is ModelEntry:  # card.json has a version of its own
        found["properties"]["schema"] = {"const": SCHEMA, "description": "As of the manifest."}
    return found


def _hints(kind: Any) -> dict[str, Any]:
    """Returns field → its type when present."""
    found: dict[str, Any] = {}
    for name, (hint, optional) in fields_of(kind).items():
        others = tuple(part for part in members(hint) if part is not type(None))
        found[name] = typing.Union[others] if optional and not rest_of(kind) else hint  # noqa: UP007
    return found


def _schema(hint: Any, defs: dict[str, Json]) -> dict[str, Json]:
    if hint is Any:
        return {}
    if hint in _SCALARS:
        return {"type": _SCALARS[hint]}
    if is_document(hint):
        return _define(hint, defs)
    if parts := members(hint):
        return {"anyOf": [_schema(part, defs) for part in parts]}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _schema(arguments[0], defs)}
    if origin is tuple:
        items = [_schema(part, defs) for part in arguments]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}
    assert origin is dict, hint
    found: dict[str, Json] = {"type": "object"}
    if arguments[1] is not Any:
        found["additionalProperties"] = _schema(arguments[1], defs)
    if typing.get_origin(arguments[0]) is Literal:
        found["propertyNames"] = _schema(arguments[0], defs)
    return found
