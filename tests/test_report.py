"""The report: layers and their counts against published figures, activations and weights against
Keras, and what of the data is shown."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from modelpress.core.tiles import Layout, levels
from modelpress.data import Data, Split
from modelpress.inputs import Color, Drawing
from modelpress.outputs import Classes
from modelpress.reporting.anatomy import (
    activation_images,
    activations,
    connections,
    first_layer_weights,
    layers_of,
)
from modelpress.reporting.report import report
from modelpress.training.saving import save

Array = npt.NDArray[Any]

L = keras.layers
LABELS = [str(i) for i in range(10)]


def sequential(*layers: Any) -> Any:
    keras.utils.set_random_seed(2)
    return keras.Sequential(list(layers))


@pytest.fixture(scope="module")
def dense() -> Any:
    """The digits' network, 784-512-512-10."""
    return sequential(
        keras.Input((28, 28)),
        L.Rescaling(1 / 255),
        L.Flatten(),
        L.Dense(512, "relu"),
        L.Dropout(0.2),
        L.Dense(512, "relu"),
        L.Dense(10, "softmax"),
    )


@pytest.fixture(scope="module")
def images() -> Array:
    return np.random.default_rng(5).integers(0, 256, (40, 28, 28)).astype(np.uint8)


def test_the_digits_network_has_668672_connections(dense: Any) -> None:
    layers = layers_of(dense)
    assert [layer["kind"] for layer in layers] == [type(layer).__name__ for layer in dense.layers]
    assert sum(layer["connections"] for layer in layers) == 668_672
    assert sum(layer["parameters"] for layer in layers) == 669_706
    assert [layer["activation"] for layer in layers] == ["", "", "relu", "", "relu", "softmax"]
    assert [layer["cells"] is None for layer in layers] == [False, True, False, True, False, False]


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        # LeNet-5's first layer (LeCun et al., 1998): 122,304 with a bias at each of 28 × 28 × 6.
        ((keras.Input((32, 32, 1)), L.Conv2D(6, 5)), 122_304 - 28 * 28 * 6),
        # AlexNet's first layer: 105,415,200 multiplications (Krizhevsky et al., 2012).
        ((keras.Input((227, 227, 3)), L.Conv2D(96, 11, strides=4)), 105_415_200),
        ((keras.Input((8, 8, 3)), L.DepthwiseConv2D(3)), 6 * 6 * 9 * 3),
        ((keras.Input((4, 4, 2)), L.Conv2DTranspose(5, 3, strides=2)), 4 * 4 * 9 * 2 * 5),
        ((keras.Input((7, 3)), L.Dense(4)), 7 * 3 * 4),
        ((keras.Input((9, 2)), L.Conv1D(4, 3)), 7 * 3 * 2 * 4),
        ((keras.Input((6, 6, 2)), L.BatchNormalization()), 0),
        ((keras.Input((6, 2)), L.LSTM(3)), None),
    ],
)
def test_connections(layers: tuple[Any, ...], expected: int | None) -> None:
    assert connections(sequential(*layers).layers[-1]) == expected


def test_activations_are_those_of_the_layers_one_after_the_other(dense: Any, images: Array) -> None:
    given = images[0].astype(np.float32)
    found = activations(dense, given)
    values = given.reshape(-1) / 255
    for layer in dense.layers:
        if isinstance(layer, L.Dense):
            kernel, bias = (np.asarray(w, np.float64) for w in layer.weights)
            values = values @ kernel + bias
            values = np.exp(values) if layer.units == 10 else np.maximum(values, 0)
            values = values / values.sum() if layer.units == 10 else values
            assert found[layer.name] == pytest.approx(values, abs=1e-5)
    pictures = activation_images(layers_of(dense), found)
    hidden = pictures[dense.layers[2].name]
    assert hidden["count"] == 512
    assert hidden["above"] == int((found[dense.layers[2].name] > 0).sum())


@pytest.mark.parametrize("least", [0.0, 1.81e-27, -3e-8])
def test_what_is_next_to_nothing_is_called_zero(least: float) -> None:
    """A softmax's least score is 1e-27 on one computer and 0 on another: the words are the same."""
    layers = layers_of(sequential(keras.Input((4,)), L.Dense(3, name="last")))
    said = activation_images(layers, {"last": np.array([least, 0.25, 0.75], np.float32)})["last"]
    assert (said["low"], said["high"], said["above"]) == (0, 0.75, 2)


def test_a_layer_used_twice_is_left_out() -> None:
    given = keras.Input((4,))
    twice = L.Dense(4)
    net = keras.Model(given, L.Dense(1, name="last")(twice(twice(given))))
    assert set(activations(net, np.ones(4, np.float32))) == {"last"}
    assert layers_of(net)[0]["shape"] is None


@pytest.mark.parametrize("channels", [(), (1,)])
def test_first_weights_are_the_kernel_as_pictures(channels: tuple[int, ...]) -> None:
    net = sequential(keras.Input((6, 5, *channels)), L.Flatten(), L.Dense(3))
    found = first_layer_weights(net, (6, 5, *channels))
    assert found
    kernel = np.asarray(net.layers[-1].kernel)
    for unit in range(3):
        assert np.array_equal(found[1][..., unit], kernel[:, unit].reshape(6, 5))
    assert first_layer_weights(net, (30,)) is None
    conv = sequential(keras.Input((6, 5, 3)), L.Conv2D(4, 3))
    maps = first_layer_weights(conv, (6, 5, 3))
    assert maps
    assert maps[1] == pytest.approx(np.asarray(conv.layers[0].kernel).mean(axis=2))


Reported = Callable[..., tuple[dict[str, Any], dict[str, Any], Path]]


@pytest.fixture
def reported(tmp_path: Path) -> Reported:
    def run(
        net: Any, kind_in: Any, x: Array, y: Array, **said: Any
    ) -> tuple[dict[str, Any], dict[str, Any], Path]:
        save(net, tmp_path / "model.keras")
        report(
            tmp_path / "model.keras",
            {"history": {"loss": [3.0, 2.0]}, "data": said},
            {"input": kind_in.spec(), "output": Classes(LABELS).spec()},
            [kind_in.default],
            Data(train=Split(x, y), test=Split(x, y, name="others")),
            {"limits": "Only a test."},
            "epoch",
            tmp_path,
        )
        texts = [(tmp_path / f"{name}.json").read_text() for name in ("report", "drawing")]
        return json.loads(texts[0]), json.loads(texts[1]), tmp_path

    return run


def test_a_report_of_a_network_for_pictures(dense: Any, images: Array, reported: Reported) -> None:
    y = np.eye(10)[np.arange(40) % 10]
    known, drawing, folder = reported(dense, Drawing(), images, y, show_rows=True)
    assert known["connections"] == 668_672
    assert known["limits"] == "Only a test."
    guess = dense.predict(images.astype(np.float32), verbose=0).argmax(axis=1)
    assert known["evaluation"]["right"] == int((guess == np.arange(40) % 10).sum())
    wrong = known["evaluation"]["mistakes"]
    rows = np.asarray(Image.open(folder / "mistakes.png"))
    assert rows.shape == (28 * len(wrong), 28)
    assert any(np.array_equal(rows[:28], image) for image in images)
    sheet = np.asarray(Image.open(folder / "weights.png").convert("RGBA"))
    assert sheet.shape[:2] == Layout(**known["weights"]["cells"]).size
    kernel = np.asarray(dense.layers[2].kernel)
    assert known["weights"]["largest"][3] == pytest.approx(np.abs(kernel[:, 3]).max(), rel=0.01)
    assert drawing["unit"] == "epoch"
    given = Drawing().parse(Drawing().default)
    last = drawing["activations"][Drawing().canonical(Drawing().default)][dense.layers[-1].name]
    expected = np.asarray(dense(given[None]))[0]
    assert last["high"] == float(str(expected.max()))
    picture = Image.open(io.BytesIO(base64.b64decode(last["src"].partition(",")[2])))
    cells = levels(expected, Layout(10, 10), expected.max())
    alpha = np.asarray(picture.convert("RGBA"))[..., 3]
    assert alpha == pytest.approx(cells * (255 / 127), abs=0.51)


def test_rows_are_shown_only_where_they_may_be(
    dense: Any, images: Array, reported: Reported
) -> None:
    y = np.eye(10)[np.arange(40) % 10]
    known, drawing, folder = reported(dense, Drawing(), images, y, show_rows=False)
    assert known["evaluation"]["mistakes"] == drawing["rows"] == []
    assert not (folder / "mistakes.png").exists()


def test_colors_are_shown_as_colors(reported: Reported) -> None:
    net = sequential(keras.Input((3,)), L.Rescaling(1 / 255), L.Dense(10, "softmax"))
    x = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255]], np.float32)
    guess = net.predict(x, verbose=0).argmax(axis=1)
    known, drawing, _ = reported(net, Color(), x, (guess + 1) % 10, show_rows=True)
    assert {row["paint"] for row in drawing["rows"]} == {"#ff0000", "#00ff00", "#0000ff"}
    assert known["weights"] is None
    assert known["evaluation"]["right"] == 0
