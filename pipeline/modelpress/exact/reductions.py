"""Reductions over axes, in row order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from modelpress.exact.elementwise import narrow, wide
from modelpress.exact.graph import Array, Node
from modelpress.exact.sums import axes_of, rows

Pair = Callable[[Array, Array], Array]


def reduced(node: Node, inputs: list[Array], value: Callable[[Array], Array]) -> Array:
    """value: of the elements along one axis in front, wide; its result is rounded once."""
    x, axes = inputs[0], axes_of(inputs[1], inputs[0].ndim)
    made = narrow(value(wide(rows(x, axes)) if x.dtype != bool else rows(x, axes)), x.dtype)
    if node.flag("keep_dims"):
        kept = [1 if axis in axes else length for axis, length in enumerate(x.shape)]
        made = made.reshape(kept)
    return made


def total(terms: Array) -> Array:
    """Their sum, one by one from 0."""
    result = np.zeros(terms.shape[1:], terms.dtype)
    for term in terms:
        result = result + term
    return result


def product(terms: Array) -> Array:
    """Their product, one by one from 1."""
    result = np.ones(terms.shape[1:], terms.dtype)
    for term in terms:
        result = result * term
    return result


def ordered(terms: Array, better: Pair) -> Array:
    """Folds the elements by `better`, from the first."""
    result: Array = terms[0]
    for term in terms[1:]:
        result = better(result, term)
    return result


def place(inputs: list[Array], better: Callable[[Array, Array], Array]) -> Array:
    """The index along an axis of the best element; of equal ones the first."""
    moved = np.moveaxis(inputs[0], int(inputs[1]), 0)
    best, at = moved[0], np.zeros(moved.shape[1:], np.int32)
    for number, term in enumerate(moved[1:], 1):
        found = better(term, best)
        best, at = np.where(found, term, best), np.where(found, np.int32(number), at)
    return at


def running(node: Node, inputs: list[Array], step: Pair, first: int) -> Array:
    """The running results of `step` along an axis."""
    x, axis = inputs[0], int(inputs[1])
    moved = np.moveaxis(wide(x), axis, 0)
    if node.flag("reverse"):
        moved = moved[::-1]
    result, made = np.full(moved.shape[1:], first, moved.dtype), []
    for term in moved:
        following = step(result, term)
        made.append(result if node.flag("exclusive") else following)
        result = following
    stacked = np.stack(made[::-1] if node.flag("reverse") else made)
    return narrow(np.moveaxis(stacked, 0, axis), x.dtype)
