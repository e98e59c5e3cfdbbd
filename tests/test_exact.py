"""The exact engine: one table of vectors, which Python and TypeScript reproduce to the bit."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from modelpress.exact import operations
from modelpress.exact.network import digest
from modelpress.exact.operation import LOOP, is_known, module_name
from tests.exact_engine import OPERATIONS, in_node
from tests.exact_networks import NETWORKS, PREDICT
from tests.vectors import exact

ROWS = json.loads(exact.TABLE.read_text("utf-8"))

# In Node: the outputs of a row of the table, as the table has them.
RUN_ROW = """
const of = ({ dtype, shape, hex }) => {
  const raw = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  return { dtype, shape, data: new twin.ARRAYS[dtype](raw.buffer), constant: true };
};
const valueOf = (op) => twin.operations[twin.moduleName(op)].value;
const inputs = each.inputs.map(of);
const node = { name: each.op, op: each.op, attr: each.attr };
const made = twin.operations[twin.moduleName(each.op)].operation(inputs, node, valueOf);
made.run?.();
const hexOf = (x) => Buffer.from(
  x.dtype === "float32" ? twin.digestBytes(x.data) : new Uint8Array(x.data.buffer)).toString("hex");
return made.outputs.map((x) => ({ dtype: x.dtype, shape: x.shape, hex: hexOf(x) }));
"""


def test_python_reproduces_the_table() -> None:
    assert exact.table() == ROWS, "run python -m tests.vectors.exact if the definition has changed"


def test_typescript_reproduces_the_table(tmp_path: Path) -> None:
    found = in_node(RUN_ROW, ROWS, tmp_path)
    wrong = [
        (i, row["op"], row["attr"])
        for i, (row, made) in enumerate(zip(ROWS, found, strict=True))
        if made != row["outputs"]
    ]
    assert not wrong
    assert len(found) > 200


def test_both_halves_have_the_same_operations_and_the_table_has_each() -> None:
    [folder] = operations.__path__
    in_python = {path.stem for path in Path(folder).glob("*.py")} - {"__init__"}
    assert in_python == {path.stem for path in OPERATIONS.glob("*.ts")}
    of_loops = {name for name in in_python if name == "loop" or name.startswith("tensorlist")}
    assert {module_name(row["op"]) for row in ROWS} == in_python - of_loops


def test_names_of_operations() -> None:
    assert module_name("_FusedMatMul") == "fusedmatmul"
    assert module_name("AddV2") == "add"
    assert {module_name(op) for op in LOOP} == {"loop"}
    assert is_known("BatchMatMulV2")
    assert not is_known("Bucketize")


def _tensorflow(cases: list[exact.Case]) -> list[list[npt.NDArray[Any]]]:
    """What TensorFlow computes, in one graph."""
    import tensorflow as tf
    from google.protobuf import json_format

    compat = tf.compat.v1
    nodes, given, wanted = [], {}, []
    with tf.Graph().as_default() as graph, compat.Session(graph=graph) as session:
        for number, case in enumerate(cases):
            names = [f"input{number}_{i}" for i in range(len(case.inputs))]
            given.update({name: tf.constant(x) for name, x in zip(names, case.inputs, strict=True)})
            node = {"name": f"op{number}", "op": case.op, "input": names, "attr": case.attributes}
            nodes.append(node)
            wanted.append([f"op{number}:{i}" for i in range(len(exact.results(case)))])
        definition = json_format.ParseDict({"node": nodes}, compat.GraphDef(), True)
        every = [name for names in wanted for name in names]
        made = iter(tf.import_graph_def(definition, given, return_elements=every, name=""))
        found: list[list[npt.NDArray[Any]]] = session.run([[next(made) for _ in n] for n in wanted])
        return found


def test_tensorflow_computes_the_same_within_its_own_rounding() -> None:
    """TensorFlow's float32 sums are off by at most n · 2⁻²⁴ of their terms' sizes, its functions by
    a few units in the last place: 4e-6 of the largest value is above both here."""
    of_tensorflow_js = ("Prelu", "ClipByValue", "NoOp")
    cases = [each for each in exact.cases() if each.finite and each.op not in of_tensorflow_js]
    wrong = []
    for case, theirs in zip(cases, _tensorflow(cases), strict=True):
        for x, y in zip(exact.results(case), theirs, strict=True):
            near = 4e-6 * max(1.0, float(np.abs(y).max())) if x.dtype.kind == "f" else 0
            if x.shape != y.shape or x.dtype != y.dtype or not np.allclose(x, y, rtol=0, atol=near):
                wrong.append((case.op, case.attributes, x, y))
    assert not wrong
    assert len(cases) > 150


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_predicts_the_same_in_node(name: str, tmp_path: Path) -> None:
    graph = NETWORKS[name]()
    inputs = graph.inputs()
    predictions = graph.network().predict(inputs)
    assert np.isfinite(predictions).all()
    assert float(np.ptp(predictions, axis=0).min()) > 1e-3  # not one prediction for all
    body = f"const engine = twin; {PREDICT}"
    [found] = in_node(body, [graph.described(inputs)], tmp_path)
    assert hashlib.sha256(bytes.fromhex(found)).hexdigest() == digest(predictions)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_batch_is_so_many_predictions(name: str) -> None:
    graph = NETWORKS[name]()
    inputs = graph.inputs(5)
    network = graph.network()
    singly = np.concatenate([network.predict(inputs[i : i + 1]) for i in range(5)])
    assert digest(network.predict(inputs)) == digest(singly)


def test_a_digest_changes_with_the_last_bit_and_not_with_the_kind_of_nan() -> None:
    value = np.array([0.1, np.nan], np.float32)
    other = value.copy()
    other[1] = np.array([0xFFC00001], np.uint32).view(np.float32)[0]
    assert digest(value) == digest(other)
    other[0] = np.nextafter(other[0], np.float32(1))
    assert digest(value) != digest(other)
    zeros = np.zeros(2, np.float32)
    assert digest(zeros) != digest(-zeros)
