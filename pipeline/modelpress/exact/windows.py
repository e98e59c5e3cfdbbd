"""Windows over the rows and columns of pictures (batch, rows, columns, channels)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Array, Node

Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """Windows along one axis. before: positions of padding in front of the first element."""

    length: int  # of the input
    size: int  # of the window
    stride: int
    dilation: int
    before: int
    count: int  # of windows

    @staticmethod
    def of(
        length: int,
        size: int,
        stride: int,
        dilation: int,
        padding: str,
        explicit: tuple[int, int] = (0, 0),
    ) -> Axis:
        """padding: "SAME", "VALID", or "EXPLICIT" with its widths before and behind."""
        reach = (size - 1) * dilation + 1
        if padding == "SAME":
            count = -(-length // stride)
            before = max(0, (count - 1) * stride + reach - length) // 2
            return Axis(length, size, stride, dilation, before, count)
        before, behind = explicit
        count = (length + before + behind - reach) // stride + 1
        return Axis(length, size, stride, dilation, before, max(0, count))

    def seen(self, at: int) -> tuple[slice, slice]:
        """The windows whose element `at` is not padding, and those elements of the input."""
        shift = at * self.dilation - self.before
        first = max(0, -(shift // self.stride)) if shift < 0 else 0
        last = min(self.count, (self.length - 1 - shift) // self.stride + 1)
        last = max(first, last)
        start = first * self.stride + shift
        return slice(first, last), slice(start, start + (last - first) * self.stride, self.stride)


def axes(node: Node, shape: tuple[int, ...], sizes: tuple[int, int]) -> tuple[Axis, Axis]:
    """The windows of a convolution or pooling over an input of `shape`."""
    if node.text("data_format", "NHWC") != "NHWC":
        raise ModelpressError(
            "The exact engine needs channels last.", where=f"operation `{node.name}`"
        )
    strides = node.integers("strides")
    dilations = node.integers("dilations") or [1, 1, 1, 1]
    explicit = node.integers("explicit_paddings") or [0] * 8
    padding = node.text("padding")
    rows, columns = (
        Axis.of(
            shape[i],
            sizes[i - 1],
            strides[i],
            dilations[i],
            padding,
            (explicit[2 * i], explicit[2 * i + 1]),
        )
        for i in (1, 2)
    )
    return rows, columns


def terms(
    x: Array, rows: Axis, columns: Axis
) -> Iterator[tuple[int, int, tuple[slice, ...], Array]]:
    """For each place of the window, by row and column: the place, the results that it belongs to,
    and the elements of x that are there."""
    for i in range(rows.size):
        out_rows, in_rows = rows.seen(i)
        for j in range(columns.size):
            out_columns, in_columns = columns.seen(j)
            if out_rows.start < out_rows.stop and out_columns.start < out_columns.stop:
                yield i, j, (slice(None), out_rows, out_columns), x[:, in_rows, in_columns]
