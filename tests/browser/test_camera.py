"""The camera: only on a click, live, frozen, mirrored, refused, gone; a file plays the camera."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from modelpress.proof.verify import chromium_arguments, find_browser
from tests.browser.figures import part
from tests.browser.pixel_site import opened, pixel_url, shown_pixels

__all__ = ["pixel_url"]  # a fixture

WIDTH, HEIGHT, FRAMES = 320, 240, 20


def film(path: Path) -> Path:
    """Bright at the left, with a spot at the right that moves down: raw, 10 frames a second."""
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode())
        for i in range(FRAMES):
            luma = np.full((HEIGHT, WIDTH), 30, np.uint8)
            luma[:, : WIDTH // 2] = 220
            luma[i * 12 : i * 12 + 12, 220:260] = 220
            file.write(b"FRAME\n" + luma.tobytes())
            file.write(bytes([128]) * (WIDTH * HEIGHT // 2))
    return path


@pytest.fixture(scope="module")
def camera_browser(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    path = film(tmp_path_factory.mktemp("film") / "camera.y4m")
    # A headless shell has no window to ask in: the reader's answer is given beforehand.
    instance = launched(
        playwright,
        f"--use-file-for-fake-video-capture={path}",
        "--use-fake-ui-for-media-stream",
    )
    yield instance
    instance.close()


def launched(playwright: Playwright, *arguments: str) -> Browser:
    found = find_browser()
    assert found is not None, "no Chromium: run `make test`, which installs it"
    return playwright.chromium.launch(
        executable_path=str(found.path),
        args=[*chromium_arguments(), "--use-fake-device-for-media-stream", *arguments],
    )


@pytest.fixture
def context(camera_browser: Browser) -> Iterator[BrowserContext]:
    fresh = camera_browser.new_context(permissions=["camera"])
    fresh.set_default_timeout(60_000)
    fresh.add_init_script(
        """
        window.asked = 0;
        const ask = MediaDevices.prototype.getUserMedia;
        MediaDevices.prototype.getUserMedia = async function (wanted) {
          asked += 1;
          if (window.refuse) throw new DOMException("", window.refuse);
          window.stream = await ask.call(this, wanted);
          return stream;
        };
        """
    )
    yield fresh
    fresh.close()


def tracks(page: Page) -> list[str]:
    states: list[str] = page.evaluate("stream.getTracks().map((track) => track.readyState)")
    return states


def test_it_runs_after_a_click_only_and_its_frames_stay_here(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "camera")
    before = part(figure, "reading").inner_text()
    assert page.evaluate("asked") == 0
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url}"))
    start = figure.get_by_role("button", name="Start the camera")
    start.click()
    # Mirrored, as one sees oneself: what is bright at the camera's left is at the right.
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is right, "))
    expect(figure.locator("[data-live]")).to_be_visible()
    expect(part(figure, "video")).to_be_visible()
    assert page.evaluate("asked") == 1
    assert page.evaluate("stream.getAudioTracks().length") == 0
    mirror = part(figure, "mirror")
    mirror.click()
    expect(mirror).to_have_attribute("aria-pressed", "false")
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is left, "))
    pixels = shown_pixels(figure)
    assert (pixels[:, :12] > 240).all()  # contrast stretched over the whole range
    assert (pixels[:, 15:17] < 15).all()
    part(figure, "camera").click()
    expect(start).to_be_visible()
    expect(figure.locator("[data-live]")).to_have_count(0)
    assert tracks(page) == ["ended"]
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is left, "))
    part(figure, "reset").click()
    expect(part(figure, "reading")).to_have_text(before)
    # Another backend's files may still come; nothing goes.
    own = re.compile(rf"GET {re.escape(pixel_url)}/(assets/modelpress|models)/[\w./-]+")
    assert [each for each in sent if not own.fullmatch(each)] == []


def test_freeze_holds_a_frame(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "camera")
    freeze = part(figure, "freeze")
    expect(freeze).to_have_attribute("aria-disabled", "true")
    freeze.dispatch_event("click")
    expect(freeze).to_have_text("Freeze")
    part(figure, "camera").click()
    expect(figure.locator("[data-live]")).to_be_visible()
    moves = """async (figure) => {
      const canvas = figure.querySelector("[data-part=seen]");
      const pixels = () => canvas.getContext("2d").getImageData(0, 0, 28, 28).data.join();
      const first = pixels();
      for (let i = 0; i < 60; i++) {
        await new Promise(requestAnimationFrame);
        if (pixels() !== first) return true;
      }
      return false;
    }"""
    assert figure.evaluate(moves)
    freeze.click()
    expect(freeze).to_have_text("Go on")
    assert not figure.evaluate(moves)
    held = shown_pixels(figure)
    part(figure, "mirror").click()
    assert np.abs(shown_pixels(figure).astype(int) - held[:, ::-1]).max() <= 2
    freeze.click()
    assert figure.evaluate(moves)
    # A link made meanwhile holds the frame, and an example ends the camera.
    figure.get_by_role("button", name="Top", exact=True).click()
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is top, "))
    assert tracks(page) == ["ended"]


REFUSALS = {
    "NotAllowedError": "did not let this page use the camera",
    "NotFoundError": "No camera was found",
    "NotReadableError": "another program may be using it",
    "AbortError": "The camera did not start",
}


def test_without_a_camera_there_is_a_sentence(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "camera")
    before = part(figure, "reading").inner_text()
    for name, words in REFUSALS.items():
        page.evaluate("(name) => { window.refuse = name; }", name)
        part(figure, "camera").click()
        expect(part(figure, "notice")).to_contain_text(words)
        assert part(figure, "reading").inner_text() == before
        expect(part(figure, "camera")).to_have_text("Start the camera")
    page.evaluate("() => { window.refuse = ''; }")
    part(figure, "camera").click()
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is right, "))
    expect(part(figure, "notice")).to_have_text("")


def test_who_is_not_asked_well_refuses(pixel_url: str, playwright: Playwright) -> None:
    """The browser's own refusal, and a page that is not served safely."""
    with launched(playwright, "--use-fake-ui-for-media-stream=deny") as refusing:
        page = refusing.new_page()
        figure = opened(page, pixel_url, "camera")
        part(figure, "camera").click()
        expect(part(figure, "notice")).to_contain_text("did not let this page use the camera")
        page.evaluate("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })")
        part(figure, "camera").click()
        expect(part(figure, "notice")).to_contain_text("only over https")


def test_a_camera_that_is_pulled_out(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "camera")
    part(figure, "camera").click()
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is right, "))
    page.evaluate("stream.getTracks()[0].dispatchEvent(new Event('ended'))")
    expect(part(figure, "notice")).to_contain_text("The camera is gone")
    expect(part(figure, "camera")).to_have_text("Start the camera")
    expect(part(figure, "reading")).to_have_text(re.compile("^The picture is right, "))
    part(figure, "camera").click()
    expect(figure.locator("[data-live]")).to_be_visible()
    expect(part(figure, "notice")).to_have_text("")


def test_who_leaves_the_page_is_not_watched(pixel_url: str, page: Page) -> None:
    figure = opened(page, pixel_url, "camera")
    part(figure, "camera").click()
    expect(figure.locator("[data-live]")).to_be_visible()
    page.evaluate(
        """() => {
          Object.defineProperty(document, "visibilityState", { value: "hidden" });
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    assert tracks(page) == ["ended"]
    expect(part(figure, "notice")).to_contain_text("stopped while you were away")
    # A figure that is taken out of the page gives its camera back too.
    part(figure, "camera").click()
    expect(figure.locator("[data-live]")).to_be_visible()
    figure.evaluate("(figure) => figure.remove()")
    page.wait_for_function("stream.getTracks().every((track) => track.readyState === 'ended')")
