"""What a build records of the exact engine: coverage, digest, and Keras' distance, within a bound
derived from the network."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from modelpress.conversion.exact_record import Reference
from modelpress.core.errors import ModelFailure
from modelpress.exact.bound import bounds
from modelpress.exact.network import digest
from modelpress.schema.exact import Exact
from tests.exact_networks import NETWORKS, Array, Graph
from tests.vectors.exact import floats


def written(graph: Graph, folder: Path) -> Path:
    (folder / "model.json").write_text(json.dumps(graph.model_json()), "utf-8")
    (folder / "weights.bin").write_bytes(graph.weights)
    return folder


def in_float32(graph: Graph, inputs: Array, last_bits: int = 3) -> Array:
    """The predictions as another computation has them: off by a few units in the last place."""
    found = graph.network().predict(inputs)
    off = np.random.default_rng(1).integers(-last_bits, last_bits + 1, found.shape)
    return (found + off * np.spacing(found)).astype(np.float32)


@pytest.mark.parametrize("name", NETWORKS)
def test_what_is_recorded_where_the_engine_covers_the_graph(name: str, tmp_path: Path) -> None:
    graph = NETWORKS[name]()
    inputs = graph.inputs()
    record = Reference(written(graph, tmp_path), inputs).record(in_float32(graph, inputs))
    assert record.covered
    assert record.digest == digest(graph.network().predict(inputs))
    assert record.max_diff
    assert record.bound
    assert 0 < record.max_diff < record.bound < 2e-3


def test_keras_beyond_the_bound_is_a_failure(tmp_path: Path) -> None:
    graph = NETWORKS["convolutional"]()
    inputs = graph.inputs()
    outputs = in_float32(graph, inputs)
    outputs[7, 2] += 2e-3
    with pytest.raises(ModelFailure, match="does not predict what Keras predicts") as caught:
        Reference(written(graph, tmp_path), inputs).record(outputs)
    assert caught.value.where == "golden case 7"
    outputs[7, 2] = np.nan
    with pytest.raises(ModelFailure, match="does not predict"):
        Reference(tmp_path, inputs).record(outputs)


def test_the_bound_grows_with_the_size_and_the_depth() -> None:
    def largest(depth: int, width: int) -> float:
        graph = Graph((width,))
        x = "x"
        for layer in range(depth):
            x = graph.dense(x, width, width, "Tanh", seed=layer + 1)
        inputs = graph.inputs(16)
        network = graph.network()
        return float(bounds(network, inputs, network.predict(inputs)).max())

    assert largest(1, 8) < largest(1, 256) < largest(6, 256)


def test_a_softmax_has_the_error_of_its_sum() -> None:
    """Of many classes, added one by one in float32."""
    graph = Graph((50_000,))
    graph.add("Softmax", "x")
    inputs, network = graph.inputs(2), graph.network()
    powers = np.exp(inputs.astype(np.float32))
    one_by_one = powers / np.cumsum(powers, axis=1, dtype=np.float32)[:, -1:]
    exact = network.predict(inputs)
    allowed = bounds(network, inputs, exact)
    off = np.abs(one_by_one - exact).max(axis=1)
    assert (off > 16 * 2.0**-24 * exact.max(axis=1)).all()  # more than that of a function
    assert (off < allowed).all()


def test_an_operation_that_the_engine_lacks(tmp_path: Path) -> None:
    graph = Graph((4,))
    graph.add("Bucketize", "x")
    reference = Reference(written(graph, tmp_path), floats(3, 4))
    assert reference.record(floats(3, 4)) == Exact(
        covered=False, reason="it lacks Bucketize", missing=["Bucketize"]
    )


def test_an_activation_that_the_engine_lacks(tmp_path: Path) -> None:
    graph = Graph((4,))
    graph.dense("x", 4, 3, "GeluExact")
    reference = Reference(written(graph, tmp_path), floats(3, 4))
    assert reference.record(floats(3, 3)).missing == ["GeluExact"]


def test_a_graph_that_the_engine_cannot_run(tmp_path: Path) -> None:
    graph = Graph((4,))
    graph.add("MatMul", "x", floats(5, 3))  # of another length
    record = Reference(written(graph, tmp_path), floats(3, 4)).record(floats(3, 3))
    assert not record.covered
    assert record.reason
    assert record.reason.startswith("it can't run this graph (")


def test_a_form_of_an_operation_that_the_engine_lacks(tmp_path: Path) -> None:
    graph = Graph((4,))
    graph.add("Einsum", "x", floats(4, 4), equation={"s": "Li4uYSxhYi0+Li4uYg=="})  # ...a,ab->...b
    record = Reference(written(graph, tmp_path), floats(3, 4)).record(floats(3, 4))
    assert not record.covered
    assert record.reason
    assert "einsum of two inputs" in record.reason
    assert record.missing == []
