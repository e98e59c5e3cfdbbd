"""The repair that takes apart what TensorFlow.js can't compute as one operation."""

from __future__ import annotations

import base64
import copy
from typing import Any

import pytest

from modelpress.conversion.unfuse import FUSED, split_activations


def graph(*fused: str) -> dict[str, Any]:
    """A dense layer that TensorFlow's optimizer joined, and a reader of it."""
    names = [base64.b64encode(name.encode()).decode() for name in fused]
    attributes = {"T": {"type": "DT_FLOAT"}, "fused_ops": {"list": {"s": names}}}
    dense = {"name": "dense", "op": "_FusedMatMul", "input": ["x", "w", "b"], "attr": attributes}
    return {
        "modelTopology": {
            "node": [
                {"name": "x", "op": "Placeholder", "attr": {}},
                dense,
                {"name": "out", "op": "Identity", "input": ["dense"]},
            ]
        }
    }


@pytest.mark.parametrize("activation", ["Tanh", "GeluExact"])
def test_an_activation_no_backend_fuses_becomes_an_operation(activation: str) -> None:
    model_json = graph("BiasAdd", activation)
    split_activations(model_json)
    placeholder, linear, last, out = model_json["modelTopology"]["node"]
    assert (linear["op"], linear["input"]) == ("_FusedMatMul", ["x", "w", "b"])
    assert [base64.b64decode(s) for s in linear["attr"]["fused_ops"]["list"]["s"]] == [b"BiasAdd"]
    assert (last["name"], last["op"], last["input"]) == ("dense", activation, [linear["name"]])
    assert last["attr"] == {"T": {"type": "DT_FLOAT"}}
    assert (placeholder["name"], out["input"]) == ("x", ["dense"])
    again = copy.deepcopy(model_json)
    split_activations(again)
    assert again == model_json


@pytest.mark.parametrize("activation", ["", *sorted(FUSED)])
def test_what_every_backend_fuses_stays_whole(activation: str) -> None:
    model_json = graph("BiasAdd", *filter(None, [activation]))
    before = copy.deepcopy(model_json)
    split_activations(model_json)
    assert model_json == before
