"""The exact engine's operations on random shapes and values: Python and TypeScript agree to the
bit."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tests.exact_engine import in_node
from tests.test_exact import RUN_ROW
from tests.vectors import exact
from tests.vectors.exact import SPECIAL, Array, Case, T, flag, floats, ints, numbers, scalar, text

ACTIVATIONS = ("Relu", "Elu", "Sigmoid", "LeakyRelu", "Relu6", "Tanh")
PAIRS = [
    "AddV2",
    "Mul",
    "RealDiv",
    "Maximum",
    "Minimum",
    "Pow",
    "FloorMod",
    "FloorDiv",
    "Mod",
    "Atan2",
    "SquaredDifference",
]


class Random(random.Random):
    def length(self, most: int) -> int:
        return self.randint(1, most)

    def values(self, *shape: int) -> Array:
        """Of any size, with zeros and, in three of ten, an infinity, NaN or the like."""
        made = floats(*shape, seed=self.getrandbits(32), scale=10 ** self.uniform(-3, 3))
        made[floats(*shape, seed=self.getrandbits(32)) > 2] = 0
        if made.size and self.random() < 0.3:
            made.ravel()[self.randrange(made.size)] = self.choice(SPECIAL)
        return made


def pictures(choose: Random) -> Iterator[Case]:
    rows, columns, channels = choose.length(9), choose.length(9), choose.length(4)
    size, stride = (choose.length(4), choose.length(4)), (choose.length(3), choose.length(3))
    dilation = (choose.length(2), choose.length(2)) if stride == (1, 1) else (1, 1)
    reach = [(s - 1) * d + 1 for s, d in zip(size, dilation, strict=True)]
    padding = choose.choice(("SAME", "VALID", "EXPLICIT"))
    if padding != "SAME" and (reach[0] > rows or reach[1] > columns):
        return
    way = {
        **T,
        "strides": numbers(1, *stride, 1),
        "dilations": numbers(1, *dilation, 1),
        "padding": text(padding),
    }
    if padding == "EXPLICIT":
        way["explicit_paddings"] = numbers(0, 0, *(choose.randint(0, 2) for _ in range(4)), 0, 0)
    x = choose.values(choose.length(2), rows, columns, channels)
    results = choose.length(9)
    kernel = floats(*size, channels, results, seed=choose.getrandbits(32))
    yield Case("Conv2D", way, (x, kernel))
    if padding == "EXPLICIT":
        return
    fused = {**way, "fused_ops": exact.texts("BiasAdd", choose.choice(ACTIVATIONS))}
    yield Case("_FusedConv2D", fused, (x, kernel, choose.values(results)))
    yield Case("DepthwiseConv2dNative", way, (x, kernel))
    if dilation == (1, 1):
        for op in ("MaxPool", "AvgPool"):
            yield Case(op, {**way, "ksize": numbers(1, *size, 1)}, (x,))


def products(choose: Random) -> Iterator[Case]:
    batch = [choose.length(3) for _ in range(choose.randint(1, 2))]
    m, k, n = choose.length(6), choose.length(13), choose.length(9)
    turns = {"adj_x": flag(choose.random() < 0.5), "adj_y": flag(choose.random() < 0.5)}
    a = choose.values(*batch, *((k, m) if turns["adj_x"]["b"] else (m, k)))
    ones = [1 if choose.random() < 0.3 else length for length in batch]
    b = choose.values(*ones, *((n, k) if turns["adj_y"]["b"] else (k, n)))
    yield Case("BatchMatMulV2", {**T, **turns}, (a, b))


def tensors(choose: Random) -> Iterator[Case]:
    rank = choose.length(4)
    shape = [choose.length(5) for _ in range(rank)]
    x = choose.values(*shape)
    axes = choose.sample(range(rank), choose.randint(0, rank))
    axis = scalar(choose.randrange(rank))
    for op in ("Sum", "Mean", "Max", "Min", "Prod"):
        kept = {"keep_dims": flag(choose.random() < 0.5)}
        yield Case(op, {**T, **kept}, (x, ints(*axes)))
    yield Case("Transpose", T, (x, ints(*choose.sample(range(rank), rank))))
    yield Case("ReverseV2", T, (x, ints(*axes)))
    yield Case("Tile", T, (x, ints(*(choose.length(3) for _ in shape))))
    widths = np.array([[choose.randint(0, 2), choose.randint(0, 2)] for _ in shape], np.int32)
    yield Case("Pad", T, (x, widths))
    ways = {name: flag(choose.random() < 0.5) for name in ("exclusive", "reverse")}
    yield Case("Cumsum", {**T, **ways}, (x, axis))
    for op in ("Softmax", "LogSoftmax"):
        yield Case(op, T, (x,))
    places = ints(*(choose.randint(-1, 6) for _ in range(4))).reshape(2, 2)
    yield Case("GatherV2", T, (x, places, axis))
    count = choose.length(rank)
    ends = [[choose.randint(-n - 1, n + 1) for n in shape[:count]] for _ in range(2)]
    steps = [choose.choice((-2, -1, 1, 2)) for _ in range(count)]
    masks = {f"{name}_mask": {"i": str(choose.randrange(2**count))} for name in ("begin", "end")}
    yield Case("StridedSlice", {**T, **masks}, (x, *(ints(*each) for each in (*ends, steps))))
    part = shape[choose.randrange(rank) :]
    y = choose.values(*(1 if choose.random() < 0.4 else length for length in part))
    for op in PAIRS:
        yield Case(op, T, (x, y) if choose.random() < 0.5 else (y, x))


def test_random_shapes_and_values(tmp_path: Path) -> None:
    choose = Random(7)
    makers = (pictures, products, tensors)
    cases = [case for _ in range(20) for make in makers for case in make(choose)]
    rows: list[dict[str, Any]] = [
        {
            "op": case.op,
            "attr": case.attributes,
            "inputs": [exact.packed(each) for each in case.inputs],
            "outputs": [exact.packed(each) for each in exact.results(case)],
        }
        for case in cases
    ]
    found = in_node(RUN_ROW, rows, tmp_path)
    wrong = [row for row, made in zip(rows, found, strict=True) if row["outputs"] != made]
    assert not wrong
    assert len(rows) > 500
