"""A site with a drawing, a picture and a camera, whose models weigh pixels by where they lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from playwright.sync_api import Locator, Page

from tests.built import built_once
from tests.server import serve_folder
from tests.tiny import tiny_project

_MODEL = '''\
"""Tells {words}."""

import keras
import numpy as np

from modelpress import AtLeast, Model
from modelpress.inputs import {kind}
from modelpress.outputs import Classes

DOWN, ACROSS = np.mgrid[-13.5:14.5, -13.5:14.5]


def weigh(run):
    run.log(1, 1, loss=0.0)
    kernel = np.stack({kernel}, -1).reshape(784, -1).astype("float32")
    run.net.layers[-1].set_weights([kernel, np.zeros(kernel.shape[1], "float32")])
    return run.net


MODEL = Model(
    title="{kind}",
    input={kind}({given}),
    output=Classes({labels}),
    train=weigh,
    build=lambda: keras.Sequential([
        keras.Input((28, 28)),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense({count}, activation="softmax"),
    ]),
    expect={{"ready": AtLeast(1)}},
    facts=lambda net, history: {{"ready": 1}},
)
'''
# A theme whose pages need nothing from elsewhere.
_CONFIG = "site_name: Pixels\ntheme: {name: material, font: false}\nplugins: [modelpress]\n"
_SIDES = ("left", "right", "top", "bottom")
_LIGHT = "[-ACROSS / 500, ACROSS / 500, -DOWN / 500, DOWN / 500]"
_EXAMPLES = 'examples={"Left": 255.0 * (ACROSS < 0), "Top": 255.0 * (DOWN < 0)}'


def _source(kind: str, labels: tuple[str, ...], kernel: str, given: str = "") -> str:
    return _MODEL.format(
        kind=kind, labels=labels, kernel=kernel, given=given, count=len(labels),
        words=" from ".join(labels),
    )  # fmt: skip


MODELS = {
    "drawing": _source("Drawing", ("tall", "wide"), "[abs(DOWN) / 400, abs(ACROSS) / 400]"),
    "picture": _source("Picture", _SIDES, _LIGHT, f"{_EXAMPLES}, contrast=False"),
    "camera": _source("Camera", _SIDES, _LIGHT, _EXAMPLES),
}


@pytest.fixture(scope="session")
def pixel_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the site, without a slash at its end."""

    def write(folder: Path) -> None:
        tiny_project(folder, MODELS).config_file.write_text(_CONFIG)

    project = built_once(tmp_path_factory, "pixels", write, "--no-browser")
    with serve_folder(project / "site") as url:
        yield url


def opened(page: Page, url: str, slug: str, state: str = "") -> Locator:
    """The live figure of a model's page; `state` is what the link says about it."""
    page.goto(f"{url}/{slug}/" + (f"#{slug}={state}" if state else ""))
    page.locator("modelpress-model[state=ready]").wait_for()
    return page.locator("modelpress-model")


def shown_pixels(figure: Locator) -> npt.NDArray[np.uint8]:
    """What the network sees, read from its canvas: levels (28, 28)."""
    values = figure.locator("[data-part=seen]").evaluate(
        "(canvas) => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data)"
    )
    rgba = np.array(values, np.uint8).reshape(28, 28, 4)
    assert (rgba[..., 0] == rgba[..., 2]).all()
    return rgba[..., 0]


def choose(figure: Locator, *files: Path) -> None:
    """Gives files by the figure's own button, as a person does.

    Firefox' chooser can't be caught: its files go to what the button opens.
    """
    browser = figure.page.context.browser
    if browser is not None and browser.browser_type.name == "firefox":
        figure.locator("input[type=file]").set_input_files([str(file) for file in files])
        return
    with figure.page.expect_file_chooser() as chooser:
        figure.locator("[data-part=choose]").click()
    chooser.value.set_files([str(file) for file in files])
