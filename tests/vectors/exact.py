"""The table of vectors that the exact engine's two halves must reproduce to the bit.

`python -m tests.vectors.exact` writes exact.json beside this file from the Python half: for each
case a node as the converter writes it, its inputs and its outputs. A tensor is its type, its shape
and its bytes in hexadecimal, little-endian; each NaN is 0x7fc00000.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.exact.graph import Node
from modelpress.exact.operation import run

TABLE = Path(__file__).with_name("exact.json")
Array = npt.NDArray[Any]
Json = dict[str, Any]

FLOAT, INT, BOOL = ({"type": f"DT_{name}"} for name in ("FLOAT", "INT32", "BOOL"))
SPECIAL = np.array(
    [
        *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 1.1754944e-38),
        *(3.4028235e38, -3.4028235e38, 16777216.0, 88.7, -88.7, 104.0, -104.0, 0.35, 2.5, -2.5),
        *(1e-8, -1e-8, 1e10, -1e10, 4194304.0, 4194306.0, 3.1415927, 1.5707964, 0.4, -0.25),
    ],
    np.float32,
)


@dataclass(frozen=True)
class Case:
    """finite: whether the inputs are usual numbers, for which TensorFlow is an oracle."""

    op: str
    attributes: Json
    inputs: tuple[Array, ...]
    finite: bool = True

    def node(self) -> Node:
        return Node(self.op, self.op, (), self.attributes)


def floats(*shape: int, seed: int = 1, scale: float = 1.5) -> Array:
    return (np.random.default_rng(seed).normal(size=shape) * scale).astype(np.float32)


def ints(*values: int) -> Array:
    return np.array(values, np.int32)


def single(value: float) -> Array:
    return np.array(value, np.float32)


def scalar(value: int) -> Array:
    return np.array(value, np.int32)


def text(value: str) -> Json:
    return {"s": base64.b64encode(value.encode()).decode()}


def texts(*values: str) -> Json:
    return {"list": {"s": [base64.b64encode(value.encode()).decode() for value in values]}}


def numbers(*values: int) -> Json:
    return {"list": {"i": [str(value) for value in values]}}


def flag(value: bool) -> Json:
    return {"b": value}


T = {"T": FLOAT}


def elements() -> Iterator[Case]:
    """Operations of single elements, also for numbers that are not usual."""
    everywhere = (
        "Abs Asinh Atan Ceil Cos Cosh Elu Erf Erfc Exp Expm1 Floor Neg Relu Relu6 Round Selu "
        "Sigmoid Sign Sin Sinh Softplus Softsign Square Tan Tanh"
    )
    for op in everywhere.split():
        yield Case(op, T, (floats(3, 7),))
        yield Case(op, T, (SPECIAL,), finite=False)
    positive = np.abs(floats(3, 7)) + np.float32(0.01)
    within = np.tanh(floats(3, 7)).astype(np.float32)
    for op, usual in {
        **dict.fromkeys(("Log", "Log1p", "Rsqrt", "Sqrt", "Reciprocal"), positive),
        **dict.fromkeys(("Acos", "Asin", "Atanh"), within),
        "Acosh": positive + np.float32(1),
    }.items():
        yield Case(op, T, (usual,))
        yield Case(op, T, (SPECIAL,), finite=False)
    yield Case("IsNan", T, (SPECIAL,), finite=False)
    yield Case("LeakyRelu", {**T, "alpha": {"f": 0.3}}, (floats(3, 7),))
    yield Case("Prelu", T, (floats(3, 7), floats(7, seed=2)))
    for op in ("Abs", "Neg", "Sign", "Square"):
        yield Case(op, {"T": INT}, (ints(0, -3, 2147483647, -2147483648, 65537),))
    for name in ("Identity", "StopGradient", "PreventGradient", "Snapshot", "ZerosLike"):
        yield Case(name, T, (SPECIAL,), finite=False)
    yield Case("OnesLike", T, (SPECIAL,), finite=False)
    yield Case("IdentityN", {"T": {"list": {"type": ["DT_FLOAT"] * 2}}}, (floats(2), floats(3)))
    yield Case("NoOp", {}, ())
    for source, target, values in (
        (FLOAT, INT, floats(9, scale=1e5)),
        (FLOAT, BOOL, ints(0, 1, -2).astype(np.float32)),
        (INT, FLOAT, ints(16777217, -3)),
        (BOOL, FLOAT, ints(0, 1) > 0),
    ):
        yield Case("Cast", {"SrcT": source, "DstT": target}, (values,))
    yield Case("Cast", {"SrcT": FLOAT, "DstT": INT}, (SPECIAL,), finite=False)
    yield Case("ClipByValue", T, (SPECIAL, single(-1), single(2)), finite=False)


def pairs() -> Iterator[Case]:
    """Operations of two elements, broadcast."""
    some = SPECIAL[[0, 1, 2, 3, 4, 6, 7, 8, 9, 12, 20]]
    special = (some[:, None], some)
    for op in ["AddV2", "Sub", "Mul", "RealDiv", "Maximum", "Minimum", "SquaredDifference"]:
        yield Case(op, T, (floats(2, 3, 4), floats(3, 1, seed=2)))
        yield Case(op, T, (floats(5), floats(5, seed=2)))
        yield Case(op, T, special, finite=False)
    for op in ("FloorDiv", "FloorMod", "Mod", "Atan2", "DivNoNan", "Xdivy"):
        yield Case(op, T, (floats(2, 5, scale=4), floats(5, seed=2)))
        yield Case(op, T, special, finite=False)
    yield Case("Pow", T, (np.abs(floats(2, 5)), floats(5, seed=2)))
    yield Case("Pow", T, special, finite=False)
    whole = (ints(7, -7, 2147483647, -2147483648, 0)[:, None], ints(2, -3, 65537))
    for op in ["AddV2", "Sub", "Mul", "FloorDiv", "FloorMod", "Maximum", "Minimum"]:
        yield Case(op, {"T": INT}, whole)
    for op in ["Equal", "NotEqual", "Less", "LessEqual", "Greater", "GreaterEqual"]:
        yield Case(op, T, special, finite=False)
        yield Case(op, {"T": INT}, whole)
    both = (np.array([[True], [False]]), np.array([True, False]))
    yield Case("LogicalAnd", {}, both)
    yield Case("LogicalOr", {}, both)
    yield Case("LogicalXor", {}, both, finite=False)  # TensorFlow has it as other operations
    yield Case("LogicalNot", {}, both[:1])
    yield Case("SelectV2", T, (both[0], floats(3), floats(2, 3, seed=2)))
    yield Case("Select", T, (both[1], floats(2, 3), floats(2, 3, seed=2)))
    yield Case("AddN", {**T, "N": {"i": "3"}}, (floats(4), floats(4, seed=2), floats(4, seed=3)))
    yield Case("BiasAdd", T, (floats(2, 3, 4), floats(4, seed=2)))


def reductions() -> Iterator[Case]:
    for op in ["Sum", "Mean", "Prod", "Max", "Min", "EuclideanNorm"]:
        for axes, kept in (((1,), False), ((0, -1), True), ((), False), ((0, 1, 2), False)):
            attributes = {**T, "Tidx": INT, "keep_dims": flag(kept)}
            yield Case(op, attributes, (floats(3, 4, 5), ints(*axes)))
        yield Case(op, {**T, "Tidx": INT}, (SPECIAL.reshape(4, 8), ints(1)), finite=False)
    for op in ("Sum", "Prod"):
        yield Case(op, {"T": INT, "Tidx": INT}, (ints(65537, 65537, 3), ints(0)))
    for op in ("Any", "All"):
        yield Case(op, {"Tidx": INT}, (floats(3, 4) > 0, ints(1)))
    index = {**T, "Tidx": INT, "output_type": INT}
    for op in ("ArgMax", "ArgMin"):
        yield Case(op, index, (floats(3, 4), scalar(-1)))
        yield Case(op, index, (np.zeros((2, 3), np.float32), scalar(1)))
    for op in ("Cumsum", "Cumprod"):
        for exclusive, reverse in ((False, False), (True, True)):
            ways = {"exclusive": flag(exclusive), "reverse": flag(reverse)}
            yield Case(op, {**T, "Tidx": INT, **ways}, (floats(3, 4), scalar(1)))
    for op in ("Softmax", "LogSoftmax"):
        yield Case(op, T, (floats(3, 5, scale=4),))
        yield Case(op, T, (SPECIAL.reshape(4, 8),), finite=False)
    yield Case("TopKV2", {**T, "Tk": INT}, (floats(2, 6), scalar(3)))


def shapes() -> Iterator[Case]:
    x = floats(2, 3, 4)
    yield Case("Reshape", {**T, "Tshape": INT}, (x, ints(4, -1)))
    for op in ("Shape", "Size"):
        yield Case(op, {**T, "out_type": INT}, (x,))
    yield Case("Rank", T, (x,))
    yield Case("Transpose", {**T, "Tperm": INT}, (x, ints(2, 0, 1)))
    yield Case("ExpandDims", {**T, "Tdim": INT}, (x, scalar(-1)))
    yield Case("Squeeze", {**T, "squeeze_dims": numbers(1)}, (floats(2, 1, 4),))
    yield Case("Squeeze", T, (floats(1, 3, 1),))
    yield Case("Pack", {**T, "N": {"i": "2"}, "axis": {"i": "1"}}, (x, floats(2, 3, 4, seed=2)))
    yield Case("Unpack", {**T, "num": {"i": "3"}, "axis": {"i": "1"}}, (x,))
    joined = {**T, "N": {"i": "2"}, "Tidx": INT}
    yield Case("ConcatV2", joined, (x, floats(2, 1, 4, seed=2), scalar(1)))
    yield Case("Split", {**T, "num_split": {"i": "2"}}, (scalar(-1), x))
    yield Case("Slice", {**T, "Index": INT}, (x, ints(0, 1, 1), ints(2, -1, 2)))
    for op in ("Pad", "PadV2"):
        value = (single(7),) if op == "PadV2" else ()
        widths = np.array([[0, 1], [2, 0], [1, 1]], np.int32)
        yield Case(op, {**T, "Tpaddings": INT}, (x, widths, *value))
    for mode in ("REFLECT", "SYMMETRIC"):
        widths = np.array([[0, 0], [2, 1], [1, 2]], np.int32)
        yield Case("MirrorPad", {**T, "Tpaddings": INT, "mode": text(mode)}, (x, widths))
    yield Case("Tile", {**T, "Tmultiples": INT}, (x, ints(1, 2, 3)))
    yield Case("Fill", {**T, "index_type": INT}, (ints(2, 3), single(1.5)))
    yield Case("BroadcastTo", {**T, "Tidx": INT}, (floats(3, 1), ints(2, 3, 4)))
    yield Case("Range", {"Tidx": INT}, (scalar(2), scalar(11), scalar(3)))
    yield Case("Range", {"Tidx": FLOAT}, (single(1), single(2.5), single(0.25)))
    yield Case("ReverseV2", {**T, "Tidx": INT}, (x, ints(1, -1)))
    gather = {"Tparams": FLOAT, "Tindices": INT, "Taxis": INT}
    yield Case("GatherV2", gather, (x, np.array([[2, 0], [1, 1]], np.int32), scalar(1)))
    yield Case("OneHot", {**T, "TI": INT}, (ints(0, 2, 5), scalar(4), single(1), single(0)))
    yield Case(
        "OneHot",
        {**T, "TI": INT, "axis": {"i": "0"}},
        (np.array([[0, 2], [3, 1]], np.int32), scalar(4), single(2), single(-1)),
    )
    for low, high in ((0, -1), (1, 0), (-1, 1)):
        band = (floats(2, 4, 5), scalar(low), scalar(high))
        yield Case("MatrixBandPart", {**T, "Tindex": INT}, band)
    yield from _slices(x)
    space = {**T, "Tblock_shape": INT}
    given = (floats(2, 4, 6, 3), ints(2, 3), np.array([[1, 1], [0, 3]], np.int32))
    yield Case("SpaceToBatchND", {**space, "Tpaddings": INT}, given)
    crops = (floats(12, 3, 2, 3), ints(2, 3), np.array([[1, 0], [0, 2]], np.int32))
    yield Case("BatchToSpaceND", {**space, "Tcrops": INT}, crops)


def _slices(x: Array) -> Iterator[Case]:
    """begin, end, step; masks: begin, end, ellipsis, new axis, shrink."""
    for begin, end, step, masks in (
        ((0, 1, -3), (2, 3, -1), (1, 1, 1), (0, 0, 0, 0, 0)),
        ((1, -1, 0), (0, 0, 3), (-1, -1, 2), (0, 2, 0, 0, 0)),
        ((0, 0), (0, 0), (1, 1), (0, 0, 1, 0, 2)),
        ((0, 1), (0, 0), (1, 1), (0, 0, 0, 1, 2)),
        ((9, 0, 0), (-9, 2, 9), (-1, 1, 3), (0, 0, 0, 0, 0)),
    ):
        names = ("begin", "end", "ellipsis", "new_axis", "shrink_axis")
        bits = {f"{name}_mask": {"i": str(m)} for name, m in zip(names, masks, strict=True)}
        attributes = {**T, "Index": INT, **bits}
        yield Case("StridedSlice", attributes, (x, ints(*begin), ints(*end), ints(*step)))


def products() -> Iterator[Case]:
    for a, b in ((False, False), (True, False), (False, True)):
        left = floats(*((5, 3) if a else (3, 5)))
        right = floats(*((4, 5) if b else (5, 4)), seed=2)
        turns = {"transpose_a": flag(a), "transpose_b": flag(b)}
        yield Case("MatMul", {**T, **turns}, (left, right))
        yield Case(
            "BatchMatMulV2",
            {**T, "adj_x": flag(a), "adj_y": flag(b)},
            (np.stack([left, left[::-1], left * 2])[:, None], np.stack([right, -right])),
        )
    x, w, bias = floats(3, 5), floats(5, 4, seed=2), floats(4, seed=3)
    for names, more in (
        (("BiasAdd",), ()),
        (("BiasAdd", "Relu"), ()),
        (("BiasAdd", "Tanh"), ()),
        (("BiasAdd", "Elu"), ()),
        (("BiasAdd", "LeakyRelu"), ()),
    ):
        fused = {**T, "fused_ops": texts(*names), "num_args": {"i": "1"}}
        yield Case("_FusedMatMul", fused, (x, w, bias, *more))
    prelu = {**T, "fused_ops": texts("BiasAdd", "Prelu"), "num_args": {"i": "2"}}
    yield Case("_FusedMatMul", prelu, (x, w, bias, floats(4, seed=4)), finite=False)
    matrix = {**T, "fused_ops": texts("BiasAdd"), "num_args": {"i": "1"}}
    yield Case("_FusedMatMul", matrix, (x, w, floats(3, 4, seed=5)), finite=False)
    wild = np.concatenate([SPECIAL[:12], x.ravel()[:3]]).reshape(3, 5)
    yield Case("MatMul", T, (wild, w), finite=False)
    yield Case("MatMul", T, (x, SPECIAL[:20].reshape(5, 4)), finite=False)
    for equation, one, two in (
        ("abc,cde->abde", (2, 3, 4), (4, 2, 5)),
        ("aecd,abcd->acbe", (2, 3, 4, 5), (2, 6, 4, 5)),
        ("acbe,aecd->abcd", (2, 4, 3, 5), (2, 5, 4, 6)),
    ):
        attributes = {**T, "N": {"i": "2"}, "equation": text(equation)}
        yield Case("Einsum", attributes, (floats(*one), floats(*two, seed=2)))
    moments = (floats(3, seed=2), floats(3, seed=3), floats(3, seed=4), np.abs(floats(3, seed=5)))
    norm = {**T, "U": FLOAT, "epsilon": {"f": 0.001}, "is_training": flag(False)}
    yield Case("FusedBatchNormV3", norm, (floats(2, 3, 4, 3), *moments))


def pictures() -> Iterator[Case]:
    x = floats(2, 7, 6, 3)
    kernel, deep = floats(3, 2, 3, 4, seed=2), floats(3, 2, 3, 2, seed=2)
    for padding, rows, columns in (
        ("VALID", 1, 1),
        ("SAME", 1, 1),
        ("SAME", 2, 3),
        ("VALID", 2, 2),
    ):
        way = {**T, "strides": numbers(1, rows, columns, 1), "padding": text(padding)}
        yield Case("Conv2D", way, (x, kernel))
        fused = {"fused_ops": texts("BiasAdd", "Relu"), "num_args": {"i": "1"}}
        arguments = {"TArgs": {"list": {"type": ["DT_FLOAT"]}}}
        yield Case("_FusedConv2D", {**way, **fused, **arguments}, (x, kernel, floats(4, seed=3)))
        size = {"ksize": numbers(1, 3, 2, 1)}
        for op in ("MaxPool", "AvgPool"):
            yield Case(op, {**way, **size}, (x,))
        if rows == columns:
            yield Case("DepthwiseConv2dNative", way, (x, deep))
            both = (x, deep, floats(6, seed=3))
            yield Case("FusedDepthwiseConv2dNative", {**way, **fused}, both, finite=False)
        length = [-(-n // s) if padding == "SAME" else (n - k) // s + 1 for n, k, s in
                  ((7, 3, rows), (6, 2, columns))]  # fmt: skip
        back = (ints(2, 7, 6, 3), kernel, floats(2, *length, 4, seed=4))
        yield Case("Conv2DBackpropInput", way, back)
    dilated = {**T, "strides": numbers(1, 1, 1, 1), "dilations": numbers(1, 2, 3, 1)}
    yield Case("Conv2D", {**dilated, "padding": text("SAME")}, (x, kernel))
    wide = {"padding": text("EXPLICIT"), "explicit_paddings": numbers(0, 0, 1, 2, 0, 3, 0, 0)}
    yield Case("Conv2D", {**T, "strides": numbers(1, 2, 1, 1), **wide}, (x, kernel))
    wild = {**T, "strides": numbers(1, 1, 1, 1), "padding": text("SAME")}
    yield Case("Conv2D", wild, (SPECIAL.reshape(1, 4, 8, 1), floats(2, 2, 1, 3)), finite=False)
    pool = {**wild, "ksize": numbers(1, 2, 2, 1)}
    yield Case("MaxPool", pool, (SPECIAL.reshape(1, 4, 8, 1),), finite=False)
    yield from volumes()
    for op in ("ResizeBilinear", "ResizeNearestNeighbor"):
        for half, corners in ((True, False), (False, False), (False, True)):
            way = {"half_pixel_centers": flag(half), "align_corners": flag(corners)}
            yield Case(op, {**T, **way}, (x, ints(4, 11)))


def volumes() -> Iterator[Case]:
    x, kernel = floats(2, 4, 5, 3, 2), floats(2, 3, 2, 2, 3, seed=2)
    for padding in ("SAME", "VALID"):
        for strides in ((1, 1, 1, 1, 1), (1, 2, 1, 2, 1)):
            way = {**T, "strides": numbers(*strides), "padding": text(padding)}
            yield Case("Conv3D", way, (x, kernel))
            for op in ("MaxPool3D", "AvgPool3D"):
                yield Case(op, {**way, "ksize": numbers(1, 2, 3, 2, 1)}, (x,))


def cases() -> list[Case]:
    parts = (elements, pairs, reductions, shapes, products, pictures)
    return [case for part in parts for case in part()]


def results(case: Case) -> list[Array]:
    with np.errstate(all="ignore"):
        return run(case.node(), list(case.inputs))


def packed(value: Array) -> Json:
    """A tensor as the table has it."""
    value = np.asarray(value)
    kind = {"f": "float32", "i": "int32", "b": "bool"}[value.dtype.kind]
    if kind == "float32":
        value = np.where(np.isnan(value), np.uint32(0x7FC00000), value.view(np.uint32))
    raw = np.ascontiguousarray(value).astype("u1" if kind == "bool" else "<u4").tobytes()
    return {"dtype": kind, "shape": list(value.shape), "hex": raw.hex()}


def table() -> list[Json]:
    return [
        {
            "op": case.op,
            "attr": case.attributes,
            "inputs": [packed(each) for each in case.inputs],
            "outputs": [packed(each) for each in results(case)],
        }
        for case in cases()
    ]


if __name__ == "__main__":
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in table())
    TABLE.write_text(f"[\n{lines}\n]\n", "utf-8")
