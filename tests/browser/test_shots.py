"""Pictures in colour, pictures as predictions, and long predictions, on a site of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from modelpress.outputs import Numbers
from modelpress.pixels import network_view, text_of
from tests.browser.figures import part, violations_in_both_schemes
from tests.browser.pixel_site import choose, opened
from tests.built import built_once
from tests.server import serve_folder
from tests.tiny import tiny_project, write_plain

_MODEL = '''\
"""Weights set by hand."""

import keras
import numpy as np

from modelpress import AtLeast, Model
from modelpress.inputs import Camera, Number
from modelpress.inputs import Picture as PictureIn
from modelpress.outputs import Classes, Numbers, Picture

L = keras.layers


def weigh(run):
    run.log(1, 1, loss=0.0)
    run.net.layers[-1].set_weights([np.array(each, "float32") for each in WEIGHTS])
    return run.net


WEIGHTS = {weights}
MODEL = Model(
    title="{title}",
    input={input},
    output={output},
    train=weigh,
    build=lambda: keras.Sequential([{layers}]),
    expect={{"ready": AtLeast(1)}},
    facts=lambda net, history: {{"ready": 1}},
)
'''
_IN = "keras.Input((24, 32, 3)), L.Rescaling(1 / 255)"
_SKY = 'examples={"Sky": np.full((24, 32, 3), (90, 160, 250))}'
MODELS = {
    # Red, green and blue become green, blue and the negative of red.
    "turned": _MODEL.format(
        title="Turned colours",
        input="PictureIn(24, 32, channels=3, contrast=False)",
        output="Picture(24, 32, channels=3)",
        layers=f"{_IN}, L.Conv2D(3, 1)",
        weights="([[[[0, 0, -1], [1, 0, 0], [0, 1, 0]]]], [0, 0, 1])",
    ),
    # How much redder than blue, with half the pixels a side.
    "redness": _MODEL.format(
        title="Redness",
        input=f"Camera(24, 32, channels=3, contrast=False, {_SKY})",
        output="Picture(12, 16, channel=True, mask=True)",
        layers=f"{_IN}, L.AveragePooling2D(2), L.Conv2D(1, 1)",
        weights="([[[[1], [0], [-1]]]], [0])",
    ),
    # The label beside a number is the most probable of 201, as a bell around it.
    "wheel": _MODEL.format(
        title="A wheel of labels",
        input="Number(0, 200, 1, default=7)",
        output='Classes([f"<part> {i}" for i in range(201)])',
        layers='keras.Input((1,)), L.Dense(201, activation="softmax")',
        weights="([np.arange(201) / 4], -np.arange(201) ** 2 / 8)",
    ),
    "long": _MODEL.format(
        title="A long answer",
        input="Number(-1, 1, 0.1, default=0.5)",
        output='Numbers(shape=(10, 20), unit="m")',
        layers="keras.Input((1,)), L.Dense(200), L.Reshape((10, 20))",
        weights="([np.arange(200) - 50.0], np.zeros(200))",
    ).replace("run.net.layers[-1]", "run.net.layers[0]"),
}


@pytest.fixture(scope="session")
def shots_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the site, without a slash at its end."""

    def write(folder: Path) -> None:
        tiny_project(folder, MODELS)
        write_plain(folder, "Shots")

    project = built_once(tmp_path_factory, "shots", write, "--no-browser")
    with serve_folder(project / "site") as url:
        yield url


def canvas(figure: Locator, name: str) -> npt.NDArray[np.uint8]:
    """The pixels of a canvas, red, green, blue and opacity."""
    width, height, values = part(figure, name).evaluate(
        "(canvas) => [canvas.width, canvas.height, Array.from(canvas.getContext('2d')"
        ".getImageData(0, 0, canvas.width, canvas.height).data)]"
    )
    return np.array(values, np.uint8).reshape(height, width, 4)


def poster(path: Path) -> Path:
    """Four fields of different colours, 80 × 60."""
    image = Image.new("RGB", (80, 60), (250, 20, 30))
    image.paste((20, 200, 40), (40, 0, 80, 30))
    image.paste((10, 40, 240), (0, 30, 40, 60))
    image.paste((240, 230, 200), (40, 30, 80, 60))
    image.save(path)
    return path


@pytest.mark.engines
def test_a_picture_in_colour_before_and_after(shots_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, shots_url, "turned")
    started = part(figure, "reading").inner_text()
    choose(figure, poster(tmp_path / "a.png"))
    expect(part(figure, "reading")).not_to_have_text(started)
    rgba = np.asarray(Image.open(tmp_path / "a.png").convert("RGBA"))
    seen = network_view(rgba, 24, 32, contrast=False, channels=3)
    assert (canvas(figure, "seen")[..., :3] == seen).all()
    assert (canvas(figure, "before")[..., :3] == seen).all()
    turned = np.stack([seen[..., 1], seen[..., 2], 255 - seen[..., 0]], -1)
    assert np.abs(canvas(figure, "after")[..., :3].astype(int) - turned).max() <= 1
    part(figure, "copy").click()
    link = page.evaluate("location.hash").removeprefix("#turned=")
    assert link == text_of(seen)
    again = opened(page, shots_url, "turned", link)
    assert (canvas(again, "seen")[..., :3] == seen).all()


def test_a_mask_over_the_picture(shots_url: str, page: Page, tmp_path: Path) -> None:
    figure = opened(page, shots_url, "redness")
    expect(part(figure, "reading")).to_contain_text("192 outside 0 to 1")  # the sky is not red
    figure.get_by_role("button", name="Sky").click()
    choose(figure, poster(tmp_path / "a.png"))
    words = "a mask with 25% of 192 pixels above 0.5"
    expect(part(figure, "reading")).to_contain_text(words)
    over = canvas(figure, "after")
    assert over.shape == (12, 16, 4)
    assert over[2, 3].tolist()[3] == 250 - 30
    assert over[9, 2].tolist()[3] == 0  # blue
    assert (canvas(figure, "before")[..., :3] == canvas(figure, "seen")[..., :3]).all()
    boxes = [part(figure, name).bounding_box() for name in ("before", "after")]
    assert boxes[0] == boxes[1]


def test_a_label_is_found_among_many(shots_url: str, page: Page) -> None:
    figure = opened(page, shots_url, "wheel")
    expect(part(figure, "word")).to_have_text("<part> 7")
    figure.get_by_text("All 201 labels").click()
    rows = part(figure, "found").locator("tr")
    expect(rows.first).to_contain_text("<part> 7")
    expect(rows).to_have_count(20)
    find = figure.get_by_label("Find by name")
    find.fill("PART> 12")
    expect(part(figure, "found-words")).to_have_text("1 to 11 of 11 labels with “PART> 12”")
    expect(rows.first).to_have_text(re.compile(r"^<part> 12[\d.]+%4$|^<part> 12[\d.e-]+%\d+$"))
    part(figure, "value").first.fill("124")
    expect(rows.first).to_have_text(re.compile(r"^<part> 124[\d.]+%1$"))
    find.fill("")
    expect(part(figure, "found-words")).to_have_text("1 to 20 of 201 labels")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on “Next”
    expect(part(figure, "found-words")).to_have_text("21 to 40 of 201 labels")
    assert violations_in_both_schemes(page) == {}


def test_a_long_answer_is_a_picture_and_a_table(shots_url: str, page: Page) -> None:
    figure = opened(page, shots_url, "long")
    box = part(figure, "cells").bounding_box()
    assert box
    assert box["height"] > 40
    figure.get_by_text("All 200 values as a table").click()
    rows = part(figure, "found").locator("tr")
    part(figure, "value").first.fill("-1")
    figure.get_by_label("Find by name").fill("y200")
    expect(rows).to_have_count(1)
    words = Numbers(shape=(10, 20), unit="m").describe(50.0 - np.arange(200))
    expect(part(figure, "reading")).to_contain_text(words)
    expect(rows.first).to_have_text(words.rpartition("smallest ")[2].replace("y200 ", "y200"))
    cells = canvas(figure, "cells")
    assert cells.shape == (10, 20, 4)
    assert int(cells[..., 3].argmax()) == 199  # the strongest
    orange = cells[..., 0] > cells[..., 2]
    assert orange.ravel()[:50].all()
    assert not orange.ravel()[51:].any()
    assert violations_in_both_schemes(page) == {}


@pytest.mark.parametrize("slug", MODELS)
def test_nothing_moves_when_the_figure_becomes_live(slug: str, shots_url: str, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{shots_url}/{slug}/")
    names = (".mp-stage", ".mp-controls", ".mp-reading", "figcaption")
    figure = page.locator("modelpress-model")
    still = [figure.locator(name).first.bounding_box() for name in names]
    words = part(figure, "reading").inner_text()
    page.unroute("**/*.js")
    figure = opened(page, shots_url, slug)
    assert [box and box["height"] for box in still] == [
        (box := figure.locator(name).first.bounding_box()) and box["height"] for name in names
    ]
    assert part(figure, "reading").inner_text() == words
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
