"""Parts of composite kinds: several inputs or outputs in one vector, each of its own kind."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from itertools import accumulate, pairwise
from typing import Any

from modelpress.core.errors import shown

# Prefixes of `data-part` of the elements of the parts, before their number.
PART, PART_OUT = "several-", "several-out-"


def kinds_of(spec: Mapping[str, Any]) -> list[str]:
    """Returns the kind of a spec, then the kinds of its parts."""
    inner = [kind for part in spec.get("parts") or () for kind in kinds_of(part)]
    return list(dict.fromkeys([str(spec["kind"]), *inner]))


def modules_of(kind: Any) -> list[str]:
    """Returns the modules of a kind and of its parts."""
    inner = [name for part in getattr(kind, "parts", {}).values() for name in modules_of(part)]
    return list(dict.fromkeys([type(kind).__module__, *inner]))


def slices_of(parts: Mapping[str, Any]) -> list[slice]:
    """Returns the place of each part's values in the vector."""
    sizes = [math.prod(part.shape) for part in parts.values()]
    return [slice(*ends) for ends in pairwise(accumulate(sizes, initial=0))]


def checked_parts(name: str, parts: Mapping[str, Any], base: type[Any]) -> dict[str, Any]:
    """Returns the parts. name: of the composite kind. Raises ValueError for parts that can't be
    used."""
    if not isinstance(parts, Mapping) or not parts:
        raise ValueError(f"{name} needs kinds by name, such as {{'age': …}}; found {shown(parts)}.")
    for key, part in parts.items():
        if not isinstance(key, str) or not re.fullmatch(r"[^=;\s]([^=;\n]*[^=;\s])?", key):
            raise ValueError(f"{name} needs names without `=` and `;`; found {shown(key)}.")
        if not isinstance(part, base):
            hint = " (the class itself: call it)" if isinstance(part, type) else ""
            raise ValueError(
                f"{name} needs a kind of {base.__name__.lower()} for {key!r}; found "
                f"{shown(part)}{hint}."
            )
        if hasattr(part, "parts"):
            raise ValueError(f"{name} can't have parts of its own parts, as {key!r} has.")
    return dict(parts)


def parts_of(spec: Mapping[str, Any]) -> list[str]:
    """Returns names and shapes of the parts of a spec, in the order of their values."""
    named = zip(spec["names"], spec["parts"], strict=True)
    return [f"{name} {tuple(part['shape'])}" for name, part in named]
