"""ONNX' operations on single values and matrices, reductions, and those of scikit-learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import tensorflow as tf

from modelpress.model_files.onnx_operations import (
    OPERATIONS,
    Node,
    Operation,
    Unsupported,
    ints,
    operation,
)

_SIMPLE: dict[str, Operation] = {
    "Add": tf.add,
    "Sub": tf.subtract,
    "Mul": tf.multiply,
    "Pow": lambda a, b: tf.pow(a, tf.cast(b, a.dtype)),
    "Neg": tf.negative,
    "Abs": tf.abs,
    "Sqrt": tf.sqrt,
    "Exp": tf.exp,
    "Log": tf.math.log,
    "Erf": tf.math.erf,
    "Sin": tf.sin,
    "Cos": tf.cos,
    "Tan": tf.tan,
    "Asin": tf.asin,
    "Acos": tf.acos,
    "Atan": tf.atan,
    "Sinh": tf.sinh,
    "Cosh": tf.cosh,
    "Tanh": tf.tanh,
    "Sigmoid": tf.sigmoid,
    "Relu": tf.nn.relu,
    "Softplus": tf.math.softplus,
    "Softsign": tf.math.softsign,
    "Floor": tf.floor,
    "Ceil": tf.math.ceil,
    "Round": tf.round,
    "Sign": tf.sign,
    "Reciprocal": lambda x: 1 / tf.convert_to_tensor(x),
    "Mish": lambda x: x * tf.tanh(tf.math.softplus(x)),
    "HardSwish": lambda x: x * tf.nn.relu6(x + 3) / 6,
    "Equal": tf.equal,
    "Greater": tf.greater,
    "Less": tf.less,
    "GreaterOrEqual": tf.greater_equal,
    "LessOrEqual": tf.less_equal,
    "And": tf.logical_and,
    "Or": tf.logical_or,
    "Xor": tf.math.logical_xor,
    "Not": tf.logical_not,
    "MatMul": tf.matmul,
    "Identity": tf.identity,
    "Where": tf.where,
    "IsNaN": tf.math.is_nan,
}
for _name, _function in _SIMPLE.items():
    OPERATIONS[_name] = lambda node, *given, _function=_function: _function(*given)


@operation("Div")
def _div(node: Node, a: Any, b: Any) -> Any:
    a, b = tf.convert_to_tensor(a), tf.convert_to_tensor(b)
    if not a.dtype.is_integer:
        return a / b
    quotient = tf.math.floordiv(tf.abs(a), tf.abs(b))
    return quotient * tf.sign(a) * tf.sign(b)


def _folded(combine: Operation, finish: Operation = lambda x, n: x) -> Operation:
    def run(node: Node, *given: Any) -> Any:
        found = given[0]
        for each in given[1:]:
            found = combine(found, each)
        return finish(tf.convert_to_tensor(found), len(given))

    return run


OPERATIONS |= {
    "Min": _folded(tf.minimum),
    "Max": _folded(tf.maximum),
    "Sum": _folded(tf.add),
    "Mean": _folded(tf.add, lambda x, n: x / n),
}


@operation("LeakyRelu")
def _leaky(node: Node, x: Any) -> Any:
    return tf.nn.leaky_relu(x, node.get("alpha", 0.01))


@operation("Elu")
def _elu(node: Node, x: Any) -> Any:
    alpha = node.get("alpha", 1.0)
    return tf.nn.elu(x) if alpha == 1 else tf.where(x > 0, x, alpha * tf.math.expm1(x))


@operation("Celu")
def _celu(node: Node, x: Any) -> Any:
    alpha = node.get("alpha", 1.0)
    return tf.maximum(x, 0.0) + tf.minimum(alpha * tf.math.expm1(x / alpha), 0.0)


@operation("Selu")
def _selu(node: Node, x: Any) -> Any:
    alpha = node.get("alpha", 1.67326319217681884765625)
    gamma = node.get("gamma", 1.05070102214813232421875)
    return gamma * tf.where(x > 0, x, alpha * tf.math.expm1(x))


@operation("ThresholdedRelu")
def _thresholded(node: Node, x: Any) -> Any:
    return tf.where(x > node.get("alpha", 1.0), x, tf.zeros_like(x))


@operation("PRelu")
def _prelu(node: Node, x: Any, slope: Any) -> Any:
    return tf.nn.relu(x) - slope * tf.nn.relu(-x)


@operation("HardSigmoid")
def _hard_sigmoid(node: Node, x: Any) -> Any:
    return tf.clip_by_value(node.get("alpha", 0.2) * x + node.get("beta", 0.5), 0.0, 1.0)


@operation("Gelu")
def _gelu(node: Node, x: Any) -> Any:
    return tf.nn.gelu(x, approximate=node.get("approximate", "none") == "tanh")


@operation("Clip")
def _clip(node: Node, x: Any, low: Any = None, high: Any = None) -> Any:
    low = node.get("min") if low is None else low
    high = node.get("max") if high is None else high
    if low is not None and high is not None and np.all(low == 0) and np.all(high == 6):
        return tf.nn.relu6(x)
    x = x if low is None else tf.maximum(x, tf.cast(low, x.dtype))
    return x if high is None else tf.minimum(x, tf.cast(high, x.dtype))


@operation("Cast")
def _cast(node: Node, x: Any) -> Any:
    return tf.cast(x, onnx.helper.tensor_dtype_to_np_dtype(node.get("to")))


@operation("Dropout")
def _dropout(node: Node, x: Any, ratio: Any = None, training: Any = None) -> Any:
    if node.outputs > 1 or (training is not None and np.any(training)):
        raise Unsupported("training_mode, or the output `mask`")
    return tf.identity(x)


@operation("Constant")
def _constant(node: Node) -> Any:
    for name in ("value_float", "value_int", "value_floats", "value_ints"):
        if node.get(name) is not None:
            kind = np.float32 if "float" in name else np.int64
            return np.asarray(node.get(name), kind)
    value = node.get("value")
    if value is None:
        raise Unsupported("a constant that is no tensor")
    return onnx.numpy_helper.to_array(value)


@operation("ConstantOfShape")
def _filled(node: Node, shape: Any) -> Any:
    value = node.get("value")
    one = np.zeros(1, np.float32) if value is None else onnx.numpy_helper.to_array(value)
    return tf.fill(tf.cast(shape, tf.int32), tf.constant(one.ravel()[0]))


@operation("Shape")
def _shape(node: Node, x: Any) -> Any:
    x = tf.convert_to_tensor(x)
    found = tf.shape(x, out_type=tf.int64)
    if x.shape.is_fully_defined():
        found = np.array(x.shape.as_list(), np.int64)
    start, end = node.get("start", 0), node.get("end")
    return found[start:end]


# Matrices


@operation("Gemm")
def _gemm(node: Node, a: Any, b: Any, c: Any = None) -> Any:
    found = tf.matmul(
        a, b, transpose_a=bool(node.get("transA", 0)), transpose_b=bool(node.get("transB", 0))
    )
    alpha, beta = node.get("alpha", 1.0), node.get("beta", 1.0)
    found = found if alpha == 1 else alpha * found
    return found if c is None else found + (c if beta == 1 else beta * c)


@operation("Einsum")
def _einsum(node: Node, *given: Any) -> Any:
    return tf.einsum(node.get("equation"), *given)


# Reductions


def _reduce(combine: Operation) -> Operation:
    def run(node: Node, x: Any, axes: Any = None) -> Any:
        listed = node.get("axes") if axes is None else ints(axes)
        if not listed and node.get("noop_with_empty_axes", 0):
            return tf.identity(x)
        return combine(x, list(listed) if listed else None, keepdims=bool(node.get("keepdims", 1)))

    return run


def _squared(x: Any, axes: Any, keepdims: bool) -> Any:
    return tf.reduce_sum(tf.square(x), axes, keepdims=keepdims)


def _euclidean(x: Any, axes: Any, keepdims: bool) -> Any:
    return tf.sqrt(_squared(x, axes, keepdims))


OPERATIONS |= {
    "ReduceMean": _reduce(tf.reduce_mean),
    "ReduceSum": _reduce(tf.reduce_sum),
    "ReduceMax": _reduce(tf.reduce_max),
    "ReduceMin": _reduce(tf.reduce_min),
    "ReduceProd": _reduce(tf.reduce_prod),
    "ReduceSumSquare": _reduce(_squared),
    "ReduceL2": _reduce(_euclidean),
    "ReduceLogSumExp": _reduce(tf.reduce_logsumexp),
}


def _place(find: Operation) -> Operation:
    def run(node: Node, x: Any) -> Any:
        axis = node.get("axis", 0)
        if node.get("select_last_index", 0):
            raise Unsupported("select_last_index")
        found = find(x, axis, output_type=tf.int64)
        return tf.expand_dims(found, axis) if node.get("keepdims", 1) else found

    return run


OPERATIONS |= {"ArgMax": _place(tf.argmax), "ArgMin": _place(tf.argmin)}


@operation("Softmax")
def _softmax(node: Node, x: Any) -> Any:
    return tf.nn.softmax(x, node.get("axis", -1))


@operation("LogSoftmax")
def _log_softmax(node: Node, x: Any) -> Any:
    return tf.nn.log_softmax(x, node.get("axis", -1))


# Of scikit-learn's models (ai.onnx.ml)


@operation("Scaler")
def _scaler(node: Node, x: Any) -> Any:
    return (x - np.float32(node.get("offset"))) * np.float32(node.get("scale"))


@operation("Normalizer")
def _normalizer(node: Node, x: Any) -> Any:
    kind = node.get("norm", "MAX")
    sizes = {
        "MAX": lambda: tf.reduce_max(tf.abs(x), -1, keepdims=True),
        "L1": lambda: tf.reduce_sum(tf.abs(x), -1, keepdims=True),
        "L2": lambda: _euclidean(x, -1, True),
    }[kind]()
    return x / tf.where(sizes == 0, tf.ones_like(sizes), sizes)


@operation("LinearRegressor")
def _linear(node: Node, x: Any) -> Any:
    if node.get("post_transform", "NONE") != "NONE":
        raise Unsupported("post_transform")
    targets = node.get("targets", 1)
    weights = np.asarray(node.get("coefficients"), np.float32).reshape(targets, -1).T
    found = tf.matmul(x, tf.constant(weights))
    offset = node.get("intercepts")
    return found if offset is None else found + np.float32(offset)


@operation("LinearClassifier")
def _classifier(node: Node, x: Any) -> Any:
    offset = np.asarray(node.get("intercepts"), np.float32)
    weights = np.asarray(node.get("coefficients"), np.float32).reshape(len(offset), -1).T
    scores = tf.matmul(x, tf.constant(weights)) + offset
    after = node.get("post_transform", "NONE")
    if len(offset) == 1:
        scores = tf.concat([-scores, scores], -1)
    found = {
        "NONE": tf.identity,
        "LOGISTIC": tf.sigmoid,
        "SOFTMAX": tf.nn.softmax,
    }.get(after)
    if found is None:
        raise Unsupported(f"post_transform={after}")
    if len(offset) == 1 and after == "SOFTMAX":
        raise Unsupported("a softmax of one score")
    return [tf.argmax(scores, -1), found(scores)]
