"""The slider through a training: the model answers as it did then, and trains on from there."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from tests.browser.figures import figure, part, violations

PHONE: ViewportSize = {"width": 320, "height": 844}
KEPT = "**/epochs/epochs.bin"

AT = """async ([slug, epoch, inputs]) => {
  const epochs = await modelpress.epochs(slug);
  const model = await epochs.at(epoch);
  const { values } = await model.predict(inputs);
  await model.dispose();
  return { answers: values, weights: (await epochs.weights(epoch)).flatMap(({ values }) => values),
           epochs: epochs.epochs, maxDiff: model.maxDiff };
}"""

TRAIN_ON = """async ([slug, options, steps]) => {
  const trainer = await modelpress.trainer(slug, options);
  const { losses } = await trainer.step(steps);
  const weights = (await trainer.weights()).flatMap(({ values }) => values);
  await trainer.dispose();
  return { losses: [...losses], weights };
}"""


def opened(page: Page, training_url: str, link: str = "") -> Locator:
    """The slider of the gate's page, come to life."""
    page.goto(f"{training_url}/epochs/{link}")
    element = page.locator("modelpress-epochs")
    expect(part(element, "range")).to_be_enabled()
    expect(figure(page, "gate")).to_have_attribute("state", "ready")
    return element


def answer(page: Page) -> str:
    return str(part(figure(page, "gate"), "reading").text_content())


def line_by_keras(epochs: int) -> Any:
    """The site's line after so many epochs of plain `fit`."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    net = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    net.compile(keras.optimizers.SGD(0.1), "mse")
    x, y = np.array([[1], [2]], np.float32), np.array([[3], [5]], np.float32)
    if epochs:
        net.fit(x, y, epochs=epochs, batch_size=2, shuffle=False, verbose=0)
    return net


def test_it_has_and_answers_with_the_weights_that_keras_had(training_url: str, page: Page) -> None:
    page.goto(f"{training_url}/line/")
    page.wait_for_function("globalThis.modelpress")
    inputs = [-1, 0.5, 3]
    for epoch in (0, 14, 50):
        found = page.evaluate(AT, ["line", epoch, inputs])
        net = line_by_keras(epoch)
        expected = np.concatenate([w.ravel() for w in net.get_weights()])
        np.testing.assert_allclose(found["weights"], expected, atol=1e-6)
        answers = net(np.array(inputs, np.float32)[:, None]).numpy()[:, 0]
        np.testing.assert_allclose(found["answers"], answers, atol=1e-5)
        assert found["maxDiff"] <= 1e-5
    assert found["epochs"][0] == 0
    assert found["epochs"][-1] == 50


def test_a_training_goes_on_exactly_as_python_did(training_url: str, page: Page) -> None:
    page.goto(f"{training_url}/line/")
    page.wait_for_function("globalThis.modelpress")
    after = page.evaluate(TRAIN_ON, ["line", {"from": {"epoch": 14}}, 3])  # a step an epoch
    expected = np.concatenate([w.ravel() for w in line_by_keras(17).get_weights()])
    np.testing.assert_allclose(after["weights"], expected, atol=1e-6)
    # Shuffled: the rows go on in the order of that epoch, so the first loss is that epoch's.
    again = page.evaluate(TRAIN_ON, ["gate", {"from": {"epoch": 5}, "optimizer": "sgd"}, 2])
    order = np.random.default_rng([1, 5]).permutation(4)
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    y = np.array([0, 1, 1, 0], np.float32)
    first = x[order[:2]]
    answers = np.array(page.evaluate(AT, ["gate", 5, first.tolist()])["answers"])
    assert again["losses"][0] == pytest.approx(np.mean((answers - y[order[:2]]) ** 2), abs=1e-6)
    for wrong, words in (
        (7, "expected one of 0, 1, 2, 3, 4, 5, 6, 8"),
        (-1, "the epoch -1; expected a whole number from 0"),
    ):
        with pytest.raises(Exception, match=words):
            page.evaluate(TRAIN_ON, ["gate", {"from": {"epoch": wrong}}, 1])
    with pytest.raises(Exception, match=r"\{ epoch: n \} or \{ seed: n \}"):
        page.evaluate(TRAIN_ON, ["gate", {"from": 5}, 1])
    with pytest.raises(Exception, match="fit the model's own network only"):
        page.evaluate(TRAIN_ON, ["gate", {"from": {"epoch": 5}, "hidden": [3]}, 1])


@pytest.mark.engines
def test_the_slider_takes_the_figure_back(training_url: str, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    element = opened(page, training_url)
    published = answer(page)
    assert not any("epochs/epochs.bin" in address for address in asked)
    part(element, "range").focus()
    page.keyboard.press("Home")
    expect(element).to_have_attribute("state", "ready")
    expect(figure(page, "gate")).to_have_attribute("epoch", "0")
    assert len([address for address in asked if "epochs/epochs.bin" in address]) == 1
    expect(part(element, "reading")).to_contain_text("Before training: accuracy 50")
    expect(part(element, "range")).to_have_attribute("aria-valuetext", "before training")
    expect(part(element, "answers")).to_contain_text("as it did before training")
    expect(part(figure(page, "gate"), "chip-text")).to_contain_text(
        "As it was before training · equals Python"
    )
    expect(part(figure(page, "gate"), "reading")).not_to_have_text(published)
    page.keyboard.press("ArrowRight")
    expect(figure(page, "gate")).to_have_attribute("epoch", "1")
    shown = page.evaluate(
        "new Promise((done) => { document.addEventListener('modelpress:result',"
        " ({ detail }) => { if (detail.epoch === 3) done(detail); });"
        " document.querySelector('modelpress-epochs [data-part=range]').value = '3';"
        " document.querySelector('modelpress-epochs [data-part=range]')"
        ".dispatchEvent(new Event('input')); })"
    )
    expected = page.evaluate(AT, ["gate", 3, shown["input"]])["answers"]
    assert shown["epoch"] == 3
    assert shown["output"] == pytest.approx(expected, abs=1e-6)
    part(element, "reset").click()
    expect(element).to_have_attribute("state", "idle")
    expect(part(figure(page, "gate"), "reading")).to_have_text(published)
    assert figure(page, "gate").get_attribute("epoch") is None


def test_a_link_opens_an_epoch_and_says_what_there_is_not(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "#gate.epoch=5")
    expect(figure(page, "gate")).to_have_attribute("epoch", "5")
    expect(part(element, "number")).to_have_value("5")
    part(element, "number").fill("7")
    part(element, "number").press("Enter")
    expect(part(element, "notice")).to_contain_text("no weights of epoch 7: 6 is the nearest")
    expect(figure(page, "gate")).to_have_attribute("epoch", "6")
    part(element, "copy").click()
    expect(part(element, "notice")).to_contain_text("link", ignore_case=True)
    assert page.url.endswith("#gate.epoch=6")
    for wild in ("abc", "-1", "1e3", "61", "99999999999", "5.5"):
        page.evaluate("(text) => { location.hash = `gate.epoch=${text}`; }", wild)
        expect(part(element, "notice")).to_contain_text(f"The link says “{wild}”")
        expect(element).to_have_attribute("epoch", "60")
        expect(element).to_have_attribute("state", "idle")
    page.evaluate("location.hash = 'gate.epoch=7'")
    expect(part(element, "notice")).to_contain_text("epoch 6 is the nearest")
    part(element, "number").fill("61")
    part(element, "number").press("Enter")
    expect(part(element, "notice")).to_contain_text("“61” is no epoch from 0 to 60")
    expect(part(element, "number")).to_have_value("6")


def test_the_training_goes_on_from_there(training_url: str, page: Page) -> None:
    element = opened(page, training_url, "#gate.epoch=5")
    expect(element).to_have_attribute("state", "ready")
    trainer = page.locator("modelpress-trainer")
    expect(part(trainer, "play")).to_be_enabled()
    part(element, "go").click()
    expect(part(trainer, "play")).to_be_focused()
    expect(part(trainer, "start")).to_have_value("epoch")
    expect(part(trainer, "from-epoch")).to_have_value("5")
    part(trainer, "step").click()
    expect(trainer).to_have_attribute("step", "1")
    # Its weights answer now, and the slider is no longer said to.
    expect(figure(page, "gate")).to_have_attribute("training", "1")
    assert figure(page, "gate").get_attribute("epoch") is None
    expect(part(element, "answers")).to_contain_text("with your training")
    expect(element).to_have_attribute("state", "idle")
    part(trainer, "copy").click()
    expect(part(trainer, "notice")).to_contain_text("link", ignore_case=True)
    assert page.url.endswith("gate.train=epoch:5@1")
    # And back: the slider answers, the training is said to no longer.
    part(element, "range").fill("2")
    expect(figure(page, "gate")).to_have_attribute("epoch", "2")
    expect(part(trainer, "answers")).to_contain_text("as it did after epoch 2 of 60")
    part(trainer, "settings").locator("summary").click()
    part(trainer, "start").select_option("python")
    expect(trainer).to_have_attribute("step", "0")
    expect(figure(page, "gate")).to_have_attribute("epoch", "2")
    # A link to such a run; what there is not is said.
    page.evaluate("location.hash = 'gate.train=epoch:5@4'")
    expect(trainer).to_have_attribute("step", "4")
    expect(part(trainer, "start")).to_have_value("epoch")
    page.evaluate("location.hash = 'gate.train=epoch:7@1'")
    expect(part(trainer, "notice")).to_contain_text("Python kept epoch 0, 1, 2")
    page.evaluate("location.hash = 'gate.train=seed:3,epoch:5@1'")
    expect(part(trainer, "notice")).to_contain_text("“epoch” beside other initial weights")
    expect(part(trainer, "start")).to_have_value("random")


def test_weights_that_are_not_pythons_are_refused(training_url: str, page: Page) -> None:
    def damage(route: Any) -> None:
        body = bytearray(route.fetch().body())
        body[3] ^= 1
        route.fulfill(body=bytes(body))

    page.route(KEPT, damage)
    element = opened(page, training_url)
    published = answer(page)
    part(element, "range").fill("0")
    expect(element).to_have_attribute("state", "failed")
    expect(part(element, "error")).to_contain_text("integrity check failed")
    expect(part(element, "error")).to_contain_text("The published model answers.")
    assert answer(page) == published
    assert figure(page, "gate").get_attribute("epoch") is None
    page.unroute(KEPT)
    part(element, "error").get_by_role("button").click()
    expect(figure(page, "gate")).to_have_attribute("epoch", "0")


def test_a_device_that_answers_otherwise_is_refused(training_url: str, page: Page) -> None:
    """Other weights under the right name: what Keras answered with them gives it away."""
    page.goto(f"{training_url}/epochs/")
    page.wait_for_function("globalThis.modelpress")
    entry = json.loads(str(page.locator("data.mp-spec").first.get_attribute("value")))
    entry["epochs"]["weights"].reverse()  # the same bytes, put into other places
    with pytest.raises(Exception, match="answers otherwise than Python did"):
        page.evaluate("(entry) => modelpress.epochs(entry).then((e) => e.at(5))", entry)


def test_without_scripts_the_table_says_it(training_url: str, browser: Browser) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{training_url}/epochs/")
        element = page.locator("modelpress-epochs")
        expect(element.locator(".mp-noscript")).to_be_visible()
        element.get_by_text("As a table").click()
        assert element.locator("tbody tr").count() == 19
        expect(part(element, "range")).to_be_disabled()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_a_phone_has_room(
    scheme: Any, training_url: str, browser: Browser
) -> None:
    with browser.new_context(viewport=PHONE, color_scheme=scheme, has_touch=True) as context:
        page = context.new_page()
        element = opened(page, training_url, "#gate.epoch=5")
        expect(element).to_have_attribute("state", "ready")
        element.get_by_text("As a table").tap()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        heights = element.locator("button, input, summary").evaluate_all(
            """all => all.filter((e) => e.offsetParent).map((e) =>
              [e.dataset.part ?? e.textContent, e.getBoundingClientRect().height])"""
        )
        assert len(heights) == 6
        assert [each for each in heights if each[1] < 44] == []
        page.evaluate(
            """() => {
              const main = document.createElement("main");
              main.append(...document.querySelectorAll("h1, modelpress-epochs"));
              document.body.replaceChildren(main);
            }"""
        )
        assert violations(page) == []
