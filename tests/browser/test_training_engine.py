"""`modelpress.trainer`: Keras' steps on every backend, and how it starts, stops and ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import numpy as np
import pytest
from playwright.sync_api import Page

from modelpress.node import bundle
from tests.browser.bare_page import open_bare
from tests.server import serve_folder
from tests.training_keras import (
    OPTIMIZERS,
    Case,
    batches,
    data,
    dense,
    network,
    optimizer,
    train,
)
from tests.training_live import live_run, write_site

BACKENDS = ["cpu", pytest.param("wasm", marks=pytest.mark.slow), "webgl"]
TOLERANCE = 1e-5
ABOVE_INFERENCE_BYTES = 60_000  # brotli, all script of a training on the CPU

COLORS = Case(
    "colors",
    [dense(15, "tanh"), dense(9, "relu"), dense(5, "softmax")],
    "categorical_crossentropy",
    OPTIMIZERS["adam"],
)
WAVES = Case(
    "waves",
    [{"kind": "rescale", "scale": 0.5, "offset": 0.1}, dense(3, "sine"), dense(1, use_bias=False)],
    "mse",
    input_shape=(1,),
)
GATE = replace(
    COLORS,
    name="gate",
    layers=[dense(7, "sigmoid"), dense(1, "sigmoid")],
    loss="binary_crossentropy",
)

TRAIN = """async ([slug, options, steps]) => {
  const trainer = await modelpress.trainer(slug, options);
  const { place, backend } = trainer;
  const losses = [];
  let progress;
  for (const count of steps) {
    progress = await trainer.step(count);
    losses.push(...progress.losses);
  }
  const weights = (await trainer.weights()).flatMap(({ values }) => values);
  const found = { place, backend, losses, weights, steps: trainer.steps, epoch: trainer.epoch,
                  evaluation: await trainer.evaluate(), metrics: progress.metrics,
                  loss: progress.loss, stopped: progress.stopped };
  await trainer.dispose();
  return found;
}"""


@dataclass(frozen=True)
class Site:
    folder: Path
    url: str
    description: dict[str, Any]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("training")
    runs = {
        "colors": live_run(COLORS, ("adam", "sgd", "momentum", "nesterov", "rmsprop")),
        "waves": live_run(WAVES, ("sgd", "adam")),
        "gate": live_run(GATE, ("rmsprop",)),
    }
    description = write_site(folder, runs)
    with serve_folder(folder) as url:
        yield Site(folder, url, description)


@pytest.fixture
def bare(page: Page, site: Site) -> Page:
    return open_bare(page, site.url)


@pytest.mark.engines
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_backend_takes_keras_steps(bare: Page, backend: str) -> None:
    for slug in ("colors", "waves", "gate"):
        proof = bare.evaluate(
            """async ([slug, backend]) => {
              const trainer = await modelpress.trainer(slug, { backend });
              await trainer.step(3);
              const before = await trainer.tensors();
              const proof = await trainer.prove();
              const after = await trainer.tensors();
              await trainer.dispose();
              return { ...proof, before, after, place: trainer.place };
            }""",
            [slug, backend],
        )
        assert proof["backend"] == backend
        assert proof["place"] == "worker"
        assert proof["steps"] == 40
        assert proof["passed"] is True, proof
        assert proof["maxLossDiff"] <= TOLERANCE
        assert proof["maxWeightDiff"] <= TOLERANCE
        assert all(each["compared"][-1]["step"] == 40 for each in proof["recordings"])
        assert proof["before"] == proof["after"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_steps_in_pieces_are_the_same_steps(bare: Page, backend: str) -> None:
    found = bare.evaluate(TRAIN, ["colors", {"backend": backend}, [1, 0, 2, 37]])
    net = network(COLORS)
    losses, weights = train(COLORS, net)
    np.testing.assert_allclose(found["losses"], losses, atol=TOLERANCE)
    np.testing.assert_allclose(found["weights"], np.asarray(weights), atol=TOLERANCE)
    assert (found["backend"], found["steps"], found["epoch"]) == (backend, 40, 10)
    assert found["loss"] == found["losses"][-1]
    x, y = data(COLORS)
    net.compile(loss=COLORS.loss, metrics=["accuracy", "mae"])
    loss, accuracy, mae = net.evaluate(x, y, verbose=0)
    assert found["evaluation"]["loss"] == pytest.approx(loss, abs=1e-5)
    assert found["evaluation"]["metrics"]["accuracy"] == pytest.approx(accuracy, abs=1e-6)
    assert found["evaluation"]["metrics"]["mae"] == pytest.approx(mae, abs=1e-6)
    assert set(found["evaluation"]["val_metrics"]) == {"accuracy", "mae"}


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_measured_along_the_way_is_keras(bare: Page, backend: str) -> None:
    """Every batch's metrics, and the validation rows after some steps, in calls of several."""
    found = bare.evaluate(
        """async (backend) => {
          const trainer = await modelpress.trainer("colors", { backend });
          const parts = [];
          for (const [count, validateAt] of [[1, [1]], [19, [5, 99]], [20, [30, 40]]]) {
            parts.push(await trainer.step(count, { each: true, validateAt }));
          }
          const plain = await trainer.step(1);
          const before = await trainer.tensors();
          await trainer.step(40, { each: true, validateAt: [50] });
          const after = await trainer.tensors();
          await trainer.dispose();
          const all = (of) => parts.flatMap((each) => [...of(each)]);
          return {
            history: ["accuracy", "mae"].map((name) => all(({ history }) => history[name])),
            losses: all(({ losses }) => losses),
            validation: all(({ validation }) => validation),
            latest: parts.map(({ metrics }) => metrics),
            plain: [Object.keys(plain.history), plain.validation],
            leaked: after - before,
          };
        }""",
        backend,
    )
    x, y = data(COLORS)
    net = network(COLORS)
    net.compile(optimizer(COLORS.optimizer), COLORS.loss, metrics=["accuracy", "mae"])
    seen, checked = [], {}
    for step, rows in enumerate(batches(COLORS), 1):
        net.reset_metrics()
        seen.append(net.train_on_batch(x[rows], y[rows], return_dict=True))
        if step in (1, 5, 30, 40):
            checked[step] = net.evaluate(x[:10], y[:10], verbose=0, return_dict=True)
    for name, values in zip(("accuracy", "mae"), found["history"], strict=True):
        np.testing.assert_allclose(values, [figures[name] for figures in seen], atol=TOLERANCE)
    np.testing.assert_allclose(
        found["losses"], [figures["loss"] for figures in seen], atol=TOLERANCE
    )
    assert found["latest"][-1]["mae"] == pytest.approx(seen[-1]["mae"], abs=TOLERANCE)
    assert [each["step"] for each in found["validation"]] == list(checked)
    for each, figures in zip(found["validation"], checked.values(), strict=True):
        got = {"loss": each["loss"], **each["metrics"]}
        assert got == pytest.approx(figures, abs=TOLERANCE)
    assert found["plain"] == [[], []]
    assert found["leaked"] == 0


def test_predictions_follow_the_weights(bare: Page) -> None:
    first, later, again = bare.evaluate(
        """async () => {
          const trainer = await modelpress.trainer("colors");
          const x = [[1, 0, -1], [0.5, 0.5, 0.5]];
          const first = await trainer.predict(x);
          await trainer.step(40);
          const later = await trainer.predict(x);
          await trainer.reset();
          const again = await trainer.predict(x);
          return [first, later, again];
        }"""
    )
    assert first["shape"] == [2, 5]
    assert first == again
    net = network(COLORS)
    train(COLORS, net)
    x = np.array([[1, 0, -1], [0.5, 0.5, 0.5]], np.float32)
    np.testing.assert_allclose(
        np.reshape(later["values"], (2, 5)), net.predict(x, verbose=0), atol=TOLERANCE
    )


def test_other_choices_train_too(bare: Page) -> None:
    options = {
        "optimizer": "sgd",
        "learningRate": 0.3,
        "batchSize": 10,
        "loss": "mse",
        "seed": 7,
        "hidden": [8],
        "from": {"seed": 4},
    }
    found = bare.evaluate(TRAIN, ["colors", options, [500]])
    assert len(found["weights"]) == 3 * 8 + 8 + 8 * 5 + 5
    assert found["epoch"] == 100
    assert found["losses"][-1] < found["losses"][0]
    again = bare.evaluate(TRAIN, ["colors", options, [250, 250]])
    assert again["losses"] == found["losses"]
    other = bare.evaluate(TRAIN, ["colors", {**options, "from": {"seed": 5}}, [500]])
    assert other["losses"] != found["losses"]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_run_that_grows_beyond_numbers_stops_with_a_sentence(bare: Page, backend: str) -> None:
    options = {"backend": backend, "optimizer": "sgd", "learningRate": 1e12}
    found = bare.evaluate(TRAIN, ["waves", options, [100]])
    assert "no finite number" in found["stopped"] or "the loss is" in found["stopped"]
    assert "learning rate of 1000000000000" in found["stopped"]
    assert found["steps"] == len(found["losses"]) < 100


def test_a_page_without_workers_trains_in_slices(bare: Page) -> None:
    bare.evaluate(
        "() => { globalThis.Worker = class { constructor() { throw new Error('none'); } }; }"
    )
    found = bare.evaluate(
        """async () => {
          const trainers = [await modelpress.trainer("colors"), await modelpress.trainer("colors")];
          let frames = 0, ends = [];
          const count = () => { frames += 1; requestAnimationFrame(count); };
          requestAnimationFrame(count);
          const started = performance.now();
          await Promise.all(trainers.map(async (trainer, i) => {
            await trainer.step(40);
            await trainer.step(3000);
            ends.push(i);
          }));
          const ms = performance.now() - started;
          const weights = await Promise.all(trainers.map((trainer) => trainer.weights()));
          return { place: trainers[0].place, frames, ms, weights };
        }"""
    )
    assert found["place"] == "page"
    assert found["frames"] >= 2
    assert found["weights"][0] == found["weights"][1]
    message = bare.evaluate(
        "() => modelpress.trainer('colors', { backend: 'wasm' }).catch((error) => error.message)"
    )
    assert message == (
        'The backend "wasm" is not available here: a training needs a worker for it.'
    )


def test_a_worker_that_cannot_be_loaded_is_no_end(page: Page, site: Site) -> None:
    page.context.route("**/training-*.js", lambda route: route.abort())
    found = open_bare(page, site.url).evaluate(TRAIN, ["colors", {}, [40]])
    assert (found["place"], found["steps"]) == ("page", 40)


def test_what_cannot_be_is_told(bare: Page) -> None:
    ask = """([slug, options, steps]) => modelpress.trainer(slug, options)
      .then((trainer) => trainer.step(steps)).then(() => "trained", (error) => error.message)"""
    for slug, options, steps, expected in (
        ("nobody", {}, 1, 'There is no model "nobody" on this site'),
        ("still", {}, 1, '"Still" cannot be trained here'),
        ("colors", {"backend": "webgpu"}, 1, 'No training runs on "webgpu"'),
        ("colors", {"optimizer": "lion"}, 1, 'given the optimizer "lion"; expected one of "sgd"'),
        ("colors", {"learningRate": -1}, 1, "given the learning rate -1"),
        ("colors", {"hidden": [0]}, 1, "given hidden units 0"),
        ("waves", {"loss": "categorical_crossentropy"}, 1, "answers a single number"),
        ("colors", {}, 1.5, "Found 1.5 steps"),
    ):
        assert expected in bare.evaluate(ask, [slug, options, steps])


def test_disposing_ends_the_worker(bare: Page) -> None:
    message = bare.evaluate(
        """async () => {
          const trainer = await modelpress.trainer("colors");
          const long = trainer.step(1e7).catch((error) => error.message);
          await trainer.dispose();
          const after = await trainer.step().catch((error) => error.message);
          return [await long, after];
        }"""
    )
    assert message == ["This trainer has been disposed of."] * 2
    for _ in range(100):  # Chromium gives a busy worker some time to end by itself
        if not bare.workers:
            break
        bare.wait_for_timeout(100)
    assert bare.workers == []


@pytest.mark.slow
def test_two_trainers_share_one_gpu(bare: Page) -> None:
    """One trains without end; the other still takes Keras' steps, and the page its turns."""
    found = bare.evaluate(
        """async () => {
          const [endless, other] = await Promise.all(
            ["colors", "waves"].map((slug) => modelpress.trainer(slug, { backend: "webgl" })));
          const started = await endless.step(2);
          const long = endless.step(1e7).catch((error) => error.message);
          let turns = 0, over = false;
          const turn = () => { turns += 1; if (!over) setTimeout(turn, 0); };
          turn();
          const proof = await other.prove();
          const behind = (await other.step(5)).step;
          over = true;
          await endless.dispose();
          const alone = await other.step(5);
          await other.dispose();
          return { proof, turns, behind, alone: alone.step, started: started.step,
                   backends: [endless.backend, other.backend], ended: await long };
        }"""
    )
    assert found["backends"] == ["webgl", "webgl"]
    assert found["proof"]["passed"] is True, found["proof"]
    assert found["turns"] > found["proof"]["steps"]
    assert [found["started"], found["behind"], found["alone"]] == [2, 5, 10]
    assert found["ended"] == "This trainer has been disposed of."


def test_training_is_fetched_by_its_first_call_alone(page: Page, site: Site) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(f"{site.url}/")))
    open_bare(page, site.url)
    training = set(site.description["chunks"]["training"])
    assert not training & set(asked)
    page.evaluate(TRAIN, ["colors", {}, [1]])
    assert training & set(asked)
    sizes = {
        name: sum(
            len(brotli.compress((site.folder / url).read_bytes(), quality=11))
            for url in site.description["chunks"][name]
            if url.endswith(".js")
        )
        for name in ("training", "training_wasm", "training_webgl")
    }
    assert sizes["training"] <= ABOVE_INFERENCE_BYTES
    scripts = {url for url in asked if url.startswith(bundle.URL) and url.endswith(".js")}
    entry = {
        site.description["entry"],
        *site.description["entry_imports"],
        site.description["stable"],
    }
    others = {
        url
        for name, urls in site.description["chunks"].items()
        if not name.startswith("training")
        for url in urls
    }
    assert not scripts & (others - entry - training)
