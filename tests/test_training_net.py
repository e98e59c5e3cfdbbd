"""The browser's own training engine takes Keras' steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.training_keras import (
    OPTIMIZERS,
    Case,
    batches,
    data,
    dense,
    flat_weights,
    network,
    train,
)
from tests.training_twin import pack, training_twin, unpack

CROSS = "categorical_crossentropy"
BINARY = "binary_crossentropy"
COLORS = Case("3-16-9", [dense(16, "sigmoid"), dense(9, "softmax")], CROSS)
PROBABLE = {"kind": "rescale", "scale": 0.4, "offset": 0.5}  # tanh's answers between 0.1 and 0.9
CASES = [
    COLORS,
    *(COLORS.with_optimizer(name) for name in ("momentum", "nesterov", "rmsprop", "adam")),
    *(
        Case("3-15-1 tanh", [dense(15, "tanh"), dense(1, "sigmoid")], BINARY).with_optimizer(name)
        for name in OPTIMIZERS
    ),
    *(
        Case(
            "deep relu", [dense(64, "relu"), dense(32, "relu"), dense(16), dense(3)], "mse"
        ).with_optimizer(name)
        for name in ("sgd", "adam")
    ),
    Case("one neuron", [dense(1)], "mse", input_shape=(1,), steps=200),
    Case("one neuron, mae", [dense(1)], "mae", input_shape=(1,), steps=100),
    Case("no bias", [dense(7, "tanh", use_bias=False), dense(2, use_bias=False)], "mae"),
    Case("two waves", [dense(2, "sine"), dense(1, use_bias=False)], "mse", input_shape=(1,)),
    Case("sine and Adam", [dense(5, "sine"), dense(1)], "mse", OPTIMIZERS["adam"]),
    Case(
        "pixels",
        [
            {"kind": "rescale", "scale": 1 / 255, "offset": -0.5},
            {"kind": "flatten"},
            dense(15, "relu"),
            dense(10, "softmax"),
        ],
        CROSS,
        OPTIMIZERS["rmsprop"],
        input_shape=(6, 5),
        scale=90.0,
    ),
    Case(
        "rescaled answer",
        [dense(4, "tanh"), dense(2), {"kind": "rescale", "scale": 3, "offset": 1}],
        "mse",
    ),
    Case(
        "activations alone",
        [
            dense(6),
            {"kind": "activation", "activation": "relu"},
            dense(4),
            {"kind": "activation", "activation": "softmax"},
        ],
        CROSS,
    ),
    Case("softmax and mse", [dense(15, "tanh"), dense(4, "softmax")], "mse"),
    Case("softmax and mae", [dense(15, "tanh"), dense(4, "softmax")], "mae"),
    Case("softmax and binary", [dense(5, "tanh"), dense(4, "softmax")], BINARY),
    Case("sigmoid and categorical", [dense(5, "tanh"), dense(4, "sigmoid")], CROSS),
    Case("answers as probabilities", [dense(5, "tanh"), dense(2, "tanh"), PROBABLE], BINARY),
    Case("answers divided by their sum", [dense(5, "tanh"), dense(4, "tanh"), PROBABLE], CROSS),
    # Clipped answers: gradients of up to 1e7 at the edges, so no more than a step can be compared.
    Case("clipped binary", [dense(5, "tanh"), dense(2)], BINARY, steps=1),
    Case("clipped categorical", [dense(5, "tanh"), dense(4)], CROSS, steps=1),
    Case("saturated", [dense(4, "softmax")], CROSS, scale=1000.0),
    Case("one row", [dense(3, "tanh"), dense(1)], "mse", rows=1, batch_size=16),
]

# Relative above 1: "saturated" has logits of thousands in float32; the others stay below 3e-6.
TOLERANCE = 1e-5

BODY = """
  const { layers, inputs, outputs, loss, optimizer, batchSize } = each;
  const x = floats(each.x), y = floats(each.y);
  const net = new twin.Network({ layers, inputs, loss, optimizer, batchSize });
  net.restore({ weights: floats(each.first) });
  const losses = [];
  for (const rows of each.batches) {
    const bx = new Float32Array(batchSize * inputs), by = new Float32Array(batchSize * outputs);
    rows.forEach((row, i) => {
      bx.set(x.subarray(row * inputs, (row + 1) * inputs), i * inputs);
      by.set(y.subarray(row * outputs, (row + 1) * outputs), i * outputs);
    });
    losses.push(net.step(bx, by, rows.length, optimizer.learning_rate));
  }
  return { losses: packed(losses), weights: packed(net.weights) };
"""


def as_json(case: Case, net: Any) -> dict[str, Any]:
    x, y = data(case)
    return {
        "layers": case.named_layers(),
        "inputs": int(np.prod(case.input_shape)),
        "outputs": y.shape[1],
        "loss": case.loss,
        "optimizer": case.optimizer,
        "batchSize": case.batch_size,
        "x": pack(x),
        "y": pack(y),
        "first": pack(flat_weights(net)),
        "batches": [rows.tolist() for rows in batches(case)],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_step_is_keras(case: Case, tmp_path: Path) -> None:
    net = network(case)
    (found,) = training_twin("engine/net", BODY, [as_json(case, net)], tmp_path)
    losses, weights = train(case, net)
    assert np.isfinite(weights).all()
    loss_error = np.abs(unpack(found["losses"]) - losses) / np.maximum(1, np.abs(losses))
    weight_error = np.abs(unpack(found["weights"]) - weights) / np.maximum(1, np.abs(weights))
    print(f"{case.name}: loss {loss_error.max():.2g}, weights {weight_error.max():.2g}")
    assert loss_error.max() <= TOLERANCE
    assert weight_error.max() <= TOLERANCE
