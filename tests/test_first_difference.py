"""Where a backend begins to compute something else: the layer and operation a refusal names."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from modelpress.artefacts.manifest import read_manifest
from modelpress.core.errors import ModelFailure
from modelpress.core.operation_names import layer_in
from modelpress.core.project import Project
from modelpress.exact.bound import bounds, bounds_inside
from modelpress.exact.graph import node_name
from modelpress.proof import verify
from modelpress.proof.prove import require_parity
from modelpress.schema.model import ModelEntry
from tests.exact_networks import NETWORKS, Graph
from tests.tiny import LINE, tiny_project

# Names no output kind, so that the law alone sets the tolerance.
BENT = (
    LINE.replace("    tolerance=1e-5,\n", "")
    .replace("    output=Answer(),\n", "")
    .replace("keras.layers.Dense(1)", 'keras.layers.Dense(4), keras.layers.Activation("tanh", '
             'name="bend"), keras.layers.Dense(2, name="last")')
    .replace("data=points", "data=lambda: (points()[0], np.repeat(points()[1], 2, 1))")
)  # fmt: skip


def test_the_longest_name_of_a_layer_counts() -> None:
    layers = ["dense", "dense_1", "up/down", "a b"]
    for operation, layer in (
        ("net/dense_1/Tanh", "dense_1"),
        ("net/dense/Tanh", "dense"),
        ("net/dense_1_1/Tanh", "dense_1"),  # a second call
        ("net/up/down/MatMul", "up/down"),
        ("a_b/Relu", "a b"),
        ("net/Identity", None),
    ):
        assert layer_in(operation, layers) == layer


@pytest.mark.parametrize("name", NETWORKS)
def test_the_bound_of_the_last_operation_is_that_of_the_predictions(name: str) -> None:
    graph = NETWORKS[name]()
    network, inputs = graph.network(), graph.inputs(4)
    inside = bounds_inside(network, inputs)
    whole = bounds(network, inputs, network.predict(inputs)).max()
    assert inside[node_name(network.graph.outputs[0])] == pytest.approx(whole, rel=1)
    assert min(inside.values()) > 0


def test_what_the_engine_lacks_ends_nothing_before_it() -> None:
    graph = Graph((4,))
    graph.add("Bucketize", graph.dense("x", 4, 3, "Tanh"))
    inside = bounds_inside(graph.network(), graph.inputs(2))
    assert len(inside) == 1
    assert np.isfinite(list(inside.values())).all()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    from modelpress.build.build import Request, build
    from modelpress.core.progress import Progress

    made = tiny_project(tmp_path_factory.mktemp("bent") / "project", {"bent": BENT})
    build(made, Request(use_browser=False), Progress())
    return made


@pytest.mark.parametrize("wrong", ["0.99 * x", "NaN"])
def test_a_wrong_kernel_is_named_by_its_layer(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    """TensorFlow.js' CPU calls Math.tanh; WASM has a kernel of its own."""
    monkeypatch.setattr(verify, "BACKENDS", ("cpu", "wasm"))
    public = tmp_path / "public"
    shutil.copytree(project.public_dir, public)
    script = public / "assets/modelpress/modelpress.js"
    script.write_text(f"Math.tanh = (x) => {wrong};\n{script.read_text()}")
    entry = read_manifest(project.public_dir).models["bent"]
    assert (entry.tolerance_by, entry.tolerance) == ("law", entry.exact and entry.exact.bound)
    parity = verify.verify(public, {"bent": entry}, slugs=["bent"])["bent"]
    reasons = {(each.backend, each.format): each.reason for each in parity.results}
    said = reasons["cpu", "graph"]
    assert "the first output that differs is that of layer `bend` (Activation), operation `" in said
    assert said.endswith(".")
    assert reasons["wasm", "graph"] == ""
    with pytest.raises(ModelFailure) as caught:
        require_parity({"bent": parity}, {"bent": entry})
    assert "layer `bend`" in caught.value.found
    assert parity.exact
    assert parity.exact.passed


def test_equal_operations_name_nothing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tolerance that no backend meets."""
    monkeypatch.setattr(verify, "BACKENDS", ("cpu",))
    entry = read_manifest(project.public_dir).models["bent"]
    strict = ModelEntry(**{**vars(entry), "tolerance": 0.0})
    monkeypatch.setattr(verify, "FORMATS", ("graph",))
    parity = verify.verify(project.public_dir, {"bent": strict}, slugs=["bent"])["bent"]
    assert all("first output" not in each.reason for each in parity.results)
