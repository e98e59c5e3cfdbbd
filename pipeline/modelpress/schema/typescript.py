"""Generates the TypeScript types of a site's documents from their Python types."""

from __future__ import annotations

import typing
from typing import Any, Literal

from modelpress.schema.detail_files import KEPT
from modelpress.schema.docstrings import docs_of, summary_of
from modelpress.schema.document import fields_of, is_document, members, rest_of
from modelpress.schema.failure import FailureEntry, FailureFigure, FailureResult
from modelpress.schema.json_schema import DOCUMENTS, SLIM
from modelpress.schema.manifest import SCHEMA, Manifest
from modelpress.schema.model import ModelEntry
from modelpress.schema.names import COMPLETE, UNIONS, WORDS, classes, name_of

_SCALARS = {str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
_WIDTH = 120
_HEAD = f"""\
/** The documents of a site. Written by `make schema`: change the Python types. */

/** Version of the schema; another one is refused. */
export const SCHEMA = {SCHEMA};
"""


def typescript() -> str:
    """Returns the content of `site_assets/src/core/schema.ts`."""
    blocks = [_HEAD]
    for name, (words, constant) in WORDS.items():
        listed = ", ".join(f'"{word}"' for word in typing.get_args(words))
        blocks.append(
            f"export const {constant} = [{listed}] as const;\n"
            f"export type {name} = (typeof {constant})[number];\n"
        )
    blocks += [_interface(kind) for kind in classes(*DOCUMENTS.values(), *_MORE)]
    for name, union in UNIONS.items():
        blocks.append(f"export type {name} = {' | '.join(map(name_of, typing.get_args(union)))};\n")
    blocks.append(
        "/** A document whose long fields may be missing. */\n"
        "type Slim<T> = {\n"
        "  [Field in keyof T]?: T[Field] extends object ? Partial<T[Field]> : T[Field];\n};\n"
    )
    for kind, name in SLIM.items():
        kept = "".join(f'\n  | "{field}"' for field in fields_of(kind) if field in KEPT)
        blocks.append(
            f"/** {summary_of(kind)} Long fields lie in the files of `details`. */\n"
            f"export type {name} = Slim<{kind.__name__}> & Pick<\n  {kind.__name__},{kept}\n>;\n"
        )
    return "\n".join(blocks)


_MORE = (FailureEntry, FailureResult, FailureFigure)


def _interface(kind: Any) -> str:
    base = next((each for each in kind.__bases__ if is_document(each)), None)
    inherited = fields_of(base) if base else {}
    docs = docs_of(kind)
    lines = [_comment(summary_of(kind), "")]
    extends = f" extends {base.__name__}" if base else ""
    lines.append(f"export interface {kind.__name__}{extends} {{")
    for name, (hint, optional) in fields_of(kind).items():
        if name in inherited:
            continue
        if kind is Manifest and name in ("models", "failures"):
            slim = SLIM[ModelEntry if name == "models" else FailureEntry]
            written = f"Record<string, {slim}>"
        else:
            written = _type(hint, optional and not rest_of(kind))
        lines += [_comment(docs[name], "  "), f"  {name}{'?' if optional else ''}: {written};"]
    if rest_of(kind):
        lines += [_comment(docs[rest_of(kind)], "  "), "  [field: string]: unknown;"]
    return "\n".join([*lines, "}\n"])


def _comment(text: str, indent: str) -> str:
    """Returns a JSDoc comment, wrapped at `_WIDTH`."""
    if len(indent) + len(text) + 7 <= _WIDTH:
        return f"{indent}/** {text} */"
    lines, line = [], ""
    for word in text.split():
        if line and len(indent) + 3 + len(line) + 1 + len(word) > _WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    body = "".join(f"\n{indent} * {each}" for each in [*lines, line])
    return f"{indent}/**{body}\n{indent} */"


def _type(hint: Any, optional: bool = False) -> str:
    if name := name_of(hint):
        return name
    if hint is Any:
        return "unknown"
    if hint in _SCALARS:
        return _SCALARS[hint]
    if parts := members(hint):
        shown = [part for part in parts if not (optional and part is type(None))]
        rest = tuple(part for part in shown if part is not type(None))
        named = name_of(typing.Union[rest]) or _named_union(rest)  # noqa: UP007
        if named:
            return named + (" | null" if type(None) in shown else "")
        return " | ".join(_type(part) for part in shown)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return " | ".join(f'"{word}"' if isinstance(word, str) else str(word) for word in arguments)
    if origin is list:
        item = _type(arguments[0])
        return f"({item})[]" if " | " in item else f"{item}[]"
    if origin is tuple:
        return f"[{', '.join(map(_type, arguments))}]"
    assert origin is dict, hint
    key, value = _type(arguments[0]), _type(arguments[1])
    record = f"Record<{key}, {value}>"
    return record if key == "string" or key in COMPLETE else f"Partial<{record}>"


def _named_union(parts: tuple[Any, ...]) -> str:
    """Returns the name of the union of exactly these classes; "" for none."""
    found = (name for name, union in UNIONS.items() if set(typing.get_args(union)) == set(parts))
    return next(found, "") if len(parts) > 1 else ""
