"""Trained models in files: what each holds, or a sentence that says what is wrong with it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.core.errors import ModelpressError
from modelpress.model_files.load import load
from modelpress.training.saving import save
from tests.model_files import Files, small, tensorflowjs_converters, write


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return write(tmp_path_factory.mktemp("files"))


@pytest.mark.parametrize(
    ("name", "written_by", "as_graph"),
    [
        ("three.keras", "Keras 3", False),
        ("three.h5", "Keras 3", False),
        ("two.keras", "Keras 2", False),
        ("two.h5", "Keras 2", False),
        ("two_differs.h5", "Keras 2", True),
        ("exported", "", True),
        ("layers", "keras v2", False),
        ("graph", "2.19", True),
    ],
)
def test_a_file_predicts_what_its_writer_predicts(
    files: Files, tmp_path: Path, name: str, written_by: str, as_graph: bool
) -> None:
    brought = load(files.folder / name)
    assert brought.written_by.startswith(written_by)
    assert brought.as_graph == as_graph
    assert np.abs(np.asarray(brought.net(files.x)) - files.predictions[name]).max() < 1e-6
    # What the next step of a build reads is the same network, and holds no code.
    save(brought.net, tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)
    assert np.abs(np.asarray(again(files.x)) - files.predictions[name]).max() < 1e-6


def test_keras_3_alone_would_predict_something_else(files: Files) -> None:
    net = keras.models.load_model(files.folder / "two_differs.h5", compile=False)
    apart = np.abs(np.asarray(net(files.x)) - files.predictions["two_differs.h5"])
    assert apart.max() > 1e-3


@pytest.mark.parametrize("name", ["three.weights.h5", "two_weights.h5"])
def test_weights_get_the_network_of_build(files: Files, name: str) -> None:
    units = files.predictions[name].shape[1]
    last = keras.layers.Dense(units, "softmax" if units == 3 else None)
    build = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), last])
    net = load(files.folder / name, lambda: build).net
    assert np.abs(np.asarray(net(files.x)) - files.predictions[name]).max() < 1e-6


def test_build_with_a_parameter_wraps_the_network(files: Files) -> None:
    net = load(
        files.folder / "three.keras",
        lambda net: keras.Sequential([keras.Input((4,)), keras.layers.Rescaling(0.5), net]),
    ).net
    whole = load(files.folder / "three.keras").net
    assert np.array_equal(np.asarray(net(files.x)), np.asarray(whole(files.x * 0.5)))


@pytest.mark.parametrize("name", ["lambda.keras", "lambda.h5"])
def test_code_in_a_file_runs_only_if_it_is_trusted(files: Files, tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelpressError, match="contains Python code") as caught:
        load(files.folder / name)
    assert "a lambda in layer `twice`" in str(caught.value)
    assert "trusted=True" in caught.value.next_step
    net = load(files.folder / name, trusted=True).net
    assert np.abs(np.asarray(net(files.x)) - files.predictions[name]).max() < 1e-6
    save(net, tmp_path / "model.keras")
    keras.models.load_model(tmp_path / "model.keras", safe_mode=True)


def _wide() -> Any:
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(9), keras.layers.Dense(3)])


def test_a_configuration_imports_no_module(
    files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keras 2 imports any module that a file names."""
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "named_by_a_file.py").write_text(
        "import pathlib\n\npathlib.Path(__file__).with_name('ran').touch()\n"
    )
    bad = tmp_path / "bad.keras"
    with zipfile.ZipFile(files.folder / "two.keras") as source, zipfile.ZipFile(bad, "w") as out:
        for name in source.namelist():
            content = source.read(name)
            if name == "config.json":
                config = json.loads(content)
                layer = config["config"]["layers"][1]
                layer |= {"module": "named_by_a_file", "class_name": "Strange"}
                content = json.dumps(config).encode()
            out.writestr(name, content)
    with pytest.raises(ModelpressError):
        load(bad)
    assert not (tmp_path / "ran").exists()


BAD = {
    "cut.keras": "damaged or incomplete",
    "cut.h5": "damaged or incomplete",
    "rows.h5": "not a model that can be read",
    "large.keras": "too large for a page",
    "empty.h5": "an empty file",
    "page.keras": "not a model that can be read",
    "architecture.json": "no weights",
    "estimator.pkl": "would run code",
    "net.tflite": "LiteRT",
    "arrays.npz": "NumPy",
    "nothing": "not a model that can be read",
    "half": "weight file of this TensorFlow.js model is missing",
    "nan.keras": "NaN or infinite",
    "three.weights.h5": "weights without a network",
    "thre.keras": "Did you mean `three.keras`?",
    "other": "model.json of TensorFlow.js is damaged or incomplete",
    "packed.h5": "4.3 GB unpacked",
    "no_weights.h5": "damaged or incomplete",
    "pointer.keras": "git lfs pull",
    "words.h5": "a text that begins with 'A text.",
    "link.keras": "leads to no file",
    "device.keras": "a device or a pipe",
    "infinite.h5": "NaN or infinite",
    "settings.keras": "damaged or incomplete",
    "listed.keras": "config.json in it describes no model",
    "versions.keras": "metadata.json in it describes no model",
    "unweighted.keras": "model.weights.h5 in it holds no weights",
    "bomb.keras": "1.1 GB unpacked",
    "torch.pt": "torch.onnx.export(net",
}


@pytest.mark.parametrize(("name", "said"), BAD.items())
def test_a_bad_file_is_a_sentence(files: Files, name: str, said: str) -> None:
    with pytest.raises(ModelpressError) as caught:
        load(files.folder / name)
    text = str(caught.value)
    assert said in text
    assert name.split(".")[0] in caught.value.where
    assert caught.value.found or caught.value.expected
    assert caught.value.next_step
    assert "Traceback" not in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("name", "build", "said"),
    [
        ("three.weights.h5", lambda: small(), ""),
        ("two_weights.h5", lambda: small(), "of another network than `build` makes"),
        ("three.weights.h5", lambda: _wide(), "has the shape (4, 9), the file's weight (4, 8)"),
        ("three.keras", lambda: small(), "`build` would have nothing to do"),
        ("three.weights.h5", lambda net: net, "a `build` with a parameter"),
        ("three.weights.h5", lambda: 3, "no Keras model to load the weights into"),
    ],
)
def test_build_that_does_not_fit(files: Files, name: str, build: Any, said: str) -> None:
    if not said:
        load(files.folder / name, build)
        return
    with pytest.raises(ModelpressError) as caught:
        load(files.folder / name, build)
    assert said in str(caught.value)


def test_a_network_that_takes_one_input_at_a_time(tmp_path: Path) -> None:
    import tensorflow as tf

    module = tf.Module()
    module.f = tf.function(lambda x: x * 2, input_signature=[tf.TensorSpec([1, 4])])
    tf.saved_model.save(module, str(tmp_path / "one"), signatures=module.f)
    with pytest.raises(ModelpressError, match="a fixed number of inputs") as caught:
        load(tmp_path / "one")
    assert "shape (1, 4)" in caught.value.found


def test_a_saved_model_without_a_signature_and_a_damaged_one(files: Files, tmp_path: Path) -> None:
    import tensorflow as tf

    tf.saved_model.save(tf.Module(), str(tmp_path / "none"))
    with pytest.raises(ModelpressError, match="no signature"):
        load(tmp_path / "none")
    shutil.copytree(files.folder / "exported", tmp_path / "damaged")
    for each in (tmp_path / "damaged/variables").iterdir():
        each.write_bytes(each.read_bytes()[:20])
    with pytest.raises(ModelpressError, match="can't load this SavedModel"):
        load(tmp_path / "damaged")


def test_an_operation_that_reads_files_is_refused(tmp_path: Path) -> None:
    import tensorflow as tf

    module = tf.Module()
    module.f = tf.function(
        lambda x: x + tf.cast(tf.strings.length(tf.io.read_file("/etc/hostname")), tf.float32),
        input_signature=[tf.TensorSpec([None, 4])],
    )
    tf.saved_model.save(module, str(tmp_path / "reads"), signatures=module.f)
    with pytest.raises(ModelpressError, match="runs code or touches files"):
        load(tmp_path / "reads")


def test_a_fused_graph_of_tensorflow_js_predicts_the_same(tmp_path: Path) -> None:
    layers = keras.layers
    net = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(3, 3, activation="relu"),
            layers.DepthwiseConv2D(3, activation="relu6"),
            layers.PReLU(alpha_initializer="random_normal"),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    net.export(tmp_path / "saved", verbose=False)
    tensorflowjs_converters().convert_tf_saved_model(
        str(tmp_path / "saved"), str(tmp_path / "graph")
    )
    x = np.random.default_rng(1).normal(size=(5, 8, 8, 1)).astype(np.float32)
    found = load(tmp_path / "graph").net(x)
    assert np.abs(np.asarray(found) - np.asarray(net(x))).max() < 1e-6
