"""Names of the document types in TypeScript and on the reference page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from modelpress.schema import failure, live, model
from modelpress.schema.document import fields_of, is_document

# Name of a set of words → its type, and the name of its list in TypeScript.
WORDS: dict[str, tuple[Any, str]] = {
    "BackendName": (model.BackendName, "BACKENDS"),
    "Format": (model.Format, "FORMATS"),
    "Encoding": (model.Encoding, "ENCODINGS"),
    "Unit": (model.Unit, "UNITS"),
    "Part": (model.Part, "PARTS"),
    "DetailName": (model.DetailName, "DETAILS"),
    "Activation": (live.Activation, "ACTIVATIONS"),
    "LossName": (live.LossName, "LOSSES"),
    "OptimizerName": (live.OptimizerName, "OPTIMIZERS"),
    "MetricName": (live.MetricName, "METRICS"),
    "TrainingBackend": (live.TrainingBackend, "TRAINING_BACKENDS"),
    "CurveName": (failure.CurveName, "CURVES"),
    "CourseName": (failure.CourseName, "COURSES"),
}
UNIONS: dict[str, Any] = {
    "Initializer": live.Initializer,
    "LiveLayer": live.LiveLayer,
    "Evaluation": model.Evaluation,
}
# Objects whose names are these words have all of them; other objects have some.
COMPLETE = ("TrainingBackend", "CourseName")


def name_of(hint: Any) -> str:
    """Returns the name of a set of words, a union or a document class; "" for other types."""
    for name, (words, _) in WORDS.items():
        if words == hint:
            return name
    for name, union in UNIONS.items():
        if union == hint:
            return name
    return str(hint.__name__) if is_document(hint) else ""


def classes(*roots: Any) -> list[Any]:
    """Returns the document classes of these types, each after the classes that it uses."""
    found: dict[Any, None] = {}

    def visit(hint: Any) -> None:
        if is_document(hint) and hint not in found:
            for base in hint.__bases__:
                visit(base)
            for field, _ in fields_of(hint).values():
                visit(field)
            found[hint] = None
        for part in parts_of(hint):
            visit(part)

    for root in roots:
        visit(root)
    return list(found)


def parts_of(hint: Any) -> Iterator[Any]:
    """Yields the type arguments of a type."""
    # The arguments of a Literal are not types.
    yield from (part for part in get_args(hint) if not isinstance(part, str | int))
