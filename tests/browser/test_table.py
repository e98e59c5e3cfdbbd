"""The `table` figure: a reader's file of 10,000 rows, as Python predicts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from modelpress import load
from modelpress.cli import main
from modelpress.core.errors import ModelpressError
from tests.browser.figures import part, violations

# Keeps the longest time that the page's thread was busy at a stretch: from task to task.
BUSY = """() => {
  window.longest = 0;
  let before = performance.now();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - before);
    before = now;
    port2.postMessage(null);
  };
  port2.postMessage(null);
}"""


def opened(page: Page, url: str, model: str) -> Locator:
    page.goto(f"{url}/tables/")
    element = page.locator(f'modelpress-table[model="{model}"]')
    element.locator("summary").click()
    expect(part(element, "file")).to_be_enabled()
    return element


def choose(element: Locator, text: str, name: str = "mine.csv") -> None:
    file: Any = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    part(element, "file").set_input_files(file)


def saved(page: Page, element: Locator, button: str, folder: Path) -> str:
    with page.expect_download() as download:
        part(element, button).click()
    assert download.value.suggested_filename == "mine.predicted.csv"
    path = folder / "saved.csv"
    download.value.save_as(path)
    return path.read_bytes().decode()


def rows_of(count: int) -> str:
    rng = np.random.default_rng(5)
    lines = [f"{i},{a!r},{b!r}" for i, (a, b) in enumerate(rng.uniform(0, 1, (count, 2)).tolist())]
    return "id,a,b\n" + "\n".join(lines) + "\n"


def test_ten_thousand_rows(kinds_url: str, kinds_project: Path, page: Page, tmp_path: Path) -> None:
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.method))
    element = opened(page, kinds_url, "gate")
    text = rows_of(10_000)
    (tmp_path / "mine.csv").write_bytes(text.encode())
    page.evaluate(BUSY)
    begun = page.evaluate("performance.now()")
    choose(element, text)
    expect(element).to_have_attribute("state", "ready", timeout=60_000)
    longest = page.evaluate("longest")
    whole = page.evaluate("performance.now()") - begun
    assert longest < max(50, whole / 4), (longest, whole)
    expect(part(element, "pages")).to_contain_text("Rows 1–50 of 10,000")
    mine = saved(page, element, "download", tmp_path)
    out = tmp_path / "python.csv"
    config = kinds_project / "mkdocs.yml"
    loaded = load("gate", config)
    assert loaded.predict_csv(tmp_path / "mine.csv", out) == 10_000
    assert mine.encode() == out.read_bytes()
    assert mine.count("\n") == 10_001
    assert set(requests) == {"GET"}  # nothing was sent


def test_filter_sort_and_faults(kinds_url: str, page: Page, tmp_path: Path) -> None:
    element = opened(page, kinds_url, "gate")
    choose(element, "note,a,b\nfirst,0,1\nsecond,1,1\nthird,0.5,0\n")
    expect(element).to_have_attribute("state", "ready")
    assert violations(page) == []
    part(element, "heads").get_by_role("button", name="a", exact=True).click()
    expect(part(element, "rows").locator("tr td:first-child")).to_have_text(
        ["first", "third", "second"]
    )
    expect(part(element, "notice")).to_have_text("3 rows, by a, smallest first.")
    part(element, "heads").get_by_role("button", name="a", exact=True).click()
    expect(part(element, "heads").locator("[aria-sort=descending]")).to_have_text("a ↓")
    part(element, "filter").fill("IR")  # first, third
    expect(part(element, "rows").locator("tr td:first-child")).to_have_text(["third", "first"])
    few = saved(page, element, "shown", tmp_path).splitlines()
    assert [line.split(",")[0] for line in few] == ["note", "third", "first"]
    choose(element, "a;b\n0;1\n0,5;1\n")
    expect(part(element, "error")).to_have_text(
        "mine.csv: Line 3, column “a”: “0,5” has a decimal comma; write 0.5."
    )
    expect(element).to_have_attribute("state", "error")
    expect(part(element, "result")).to_be_hidden()


def test_stop(kinds_url: str, page: Page) -> None:
    element = opened(page, kinds_url, "gate")
    # Pressed as soon as it is there: after the file was read and before its last row.
    page.evaluate(
        """() => new MutationObserver(() => {
          document.querySelector("modelpress-table[state=running] [data-part=stop]")?.click();
        }).observe(document.body, { subtree: true, attributes: true })"""
    )
    choose(element, rows_of(10_000))
    expect(element).to_have_attribute("state", "stopped")
    expect(part(element, "notice")).to_have_text("Stopped. Choose a file to begin again.")


def test_the_module_comes_with_the_fold(kinds_url: str, page: Page) -> None:
    scripts: list[str] = []
    page.on("request", lambda request: scripts.append(request.url))
    page.goto(f"{kinds_url}/tables/")
    element = page.locator('modelpress-table[model="gate"]')
    page.wait_for_function("customElements.get('modelpress-table') !== undefined")
    before = len(scripts)
    element.locator("summary").click()
    expect(part(element, "file")).to_be_enabled()
    assert any(url.endswith(".js") for url in scripts[before:])


def test_the_command(
    kinds_project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = ["-f", str(kinds_project / "mkdocs.yml")]
    given, out = tmp_path / "given.csv", tmp_path / "out.csv"
    given.write_text("a,b\n0,1\n")
    with pytest.raises(SystemExit) as end:
        main(["predict", "gate", str(given), "-o", str(out), *config])
    assert end.value.code == 0
    assert capsys.readouterr().out == f"1 row predicted: {out}\n"
    assert out.read_text().startswith("a,b,prediction\n0,1,")
    loaded = load("gate", kinds_project / "mkdocs.yml")
    with pytest.raises(ModelpressError, match="would replace the file"):
        loaded.predict_csv(given, given)
    with pytest.raises(ModelpressError, match=str(tmp_path / "none.csv")):
        loaded.predict_csv(tmp_path / "none.csv", out)
    given.write_bytes(b"a,b\n\xff,1\n")
    with pytest.raises(ModelpressError, match="not text in UTF-8"):
        loaded.predict_csv(given, out)
    given.write_text("a,b\n0,zero\n")
    with pytest.raises(ModelpressError, match="Line 2, column “b”: “zero” is not a number"):
        loaded.predict_csv(given, out)
