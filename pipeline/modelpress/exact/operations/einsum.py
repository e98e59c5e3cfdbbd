"""Products summed over the letters that the result lacks: 0 + the terms in the order of those
letters in the equation, the last one innermost."""

from __future__ import annotations

import numpy as np

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Array, Node
from modelpress.exact.sums import product


def run(node: Node, inputs: list[Array]) -> Array:
    given, result = node.text("equation").replace(" ", "").split("->")
    letters = given.split(",")
    if "." in given or len(letters) != 2 or any(len(set(one)) < len(one) for one in letters):
        raise ModelpressError(
            "The exact engine has einsum of two inputs, each letter once.",
            where=f"operation `{node.name}`",
            found=node.text("equation"),
        )
    one, two = letters
    every = "".join(dict.fromkeys(one + two))
    batch = [c for c in every if c in one and c in two and c in result]
    inner = [c for c in every if c not in result]
    rows = [c for c in one if c not in two and c in result]
    columns = [c for c in two if c not in one and c in result]
    lengths = dict(zip(one + two, inputs[0].shape + inputs[1].shape, strict=True))
    a = _arranged(inputs[0], one, batch, rows, inner, lengths)
    b = _arranged(inputs[1], two, batch, inner, columns, lengths)
    made = product(a, b).reshape([lengths[c] for c in batch + rows + columns])
    order = [(batch + rows + columns).index(c) for c in result]
    return made.transpose(order).astype(np.float32)


def _arranged(
    x: Array, letters: str, batch: list[str], first: list[str], last: list[str], n: dict[str, int]
) -> Array:
    """x with three axes: the letters of `batch`, `first` and `last`; a letter that x lacks repeats
    it."""
    order = [c for c in (*batch, *first, *last) if c in letters]
    moved = x.transpose([letters.index(c) for c in order])
    full = [n[c] for c in (*batch, *first, *last)]
    shaped = moved.reshape([n[c] if c in letters else 1 for c in (*batch, *first, *last)])
    wide = np.broadcast_to(shaped, full)
    sizes = [int(np.prod([n[c] for c in part], dtype=np.int64)) for part in (batch, first, last)]
    return wide.reshape(sizes)
