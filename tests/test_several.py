"""Networks with several inputs and outputs: their kinds, and the network of one vector."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers as L

from modelpress import inputs, outputs
from modelpress.core.errors import ModelpressError
from modelpress.data import Data, Split
from modelpress.data.named import side_by_side
from modelpress.kinds.parts import kinds_of
from modelpress.network.several import one_vector
from modelpress.spec.model import Model
from modelpress.training.train import completed

PARTS = {"age": inputs.Number(0, 20, default=3), "colour": inputs.Color("#c80000")}


def several() -> Any:
    return inputs.Several(PARTS)


def model(**fields: Any) -> Model:
    return Model(title="Car", file="car.keras", **fields)


def test_a_text_names_each_part() -> None:
    kind = several()
    assert kind.default == "age=3; colour=#c80000"
    assert kind.parse("age=4; colour=#010203").tolist() == [4, 1, 2, 3]
    assert kind.format([4, 1, 2, 3]) == "age=4; colour=#010203"
    assert kind.canonical(" colour = 00f;age=+7 ") == "age=7; colour=#0000ff"
    assert kind.canonical("age=4") == "age=4; colour=#c80000"
    assert kind.describe([4, 1, 2, 3]) == "age 4, colour #010203"
    assert inputs.from_spec(json.loads(json.dumps(kind.spec()))).spec() == kind.spec()
    assert kinds_of(kind.spec()) == ["several", "number", "color"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4", "has no name: write age=3; colour=#c80000"),
        ("agee=4", "'agee' is not an input; the inputs are age, colour. Did you mean `age`"),
        ("age=4; age=5", "'age' is written twice"),
        ("age=40", "age: '40' is not a number from 0 to 20"),
        ("age=4; colour=red", "colour: 'red' is not a colour"),
    ],
)
def test_a_wrong_text_is_told_by_name(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        several().parse(text)


def test_texts_of_parts_may_hold_the_separator() -> None:
    kind = inputs.Several({"p": inputs.Points((0, 1), (0, 1), default=(0, 0)), "n": PARTS["age"]})
    text = kind.canonical("p=0.5,0.25;0,1; n=2")
    assert text == "p=0.5,0.25;0,1; n=2"
    assert kind.parse(text).tolist() == [0.5, 0.25, 2]


def test_golden_cases_have_the_limits_of_every_part() -> None:
    cases = several().golden(np.random.default_rng(1))
    assert len(cases) >= 64
    rows = np.stack([values for _, values in cases])
    assert (rows.min(axis=0).tolist(), rows.max(axis=0).tolist()) == ([0] * 4, [20, 255, 255, 255])
    again = several().golden(np.random.default_rng(1))
    assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(cases, again, strict=True))


def test_outputs_are_described_by_name() -> None:
    kind = outputs.Several({"price": outputs.Number(), "kind": outputs.Classes(["old", "new"])})
    assert kind.describe([2.5, 0.25, 0.75]) == "price: 2.50; kind: new, 75%; next old, 25%"
    assert outputs.from_spec(json.loads(json.dumps(kind.spec()))).spec() == kind.spec()
    with pytest.raises(ValueError, match="Curve shows predictions for many inputs"):
        outputs.Several({"y": outputs.Curve()})


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"input": {"age": inputs.Number}}, "the class itself: call it"),
        ({"input": {}}, "needs kinds by name"),
        ({"output": {"a=b": outputs.Number()}}, "without `=` and `;`"),
        ({"input": {"a": several()}}, "can't have parts of its own parts"),
    ],
)
def test_wrong_parts_are_told_by_field(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelpressError) as caught:
        model(**fields)
    assert caught.value.where == f"field `{next(iter(fields))}`"
    assert said in str(caught.value)


def car(form: type = list) -> Any:
    """A network with an input of whole numbers and one of pictures, and three outputs."""
    age, view = keras.Input((1,), name="age", dtype="int32"), keras.Input((4, 3), name="view")
    embedded = L.Flatten()(L.Embedding(21, 4)(age))
    both = L.Concatenate()([embedded, L.Flatten()(L.Conv1D(2, 2)(view))])
    price, kind = L.Dense(1, name="price")(both), L.Dense(2, "softmax", name="kind")(both)
    seen = L.Reshape((2, 2), name="seen")(L.Dense(4)(both))
    if form is dict:
        return keras.Model({"view": view, "age": age}, {"seen": seen, "price": price, "kind": kind})
    return keras.Model([age, view], [price, kind, seen])


WHOLE = {
    "view": inputs.Numbers({f"x{i}": (0, 1) for i in range(12)}, shape=(4, 3)),
    "age": inputs.Number(0, 20, step=1),
}
SEEN = {
    "kind": outputs.Classes(["old", "young"]),
    "seen": outputs.Numbers(shape=(2, 2)),
    "price": outputs.Number(),
}


@pytest.mark.parametrize("form", [list, dict])
@pytest.mark.parametrize("whole", [False, True])
def test_the_network_of_one_vector_predicts_the_same(
    form: type, whole: bool, tmp_path: Path
) -> None:
    net = car(form)
    made = model(input=WHOLE, output=SEEN)
    joined = one_vector(net, made.input, made.output, whole=whole)
    joined.save(tmp_path / "joined.keras")
    joined = keras.models.load_model(tmp_path / "joined.keras", safe_mode=True)
    rng = np.random.default_rng(2)
    view, age = rng.random((5, 4, 3), "float32"), rng.integers(0, 20, (5, 1))
    found = net({"view": view, "age": age} if form is dict else [age, view])
    by_name = found if form is dict else dict(zip(("price", "kind", "seen"), found, strict=True))
    wanted = np.concatenate([np.reshape(by_name[name], (5, -1)) for name in SEEN], axis=1)
    given = np.concatenate([view.reshape(5, 12), age.astype("float32")], axis=1)
    assert np.allclose(np.asarray(joined(given)), wanted, atol=1e-6)
    assert one_vector(joined, made.input, made.output) is joined
    if whole:
        pairs = zip(joined.get_weights(), net.get_weights(), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)


@pytest.mark.parametrize(
    ("fields", "where", "said"),
    [
        ({"output": SEEN}, "field `input`", "2 inputs in the network: age (1,), view (4, 3)"),
        ({"input": WHOLE}, "field `output`", "3 outputs in the network: price (1,), kind (2,)"),
        (
            {"input": {"age": WHOLE["age"], "vieww": WHOLE["view"]}, "output": SEEN},
            "field `input`",
            "no input of this name. Did you mean `view`",
        ),
        ({"input": {"age": WHOLE["age"]}, "output": SEEN}, "field `input`", "no kind for view"),
        (
            {"input": {**WHOLE, "view": inputs.Number(0, 1)}, "output": SEEN},
            'field `input`, "view"',
            "(4, 3), the shape in the network",
        ),
        (
            {"input": WHOLE, "output": {**SEEN, "kind": outputs.Number()}},
            'field `output`, "kind"',
            "(2,), the shape in the network",
        ),
    ],
)
def test_names_and_shapes_that_are_not_the_networks_are_told(
    fields: dict[str, Any], where: str, said: str
) -> None:
    made = model(**fields)
    with pytest.raises(ModelpressError) as caught:
        one_vector(car(), made.input, made.output)
    assert caught.value.where == where
    assert said in str(caught.value)


@keras.saving.register_keras_serializable("tests")
class Named(keras.Model):  # type: ignore[misc]
    """Takes a dict, and knows its inputs only when it is called."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.last = L.Dense(1)

    def call(self, given: Any) -> Any:
        return {"price": self.last(keras.ops.concatenate([given["age"], given["colour"]], -1))}


def test_a_network_of_an_own_class_gets_its_inputs_by_name() -> None:
    net = Named()
    made = model(input=PARTS, output={"price": outputs.Number()})
    joined = completed(net, made, None)
    x = np.array([[1, 2, 3, 4]], "float32")
    wanted = net({"age": x[:, :1], "colour": x[:, 1:]})["price"]
    assert np.allclose(np.asarray(joined(x)), np.asarray(wanted))


def test_data_by_name_stands_side_by_side_in_the_models_order() -> None:
    x = {"colour": np.array([[1, 2, 3], [4, 5, 6]]), "age": [[7], [8]]}
    data = side_by_side(Data(train=Split(x, [0, 1])), (["age", "colour"], None))
    assert data.train.x.tolist() == [[7, 1, 2, 3], [8, 4, 5, 6]]
    for wrong, said in (({"age": [1]}, "age, colour"), ({"agee": [1], "colour": [1]}, "`age`")):
        with pytest.raises(ModelpressError) as caught:
            side_by_side(Data(train=Split(wrong, [0])), (["age", "colour"], None))
        assert said in str(caught.value)
    with pytest.raises(ModelpressError, match="can't be used"):
        side_by_side(Data(train=Split(x, [0, 1])), (None, None))
