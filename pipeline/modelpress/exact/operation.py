"""Finds and runs the operations of a graph.

Each operation is a module of `modelpress.exact.operations`, named after the TensorFlow operation in
lower case, without "_" in front and a version behind: `_FusedMatMul` is fusedmatmul.py, `AddV2` is
add.py. Its function `run(node, inputs)` returns one array or a list of arrays. An operation of one
input whose elements don't depend on each other has `value(x)`, too, from float64 to float64, which
fused operations use.
"""

from __future__ import annotations

import importlib
import importlib.util
import re
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.exact.graph import Node

Float64 = npt.NDArray[np.float64]

OPERATIONS = f"{__package__}.operations"  # by name, since its modules import this one
LOOP = frozenset({"Enter", "Exit", "LoopCond", "Merge", "NextIteration", "Switch"})


def module_name(op: str) -> str:
    """The module of a TensorFlow operation: "_FusedMatMul" → "fusedmatmul"; all that make a loop
    are one."""
    if op in LOOP:
        return "loop"
    return re.sub(r"V\d$", "", op.lstrip("_")).lower()


def is_known(op: str) -> bool:
    """Whether the engine has the operation."""
    return importlib.util.find_spec(f"{OPERATIONS}.{module_name(op)}") is not None


def operation(op: str) -> ModuleType:
    """The module of an operation that the engine has."""
    return importlib.import_module(f"{OPERATIONS}.{module_name(op)}")


def run(node: Node, inputs: list[Any]) -> list[Any]:
    """The results of one node: arrays, or lists of arrays, which loops have."""
    made = operation(node.op).run(node, inputs)
    return made if isinstance(made, list) else [made]
