"""ONNX' convolutions, pooling, normalization and resizing.

Pictures are (batch, channels, height, width) in ONNX; TensorFlow's convolutions and pooling get
them as (batch, height, width, channels).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from modelpress.model_files.onnx_operations import (
    OPERATIONS,
    Node,
    Operation,
    Unsupported,
    ints,
    operation,
)

# Convolutions and pooling


def _spatial(x: Any) -> int:
    rank = int(tf.convert_to_tensor(x).shape.rank) - 2
    if rank not in (1, 2):
        raise Unsupported(f"{rank} dimensions of space; 1 and 2 are known")
    return rank


def _channels_last(x: Any) -> Any:
    rank = x.shape.rank
    return tf.transpose(x, [0, *range(2, rank), 1])


def _channels_first(x: Any) -> Any:
    rank = x.shape.rank
    return tf.transpose(x, [0, rank - 1, *range(1, rank - 1)])


def _pads(node: Node, x: Any, window: Sequence[int], strides: Sequence[int]) -> list[list[int]]:
    """Returns the padding before and after each dimension of space. window: with dilation."""
    kind, rank = node.get("auto_pad", "NOTSET"), len(window)
    if kind in ("NOTSET", ""):
        pads = node.get("pads", [0] * 2 * rank)
        return [[pads[i], pads[i + rank]] for i in range(rank)]
    if kind == "VALID":
        return [[0, 0]] * rank
    found = []
    for size, width, stride in zip(x.shape[2:], window, strides, strict=True):
        if size is None:
            raise Unsupported(f"auto_pad={kind} for a picture of any size")
        total = max((math.ceil(size / stride) - 1) * stride + width - size, 0)
        small, large = total // 2, total - total // 2
        found.append([small, large] if kind == "SAME_UPPER" else [large, small])
    return found


@operation("Conv")
def _conv(node: Node, x: Any, kernel: Any, bias: Any = None) -> Any:
    rank = _spatial(x)
    strides = list(node.get("strides", [1] * rank))
    dilations = list(node.get("dilations", [1] * rank))
    groups = node.get("group", 1)
    window = [(k - 1) * d + 1 for k, d in zip(kernel.shape[2:], dilations, strict=True)]
    pads = _pads(node, x, window, strides)
    given = _channels_last(x)
    if any(map(any, pads)):
        given = tf.pad(given, [[0, 0], *pads, [0, 0]])
    moved = tf.convert_to_tensor(np.moveaxis(np.asarray(kernel), (0, 1), (-1, -2)))
    if groups == 1:
        found = tf.nn.convolution(given, moved, strides, "VALID", dilations=dilations)
    elif rank == 2 and groups == x.shape[1] and kernel.shape[1] == 1:
        found = _depthwise(given, np.asarray(kernel), strides, dilations, groups)
    else:
        parts = zip(tf.split(given, groups, -1), tf.split(moved, groups, -1), strict=True)
        found = tf.concat(
            [tf.nn.convolution(a, b, strides, "VALID", dilations=dilations) for a, b in parts], -1
        )
    return _channels_first(found if bias is None else found + bias)


def _depthwise(x: Any, kernel: Any, strides: Any, dilations: Any, groups: int) -> Any:
    each = kernel.shape[0] // groups
    moved = kernel.reshape(groups, each, *kernel.shape[2:]).transpose(2, 3, 0, 1)
    if strides[0] == strides[1]:
        return tf.nn.depthwise_conv2d(x, moved, [1, *strides, 1], "VALID", dilations=dilations)
    raise Unsupported(f"a depthwise convolution with strides {strides}")


@operation("ConvTranspose")
def _conv_transpose(node: Node, x: Any, kernel: Any, bias: Any = None) -> Any:
    rank = _spatial(x)
    strides = list(node.get("strides", [1] * rank))
    dilations = list(node.get("dilations", [1] * rank))
    extra = list(node.get("output_padding", [0] * rank))
    if node.get("group", 1) != 1 or any(d != 1 for d in dilations) or node.get("output_shape"):
        raise Unsupported("groups, dilations or an output_shape")
    if node.get("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise Unsupported("auto_pad")
    pads = node.get("pads", [0] * 2 * rank)
    given = _channels_last(x)
    sizes = [
        (size - 1) * stride + width
        for size, stride, width in zip(given.shape[1:-1], strides, kernel.shape[2:], strict=True)
    ]
    moved = tf.convert_to_tensor(np.moveaxis(np.asarray(kernel), (0, 1), (-1, -2)))
    channels = int(kernel.shape[1])
    full = tf.nn.conv_transpose(
        given, moved, [tf.shape(given)[0], *sizes, channels], strides, "VALID"
    )
    if any(extra):
        full = tf.pad(full, [[0, 0], *([0, each] for each in extra), [0, 0]])
    kept = [slice(pads[i], size + extra[i] - pads[i + rank]) for i, size in enumerate(sizes)]
    parts = (slice(None), *kept)
    found = full[parts]
    return _channels_first(found if bias is None else found + bias)


def _pool(kind: str) -> Operation:
    def run(node: Node, x: Any) -> Any:
        rank = _spatial(x)
        window = list(node.get("kernel_shape"))
        strides = list(node.get("strides", [1] * rank))
        dilations = list(node.get("dilations", [1] * rank))
        if any(d != 1 for d in dilations) or node.outputs > 1:
            raise Unsupported("dilations, or the output `Indices`")
        pads = _pads(node, x, window, strides)
        if node.get("ceil_mode", 0):
            pads = [
                [a, b + _missing(size, a, b, k, s)]
                for (a, b), size, k, s in zip(pads, x.shape[2:], window, strides, strict=True)
            ]
            if kind == "AVG" and any(map(any, pads)):
                raise Unsupported("an average with ceil_mode")
        given = _channels_last(x)
        padding = [[0, 0], *pads, [0, 0]]
        if kind == "MAX":
            if any(map(any, pads)):
                given = tf.pad(given, padding, constant_values=given.dtype.min)
            return _channels_first(tf.nn.pool(given, window, "MAX", strides, "VALID"))
        if not any(map(any, pads)):
            return _channels_first(tf.nn.pool(given, window, "AVG", strides, "VALID"))
        mean = tf.nn.pool(tf.pad(given, padding), window, "AVG", strides, "VALID")
        if not node.get("count_include_pad", 0):
            ones = np.pad(np.ones([1, *given.shape[1:-1], 1], np.float32), padding)
            mean /= tf.nn.pool(tf.constant(ones), window, "AVG", strides, "VALID")
        return _channels_first(mean)

    return run


def _missing(size: int, before: int, after: int, width: int, stride: int) -> int:
    """Returns the padding that a last, incomplete window needs."""
    room = size + before + after - width
    count = math.ceil(room / stride)
    if count * stride >= size + before:  # such a window would begin in the padding
        count -= 1
    return max(count * stride - room, 0)


OPERATIONS |= {"MaxPool": _pool("MAX"), "AveragePool": _pool("AVG")}


@operation("GlobalAveragePool")
def _global_average(node: Node, x: Any) -> Any:
    return tf.reduce_mean(x, list(range(2, x.shape.rank)), keepdims=True)


@operation("GlobalMaxPool")
def _global_max(node: Node, x: Any) -> Any:
    return tf.reduce_max(x, list(range(2, x.shape.rank)), keepdims=True)


# Normalization


def _by_channel(values: Any, x: Any) -> Any:
    return tf.reshape(values, [1, -1, *[1] * (x.shape.rank - 2)])


@operation("BatchNormalization")
def _batch_norm(node: Node, x: Any, scale: Any, offset: Any, mean: Any, variance: Any) -> Any:
    if node.get("training_mode", 0) or node.outputs > 1:
        raise Unsupported("training_mode")
    factor = scale / np.sqrt(variance + np.float32(node.get("epsilon", 1e-5)))
    return x * _by_channel(factor, x) + _by_channel(offset - mean * factor, x)


def _normalised(x: Any, axes: list[int], epsilon: float) -> Any:
    mean = tf.reduce_mean(x, axes, keepdims=True)
    variance = tf.reduce_mean(tf.square(x - mean), axes, keepdims=True)
    return (x - mean) / tf.sqrt(variance + epsilon)


@operation("InstanceNormalization")
def _instance_norm(node: Node, x: Any, scale: Any, offset: Any) -> Any:
    found = _normalised(x, list(range(2, x.shape.rank)), node.get("epsilon", 1e-5))
    return found * _by_channel(scale, x) + _by_channel(offset, x)


@operation("LayerNormalization")
def _layer_norm(node: Node, x: Any, scale: Any, offset: Any = None) -> Any:
    axis = node.get("axis", -1) % x.shape.rank
    found = _normalised(x, list(range(axis, x.shape.rank)), node.get("epsilon", 1e-5)) * scale
    return found if offset is None else found + offset


@operation("Upsample")
def _upsample(node: Node, x: Any, scales: Any = None) -> Any:
    factors = node.get("scales") if scales is None else np.ravel(scales)
    return _resized(x, factors, None, node.get("mode", "nearest"), "asymmetric", "floor")


@operation("Resize")
def _resize(node: Node, x: Any, *given: Any) -> Any:
    plain = {"antialias": 0, "axes": None, "keep_aspect_ratio_policy": "stretch"}
    if any(node.get(name, value) != value for name, value in plain.items()):
        raise Unsupported("antialias, axes or keep_aspect_ratio_policy")
    scales = given[-1] if len(given) == 1 else given[1] if len(given) > 1 else None
    sizes = given[2] if len(given) > 2 and np.size(given[2]) else None
    rounding = node.get("nearest_mode", "round_prefer_floor")
    how = node.get("coordinate_transformation_mode", "half_pixel")
    return _resized(x, scales, sizes, node.get("mode", "nearest"), how, rounding)


def _resized(x: Any, scales: Any, sizes: Any, mode: str, how: str, rounding: str) -> Any:
    if _spatial(x) != 2 or None in x.shape[1:]:
        raise Unsupported("other than pictures of a known size")
    old = [int(size) for size in x.shape[2:]]
    if sizes is not None:
        new = ints(sizes)[-2:]
    else:
        wanted = [size * float(f) for size, f in zip(old, np.ravel(scales)[-2:], strict=True)]
        new = [round(size) for size in wanted]
        if not np.allclose(wanted, new, rtol=0, atol=1e-4):
            raise Unsupported(f"from {old} to {wanted}")
    pixels = how in ("half_pixel", "pytorch_half_pixel")
    repeats = (how == "asymmetric" and rounding == "floor") or (
        pixels and rounding.startswith("round_prefer")
    )
    given = _channels_last(x)
    if mode == "nearest" and repeats and all(b % a == 0 for a, b in zip(old, new, strict=True)):
        for axis, (a, b) in enumerate(zip(old, new, strict=True), 1):
            given = tf.repeat(given, b // a, axis)
        return _channels_first(given)
    if mode == "linear" and pixels and (how == "half_pixel" or 1 not in new):
        return _channels_first(tf.image.resize(given, new, "bilinear"))
    if mode == "linear" and how == "align_corners":
        resize = tf.compat.v1.image.resize_bilinear
        return _channels_first(resize(given, new, align_corners=True))
    raise Unsupported(f"mode={mode}, {how}, {rounding}, from {old} to {new}")


@operation("DepthToSpace")
def _depth_to_space(node: Node, x: Any) -> Any:
    if node.get("mode", "DCR") != "DCR":
        raise Unsupported("mode=CRD")
    return _channels_first(tf.nn.depth_to_space(_channels_last(x), node.get("blocksize")))
