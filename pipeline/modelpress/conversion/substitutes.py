"""Replaces functions of TensorFlow, while a graph is traced, by what TensorFlow.js can compute.

Its converter knows neither convolutions in groups, nor transposed ones of volumes, nor tables that
are looked up; its WebGL does not pad volumes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import numpy as np
import tensorflow as tf


@contextmanager
def substituted() -> Iterator[None]:
    """Traces with the substitutes."""
    with ExitStack() as stack:
        for owner, name, substitute in (
            (tf.nn, "conv_transpose", _transposed),
            (tf.lookup.StaticHashTable, "lookup", _looked_up),
            (tf, "pad", _padded),
            (tf, "function", _interpreted),
            (tf.nn, "convolution", _in_groups),
        ):
            stack.enter_context(patch.object(owner, name, substitute(getattr(owner, name))))
        yield


def _transposed(original: Callable[..., Any]) -> Callable[..., Any]:
    def conv_transpose(
        x: Any,
        kernel: Any,
        output_shape: Any,
        strides: Any,
        padding: str = "SAME",
        data_format: str | None = None,
        dilations: Any = None,
    ) -> Any:
        given = (x, kernel, output_shape, strides, padding, data_format, dilations)
        sizes = x.shape[1:4].as_list()
        if len(x.shape) != 5 or data_format == "NCDHW" or None in sizes:
            return original(*given)
        wanted = list(output_shape)[1:4]
        if not all(isinstance(size, int) for size in wanted):
            return original(*given)
        kernel = tf.convert_to_tensor(kernel)
        return _convolved(x, kernel, sizes, wanted, _three(strides), padding, _three(dilations))

    return conv_transpose


def _three(given: Any) -> list[int]:
    """Returns the value for each axis of a volume."""
    listed = list(given) if isinstance(given, Sequence) else [given or 1]
    return [int(each) for each in (listed * 3 if len(listed) == 1 else listed[-3:])]


def _convolved(
    x: Any,
    kernel: Any,
    sizes: list[int],
    wanted: list[int],
    strides: list[int],
    padding: str,
    dilations: list[int],
) -> Any:
    """A convolution over `x` with zeros between its elements and around them.

    kernel: (depth, rows, columns, results, channels).
    """
    x = tf.pad(x, [[0, 0], [0, 1], [0, 1], [0, 1], [0, 0]])
    for axis, (size, out, stride, dilation) in enumerate(
        zip(sizes, wanted, strides, dilations, strict=True), start=1
    ):
        reach = (kernel.shape[axis - 1] - 1) * dilation
        before = 0
        if padding.upper() == "SAME":
            before = max(0, (-(-out // stride) - 1) * stride + reach + 1 - out) // 2
        # The element of x at each place, or the zero behind the last.
        at = np.arange(out + reach) - (reach - before)
        known = (at >= 0) & (at % stride == 0) & (at // stride < size)
        x = tf.gather(x, tf.constant(np.where(known, at // stride, size), tf.int32), axis=axis)
    turned = tf.transpose(tf.reverse(kernel, [0, 1, 2]), [0, 1, 2, 4, 3])
    return tf.nn.conv3d(x, turned, [1] * 5, "VALID", dilations=[1, *dilations, 1])


def _interpreted(original: Callable[..., Any]) -> Callable[..., Any]:
    def function(*given: Any, **named: Any) -> Any:
        """Without XLA, whose calls can't be inlined."""
        return original(*given, **{**named, "jit_compile": None})

    return function


def _in_groups(original: Callable[..., Any]) -> Callable[..., Any]:
    def convolution(
        input: Any,
        filters: Any,
        strides: Any = None,
        padding: str = "VALID",
        data_format: str | None = None,
        dilations: Any = None,
        name: str | None = None,
    ) -> Any:
        further = (strides, padding, data_format, dilations, name)
        channels, each, results = input.shape[-1], filters.shape[-2], filters.shape[-1]
        if str(data_format).startswith("NC") or channels in (None, each):
            return original(input, filters, *further)
        groups = channels // each
        steps, holes = _two(strides), _two(dilations)
        one_stride = steps[0] == steps[-1] and (steps[0] == 1 or set(holes) == {1})
        if len(input.shape) == 4 and each == 1 and one_stride:
            kernel = tf.reshape(filters, [*filters.shape[:2], groups, results // groups])
            return tf.nn.depthwise_conv2d(
                input, kernel, [1, *steps, 1], padding, dilations=holes, name=name
            )
        parts = zip(
            tf.split(input, groups, axis=-1), tf.split(filters, groups, axis=-1), strict=True
        )
        return tf.concat([original(x, kernel, *further) for x, kernel in parts], axis=-1)

    return convolution


def _two(given: Any) -> list[int]:
    """Returns the value for rows and columns."""
    return list(given) if isinstance(given, Sequence) else [int(given or 1)] * 2


def _padded(original: Callable[..., Any]) -> Callable[..., Any]:
    def pad(tensor: Any, paddings: Any, *more: Any, **named: Any) -> Any:
        """Volumes (batch, depth, rows, columns, channels) as pictures."""
        known = tf.get_static_value(tf.convert_to_tensor(paddings))
        sizes = list(getattr(tensor, "shape", ()))[1:]
        inner = known is not None and len(known) == 5 and not np.any(known[[0, 4]])
        if not inner or len(sizes) != 4 or None in sizes:
            return original(tensor, paddings, *more, **named)
        deep, tall, wide, channels = sizes
        none, *along, _ = (list(map(int, each)) for each in known)
        x = tf.reshape(tensor, [-1, deep, tall, wide * channels])
        x = original(x, [none, along[0], along[1], none], *more, **named)
        deep, tall = deep + sum(along[0]), tall + sum(along[1])
        x = tf.reshape(x, [-1, deep * tall, wide, channels])
        x = original(x, [none, none, along[2], none], *more, **named)
        return tf.reshape(x, [-1, deep, tall, wide + sum(along[2]), channels])

    return pad


def _looked_up(original: Callable[..., Any]) -> Callable[..., Any]:
    def lookup(table: Any, keys: Any, name: str | None = None) -> Any:
        """The value of each key, or the default: each key is compared with all of the table."""
        if not isinstance(keys, tf.Tensor) or not keys.dtype.is_integer:
            return original(table, keys, name)
        with tf.init_scope():
            known, values = (each.numpy() for each in table.export())
        default = tf.get_static_value(table.default_value)
        if not np.issubdtype(values.dtype, np.integer) or default is None:
            return original(table, keys, name)
        equal = tf.cast(keys[..., None] == tf.constant(known, keys.dtype), values.dtype)
        shifted = tf.constant(values - default)
        return default + tf.reduce_sum(equal * shifted, axis=-1)

    return lookup
