"""Generates the reference page of a site's documents from their types."""

from __future__ import annotations

import typing
from typing import Any, Literal

from modelpress.schema.detail_files import LONG, MOST
from modelpress.schema.docstrings import docs_of, summary_of, unit_of
from modelpress.schema.document import fields_of, is_document, members, rest_of
from modelpress.schema.failure import FailureEntry
from modelpress.schema.golden import Golden
from modelpress.schema.json_schema import SLIM
from modelpress.schema.live import LiveRun
from modelpress.schema.manifest import SCHEMA, EmbedListing, Manifest
from modelpress.schema.model import ModelEntry
from modelpress.schema.names import UNIONS, WORDS, name_of, parts_of

_SCALARS = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_SECTIONS: tuple[tuple[str, str, type], ...] = (
    ("The manifest", "`models/manifest.json`", Manifest),
    ("A model", "`models/SLUG/card.json`, and in the manifest", ModelEntry),
    ("A failure case", "In the manifest", FailureEntry),
    ("Golden cases", "`golden.json` of a model", Golden),
    ("A live run", "`live/live.json` of a model, `wrong/live.json` of a failure case", LiveRun),
    ("Models on other sites", "`models/embed.json`", EmbedListing),
)
_HEAD = f"""\
---
description: The JSON documents of a site, field by field, and where they lie.
---

<!-- Made by `python -m modelpress.schema.generate`: change the Python types instead. -->

# Manifest

`models/manifest.json` in a site describes every model; `models/SLUG/card.json` is one model's part
of it. All URLs are relative to the root of the site. `models/schema.json` is the JSON Schema of all
documents below: [schema.json](schema.json).

`schema` is {SCHEMA}. It changes when a field is renamed or removed, or changes its meaning.
Modelpress and its scripts refuse a manifest with another number.

## Where long fields lie

The manifest is slim: at most 3 kB a model when it is compressed. Long fields lie in files beside
the model, named after their content. `details` names these files:

| Name | Holds |
|---|---|
| `figure` | what a figure reads: `start`, `epochs.weights`, long fields of `input` and `output` |
| `history` | `training.history` |
| `report` | everything else: `layers`, `evaluation.confusion`, `parity.results`, … |

Such a file is an object of the same shape as the entry, with only the missing fields in it. Laid
over the entry, field by field, it makes the entry whole. A field lies in a file where it is marked
*long* below, and wherever its JSON has more than {MOST} characters.

- In Python `modelpress.load("SLUG").entry` has all fields, and `.spec` has them as JSON.
- In the browser `await modelpress.details("SLUG")` resolves to all of them.
- Facts, such as `{{{{ SLUG.training.history.loss.-1 }}}}`, reach all of them.
"""


def page() -> str:
    """Returns the content of `docs/reference/manifest.md`."""
    blocks = [_HEAD]
    shown: set[Any] = {root for _, _, root in _SECTIONS}
    for title, where, root in _SECTIONS:
        blocks.append(f"## {title}\n\n{where}.\n")
        blocks += [_class(kind, long=kind in SLIM) for kind in _ordered(root, shown)]
    blocks.append("## Words\n\nThe values that some fields take.\n")
    lines = ["| Type | Values |", "|---|---|"]
    for name, (words, _) in WORDS.items():
        listed = ", ".join(f"`{word}`" for word in typing.get_args(words))
        lines.append(f"| {_anchor(name)}`{name}` | {listed} |")
    blocks.append("\n".join([*lines, ""]))
    return "\n".join(blocks)


def _ordered(root: Any, shown: set[Any]) -> list[Any]:
    """Returns the class and the new classes of its fields, in order, and adds them to `shown`."""
    found = [root]
    for hint, _ in fields_of(root).values():
        waiting = [hint]
        while waiting:
            each = waiting.pop(0)
            if is_document(each) and each not in shown:
                shown.add(each)
                found += _ordered(each, shown)
            waiting += parts_of(each)
    return found


def _class(kind: Any, *, long: bool) -> str:
    docs = docs_of(kind)
    lines = [
        f"### `{kind.__name__}` {{ #{kind.__name__.lower()} }}\n",
        f"{summary_of(kind)}\n",
        "| Field | Type | Description |",
        "|---|---|---|",
    ]
    for name, (hint, optional) in fields_of(kind).items():
        text, unit = unit_of(docs[name])
        marks = ["optional"] if optional else []
        marks += ["long"] if long and name in LONG else []
        inner = [part for part in _inner_fields(hint) if long and f"{name}.{part}" in LONG]
        if inner:
            text += f" *Long:* {', '.join(f'`{part}`' for part in inner)}."
        prefix = f"*{', '.join(marks).capitalize()}.* " if marks else ""
        type_ = _type(hint, optional and not rest_of(kind)) + (f", in {unit}" if unit else "")
        lines.append(f"| `{name}` | {type_} | {prefix}{text} |")
    if rest_of(kind):
        lines.append(f"| … | any | {docs[rest_of(kind)]} |")
    return "\n".join([*lines, ""])


def _inner_fields(hint: Any) -> list[str]:
    """Returns the field names of a document, or of all documents in a union."""
    kinds = [part for part in (members(hint) or (hint,)) if is_document(part)]
    return list(dict.fromkeys(name for kind in kinds for name in fields_of(kind)))


def _anchor(name: str) -> str:
    return f'<span id="{name.lower()}"></span>'


def _type(hint: Any, optional: bool = False) -> str:
    name = name_of(hint)
    if name in UNIONS:
        return " or ".join(map(_type, typing.get_args(hint)))
    if name:
        return f"[`{name}`](#{name.lower()})"
    if hint is Any:
        return "any"
    if hint in _SCALARS:
        return _SCALARS[hint]
    if parts := members(hint):
        shown = [part for part in parts if not (optional and part is type(None))]
        return " or ".join(_type(part) for part in shown)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in arguments)
    if origin is list:
        return f"array of {_type(arguments[0])}"
    if origin is tuple:
        return f"array: {', '.join(map(_type, arguments))}"
    assert origin is dict, hint
    return f"object: {_type(arguments[0])} → {_type(arguments[1])}"
