"""Names that TypeScript and the reference page give to the types of documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from modelpress.schema import failure, live, model
from modelpress.schema.document import fields_of, is_document

# Sets of words → the list of them in TypeScript.
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
# Objects by these names hold all of them; by others, some.
COMPLETE = ("TrainingBackend", "CourseName")


def name_of(hint: Any) -> str:
    """The name of a set of words, a union or a class; "" where it has none."""
    for name, (words, _) in WORDS.items():
        if words == hint:
            return name
    for name, union in UNIONS.items():
        if union == hint:
            return name
    return str(hint.__name__) if is_document(hint) else ""


def classes(*roots: Any) -> list[Any]:
    """The classes that these are made of, each before the ones that need it."""
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
    """The types that a type is made of."""
    # Words of a Literal are no types.
    yield from (part for part in get_args(hint) if not isinstance(part, str | int))
