"""The boundary explainer: its training and its maps against Keras, step by step."""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
import numpy.testing as npt
import pytest

from modelpress.node.bundle import in_node

STEPS = 40
CORNERS = [0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0]
RNG = np.random.default_rng(11)
CLOUD = [
    float(value)
    for k in (0, 1)
    for x, y in RNG.normal((1, -1)[k], 1, (8, 2)).clip(-4, 4).round(2)
    for value in (x, y, k)
]
FIELDS = ("points", "hidden", "activation", "optimizer", "rate", "loss", "seed")
LESSONS: list[dict[str, Any]] = [
    dict(zip(FIELDS, values, strict=True))
    for values in [
        (CLOUD, 0, "sigmoid", "sgd", 0.5, "binary_crossentropy", 1),
        (CLOUD, 0, "sigmoid", "adam", 0.1, "mse", 2),
        (CORNERS, 16, "sigmoid", "adam", 0.2, "mse", 3),
        (CORNERS, 2, "tanh", "sgd", 0.5, "binary_crossentropy", 4),
        (CLOUD, 5, "relu", "sgd", 0.1, "binary_crossentropy", 5),
        (CLOUD, 3, "linear", "adam", 0.05, "mse", 6),
    ]
]


@functools.cache
def courses() -> list[Any]:
    calls = [{"name": "boundary", "fn": "trained", "args": [lesson, STEPS]} for lesson in LESSONS]
    made: list[Any] = in_node("explore.mjs", {"calls": calls})
    return made


def network(lesson: dict[str, Any], weights: list[float]) -> Any:
    """Keras' network of a lesson with these weights, laid flat."""
    keras = pytest.importorskip("keras")
    layers = [keras.Input((2,))]
    if lesson["hidden"]:
        layers.append(keras.layers.Dense(lesson["hidden"], lesson["activation"]))
    net = keras.Sequential([*layers, keras.layers.Dense(1, "sigmoid")])
    shapes = [weight.shape for weight in net.weights]
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    parts = np.split(np.array(weights, np.float32), ends.astype(int))
    net.set_weights([part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)])
    return net


@pytest.mark.parametrize("place", range(len(LESSONS)))
def test_learns_as_keras_does(place: int) -> None:
    keras = pytest.importorskip("keras")
    lesson, course = LESSONS[place], courses()[place]
    net = network(lesson, course[0]["weights"])
    optimizer = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[lesson["optimizer"]]
    net.compile(optimizer(lesson["rate"]), lesson["loss"])
    rows = np.array(lesson["points"], np.float32).reshape(-1, 3)
    x, y = rows[:, :2], rows[:, 2:]
    losses = [net.train_on_batch(x, y) for _ in range(STEPS)]
    npt.assert_allclose([moment["loss"] for moment in course[:STEPS]], losses, atol=2e-5)
    found = np.concatenate([weight.numpy().ravel() for weight in net.weights])
    npt.assert_allclose(course[STEPS]["weights"], found, atol=2e-4)


@functools.cache
def maps() -> list[Any]:
    grid = RNG.uniform(-4, 4, 200).tolist()
    calls = [
        {"name": "boundary", "fn": "predict", "args": [lesson, course[-1]["weights"], grid]}
        for lesson, course in zip(LESSONS, courses(), strict=True)
    ]
    return [grid, in_node("explore.mjs", {"calls": calls})]


def test_maps_are_keras_answers() -> None:
    """The plane's answers, and each hidden neuron's own."""
    grid, found = maps()
    points = np.array(grid, np.float32).reshape(-1, 2)
    for lesson, course, answer in zip(LESSONS, courses(), found, strict=True):
        net = network(lesson, course[-1]["weights"])
        npt.assert_allclose(answer["predictions"], net(points).numpy()[:, 0], atol=1e-5)
        if lesson["hidden"]:
            hidden = net.layers[0](points).numpy().ravel()
            npt.assert_allclose(answer["activations"], hidden, atol=2e-5)


def test_sixteen_neurons_solve_xor_and_one_does_not() -> None:
    base = {**LESSONS[2], "seed": 1}
    calls = [
        {"name": "boundary", "fn": "trained", "args": [{**base, "hidden": hidden}, 300]}
        for hidden in (0, 16)
    ]
    one, sixteen = in_node("explore.mjs", {"calls": calls})
    assert one[-1]["loss"] == pytest.approx(0.25, abs=1e-3)
    assert sixteen[-1]["loss"] < 1e-3


def test_the_plane_of_xor_ends_in_words_not_blank() -> None:
    xor = {
        "points": "0 0 0 0 1 1 1 0 1 1 1 0", "span": "unit", "optimizer": "adam", "loss": "mse",
        "rate": "0.2", "seed": "1",
    }  # fmt: skip
    separable = xor | {"points": "0 0 0 0 1 1 1 0 1 1 1 1"}
    calls = [
        {"name": "boundary", "fn": "view", "args": [options, step, None]}
        for options, step in ((xor, 500), (separable, 100), (xor | {"hidden": "16"}, 500))
    ]
    one, line, sixteen = in_node("explore.mjs", {"calls": calls})
    assert ">about 0.5 everywhere: undecided<" in one["picture"]
    assert "The prediction is about 0.5 everywhere: undecided." in one["reading"]
    for view in (line, sixteen):
        assert re.search('class="mp-border" d="M[^"]+L', view["picture"])
        assert "everywhere" not in view["picture"] + view["reading"]
    assert "Decision boundary: y = " in line["reading"]


def drawn(options: dict[str, str]) -> dict[str, str]:
    """The figure at its start with options as an author writes them."""
    figure = {"key": "f", "name": "boundary", "id": "f", "options": options, "hide": []}
    made: dict[str, str] = in_node("explore.mjs", {"figures": [figure]})["f"]
    return made


def test_without_points_it_says_what_to_do() -> None:
    assert "There are no points" in drawn({"points": "", "hidden": "3"})["html"]


@pytest.mark.parametrize("points", ["1 2", "1 2 0.5", "9 0 1", "a b c"])
def test_points_that_are_none_are_named(points: str) -> None:
    made = drawn({"points": points})
    assert made["param"] == "points"
    assert f"“{points}”; expected x, y and class (0 or 1)" in made["wrong"]


def test_half_a_neuron_is_refused() -> None:
    assert "expected a whole number from 0 to 16" in drawn({"hidden": "2.5"})["wrong"]
