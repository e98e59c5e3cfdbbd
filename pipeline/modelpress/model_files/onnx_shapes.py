"""ONNX' operations on shapes: reshape, slice, gather, pad."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from modelpress.model_files.onnx_operations import (
    Node,
    Unsupported,
    ints,
    known,
    operation,
)


@operation("Reshape")
def _reshape(node: Node, x: Any, shape: Any) -> Any:
    x = tf.convert_to_tensor(x)
    if known(shape) or tf.get_static_value(shape) is not None:
        sizes = ints(shape)
        if not node.get("allowzero", 0):
            sizes = [_kept(x, i) if size == 0 else size for i, size in enumerate(sizes)]
        rest = math.prod(s for s in x.shape[1:]) if None not in x.shape[1:] else None
        if x.shape.rank and x.shape[0] is None and -1 not in sizes and _whole(sizes):
            fixed = math.prod(sizes[1:])
            if rest == fixed:  # exported for one input: the batch stays open
                sizes = [-1, *sizes[1:]]
        if -1 in sizes and x.shape.rank and x.shape[0] is None and _whole(sizes):
            place = sizes.index(-1)
            others = math.prod(size for i, size in enumerate(sizes) if i not in (0, place))
            if place and sizes[0] == 1 and rest is not None:
                sizes[0], sizes[place] = -1, rest // others
        return tf.reshape(x, sizes if _whole(sizes) else tf.stack(sizes))
    return tf.reshape(x, tf.cast(shape, tf.int32))


def _kept(x: Any, axis: int) -> Any:
    """Returns a size of `x` that a reshape keeps; −1 for an open batch."""
    size = x.shape[axis]
    return size if size is not None else tf.shape(x)[axis] if axis else -1


def _whole(sizes: Sequence[Any]) -> bool:
    return all(isinstance(size, int) for size in sizes)


@operation("Flatten")
def _flatten(node: Node, x: Any) -> Any:
    axis = node.get("axis", 1)
    sizes = x.shape[axis:]
    if axis == 1 and None not in sizes:
        return tf.reshape(x, [-1, math.prod(sizes)])
    if axis == 1:
        return tf.reshape(x, [tf.shape(x)[0], -1])
    raise Unsupported(f"axis={axis}")


@operation("Transpose")
def _transpose(node: Node, x: Any) -> Any:
    return tf.transpose(x, node.get("perm"))


@operation("Squeeze")
def _squeeze(node: Node, x: Any, axes: Any = None) -> Any:
    axes = node.get("axes") if axes is None else ints(axes)
    return tf.squeeze(x, axes)


@operation("Unsqueeze")
def _unsqueeze(node: Node, x: Any, axes: Any = None) -> Any:
    found = tf.convert_to_tensor(x)
    axes = list(node.get("axes") if axes is None else ints(axes))
    rank = found.shape.rank + len(axes)
    for axis in sorted(axis % rank for axis in axes):
        found = tf.expand_dims(found, axis)
    return found


@operation("Concat")
def _concat(node: Node, *given: Any) -> Any:
    return tf.concat(given, node.get("axis"))


@operation("Split")
def _split(node: Node, x: Any, sizes: Any = None) -> Any:
    given = node.get("split") if sizes is None else ints(sizes)
    if given is None:
        count, axis = node.get("num_outputs", node.outputs), node.get("axis", 0)
        size = -(-x.shape[axis] // count)
        given = [size] * (count - 1) + [x.shape[axis] - size * (count - 1)]
    return tf.split(x, list(given), node.get("axis", 0))


@operation("Slice")
def _slice(node: Node, x: Any, *given: Any) -> Any:
    x = tf.convert_to_tensor(x)
    if given:
        starts, ends = ints(given[0]), ints(given[1])
        axes = ints(given[2]) if len(given) > 2 and given[2] is not None else None
        steps = ints(given[3]) if len(given) > 3 and given[3] is not None else [1] * len(starts)
    else:
        starts, ends, axes = node.get("starts"), node.get("ends"), node.get("axes")
        steps = [1] * len(starts)
    parts = [slice(None)] * x.shape.rank
    for axis, start, end, step in zip(axes or range(len(starts)), starts, ends, steps, strict=True):
        last = None if abs(end) > 1 << 30 else end
        parts[axis] = slice(start if abs(start) < 1 << 30 else None, last, step)
    return x[tuple(parts)]


@operation("Gather")
def _gather(node: Node, x: Any, indices: Any) -> Any:
    axis = node.get("axis", 0)
    x = tf.convert_to_tensor(x)
    size = x.shape[axis]
    if known(indices) and size is not None:
        indices = np.where(indices < 0, indices + size, indices)
    return tf.gather(x, indices, axis=axis)


@operation("ArrayFeatureExtractor")
def _columns(node: Node, x: Any, indices: Any) -> Any:
    return tf.gather(x, tf.reshape(indices, [-1]), axis=-1)


@operation("Expand")
def _expand(node: Node, x: Any, shape: Any) -> Any:
    x = tf.convert_to_tensor(x)
    shape = tf.cast(shape, tf.int32)
    return tf.broadcast_to(x, tf.broadcast_dynamic_shape(tf.shape(x), shape))


@operation("Tile")
def _tile(node: Node, x: Any, counts: Any) -> Any:
    return tf.tile(x, ints(counts))


@operation("Pad")
def _pad(node: Node, x: Any, pads: Any = None, value: Any = None, axes: Any = None) -> Any:
    listed = node.get("pads") if pads is None else ints(pads)
    rank = x.shape.rank
    places = ints(axes) if axes is not None else list(range(rank))
    given = [[0, 0] for _ in range(rank)]
    for i, place in enumerate(places):
        given[place] = [listed[i], listed[i + len(places)]]
    mode = node.get("mode", "constant")
    if mode not in ("constant", "reflect"):
        raise Unsupported(f"mode={mode}")
    if any(each < 0 for pair in given for each in pair):
        raise Unsupported("a negative padding")
    fill = node.get("value", 0.0) if value is None else np.ravel(value)[0]
    return tf.pad(x, given, mode.upper(), constant_values=tf.cast(fill, x.dtype))
