"""A site with the kinds, the fence and the explainer of another package, driven as by a reader."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import wave
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, expect

from modelpress.artefacts.load import load
from modelpress.proof.verify import chromium_arguments, find_browser
from tests.browser.figures import figure, part, record, seen, wait_for
from tests.built import built_once
from tests.foreign import SOUND, installed_sound, on_the_path
from tests.server import serve_folder


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package is installed into."""
    return installed_sound(tmp_path_factory.mktemp("sound-kinds"))


@pytest.fixture(scope="session")
def sound_project(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> Path:
    """The site of tests/sites/sound, built by the command of an author who has the package."""

    def write(folder: Path) -> None:
        folder.mkdir()
        for name in ("docs", "models"):
            shutil.copytree(SOUND / name, folder / name)
        shutil.copy(SOUND / "mkdocs.yml", folder)

    environment = {**os.environ, "PYTHONPATH": str(installed)}
    options = ("--no-browser", "--archive")
    return built_once(tmp_path_factory, "sound", write, *options, environment=environment)


@pytest.fixture(scope="session")
def sound_url(sound_project: Path) -> Iterator[str]:
    with serve_folder(sound_project / "site") as url:
        yield url


@pytest.fixture
def sounds(installed: Path) -> Iterator[Any]:
    """The package."""
    with on_the_path(installed):
        yield import_module("soundkinds")


def sound_file(samples: Any) -> bytes:
    """A WAV file, 8,000 samples of 16 bits a second."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(np.round(np.asarray(samples) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def last(page: Page) -> dict[str, Any]:
    return dict(seen(page, "pitch", "result")[-1]["detail"])


@pytest.mark.engines
def test_kinds_of_another_package_agree_with_python(
    sound_project: Path, sound_url: str, context: BrowserContext, page: Page, sounds: Any
) -> None:
    record(context)
    wrong: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            wrong.append(message.text)

    page.on("console", note)
    page.goto(sound_url)
    wait_for(page, "pitch", state="ready")
    element = figure(page, "pitch")
    model = load("pitch", sound_project / "mkdocs.yml")
    kind, meter = sounds.Sound(), sounds.Meter("low", "high")

    def agrees() -> dict[str, Any]:
        """What the figure shows is what Python computes from the same input."""
        found = last(page)
        given = np.array(found["input"], np.float32)
        answer = model.predict(given.reshape(1, 32, 16)).ravel()
        np.testing.assert_allclose(found["output"], answer, atol=1e-6)
        words = f"{kind.describe(given)} {meter.verb} {meter.describe(answer)}."
        expect(part(element, "reading")).to_have_text(words)
        assert found["text"] == kind.format(given)
        return found

    # The start, a tone, and its text in a link.
    first = agrees()
    assert first["input"] == sounds.log_mel(sounds.tone(440)).ravel().tolist()
    part(element, "tone").fill("2500")
    expect(part(element, "reading")).to_have_text(re.compile("sounds high"))
    assert agrees()["input"] == sounds.log_mel(sounds.tone(2500)).ravel().tolist()
    # A file: its samples are those that Python reads.
    chirp = 0.8 * np.sin(2 * np.pi * (100 + 1500 * np.arange(9000) / 8000) * np.arange(9000) / 8000)
    content = sound_file(chirp)
    heard = np.frombuffer(content[44:], "<i2") / 32768
    before = last(page)["text"]
    part(element, "file").set_input_files(
        {"name": "chirp.wav", "mimeType": "audio/wav", "buffer": content}
    )
    page.wait_for_function("before => seen.at(-1).detail.text !== before", arg=before)
    difference = np.abs(np.array(agrees()["input"]) - sounds.log_mel(heard).ravel())
    assert difference.max() <= 1  # a level that lies between two whole ones
    part(element, "file").set_input_files(
        {"name": "words.wav", "mimeType": "audio/wav", "buffer": b"no sound"}
    )
    expect(part(element, "notice")).to_have_text(
        "words.wav is no sound that this browser can read."
    )
    # The fence and the explainer.
    bands = page.locator("sound-bands")
    expect(bands.locator("li").first).to_have_text(f"{sounds.sound.centres()[0]:.0f} Hz")
    bands.get_by_role("button").click()
    expect(bands.locator("li").last).to_have_text(f"{sounds.sound.centres()[0]:.0f} Hz")
    explained = page.locator("modelpress-explore")
    expect(part(explained, "reading")).to_have_text("An amplitude of 0.100 is −20.0 dB.")
    expect(explained).to_have_attribute("state", "ready")
    explained.locator('input[type=range][data-param="ratio"]').fill("-2")  # its logarithm
    expect(part(explained, "reading")).to_have_text("An amplitude of 0.0100 is −40.0 dB.")
    shape = element.locator("canvas").evaluate("each => getComputedStyle(each).imageRendering")
    assert shape in ("pixelated", "crisp-edges")  # sound.css
    assert wrong == []  # the policy of the pages among it


@pytest.fixture
def hearing(playwright: Playwright, tmp_path: Path, sounds: Any) -> Iterator[BrowserContext]:
    """A profile whose microphone plays a file: a tone of 1,250 Hz."""
    found = find_browser()
    assert found is not None
    (tmp_path / "tone.wav").write_bytes(sound_file(np.tile(sounds.tone(1250), 4)))
    browser: Browser = playwright.chromium.launch(
        executable_path=str(found.path),
        args=[
            *chromium_arguments(),
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",  # a headless shell has no window to ask in
            f"--use-file-for-fake-audio-capture={tmp_path / 'tone.wav'}",
        ],
    )
    yield browser.new_context(permissions=["microphone"])
    browser.close()


def test_the_microphone_is_heard(
    sound_project: Path, sound_url: str, hearing: BrowserContext, sounds: Any
) -> None:
    record(hearing)
    page = hearing.new_page()
    page.goto(sound_url)
    wait_for(page, "pitch", state="ready")
    element = figure(page, "pitch")
    page.wait_for_function("seen.some(({ name }) => name === 'result')")
    before = last(page)["text"]
    element.get_by_role("button", name="Record one second").click()
    page.wait_for_function("before => seen.at(-1).detail.text !== before", arg=before)
    found = last(page)
    given = np.array(found["input"], np.float32).reshape(32, 16)
    answer = load("pitch", sound_project / "mkdocs.yml").predict(given[None]).ravel()
    np.testing.assert_allclose(found["output"], answer, atol=1e-6)
    band = int(np.abs(sounds.sound.centres() - 1250).argmin())
    assert abs(int(given.sum(0).argmax()) - band) <= 1
    assert part(element, "notice").inner_text() == ""


def test_offline_copy_archive_and_bill_of_materials_know_the_package(sound_project: Path) -> None:
    site = sound_project / "site"
    bundle = json.loads((sound_project / ".modelpress/site.json").read_text())["bundle"]
    (listed,) = site.glob("offline-*.json")
    listing = json.loads(listed.read_text())
    own = [*bundle["preload"]["input:sound"], *bundle["preload"]["output:meter"]]
    assert {Path(url).name.partition("-")[0] for url in own} >= {"sound", "meter"}
    assert set(own) <= set(listing["files"])
    assert set(bundle["chunks"]["explore:decibels"]) <= set(listing["pages"][""])
    (shipped,) = (
        each
        for each in json.loads((site / "sbom.cdx.json").read_text())["components"]
        if each["name"] == "sound-kinds"
    )
    assert shipped["purl"] == "pkg:pypi/sound-kinds@1.2"
    assert (shipped["scope"], shipped["licenses"]) == ("required", [{"license": {"id": "MIT"}}])
    assert "The licence of sound-kinds" in (site / "assets/modelpress/licenses.txt").read_text()
    with zipfile.ZipFile(sound_project / "modelpress-site.zip") as archive:
        scripts = [name for name in archive.namelist() if re.search(r"/sound-\w+\.js$", name)]
        assert len(scripts) == 1
        assert "import" not in archive.read(scripts[0]).decode()[:20]
