"""A slice with a step along each axis, as in Python."""

from __future__ import annotations

from modelpress.exact.graph import Array, Node


def run(node: Node, inputs: list[Array]) -> Array:
    x, begin, end, step = inputs[0], *(each.tolist() for each in inputs[1:4])
    masks = {
        name: node.integer(f"{name}_mask")
        for name in ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
    }
    places: list[slice | int | None] = []
    count = len(begin)
    written = sum(1 for i in range(count) if not (masks["new_axis"] | masks["ellipsis"]) >> i & 1)
    for i in range(count):
        if masks["ellipsis"] >> i & 1:
            places += [slice(None)] * (x.ndim - written)
        elif masks["new_axis"] >> i & 1:
            places.append(None)
        elif masks["shrink_axis"] >> i & 1:
            places.append(int(begin[i]))
        else:
            first = None if masks["begin"] >> i & 1 else int(begin[i])
            last = None if masks["end"] >> i & 1 else int(end[i])
            places.append(slice(first, last, int(step[i])))
    return x[tuple(places)]
