"""Things of a page are drawn in one Node process, and only once."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.node import bundle, drawing
from modelpress.site.context import Site
from modelpress.site.drawn import drawn

NAME = "failure/figure"
COURSE = {
    "answers": [], "figure": 2.0, "often": 1, "steps": 3, "losses": [3.0, 2.5, 2.0], "points": [],
}  # fmt: skip


def failure_figure(**fields: Any) -> dict[str, Any]:
    """What the module reads."""
    entry = {
        "curve": "loss", "repair": "Wait", "outputs": [], "scale": 1, "examples": [],
        "measured": "loss", "seeds": 5, "fails": "at least 1", "seed": 1,
        "tolerance": {"cpu": 1e-4}, "tolerance_reason": "",
        "wrong": COURSE, "repaired": COURSE, **fields,
    }  # fmt: skip
    recorded = entry | {"courses": {"wrong": COURSE, "repaired": COURSE}}
    return {"entry": entry, "recorded": recorded, "unproven": ""}


@pytest.fixture(autouse=True)
def ended() -> Any:
    yield
    drawing.forget()


def test_one_process_draws_all_and_nothing_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing.forget()
    started = []
    start = subprocess.Popen

    def counted(*arguments: Any, **named: Any) -> Any:
        started.append(arguments)
        return start(*arguments, **named)

    monkeypatch.setattr(subprocess, "Popen", counted)
    one, other = failure_figure(), failure_figure(repair="<Smaller> steps")
    html = drawing.draw(NAME, "leap", one, tmp_path)
    assert "&lt;Smaller&gt; steps" in drawing.draw(NAME, "leap", other, tmp_path)
    assert len(started) == 1
    drawing.forget()
    assert drawing.draw(NAME, "leap", one, tmp_path) == html
    assert len(started) == 1
    for path in tmp_path.rglob("*.html"):
        path.write_text("damaged")
    assert drawing.draw(NAME, "leap", one, tmp_path) == html
    assert len(started) == 2


def test_a_page_fills_in_what_only_it_knows(tmp_path: Path) -> None:
    site = Site({}, public=tmp_path / "public")
    slots = {
        "id": "mp-leap",
        "number": "3",
        "caption": "<em>Leap</em>",
        "wrong": "a",
        "repaired": "b",
    }
    for number in ("3", "4"):
        html = drawn(site, NAME, "leap", failure_figure(), slots | {"number": number})
        assert f"Figure {number}.</span> <em>Leap</em>" in html
        assert 'aria-labelledby="mp-leap-caption"' in html
        assert "\0" not in html
    assert len(list(tmp_path.rglob("*.html"))) == 1


def test_many_drawings_of_one_model_stay(tmp_path: Path) -> None:
    for number in range(12):
        drawing.draw(NAME, "leap", failure_figure(repair=str(number)), tmp_path)
    assert len(list(tmp_path.rglob("*.html"))) == 12


def test_a_cache_that_cannot_be_written_keeps_no_page_from_its_drawing(tmp_path: Path) -> None:
    (tmp_path / "tmp").write_text("in the way")
    assert "Wait" in drawing.draw(NAME, "leap", failure_figure(), tmp_path)
    assert not list(tmp_path.rglob("*.html"))


def test_a_fault_of_the_drawing_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="failure/figure could not be drawn") as caught:
        drawing.draw(NAME, "leap", {}, tmp_path)
    assert "TypeError" in str(caught.value)
    assert not list(tmp_path.rglob("*.html"))
    assert drawing.draw(NAME, "leap", failure_figure(), None)  # the process lives on


def test_sources_are_read_again_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    drawing.forget()
    names: list[list[str]] = []

    def hashed(given: list[str]) -> dict[str, str]:
        names.append(given)
        return bundle.source_files(given)

    monkeypatch.setattr(drawing, "source_files", hashed)
    before = drawing.sources()
    assert "src/figures/charts/plot.ts" in names[0]
    monkeypatch.setattr(drawing, "source_files", lambda names: dict.fromkeys(names, "another"))
    assert drawing.sources() == before
    drawing.forget()
    assert drawing.sources() != before
