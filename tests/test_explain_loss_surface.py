"""The explainer `loss-surface`: surface, batches and the way down, against numpy and Keras."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from modelpress.node.bundle import in_node

TWO = [1, 3, 2, 5]


def call(fn: str, *args: Any) -> dict[str, Any]:
    return {"name": "loss-surface", "fn": fn, "args": list(args)}


def answers(calls: list[dict[str, Any]]) -> list[Any]:
    result: list[Any] = in_node("explore.mjs", {"calls": calls})
    return result


def test_the_surface_is_the_error_of_every_line() -> None:
    rng = np.random.default_rng(3)
    several = [TWO, *(rng.uniform(-3, 6, 2 * n).tolist() for n in (1, 5, 12))]
    for points, made in zip(several, answers([call("heightsOf", p) for p in several]), strict=True):
        x, y = np.array(points).reshape(-1, 2).T
        (m0, m1), (b0, b1) = made["x"], made["y"]
        m = np.linspace(m0, m1, made["across"])
        b = np.linspace(b0, b1, made["up"])[:, None, None]
        expected = np.mean((m[:, None] * x + b - y) ** 2, axis=-1)
        np.testing.assert_allclose(
            np.reshape(made["values"], (made["up"], made["across"])), expected, rtol=1e-4, atol=1e-4
        )


def test_the_way_down_is_keras_own() -> None:
    rng = np.random.default_rng(4)
    runs = [
        (
            rng.uniform(-3, 6, 2 * n).astype(np.float32).tolist(),
            *(float(v) for v in rng.uniform(-2, 5, 2).astype(np.float32)),
            float(rng.uniform(0.005, 0.05)),
        )
        for n in (2, 3, 6, 12)
    ]
    made = answers([call("descend", *run, len(run[0]) // 2, 40) for run in runs])
    for (points, m, b, rate), places in zip(runs, made, strict=True):
        x, y = np.array(points, np.float32).reshape(-1, 2).T
        net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        net.set_weights([np.array([[m]]), np.array([b])])
        net.compile(optimizer=keras.optimizers.SGD(rate), loss="mse", jit_compile=False)
        expected = [(m, b)]
        for _ in range(40):
            net.train_on_batch(x[:, None], y[:, None])
            kernel, bias = net.get_weights()
            expected.append((kernel.item(), bias.item()))
        np.testing.assert_allclose(places, expected, rtol=2e-5, atol=2e-5)


def test_batches_take_every_row_once_an_epoch_in_numpys_order() -> None:
    cases = [
        (rows, batch, step) for rows in (2, 12) for batch in (1, 5, 12) for step in range(1, 30)
    ]
    made = answers([call("batchOf", step, rows, batch) for rows, batch, step in cases])
    for (rows, batch, step), taken in zip(cases, made, strict=True):
        each = -(-rows // batch)
        epoch, at = divmod(step - 1, each)
        order = np.random.default_rng([0, epoch]).permutation(rows)
        expected = np.arange(rows) if batch >= rows else order[at * batch : (at + 1) * batch]
        assert taken == expected.tolist()


def test_what_is_said() -> None:
    calls = [
        call("view", {}),
        call("view", {"rate": "0.25"}, 200),
        call("view", {"rate": "0.3"}, 5),
        call("view", {"rate": "1"}, 200),
        call("view", {"data": "twelve", "batch": "3"}, 8),
    ]
    start, there, grown, lost, batches = answers(calls)  # the last: two epochs of four steps
    assert "mean squared error of 2.5." in start["reading"]
    assert "−3 towards m and −1 towards b" in start["reading"]
    assert "bottom of the valley" in there["reading"]
    assert "learning rate is too large" in grown["reading"]
    assert "larger than float32 can hold" in lost["reading"]
    assert "of 3 of 12 points each" in batches["reading"]
    assert "<dd>2</dd>" in batches["picture"]
    assert len(there["table"]["rows"]) == 12


def test_the_still_picture_is_cut_at_the_wall_and_has_its_walk() -> None:
    picture = answers([call("view", {"tilt": "90"}, 20)])[0]["picture"]
    assert 40 < picture.split("mp-surface-faces")[1].count("--mp-high") < 256
    assert 'class="mp-surface-walk"' in picture
    assert "NaN" not in picture
