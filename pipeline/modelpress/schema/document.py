"""JSON documents as typed objects: `read` validates and builds them, `plain` returns their JSON.

A document is a frozen dataclass. The type of each field defines its JSON value:

    str, bool, int, float       a whole number is also a float
    list[X], dict[str, X]       an array; an object with any names
    tuple[X, Y]                 an array of exactly these types
    Literal["a", "b"]           one of these values
    X | None                    X or null
    Json                        any JSON value

A field with the default None is optional; JSON omits it if it is None. The field whose default is
`rest()` collects undeclared names. The field `kind` distinguishes the dataclasses of a union. The
string below a field documents it: `modelpress.schema.generate` makes the JSON Schema, the
TypeScript types and the reference page from these strings.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import math
import types
import typing
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar, Union, overload

Json = Any
T = TypeVar("T")

_SCALARS = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}


class DocumentError(ValueError):
    """JSON does not match the document type. The message names the place, found and expected."""

    def __init__(self, where: str, found: object, expected: str) -> None:
        text = json.dumps(found, default=repr)
        shown = text if len(text) <= 80 else f"{text[:79]}…"
        super().__init__(f"{where or 'the document'}: found {shown}; expected {expected}")


def rest() -> dict[str, Json]:
    """Returns the default of the field that collects undeclared names."""
    found: dict[str, Json] = dataclasses.field(default_factory=dict, metadata={"rest": True})
    return found


@overload
def read(kind: type[T], value: object, where: str = "") -> T: ...
@overload
def read(kind: Any, value: object, where: str = "") -> Any: ...
def read(kind: Any, value: object, where: str = "") -> Any:
    """Returns the document of type `kind` in a parsed JSON value.

    where: path of the value, for errors. Raises DocumentError.
    """
    return _read(kind, value, where)


def plain(value: Any) -> Json:
    """Returns the JSON value of a document, or of a list or dict of documents."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _plain(value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return list(value) if _flat(value) else [plain(item) for item in value]
    return value


def text(value: Any) -> str:
    """Returns a document as JSON text with sorted names and shortest numbers.

    Raises ValueError for NaN.
    """
    return json.dumps(
        plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def is_document(hint: Any) -> bool:
    """Returns whether a type is a document class."""
    return isinstance(hint, type) and dataclasses.is_dataclass(hint)


def members(hint: object) -> tuple[Any, ...]:
    """Returns the members of a union; () for other types."""
    if typing.get_origin(hint) in (Union, types.UnionType):
        return typing.get_args(hint)
    return ()


@functools.cache
def fields_of(kind: Any) -> dict[str, tuple[Any, bool]]:
    """Returns name → (type, whether optional) of all fields except that of `rest()`."""
    hints = typing.get_type_hints(kind)
    return {
        field.name: (hints[field.name], field.default is None)
        for field in dataclasses.fields(kind)
        if not field.metadata.get("rest")
    }


@functools.cache
def rest_of(kind: Any) -> str:
    """Returns the name of the field that collects undeclared names; "" for none."""
    fields = (field for field in dataclasses.fields(kind) if field.metadata.get("rest"))
    return next((field.name for field in fields), "")


def _plain(document: Any) -> dict[str, Json]:
    kind: Any = type(document)
    more = rest_of(kind)
    found = dict(getattr(document, more)) if more else {}
    for name, (_, optional) in fields_of(kind).items():
        value = getattr(document, name)
        if value is not None or not optional:
            found[name] = plain(value)
    return found


def _flat(values: list[Any] | tuple[Any, ...]) -> bool:
    return {type(value) for value in values} <= {int, float, str, bool, type(None)}


def _read(hint: Any, value: Any, where: str) -> Any:
    if hint is Any:
        return value
    if hint in _SCALARS:
        return _scalar(hint, value, where)
    if is_document(hint):
        return _document(hint, value, where)
    if found := members(hint):
        return _union(found, value, where)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        if any(value == each and type(value) is type(each) for each in arguments):
            return value
        raise DocumentError(where, value, "one of " + ", ".join(map(json.dumps, arguments)))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise DocumentError(where, value, "an object")
        return {name: _read(arguments[1], item, _at(where, name)) for name, item in value.items()}
    assert origin in (list, tuple), hint
    if not isinstance(value, list | tuple):
        raise DocumentError(where, value, "an array")
    if origin is list:
        if arguments[0] is float and _all_finite(value):
            return list(value)  # golden cases hold hundreds of thousands
        return [_read(arguments[0], item, f"{where}[{i}]") for i, item in enumerate(value)]
    if len(value) != len(arguments):
        raise DocumentError(where, value, f"an array of {len(arguments)}")
    pairs = enumerate(zip(arguments, value, strict=True))
    return tuple(_read(each, item, f"{where}[{i}]") for i, (each, item) in pairs)


def _all_finite(values: Sequence[Any]) -> bool:
    kinds = set(map(type, values))
    return kinds == {int} or (kinds == {float} and all(map(math.isfinite, values)))


def _scalar(hint: Any, value: Any, where: str) -> Any:
    allowed = (int, float) if hint is float else (hint,)
    if type(value) in allowed and (type(value) is not float or math.isfinite(value)):
        return value
    raise DocumentError(where, value, _SCALARS[hint])


def _union(found: tuple[Any, ...], value: Any, where: str) -> Any:
    if value is None and type(None) in found:
        return None
    others = [hint for hint in found if hint is not type(None)]
    if len(others) == 1:
        return _read(others[0], value, where)
    documents = [hint for hint in others if is_document(hint)]
    if isinstance(value, Mapping) and documents:
        kinds = {kind: hint for hint in documents for kind in _kinds(hint)}
        if value.get("kind") not in kinds:
            raise DocumentError(_at(where, "kind"), value.get("kind"), f"one of {', '.join(kinds)}")
        return _document(kinds[value["kind"]], value, where)
    for hint in others:
        try:
            return _read(hint, value, where)
        except DocumentError as error:
            last = error
    raise last


def _kinds(hint: type) -> tuple[str, ...]:
    return typing.get_args(fields_of(hint)["kind"][0])


def _document(kind: type, value: Any, where: str) -> Any:
    if not isinstance(value, Mapping):
        raise DocumentError(where, value, "an object")
    known, given = fields_of(kind), {}
    for name, (hint, optional) in known.items():
        if name in value and not _is_undeclared_null(kind, optional, value[name]):
            given[name] = _read(hint, value[name], _at(where, name))
        elif not optional:
            raise DocumentError(where, sorted(value), f"the field `{name}`")
    more = {name: item for name, item in value.items() if name not in given}
    if rest_of(kind):
        given[rest_of(kind)] = more
    elif more:
        raise DocumentError(where, sorted(more), "no field but " + ", ".join(sorted(known)))
    return kind(**given)


def _is_undeclared_null(kind: Any, optional: bool, value: Any) -> bool:
    """Returns whether a null joins the undeclared names, so that `plain` does not omit it."""
    return optional and value is None and bool(rest_of(kind))


def _at(where: str, name: object) -> str:
    return f"{where}.{name}" if where else str(name)
