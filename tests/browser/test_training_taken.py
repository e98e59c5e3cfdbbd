"""What was trained in the browser is taken home: Keras and stock TensorFlow.js load the files."""

from __future__ import annotations

import json
import runpy
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.figures import part

ROOT = Path(__file__).resolve().parents[2]
STOCK = ROOT / "site_assets/node_modules/@tensorflow/tfjs/dist/tf.min.js"
CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]


def taken(page: Page, training_url: str, run: str, form: str, folder: Path) -> tuple[Path, Any]:
    """The file that the button downloads, and what the browser answers for the corners."""
    steps = run.split("@")[1]
    page.goto(f"{training_url}/gate/#gate.train={run}")
    trainer = page.locator("modelpress-trainer")
    expect(trainer).to_have_attribute("state", "paused")
    expect(trainer).to_have_attribute("step", steps)
    with page.expect_download() as download:
        part(trainer, f"take-{form}").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    expect(part(trainer, "notice")).to_contain_text(f"{path.name} is among your downloads")
    answers = page.evaluate(
        """async (corners) => {
          const figure = document.querySelector("modelpress-model");
          return [...await figure.answering.predict(Float32Array.from(corners.flat()))];
        }""",
        CORNERS,
    )
    return path, np.array(answers)


def answers_of(path: Path) -> Any:
    net = keras.models.load_model(path)
    return net(np.array(CORNERS, np.float32)).numpy()[:, 0]


def test_keras_loads_it_and_answers_alike(training_url: str, page: Page, tmp_path: Path) -> None:
    path, answers = taken(page, training_url, "@40", "keras", tmp_path)
    assert path.name == "gate-step-40.keras"
    np.testing.assert_allclose(answers_of(path), answers, atol=1e-6)
    net = keras.models.load_model(path)
    assert [layer.name for layer in net.layers] == ["hidden", "answer"]
    net.compile("adam", "mse")  # and trains on
    net.fit(np.array(CORNERS, np.float32), np.zeros((4, 1)), verbose=0)


def test_another_network_comes_as_weights_and_a_script(
    training_url: str, page: Page, tmp_path: Path
) -> None:
    path, answers = taken(page, training_url, "hidden:5x3@12", "keras", tmp_path)
    assert path.name == "gate-step-12-keras.zip"
    zipfile.ZipFile(path).extractall(tmp_path)
    runpy.run_path(str(tmp_path / "rebuild.py"))
    np.testing.assert_allclose(answers_of(tmp_path / "gate-step-12.keras"), answers, atol=1e-6)


def fulfill(body: bytes, route: Route) -> None:
    route.fulfill(body=body)


@pytest.mark.parametrize("run", ["@25", "hidden:4@6"])
def test_stock_tensorflow_js_loads_it(
    training_url: str, run: str, page: Page, tmp_path: Path
) -> None:
    path, answers = taken(page, training_url, run, "tfjs", tmp_path)
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"model.json", "weights.bin"}
    assert json.loads(files["model.json"])["format"] == "layers-model"
    for name, body in files.items():
        page.route(f"**/taken/{name}", partial(fulfill, body))
    page.goto(f"{training_url}/")
    page.add_script_tag(path=str(STOCK))
    found = page.evaluate(
        """async ([address, corners]) => {
          await tf.setBackend("cpu");
          const model = await tf.loadLayersModel(address);
          return [...await model.predict(tf.tensor2d(corners)).data()];
        }""",
        [f"{training_url}/taken/model.json", CORNERS],
    )
    np.testing.assert_allclose(found, answers, atol=1e-6)


def test_a_running_training_is_taken_as_it_is(training_url: str, page: Page) -> None:
    page.goto(f"{training_url}/gate/")
    page.wait_for_function("globalThis.modelpress")
    names = page.evaluate(
        """async () => {
          const trainer = await modelpress.trainer("gate");
          const stepping = trainer.step(30);
          const [{ name }] = await Promise.all([trainer.take("keras"), stepping]);
          const wrong = await trainer.take("onnx").catch(({ message }) => message);
          await trainer.dispose();
          return [name, wrong];
        }"""
    )
    assert names[0] == "gate-step-30.keras"
    assert 'expected "keras" or "tfjs"' in names[1]
