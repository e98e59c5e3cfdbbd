"""Training in the browser: steps a second of ours, of stock TensorFlow.js' `fit`, of Keras' `fit`.

Same layers, rows, batch size, optimizer and loss, all three on this machine's processor. Stock gets
every advantage a careful author would give it: the backend that is fastest for nets of this size
(cpu), rows already scaled, and nothing to draw between its batches. Timed are whole epochs after a
first one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from playwright.sync_api import sync_playwright

from modelpress.proof.browser import chromium_arguments, find_browser
from tests.entries import models_of
from tests.server import serve_folder

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 1.0  # of training at least, for each side
PAGE = "benchmark.html"

OURS = """
async ([slug, seconds]) => {
  const trainer = await modelpress.trainer(slug, { backend: "cpu" });
  const { rows, batch_size: batch } = trainer.spec;
  const epoch = Math.ceil(rows / batch);
  await trainer.step(epoch);
  let [steps, loss, took, count] = [0, 0, 0, epoch];
  while (took < seconds * 1000) {
    const began = performance.now();
    const progress = await trainer.step(count);
    took += performance.now() - began;
    steps += count;
    loss = Array.from(progress.losses).at(-1);
    count = Math.ceil(count * 1.5);
  }
  await trainer.dispose();
  return { rate: steps / (took / 1000), loss, backend: trainer.backend };
}
"""
STOCK = """
async ([spec, x, y, seconds]) => {
  class Sine extends tf.layers.Layer {
    static className = "Sine";
    call(inputs) { return tf.sin(Array.isArray(inputs) ? inputs[0] : inputs); }
  }
  const losses = {
    mse: "meanSquaredError", mae: "meanAbsoluteError", binary_crossentropy: "binaryCrossentropy",
    categorical_crossentropy: "categoricalCrossentropy",
  };
  const { name, learning_rate: rate, momentum } = spec.optimizer;
  const optimizer = name === "momentum"
    ? tf.train.momentum(rate, momentum)
    : { sgd: tf.train.sgd, rmsprop: tf.train.rmsprop, adam: tf.train.adam }[name](rate);
  await tf.setBackend("cpu");
  const net = tf.sequential();
  let inputShape = [x[0].length];
  for (const layer of spec.layers.filter(({ kind }) => kind === "dense")) {
    const sine = layer.activation === "sine";
    net.add(tf.layers.dense({
      units: layer.units, useBias: layer.use_bias, activation: sine ? "linear" : layer.activation,
      ...(inputShape && { inputShape }),
    }));
    if (sine) net.add(new Sine({}));
    inputShape = null;
  }
  net.compile({ optimizer, loss: losses[spec.loss] });
  const [rows, wanted] = [tf.tensor2d(x), tf.tensor2d(y)];
  const epoch = Math.ceil(spec.rows / spec.batch_size);
  const fit = (epochs) => net.fit(rows, wanted, { batchSize: spec.batch_size, epochs, verbose: 0 });
  await fit(1);
  let [steps, loss, took, count] = [0, 0, 0, 1];
  while (took < seconds * 1000) {
    const began = performance.now();
    const { history } = await fit(count);
    took += performance.now() - began;
    steps += count * epoch;
    loss = history.loss.at(-1);
    count = Math.ceil(count * 1.5);
  }
  return { rate: steps / (took / 1000), loss, backend: tf.getBackend() };
}
"""

Rows = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


def compare(site: Path, tfjs: Path) -> dict[str, dict[str, float]]:
    """Live model → {"ours", "stock", "keras"}: optimizer steps a second.

    site: the built one. tfjs: the stock ``tf.min.js``. Raises AssertionError where a side ran
    elsewhere than on the cpu, or came to no loss.
    """
    found = find_browser()
    assert found is not None, "the benchmark needs Chromium: run it as `make bench`"
    entries = models_of(site)
    live = {slug: entry for slug, entry in entries.items() if entry.get("live")}
    page = next(site.glob("models/*/index.html")).relative_to(site).as_posix()
    rates = {}
    with serve_folder(site) as url, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(found.path), args=chromium_arguments())
        for slug, entry in live.items():
            folder = site / entry["base"]
            spec = json.loads((folder / entry["live"]["url"]).read_text())
            x, y = rows_of(spec, (folder / entry["live"]["bin"]).read_bytes())
            with browser.new_context() as context:
                tab = context.new_page()
                tab.goto(f"{url}/{page}")
                tab.wait_for_function("globalThis.modelpress")
                ours = tab.evaluate(OURS, [slug, SECONDS])
            with browser.new_context() as context:
                tab = context.new_page()
                tab.add_script_tag(path=tfjs)
                stock = tab.evaluate(STOCK, [spec, x.tolist(), y.tolist(), SECONDS])
            for side in (ours, stock):
                assert side["backend"] == "cpu", (slug, side)
                assert side["loss"] is not None, (slug, side)
            rates[slug] = {"ours": ours["rate"], "stock": stock["rate"], "keras": _keras(folder)}
        browser.close()
    return rates


def rows_of(spec: dict[str, Any], content: bytes) -> Rows:
    """The training rows of live.json and live.bin as the first dense layer takes them: float32 of
    shapes (rows, inputs) and (rows, outputs)."""

    def block(of: dict[str, Any]) -> npt.NDArray[np.float32]:
        count = int(np.prod(of["shape"]))
        values = np.frombuffer(content, of["dtype"], count, of["offset"])
        rows = values.reshape(of["shape"][0], -1).astype(np.float32)
        return rows / np.float32(of.get("divisor", 1))

    x, y = block(spec["data"]["x"]), block(spec["data"]["y"])
    for layer in spec["layers"]:
        if layer["kind"] == "rescale":
            x = x * np.float32(layer["scale"]) + np.float32(layer["offset"])
    return x, y


def _keras(folder: Path) -> float:
    """Steps a second in a process of its own, since threads and memory are set up once in each."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.live", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    return float(done.stdout.splitlines()[-1])


def keras_rate(folder: Path) -> float:
    """Steps a second of the plain `fit`, of the model whose files are in `folder`."""
    import keras

    spec = json.loads((folder / "live/live.json").read_text())
    x, y = rows_of(spec, (folder / "live/live.bin").read_bytes())
    net = keras.Sequential([keras.Input(x.shape[1:])])
    for layer in spec["layers"]:
        if layer["kind"] == "dense":
            activation = keras.ops.sin if layer["activation"] == "sine" else layer["activation"]
            net.add(keras.layers.Dense(layer["units"], activation, use_bias=layer["use_bias"]))
    settings = {key: value for key, value in spec["optimizer"].items() if key != "name"}
    made = {
        "sgd": keras.optimizers.SGD,
        "momentum": keras.optimizers.SGD,
        "rmsprop": keras.optimizers.RMSprop,
        "adam": keras.optimizers.Adam,
    }[spec["optimizer"]["name"]]
    net.compile(optimizer=made(**settings), loss=spec["loss"])
    batch_size = spec["batch_size"]

    def fit(epochs: int) -> None:
        net.fit(x, y, batch_size=batch_size, epochs=epochs, verbose=0)

    fit(1)
    steps, took, epochs = 0, 0.0, 1
    while took < SECONDS:
        began = time.perf_counter()
        fit(epochs)
        took += time.perf_counter() - began
        steps += epochs * -(-len(x) // batch_size)
        epochs = -(-epochs * 3 // 2)
    return steps / took


if __name__ == "__main__":
    print(keras_rate(Path(sys.argv[1])))
