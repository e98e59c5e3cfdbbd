"""The registry of input and output kinds, found by file name, and the context of their HTML.

A kind is one file: `modelpress/inputs/<kind>.py` or `modelpress/outputs/<kind>.py` contains exactly
one class, and the file's name is the kind's name. There is no list of kinds.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import ModuleType
from typing import Any

from modelpress.core.errors import nearest


@dataclass(frozen=True)
class Context:
    """The context in which a kind's HTML is rendered.

    id: prefix of every `id` in the figure, unique on the page.
    options: the fence's options for this kind, already checked against `options` of the kind.
    input: the input kind's spec. given: the values of the prediction's input. text: its canonical
    text, which may contain more than the values.
    sweep: the predictions for `Output.sweep`'s inputs, one per row.
    plane: whether the output's picture is a plane in which the input is set (`data-part=plane`).
    """

    id: str
    options: Mapping[str, str] = field(default_factory=dict)
    input: Mapping[str, Any] = field(default_factory=dict)
    given: Sequence[float] = ()
    text: str = ""
    sweep: Sequence[Sequence[float]] = ()
    plane: bool = False


def kind_names(package: ModuleType) -> list[str]:
    """Returns the names of the kinds in `modelpress.inputs` or `modelpress.outputs`, sorted."""
    return sorted(module.name for module in pkgutil.iter_modules(package.__path__))


def kind_class(package: ModuleType, base: type, kind: str) -> type[Any]:
    """Returns the class of a kind. Raises ValueError with the known kinds for an unknown one."""
    known = kind_names(package)
    if kind not in known:
        raise ValueError(
            f"{kind!r} is not a kind of {package.__name__}; known kinds: {', '.join(known)}."
            f"{nearest(kind, known)}"
        )
    module = importlib.import_module(f"{package.__name__}.{kind}")
    own = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, base)
        and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise ValueError(
            f"{module.__name__} must define one subclass of {base.__name__}; found {len(own)}."
        )
    return own[0]


def kind_classes(package: ModuleType, base: type) -> list[type[Any]]:
    """Returns the classes of all kinds in a package, by `fit_rank`, then by name."""
    kinds = [kind_class(package, base, kind) for kind in kind_names(package)]
    return sorted(kinds, key=lambda kind: int(kind.fit_rank))


def class_named(package: ModuleType, base: type, name: str) -> type[Any]:
    """Returns the class `name` of any kind in the package, for `from package import Name`."""
    for kind in kind_names(package):
        found = kind_class(package, base, kind)
        if found.__name__ == name:
            return found
    raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")


def every_option(*packages: ModuleType) -> dict[str, tuple[str, ...]]:
    """Returns the fence options of all kinds, each with its allowed values."""
    options: dict[str, tuple[str, ...]] = {}
    for package in packages:
        for kind in kind_names(package):
            module = importlib.import_module(f"{package.__name__}.{kind}")
            for value in vars(module).values():
                if inspect.isclass(value) and value.__module__ == module.__name__:
                    for name, words in getattr(value, "options", {}).items():
                        options[name] = (*options.get(name, ()), *words)
    return options


def attributes(**values: object) -> str:
    """Returns HTML attributes, each with a leading space.

    `_` in a name becomes `-`; None and False are omitted, True has no value.
    """
    parts = []
    for name, value in values.items():
        if value is None or value is False:
            continue
        html_name = name.rstrip("_").replace("_", "-")
        parts.append(f" {html_name}" if value is True else f' {html_name}="{escape(str(value))}"')
    return "".join(parts)
