"""Recorded live runs against `train_on_batch`, arithmetic and the training that they belong to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress import AtMost, Live, Model
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.data import BuiltIn, Data, DataRequest, Dataset, Loaded, Split, load
from modelpress.inputs.numbers import Numbers
from modelpress.outputs.numbers import Numbers as Answers
from modelpress.recording.record import SAMPLE, record
from modelpress.recording.replay import LiveFiles, replay
from modelpress.schema.document import plain
from modelpress.spec.discovery import find_models, import_model
from modelpress.training.fit import order
from modelpress.training.train import trained

PROJECT = find_project(Path(__file__).parent.parent / "mkdocs.yml")
ROWS = 21  # in batches of 8, the last one has 5
CLASSES = 3
COLORS = np.random.default_rng(1).integers(0, 256, (ROWS, 4)).astype(np.float32)
LABELS = np.eye(CLASSES, dtype=np.float32)[np.random.default_rng(2).integers(0, CLASSES, ROWS)]


GLOROT = {"kind": "scaled", "scale": 1.0, "mode": "fan_avg", "distribution": "uniform"}
DENSE = {
    "kind": "dense",
    "use_bias": True,
    "kernel_initializer": GLOROT,
    "bias_initializer": {"kind": "constant", "value": 0.0},
}


def classifier(*more: Any, hidden: str = "sigmoid", last: str = "softmax") -> Any:
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Rescaling(1 / 255),
            keras.layers.Dense(5, activation=hidden, name="hidden"),
            *more,
            keras.layers.Dense(CLASSES, activation=last, name="words"),
        ]
    )


def model(live: Live | None = None, **changed: Any) -> Model:
    return Model(
        **{
            "title": "Words",
            "input": Numbers(dict.fromkeys("abcd", (0, 255))),
            "output": Answers(labels=["a", "b", "c"]),
            "data": lambda: Data(Split(COLORS, LABELS), Split(COLORS[:4], LABELS[:4])),
            "build": classifier,
            "compile": lambda: {
                "optimizer": keras.optimizers.SGD(0.5),
                "loss": "categorical_crossentropy",
                "metrics": ["accuracy", keras.metrics.RootMeanSquaredError(), "hinge"],
            },
            "fit": {"epochs": 4, "batch_size": 8},
            "tolerance": 1e-5,
            "expect": {"loss": AtMost(10)},
            "live": live or Live(replay=7),
            **changed,
        }
    )


def rows_of(model: Model) -> Loaded:
    source = (model.live and model.live.data) or model.data
    return load(source, DataRequest(), Path(), lambda text: None)


def recorded(model: Model, out: Path, loaded: Loaded | None = None) -> LiveFiles:
    record(model, loaded or rows_of(model), out, lambda text: None)
    return LiveFiles(out / "live.json", out / "live.bin")


def losses_of(files: LiveFiles, number: int = 0) -> Any:
    recording = plain(files.spec)["recordings"][number]
    return files.floats(recording["losses"]["offset"], recording["steps"])


def weights_at(files: LiveFiles, check: dict[str, Any]) -> list[Any]:
    shapes = [weight["shape"] for weight in plain(files.spec)["weights"]]
    sizes = [int(np.prod(shape)) for shape in shapes]
    flat = np.split(files.floats(check["offset"], sum(sizes)), np.cumsum(sizes)[:-1])
    return [part.reshape(shape) for part, shape in zip(flat, shapes, strict=True)]


def batches(rows: int, size: int, seed: int) -> Iterator[Any]:
    for epoch in range(100):
        dealt = order(seed, epoch, rows)
        yield from (dealt[start : start + size] for start in range(0, rows, size))


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> LiveFiles:
    """What is recorded of the model as it is."""
    return recorded(model(), tmp_path_factory.mktemp("usual"))


OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: keras.optimizers.SGD(0.5),
    "momentum": lambda: keras.optimizers.SGD(0.05, momentum=0.9),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.005),
    "adam": lambda: keras.optimizers.Adam(0.01),
}


def test_every_recording_equals_train_on_batch_to_the_bit(usual: LiveFiles) -> None:
    files = usual
    for number, (name, optimizer) in enumerate(OPTIMIZERS.items()):
        recording = plain(files.spec)["recordings"][number]
        assert recording["optimizer"]["name"] == name
        keras.utils.set_random_seed(1)
        net = classifier()
        for weights, first in zip(net.get_weights(), files.initial_weights(), strict=True):
            assert np.array_equal(weights, first)
        net.compile(optimizer(), "categorical_crossentropy", jit_compile=False)
        found, after = [], {}
        for step, rows in zip(range(1, 8), batches(ROWS, 8, seed=1), strict=False):
            found.append(net.train_on_batch(COLORS[rows], LABELS[rows]))
            after[step] = net.get_weights()
        assert np.array_equal(losses_of(files, number), np.array(found, np.float32))
        assert [check["step"] for check in recording["checks"]] == [1, 3, 7]
        for check in recording["checks"]:
            wanted = after[check["step"]]
            for ours, theirs in zip(weights_at(files, check), wanted, strict=True):
                assert np.array_equal(ours, theirs)
            lengths = [np.linalg.norm(weights.astype(np.float64)) for weights in wanted]
            assert np.allclose(check["norms"], lengths, rtol=1e-12)


def test_it_starts_where_training_starts(usual: LiveFiles) -> None:
    class First(keras.callbacks.Callback):  # type: ignore[misc]
        weights: Any = None

        def on_train_begin(self, logs: Any = None) -> None:
            self.weights = [weights.copy() for weights in self.model.get_weights()]

    first: Any = First()
    fit = {"epochs": 1, "callbacks": [first]}
    training = model(Live(fit={"epochs": 1}), fit=fit)
    trained(training, rows_of(training), lambda *event: None)
    for ours, theirs in zip(usual.initial_weights(), first.weights, strict=True):
        assert np.array_equal(ours, theirs)


def test_what_is_said_of_a_run(tmp_path: Path) -> None:
    files = recorded(model(Live(losses=("categorical_crossentropy", "mse"), replay=99)), tmp_path)
    spec = plain(files.spec)
    assert spec["input_shape"] == [4]
    assert spec["layers"] == [
        {"kind": "rescale", "scale": float(np.float32(1 / 255)), "offset": 0.0},
        {**DENSE, "name": "hidden", "units": 5, "activation": "sigmoid"},
        {**DENSE, "name": "words", "units": 3, "activation": "softmax"},
    ]
    assert [weight["name"] for weight in spec["weights"]] == [
        *("hidden/kernel", "hidden/bias", "words/kernel", "words/bias"),
    ]
    assert spec["weights"][0]["shape"] == [4, 5]
    assert (spec["loss"], spec["losses"]) == (
        "categorical_crossentropy",
        ["categorical_crossentropy", "mse"],
    )
    assert spec["metrics"] == ["accuracy", "rmse"]
    assert spec["optimizer"] == {"name": "sgd", "learning_rate": 0.5}
    assert (spec["rates"], spec["left_out"], spec["author"]) == (None, [], 0)
    assert (spec["batch_size"], spec["epochs"], spec["shuffle"], spec["seed"]) == (8, 4, True, 1)
    assert spec["recordings"][0]["steps"] == 4 * 3  # no more than the run has
    assert (spec["rows"], spec["validation_rows"]) == (ROWS, 4)
    assert spec["files"] == {"live.bin": (tmp_path / "live.bin").stat().st_size}
    assert spec["tolerance"] == {"cpu": 1e-4, "wasm": 1e-4, "webgl": 1e-4}


def test_rows_are_a_byte_a_value_where_they_can_be(tmp_path: Path) -> None:
    spoilt = COLORS.copy()
    spoilt[3, 1] = 0.5
    own = model(Live(replay=1), data=lambda: Data(Split(spoilt, LABELS), Split(COLORS, LABELS)))
    files = recorded(own, tmp_path)
    kept = plain(files.spec)["data"]
    assert [kept[name]["dtype"] for name in ("x", "y", "validation_x")] == [
        *("float32", "uint8", "uint8"),
    ]
    assert kept["validation_x"]["shape"] == [ROWS, 4]
    assert all(block["offset"] % 4 == 0 for block in kept.values() if block)
    for name, rows in (("x", spoilt), ("y", LABELS), ("validation_x", COLORS)):
        assert np.array_equal(files.examples(name), rows)


def test_some_rows_are_chosen_by_the_seed(tmp_path: Path) -> None:
    own = model(Live(rows=3, replay=1), seed=5)
    files = recorded(own, tmp_path)
    picked = np.random.default_rng(5).permutation(ROWS)[:3]
    assert np.array_equal(files.examples("x"), COLORS[picked])
    assert np.array_equal(files.examples("y"), LABELS[picked])
    assert plain(files.spec)["validation_rows"] == 3


@pytest.mark.slow
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    made = {}
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        recorded(model(seed=seed), tmp_path / name)
        made[name] = [(tmp_path / name / file).read_bytes() for file in ("live.json", "live.bin")]
    assert made["a"] == made["b"]
    assert made["a"][1] != made["c"][1]


def test_a_schedule_is_exported_step_by_step(tmp_path: Path) -> None:
    decay = keras.optimizers.schedules.CosineDecay(0.05, 9)
    own = model(compile=lambda: {"optimizer": keras.optimizers.Adam(decay), "loss": "mse"})
    files = recorded(own, tmp_path)
    first, *others = plain(files.spec)["recordings"]
    assert plain(files.spec)["rates"] == first["rates"]
    assert first["optimizer"]["learning_rate"] == 0.05
    assert first["rates"]["count"] == 10  # of 12 steps: the last ones have the same
    rates = files.rates(files.spec.recordings[0], 12)
    wanted = [0.05 * (1 + np.cos(np.pi * min(step, 9) / 9)) / 2 for step in range(12)]
    assert np.allclose(rates, wanted, atol=1e-8)
    assert [other["rates"] for other in others] == [None] * 3
    assert [other["optimizer"]["name"] for other in others] == ["sgd", "momentum", "rmsprop"]
    assert np.array_equal(replay(files).losses, losses_of(files))


@pytest.mark.slow
def test_dropout_is_left_out(tmp_path: Path) -> None:
    files = recorded(model(build=lambda: classifier(keras.layers.Dropout(0.5))), tmp_path)
    assert plain(files.spec)["left_out"] == ["Dropout"]
    assert [layer["kind"] for layer in plain(files.spec)["layers"]] == ["rescale", "dense", "dense"]
    assert np.array_equal(replay(files).losses, losses_of(files))


def test_activations_of_their_own_layers(tmp_path: Path) -> None:
    def build() -> Any:
        return keras.Sequential(
            [
                keras.Input((2, 2)),
                keras.layers.Reshape((4, 1)),
                keras.layers.Flatten(),
                keras.layers.ReLU(),
                keras.layers.Dense(5, name="hidden"),
                keras.layers.Activation("tanh"),
                keras.layers.Dense(CLASSES, name="words"),
                keras.layers.Softmax(),
            ]
        )

    data = (COLORS.reshape(-1, 2, 2), LABELS)
    files = recorded(model(Live(replay=5, build=build, data=lambda: data)), tmp_path)
    kinds = [(layer["kind"], layer.get("activation")) for layer in plain(files.spec)["layers"]]
    assert kinds == [
        *(("flatten", None), ("flatten", None), ("activation", "relu")),
        *(("dense", "tanh"), ("dense", "softmax")),
    ]
    again = replay(files)
    assert np.array_equal(again.losses, losses_of(files))
    last = weights_at(files, plain(files.spec)["recordings"][0]["checks"][-1])
    for ours, theirs in zip(last, again.weights.values(), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.slow
def test_of_a_large_network_evenly_spaced_weights_are_checked(tmp_path: Path) -> None:
    def build() -> Any:
        return keras.Sequential(
            [keras.Input((4,)), *(keras.layers.Dense(units) for units in (1100, 10, CLASSES))]
        )

    files = recorded(
        model(Live(replay=2, build=build, compile={"optimizer": "sgd", "loss": "mae"})), tmp_path
    )
    (check,) = plain(files.spec)["recordings"][0]["checks"]
    sizes = [np.prod(weight["shape"]) for weight in plain(files.spec)["weights"]]
    assert check["every"] == [-(-size // SAMPLE) for size in sizes] == [2, 1, 3, 1, 1, 1]
    weights = replay(files).weights.values()
    sampled = [w.ravel()[::n] for w, n in zip(weights, check["every"], strict=True)]
    kept = np.concatenate(sampled)
    assert np.array_equal(files.floats(check["offset"], len(kept)), kept)


def test_a_recording_that_diverges_names_its_optimizer_and_rate(tmp_path: Path) -> None:
    live = Live(
        data=lambda: (COLORS, LABELS * 1e3),
        build=lambda: keras.Sequential([keras.Input((4,)), keras.layers.Dense(CLASSES)]),
        compile=lambda: {"optimizer": keras.optimizers.SGD(1e-9), "loss": "mse"},
        rates={"momentum": 1e5},
        fit={"epochs": 20},
    )
    with pytest.raises(ModelFailure, match="diverged") as caught:
        recorded(model(live), tmp_path)
    assert "SGD at a learning rate of 100000.0" in caught.value.found
    assert list(tmp_path.iterdir()) == []


def compiled(**settings: Any) -> dict[str, Any]:
    return {"compile": lambda: {"optimizer": "sgd", "loss": "mse", **settings}}


def optimized(optimizer: Any) -> dict[str, Any]:
    return {"compile": lambda: {"optimizer": optimizer(), "loss": "mse"}}


def branched() -> Any:
    given = keras.Input((4,))
    one, other = (keras.layers.Dense(CLASSES)(given) for _ in range(2))
    return keras.Model(given, keras.layers.Add()([one, other]))


def dense(**settings: Any) -> dict[str, Any]:
    return {
        "build": lambda: keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(CLASSES, name="words", **settings)]
        ),
        "compile": {"optimizer": "sgd", "loss": "mse"},
    }


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"build": lambda: classifier(keras.layers.BatchNormalization())}, "BatchNormalization"),
        ({"build": lambda: classifier(keras.layers.GaussianNoise(1))}, "GaussianNoise"),
        ({"build": lambda: classifier(keras.layers.ReLU(max_value=6))}, "ReLU"),
        ({"build": lambda: classifier(keras.layers.Softmax())}, "softmax before the last"),
        ({"build": lambda: classifier(hidden="gelu")}, "activation gelu of the layer hidden"),
        ({"build": branched}, "do not form a chain"),
        (dense(kernel_regularizer="l2"), "words with `kernel_regularizer`"),
        (dense(trainable=False), "not trainable"),
        (dense(dtype="float16"), "float16"),
        ({"build": lambda: keras.Sequential([keras.layers.Dense(3)])}, "Sequential"),
        ({"build": lambda: 3}, "int: 3"),
        (
            {"build": lambda: keras.Sequential([keras.Input((4, 1)), keras.layers.Dense(3)])},
            "over an input of shape (4, 1)",
        ),
        (compiled(loss="hinge"), "loss hinge"),
        (compiled(loss="no such loss"), "no such loss"),
        (compiled(loss=None), "loss None"),
        (compiled(loss=keras.losses.MeanSquaredError(reduction="sum")), "reduction='sum'"),
        (
            compiled(loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1)),
            "label_smoothing=0.1",
        ),
        (compiled(loss=keras.losses.BinaryCrossentropy(from_logits=True)), "from_logits=True"),
        (compiled(loss="binary_crossentropy"), "binary_crossentropy after a softmax"),
        (compiled(loss_weights=[2]), "loss_weights"),
        (optimized(lambda: "nadam"), "optimizer Nadam"),
        (optimized(lambda: keras.optimizers.AdamW(0.1)), "optimizer AdamW"),
        (optimized(lambda: keras.optimizers.Adam(0.1, amsgrad=True)), "amsgrad=True"),
        (optimized(lambda: keras.optimizers.SGD(0.1, clipnorm=1)), "clipnorm=1"),
        (optimized(lambda: keras.optimizers.SGD(0.1, weight_decay=0.1)), "weight_decay=0.1"),
        (optimized(lambda: keras.optimizers.SGD(0.1, use_ema=True)), "use_ema=True"),
        (optimized(lambda: keras.optimizers.RMSprop(0.1, momentum=0.5)), "with `momentum`"),
        (optimized(lambda: keras.optimizers.RMSprop(0.1, centered=True)), "centered=True"),
        ({"losses": ["mse", "mae"]}, "with the loss categorical_crossentropy"),
        ({"data": lambda: (COLORS[:, :3], LABELS)}, "inputs of shape (3,)"),
        ({"data": lambda: (COLORS, LABELS[:, 0])}, "targets of shape ()"),
    ],
)
def test_what_the_browser_cannot_train_is_refused(
    changed: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelpressError, match="field `live`") as caught:
        recorded(model(Live(replay=1, **changed)), tmp_path)
    assert said in caught.value.found
    assert caught.value.expected
    assert "`Live`" in caught.value.next_step
    assert list(tmp_path.iterdir()) == []


def hidden_set(show: bool, licence: str = "not to be shown") -> Dataset:
    return Dataset(
        "secret",
        "The secret set",
        licence,
        sources=[BuiltIn(lambda: Data(Split(COLORS, LABELS)))],
        show_rows=show,
    )


@pytest.mark.slow
def test_rows_that_may_not_be_shown_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match=r"field `live.data`.*publishes its") as caught:
        recorded(model(data=hidden_set(show=False)), tmp_path)
    assert "The secret set, not to be shown" in caught.value.found
    assert "Live(data=…)" in caught.value.next_step
    private = Data(Split(COLORS, LABELS), show_rows=False)
    with pytest.raises(ModelpressError, match="publishes its examples"):
        recorded(model(data=lambda: private), tmp_path)
    recorded(model(data=hidden_set(show=True)), tmp_path)
    other = Live(data=lambda: (COLORS, LABELS), replay=1)
    recorded(model(other, data=hidden_set(show=False)), tmp_path)


def own_model(slug: str) -> Model:
    return import_model(find_models(PROJECT)[slug], PROJECT)


def test_the_negators_run_is_that_of_arithmetic(tmp_path: Path) -> None:
    files = recorded(own_model("number_negator"), tmp_path)
    losses = losses_of(files)
    assert losses.shape == (40,)
    assert losses[0] == 20.25
    assert losses[1] == pytest.approx(13.6161, abs=5e-5)
    assert losses[20] == pytest.approx(0.00723, abs=5e-6)
    assert losses[39] == pytest.approx(3.836e-6, rel=1e-3)  # float32, seven digits
    w = 0.5
    for loss in losses:
        assert loss == pytest.approx((-3 - 3 * w) ** 2, rel=2e-3)
        w += 0.01 * 2 * 3 * (-3 - 3 * w)
    assert plain(files.spec)["tolerance"]["cpu"] == 5e-6
    assert list(replay(files).weights) == ["weight/kernel"]
    assert replay(files).weights["weight/kernel"].item() == pytest.approx(w, abs=1e-6)
    assert len(replay(files, 45).losses) == 45


@pytest.mark.slow
def test_the_sine_is_found(tmp_path: Path) -> None:
    files = recorded(own_model("two_waves"), tmp_path)
    assert [layer["activation"] for layer in plain(files.spec)["layers"]] == ["sine", "linear"]
    assert np.array_equal(replay(files, 20).losses, losses_of(files)[:20])


@pytest.mark.slow
def test_a_file_of_four_thousand_colors_stays_small(tmp_path: Path) -> None:
    own = own_model("color_classifier")
    rng = np.random.default_rng(1)
    part = Split(
        rng.integers(0, 256, (5000, 3)).astype(np.float32),
        np.eye(9, dtype=np.float32)[rng.integers(0, 9, 5000)],
    )
    assert own.live is not None
    few = replace(own.live, data=lambda: Data(part, Split(part.x[:1100], part.y[:1100])))
    files = recorded(replace(own, live=replace(few, fit={"epochs": 1})), tmp_path)
    assert plain(files.spec)["rows"] == 4000
    assert plain(files.spec)["recordings"][0]["steps"] == plain(files.spec)["epochs"] * 125
    assert plain(files.spec)["files"]["live.bin"] <= 150_000


def test_a_replay_needs_a_number_of_steps(tmp_path: Path) -> None:
    files = recorded(model(Live(replay=1)), tmp_path)
    wrong: Any
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(ModelpressError, match="number of steps"):
            replay(files, wrong)


def test_live_json_is_plain_json(tmp_path: Path) -> None:
    recorded(model(Live(replay=1)), tmp_path)
    text = (tmp_path / "live.json").read_text()
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name))
