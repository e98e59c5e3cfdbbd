"""The explainer `optimizers`: surfaces against numpy, races against Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.node.bundle import in_node

Array = np.ndarray[Any, np.dtype[Any]]
Ground = Callable[[Array, Array], Array]

GROUNDS: dict[str, Ground] = {
    "bowl": lambda x, y: x**2 / 10 + y**2,
    "bumpy": lambda x, y: (x**2 + y**2) / 10 + 0.3 * (2 - np.cos(2 * x) - np.cos(2 * y)),
    "saddle": lambda x, y: (((x + y) ** 2 / 2 - 4) ** 2 + (x - y) ** 2) / 16,
}
KERAS: dict[str, Callable[[float], keras.optimizers.Optimizer]] = {
    "sgd": lambda rate: keras.optimizers.SGD(rate),
    "momentum": lambda rate: keras.optimizers.SGD(rate, momentum=0.9),
    "rmsprop": lambda rate: keras.optimizers.RMSprop(rate),
    "adam": lambda rate: keras.optimizers.Adam(rate),
}
COUNT = 25


def call(fn: str, *args: Any) -> dict[str, Any]:
    return {"name": "optimizers", "fn": fn, "args": list(args)}


def answers(calls: list[dict[str, Any]]) -> list[Any]:
    result: list[Any] = in_node("explore.mjs", {"calls": calls})
    return result


def slopes(f: Ground, x: Array, y: Array, h: float = 1e-5) -> Array:
    """By central differences in float64: of x, then of y."""
    both: Array = np.stack([f(x + h, y) - f(x - h, y), f(x, y + h) - f(x, y - h)])
    return both / (2 * h)


def test_surfaces_and_slopes_are_numpys() -> None:
    x, y = np.random.default_rng(1).uniform(-4, 4, (2, 200)).astype(np.float32)
    calls = [call(fn, g, x.tolist(), y.tolist()) for g in GROUNDS for fn in ("heights", "slopes")]
    made = iter(answers(calls))
    wide = x.astype(np.float64), y.astype(np.float64)
    for f in GROUNDS.values():
        np.testing.assert_allclose(next(made), f(*wide), rtol=3e-6, atol=3e-6)
        np.testing.assert_allclose(next(made), slopes(f, *wide).ravel(), rtol=3e-5, atol=3e-5)


@pytest.fixture(scope="module")
def runs() -> list[tuple[tuple[str, str, float, float, float], list[list[float]]]]:
    rng = np.random.default_rng(2)
    given: list[tuple[str, str, float, float, float]] = []
    for g in GROUNDS:
        for racer in KERAS:
            for rate in (0.01, 0.01, 0.05, 0.05):
                x, y = (float(v) for v in rng.uniform(-3, 3, 2).astype(np.float32))
                given.append((g, racer, x, y, rate))
    made = answers([call("optimize", *run, COUNT) for run in given])
    return list(zip(given, made, strict=True))


@pytest.mark.parametrize("racer", KERAS)
def test_races_are_run_by_keras_rules(
    racer: str, runs: list[tuple[tuple[str, str, float, float, float], list[list[float]]]]
) -> None:
    own = [(run, places) for run, places in runs if run[1] == racer]
    assert len(own) == 12
    for (ground, _, x, y, rate), places in own:
        at = keras.Variable(np.array([x, y], np.float32))
        optimizer = KERAS[racer](rate)
        optimizer.build([at])
        expected = [[x, y]]
        for _ in range(COUNT):
            px, py = at.numpy().astype(np.float64)
            slope = slopes(GROUNDS[ground], px, py).astype(np.float32)
            optimizer.apply([keras.ops.convert_to_tensor(slope)])
            expected.append(at.numpy().tolist())
        # Differences of the slopes' last digits add up; RMSprop magnifies them near 0.
        np.testing.assert_allclose(
            places, expected, rtol=2e-3, atol=2e-3, err_msg=f"{ground} {x} {y}"
        )


def test_what_is_said() -> None:
    calls = [
        call("view", {}),
        call("view", {}, 100),
        call("view", {"rate": "1.2", "adam": "off", "rmsprop": "off"}, 200),
        call("view", dict.fromkeys(("sgd", "momentum", "rmsprop", "adam"), "off"), 3),
    ]
    start, later, away, nobody = (view["reading"] for view in answers(calls))
    assert "Four optimizers start at the same point, where f is 11.4" in start
    assert later.startswith("After 100 steps, from the lowest f: ")
    assert [later.index(name) for name in ("SGD", "Momentum", "RMSprop", "Adam")]
    assert "SGD diverged" in away or "SGD is diverging" in away
    assert nobody == "No optimizer is chosen."


def test_each_marble_has_its_letter_and_its_line_a_pattern() -> None:
    picture = answers([call("view", {}, 10)])[0]["picture"]
    for racer in KERAS:
        assert f'class="mp-racer mp-racer-{racer}"' in picture
    for letter in "SMRA":
        assert f"<span>{letter}</span>" in picture
    assert "NaN" not in picture
