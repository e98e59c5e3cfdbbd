"""ONNX' own node cases, computed as Modelpress reads an .onnx file."""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from modelpress.model_files import onnx_files
from modelpress.model_files.onnx_operations import is_known


class Outcome(NamedTuple):
    """op: the operation that the case is about. refused, different: why; "" if it isn't."""

    name: str
    op: str
    refused: str
    different: str


def outcomes() -> Iterator[Outcome]:
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cases = collect_testcases(None)
    for case in cases:
        if case.model is not None:
            yield _outcome(case)


def _outcome(case: Any) -> Outcome:
    nodes = case.model.graph.node
    op = nodes[-1].op_type
    unknown = [node.op_type for node in nodes if not is_known(node.domain, node.op_type)]
    if unknown:
        return Outcome(case.name, op, f"unknown: {', '.join(sorted(set(unknown)))}", "")
    try:
        found = [_difference(case, case.model, *data) for data in case.data_sets]
    except Exception as error:  # a form that is refused, or a type that TensorFlow lacks
        return Outcome(case.name, op, type(error).__name__, "")
    return Outcome(case.name, op, "", "; ".join(filter(None, found)))


def _difference(case: Any, model: Any, inputs: list[Any], outputs: list[Any]) -> str:
    """Returns how the first input as a tensor, and the others as constants, give other outputs."""
    given = dict(zip((each.name for each in model.graph.input), inputs, strict=False))
    first = next(iter(given), None)
    if not all(isinstance(value, np.ndarray | np.generic) for value in given.values()):
        raise TypeError("sequences")
    values = {
        name: tf.constant(value) if name == first and value.dtype.kind != "O" else value
        for name, value in given.items()
    }
    onnx_files._run(model.graph.node, values, Path(case.name))
    for output, wanted in zip(model.graph.output, outputs, strict=True):
        found = np.asarray(values[output.name])
        if found.shape != np.shape(wanted):
            return f"shape {found.shape}, not {np.shape(wanted)}"
        close = np.allclose(found, wanted, rtol=case.rtol, atol=case.atol, equal_nan=True)
        if not close:
            return f"{found.ravel()[:4]}, not {np.ravel(wanted)[:4]}"
    return ""


def by_operation() -> dict[str, list[int]]:
    """Returns [computed right, cases] by operation."""
    counts: dict[str, list[int]] = {}
    for each in outcomes():
        found = counts.setdefault(each.op, [0, 0])
        found[0] += not each.refused and not each.different
        found[1] += 1
    return dict(sorted(counts.items()))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(by_operation()))
