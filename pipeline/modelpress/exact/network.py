"""An exact network: its predictions, their digest, and the operations that the engine lacks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.exact.activation import fused_activations
from modelpress.exact.graph import Graph, Node, node_name, output_number, read_graph
from modelpress.exact.operation import is_known, run
from modelpress.exact.operations.loop import Loop, run_loop, structured

Float32 = npt.NDArray[np.float32]

_GIVEN = ("Placeholder", "Const")
_MOST_AT_ONCE = 128  # inputs; more would not compute faster


class Network:
    """A graph model with one input and one output."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes = structured(graph.nodes)

    @staticmethod
    def read(folder: Path) -> Network:
        """The graph model in `folder`: model.json and weights.bin."""
        return Network(read_graph(folder))

    def missing(self) -> list[str]:
        """The operations of the graph that the engine lacks, sorted."""
        ops = {node.op for node in self.graph.nodes}
        ops |= {op for node in self.graph.nodes for op in fused_activations(node)}
        return sorted(op for op in ops if op not in _GIVEN and not is_known(op))

    def predict(self, inputs: npt.ArrayLike) -> Float32:
        """The predictions, float32, for a batch of inputs.

        Raises ModelpressError where an operation is missing.
        """
        missing = self.missing()
        if missing:
            raise ModelpressError(
                "The exact engine lacks operations of this network.", found=", ".join(missing)
            )
        batch = np.asarray(inputs, np.float32)
        made = [
            self._run(batch[i : i + _MOST_AT_ONCE])
            for i in range(0, max(1, len(batch)), _MOST_AT_ONCE)
        ]
        return np.concatenate(made)

    def _run(self, batch: Float32) -> Float32:
        values: dict[str, list[Any]] = {
            name: [as_input(self, name, batch)] for name in self.graph.inputs
        }
        with np.errstate(all="ignore"):
            self.evaluate(self.nodes, values)
        tensor = self.graph.outputs[0]
        result = values[node_name(tensor)][output_number(tensor)]
        return np.ascontiguousarray(result, np.float32)

    def evaluate(self, nodes: Iterable[Node], values: dict[str, list[Any]]) -> None:
        """Adds the results of `nodes`, which are in order, to the values by name."""
        for node in nodes:
            if node.name in self.graph.inputs:
                continue
            if node.op == "Const":
                values[node.name] = [self.graph.weights[node.name]]
                continue
            given = given_to(node, values)
            if isinstance(node, Loop):
                values[node.name] = run_loop(node, given, values, self.evaluate)
            else:
                values[node.name] = run(node, given)


def as_input(network: Network, name: str, batch: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """A batch as the input `name` takes it: whole numbers, cut off, where those are indices."""
    for node in network.graph.nodes:
        if node.name == name and "dtype" in node.attributes and node.dtype("dtype") == np.int32:
            return batch.astype(np.int32)
    return batch


def given_to(node: Node, values: dict[str, list[Any]]) -> list[Any]:
    """The tensors that a node reads."""
    return [values[node_name(name)][output_number(name)] for name in node.inputs]


def digest(predictions: Float32) -> str:
    """SHA-256 of the bytes of float32 predictions, little-endian, each NaN as 0x7fc00000."""
    known = np.where(np.isnan(predictions), np.float32(np.nan), predictions).astype("<f4")
    bits = known.view("<u4")
    return hashlib.sha256(
        np.where(np.isnan(known), 0x7FC00000, bits).astype("<u4").tobytes()
    ).hexdigest()
