"""The registry of input and output kinds, found by entry points, and the context of their HTML.

Modelpress's own kinds are one file each: `modelpress/inputs/<kind>.py` or
`modelpress/outputs/<kind>.py` contains exactly one class, and the file's name is the kind's name.
Other packages add theirs by the entry points `modelpress.inputs` and `modelpress.outputs`.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from types import ModuleType
from typing import Any, cast

from modelpress.core.errors import nearest, shown
from modelpress.core.extensions import OWN, Extension, extensions


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
    """Returns the names of the kinds of `modelpress.inputs` or `modelpress.outputs`, sorted."""
    return sorted(extensions(package.__name__))


def kind_class(package: ModuleType, base: type, kind: str) -> type[Any]:
    """Returns the class of a kind. Raises ValueError with the known kinds for an unknown one."""
    known = extensions(package.__name__)
    if kind not in known:
        names = sorted(known)
        raise ValueError(
            f"{kind!r} is not a kind of {package.__name__}; known kinds: {', '.join(names)}."
            f"{nearest(kind, names)}"
        )
    found = known[kind].load()
    if inspect.ismodule(found):
        found = _only_class(found, base, known[kind])
    _require_complete(found, base, known[kind])
    return cast("type[Any]", found)


def kind_classes(package: ModuleType, base: type) -> list[type[Any]]:
    """Returns the classes of all kinds, by `fit_rank`: of one rank Modelpress's own first, then by
    name."""
    known = extensions(package.__name__).items()
    kinds = [(each.package != OWN, kind_class(package, base, name)) for name, each in sorted(known)]
    return [kind for _, kind in sorted(kinds, key=lambda pair: (int(pair[1].fit_rank), pair[0]))]


def class_named(package: ModuleType, base: type, name: str) -> type[Any]:
    """Returns the class `name` of any kind, for `from package import Name`."""
    for kind in extensions(package.__name__):
        found = kind_class(package, base, kind)
        if found.__name__ == name:
            return found
    raise AttributeError(f"module {package.__name__!r} has no attribute {name!r}")


def every_option(*packages: tuple[ModuleType, type]) -> dict[str, tuple[str, ...]]:
    """Returns the fence options of all kinds, each with its allowed values.

    packages: each with the base class of its kinds.
    """
    options: dict[str, tuple[str, ...]] = {}
    for package, base in packages:
        for kind in kind_names(package):
            for name, words in kind_class(package, base, kind).options.items():
                options[name] = (*options.get(name, ()), *words)
    return options


def _only_class(module: ModuleType, base: type, extension: Extension) -> type[Any]:
    own = [
        value
        for value in vars(module).values()
        if inspect.isclass(value)
        and issubclass(value, base)
        and value.__module__ == module.__name__
    ]
    if len(own) != 1:
        raise extension.fault(
            f"its module must define one subclass of {base.__name__}", found=f"{len(own)} of them"
        )
    return own[0]


def _require_complete(found: Any, base: type, extension: Extension) -> None:
    """Raises ModelpressError for something that is not a class of this kind, with all methods."""
    if not (inspect.isclass(found) and issubclass(found, base)):
        raise extension.fault(
            "it is not a kind",
            found=shown(found),
            expected=f"a subclass of {base.__module__}.{base.__name__}",
        )
    missing = sorted(getattr(found, "__abstractmethods__", ()))
    if missing:
        raise extension.fault(
            "its class is incomplete",
            found=f"{found.__name__} without {', '.join(missing)}",
            expected=f"all abstract methods of {base.__module__}.{base.__name__}",
        )
    if getattr(found, "kind", None) != extension.name:
        raise extension.fault(
            "its class has another name",
            found=f"{found.__name__}.kind = {shown(getattr(found, 'kind', None))}",
            expected=f"{extension.name!r}, the name of the entry point",
        )


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
