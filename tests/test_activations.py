"""An author's own activation reaches the browser under a name that means the same there."""

from __future__ import annotations

import re
from typing import Any

import keras
import pytest

from modelpress.conversion.activations import OPERATIONS, activation_fault
from modelpress.node.bundle import assets_root


@keras.saving.register_keras_serializable(package="tests.a", name="sin")  # type: ignore[untyped-decorator]
def wave(x: Any) -> Any:
    return keras.ops.sin(x)


@keras.saving.register_keras_serializable(package="tests.a", name="cos")  # type: ignore[untyped-decorator]
def not_cosine(x: Any) -> Any:
    return keras.ops.cos(3 * x)


@keras.saving.register_keras_serializable(package="tests.a", name="snake")  # type: ignore[untyped-decorator]
def snake(x: Any) -> Any:
    return x + keras.ops.sin(x) ** 2


def network(activation: Any) -> Any:
    return keras.Sequential([keras.Input((1,)), keras.layers.Dense(2, activation, name="waves")])


@pytest.mark.parametrize("activation", [None, "relu", "swish", "softmax", wave])
def test_known_activations_pass(activation: Any) -> None:
    assert activation_fault(network(activation).get_layer("waves")) == ""


@pytest.mark.parametrize(("activation", "name"), [(not_cosine, "cos"), (snake, "snake")])
def test_others_are_named(activation: Any, name: str) -> None:
    fault = activation_fault(network(activation).get_layer("waves"))
    assert f"activation {name}" in fault
    assert ("differs from the operation" in fault) == (name == "cos")


def test_the_browser_knows_the_same_names() -> None:
    source = (assets_root() / "src/runtime/activations.ts").read_text()
    listed = re.search(r"const OPERATIONS: .* = \{\n +(.*),\n", source)
    assert listed
    assert listed[1].split(", ") == list(OPERATIONS)
