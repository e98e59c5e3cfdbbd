"""How initial weights are drawn: as Keras' initializers describe, and so in the browser."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.core.errors import ModelpressError
from modelpress.recording.record_net import described
from tests.training_twin import training_twin, unpack

SHAPE = (160, 250)
INITIALIZERS = {
    "glorot_uniform": {"kind": "scaled", "scale": 1, "mode": "fan_avg", "distribution": "uniform"},
    "he_uniform": {"kind": "scaled", "scale": 2, "mode": "fan_in", "distribution": "uniform"},
    "lecun_uniform": {"kind": "scaled", "scale": 1, "mode": "fan_in", "distribution": "uniform"},
    **{
        f"{name}_normal": {
            "kind": "scaled",
            "scale": scale,
            "mode": mode,
            "distribution": "truncated_normal",
        }
        for name, scale, mode in (
            ("glorot", 1, "fan_avg"),
            ("he", 2, "fan_in"),
            ("lecun", 1, "fan_in"),
        )
    },
    keras.initializers.VarianceScaling(3, "fan_out", "untruncated_normal"): {
        "kind": "scaled",
        "scale": 3,
        "mode": "fan_out",
        "distribution": "untruncated_normal",
    },
    keras.initializers.RandomUniform(-3, 1): {"kind": "uniform", "low": -3, "high": 1},
    keras.initializers.RandomNormal(2, 0.5): {"kind": "normal", "mean": 2, "stddev": 0.5},
    keras.initializers.TruncatedNormal(0, 0.1): {
        "kind": "truncated_normal",
        "mean": 0,
        "stddev": 0.1,
    },
    "zeros": {"kind": "constant", "value": 0},
    "ones": {"kind": "constant", "value": 1},
    keras.initializers.Constant(0.25): {"kind": "constant", "value": 0.25},
}


def layers(kernel: Any, bias: Any = "lecun_normal") -> list[dict[str, Any]]:
    inputs, units = SHAPE
    dense = keras.layers.Dense(units, kernel_initializer=kernel, bias_initializer=bias, name="d")
    return described(keras.Sequential([keras.Input((inputs,)), dense]))[0]


def apart(a: Any, b: Any) -> float:
    """The largest distance of two samples' distribution functions (Kolmogorov and Smirnov)."""
    at = np.sort(np.concatenate([a, b]))
    shares = [np.searchsorted(np.sort(part), at, "right") / len(part) for part in (a, b)]
    return float(np.abs(shares[0] - shares[1]).max())


def test_the_browser_draws_from_keras_distributions(tmp_path: Path) -> None:
    cases = [{"layers": layers(kernel), "inputs": SHAPE[0]} for kernel in INITIALIZERS]
    for case, expected in zip(cases, INITIALIZERS.values(), strict=True):
        assert case["layers"][0]["kernel_initializer"] == expected  # type: ignore[index]
    body = (
        "return [1, 1, 2].map("
        "(seed) => packed(twin.initialWeights(each.layers, each.inputs, seed)));"
    )
    for kernel, drawn in zip(
        INITIALIZERS, training_twin("data/initial-weights", body, cases, tmp_path), strict=True
    ):
        ours, again, other = (unpack(text) for text in drawn)
        assert np.array_equal(ours, again)
        initializer = keras.initializers.get(kernel)
        if hasattr(initializer, "seed"):
            initializer = type(initializer).from_config({**initializer.get_config(), "seed": 3})
        for slot, shape, made in (
            (slice(0, np.prod(SHAPE)), SHAPE, initializer),
            (slice(np.prod(SHAPE), None), SHAPE[1:], keras.initializers.LecunNormal(seed=3)),
        ):
            theirs = keras.ops.convert_to_numpy(made(shape)).ravel()
            assert len(ours[slot]) == len(theirs)
            if np.ptp(theirs) == 0:
                assert np.array_equal(ours[slot], theirs)
                continue
            assert not np.array_equal(ours[slot], other[slot])
            # Of two samples of n from one distribution, past it in one of a million.
            assert apart(ours[slot], theirs) < 2.7 * np.sqrt(2 / len(theirs))
            assert np.abs(ours[slot]).max() <= np.abs(theirs).max() * 1.3
            if len(theirs) > 1000:
                assert np.std(ours[slot]) == pytest.approx(np.std(theirs), rel=0.02)


def test_what_starts_the_same_every_time_is_drawn_as_keras_does_by_default() -> None:
    (dense,) = layers("ones", "zeros")
    assert dense["kernel_initializer"] == INITIALIZERS["glorot_uniform"]
    assert dense["bias_initializer"] == {"kind": "constant", "value": 0}


@pytest.mark.parametrize(
    ("initializer", "named"),
    [("orthogonal", "Orthogonal"), (keras.initializers.Constant(np.ones(SHAPE)), "Constant")],
)
def test_other_initializers_are_named_and_refused(initializer: Any, named: str) -> None:
    with pytest.raises(ModelpressError, match="field `live`") as caught:
        layers(initializer)
    assert caught.value.found == f"the `kernel_initializer` {named} of the layer d"
    assert "GlorotUniform" in caught.value.expected


def test_bytes_are_divided_in_float32(tmp_path: Path) -> None:
    body = """
      const bin = Uint8Array.from({ length: 256 }, (_, i) => i).buffer;
      const rows = { offset: 0, dtype: "uint8", shape: [256, 1], divisor: 255 };
      const data = { x: rows, y: { ...rows, divisor: 1 }, validation_x: null, validation_y: null };
      const layers = [{ kind: "dense", units: 1 }];
      const { train } = twin.datasetsOf({ input_shape: [1], layers, data }, bin);
      return [packed(train.x), packed(train.y)];
    """
    (found,) = training_twin("data/data", body, [None], tmp_path)
    levels = np.arange(256, dtype=np.float32)
    assert np.array_equal(unpack(found[0]), levels / np.float32(255))
    assert np.array_equal(unpack(found[1]), levels)
