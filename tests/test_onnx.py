"""Models in ONNX files. Oracles: ONNX' own node cases, and scikit-learn."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from modelpress.core.errors import ModelpressError
from modelpress.model_files.load import load
from modelpress.model_files.onnx_operations import OPERATIONS
from tests.coverage.onnx_cases import outcomes

LEAST_CASES = 600  # that are translated; none of these may differ


@pytest.mark.slow
def test_the_node_cases_of_onnx_are_computed_or_refused() -> None:
    found = [each for each in outcomes() if not each.refused]
    assert [f"{each.name}: {each.different}" for each in found if each.different] == []
    assert len(found) >= LEAST_CASES


def _network(path: Path, batch: Any, shape: list[int], *, wrong: bool = False) -> None:
    """Writes a convolutional network, exported with the batch `batch`."""
    rng = np.random.default_rng(0)

    def array(name: str, *sizes: int) -> Any:
        return numpy_helper.from_array(rng.normal(0, 0.3, sizes).astype("float32"), name)

    node = helper.make_node
    nodes = [
        node("Conv", ["x", "kernel", "bias"], ["c"], pads=[1, 1, 1, 1]),
        node("Relu", ["c"], ["r"]),
        node("MaxPool", ["r"], ["m"], kernel_shape=[2, 2], strides=[2, 2]),
        node("Conv", ["m", "deep"], ["d"], group=4, pads=[1, 1, 1, 1]),
        node("BatchNormalization", ["d", "scale", "offset", "mean", "variance"], ["n"]),
        node("AveragePool", ["n"], ["a"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
        node("Reshape", ["a", "shape"], ["f"]),
        node("Gemm", ["f", "dense", "last"], ["g"], transB=1),
        node("Softmax", ["g"], ["y"], axis=0 if wrong else -1),
    ]
    variance = numpy_helper.from_array(np.ones(4, "float32"), "variance")
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 1, 8, 8])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 3])],
        [
            *(array("kernel", 4, 1, 3, 3), array("bias", 4), array("deep", 4, 1, 3, 3)),
            *(array("scale", 4), array("offset", 4), array("mean", 4), variance),
            numpy_helper.from_array(np.array(shape), "shape"),
            *(array("dense", 3, 64), array("last", 3)),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=8, producer_name="pytorch")
    onnx.save(model, path)


@pytest.mark.parametrize(("batch", "shape"), [("batch", [-1, 64]), (1, [1, 64]), (1, [1, -1])])
def test_a_convolutional_network_takes_a_batch(
    tmp_path: Path, batch: Any, shape: list[int]
) -> None:
    """Also one that was exported for one input at a time."""
    path = tmp_path / "network.onnx"
    _network(path, batch, shape)
    brought = load(path)
    assert brought.written_by == "pytorch"
    assert brought.net.input_shape == (None, 1, 8, 8)
    assert brought.net.output_shape == (None, 3)
    x = np.random.default_rng(1).normal(size=(7, 1, 8, 8)).astype("float32")
    found = np.asarray(brought.net(x))
    evaluator = onnx.reference.ReferenceEvaluator(str(path))
    wanted = np.concatenate([evaluator.run(None, {"x": each[None]})[0] for each in x])
    assert np.abs(found - wanted).max() < 1e-6


def test_a_network_whose_inputs_depend_on_each_other_is_refused(tmp_path: Path) -> None:
    _network(tmp_path / "network.onnx", "batch", [-1, 64], wrong=True)
    with pytest.raises(ModelpressError, match="predicts something else"):
        load(tmp_path / "network.onnx")


def _estimators() -> dict[str, Any]:
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return {
        "two classes": LogisticRegression(),
        "scaled": make_pipeline(StandardScaler(), LogisticRegression()),
        "line": LinearRegression(),
        "classifier": MLPClassifier((8,), max_iter=20, random_state=1),
        "regressor": MLPRegressor(hidden_layer_sizes=(8,), max_iter=20, random_state=1),
    }


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("maps", [False, True])
def test_models_of_scikit_learn(tmp_path: Path, maps: bool) -> None:
    """maps: whether the exporter returns probabilities as maps by label, as it does by default."""
    from skl2onnx import to_onnx

    x = np.random.default_rng(0).normal(size=(60, 4)).astype("float32")
    classes = (x[:, 0] > 0).astype(int) + (x[:, 1] > 0.5)
    for name, estimator in _estimators().items():
        classifies = hasattr(estimator, "predict_proba")
        estimator.fit(x, classes > 0 if name == "two classes" else classes)
        options = {"zipmap": maps} if classifies else None
        path = tmp_path / f"{name}.onnx"
        path.write_bytes(to_onnx(estimator, x[:1], options=options).SerializeToString())
        found = np.asarray(load(path).net(x))
        wanted = estimator.predict_proba(x) if classifies else estimator.predict(x)[:, None]
        assert found.shape == wanted.shape, name
        assert np.abs(found - wanted).max() < 1e-5, name


def test_an_unknown_operation_is_named(tmp_path: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("NonMaxSuppression", ["x", "x"], ["y"])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4, 4])],
        [helper.make_tensor_value_info("y", TensorProto.INT64, ["n", 3])],
    )
    onnx.save(helper.make_model(graph, ir_version=8), tmp_path / "detector.onnx")
    with pytest.raises(ModelpressError) as caught:
        load(tmp_path / "detector.onnx")
    assert caught.value.found == "NonMaxSuppression"


def _saved(path: Path, nodes: list[Any], ends: list[Any], weights: list[Any]) -> Path:
    """Writes a network of these nodes, inputs and outputs, as no exporter would."""
    graph = helper.make_graph(nodes, "g", *ends, weights)
    onnx.save(helper.make_model(graph, ir_version=8), path)
    return path


def test_networks_that_no_page_can_show_are_named(tmp_path: Path) -> None:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])
    texts = helper.make_tensor_value_info("t", TensorProto.STRING, ["n", 4])
    relu, times = helper.make_node("Relu", ["x"], ["y"]), helper.make_node("Mul", ["x", "c"], ["y"])
    constant = helper.make_node("Relu", ["c"], ["y"])
    same = helper.make_node("Identity", ["t"], ["s"])
    out = helper.make_tensor_value_info("s", TensorProto.STRING, ["n", 4])
    invented = [helper.make_node(f"Invented{i:02}", ["x"], [f"y{i}"]) for i in range(20)]
    foreign = helper.make_node("Swirl", ["x"], ["y"], domain="com.example")

    def weights(value: float, *shape: int) -> list[Any]:
        return [numpy_helper.from_array(np.full(shape, value, np.float32), "c")]

    for nodes, ends, more, said in (
        ([relu], [[x], []], [], "has no output"),
        ([constant], [[], [y]], weights(1, 1, 4), "has no input"),
        ([same], [[texts], [out]], [], "can't read text"),
        ([times], [[x], [y]], weights(np.nan, 4), "infinity in the weights `c`"),
        ([times], [[x], [y]], weights(np.inf), "predicts NaN or infinity"),
        (invented, [[x], [y]], [], "Invented00, Invented01"),
        (invented, [[x], [y]], [], "and 8 more"),
        ([foreign], [[x], [y]], [], "com.example.Swirl"),
    ):
        with pytest.raises(ModelpressError) as caught:
            load(_saved(tmp_path / "odd.onnx", nodes, ends, more))
        assert said in str(caught.value), said
        assert caught.value.next_step


@pytest.mark.parametrize("content", [b"", b"hello" * 99, b"\x08\x07" + b"\xff" * 99])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.onnx").write_bytes(content)
    with pytest.raises(ModelpressError):
        load(tmp_path / "bad.onnx")


def test_the_package_onnx_is_named_where_it_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _network(tmp_path / "network.onnx", "batch", [-1, 64])
    monkeypatch.setattr("modelpress.model_files.formats.find_spec", lambda name: None)
    with pytest.raises(ModelpressError) as caught:
        load(tmp_path / "network.onnx")
    assert "pip install 'modelpress[onnx]'" in caught.value.next_step


def test_the_guide_lists_the_operations(project_root: Path) -> None:
    guide = (project_root / "docs/guide/your-model.md").read_text()
    assert ", ".join(f"`{name}`" for name in sorted(OPERATIONS)) in " ".join(guide.split())
