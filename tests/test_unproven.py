"""Where no browser has proven the models: exit code 3, and every figure of them says so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import markdown
import pytest

from modelpress import cli
from modelpress.proof import browser
from modelpress.site.markdown import ModelpressExtension
from tests.built import built_once
from tests.failure_site import failure_site
from tests.tiny import built_project

SENTENCE = "ot proven by this site’s build"
FIGURES = {
    "model": ("line", "modelpress-model"),
    "train": ("line", "modelpress-trainer"),
    "tape": ("line", "modelpress-tape"),
    "epochs": ("gate", "modelpress-epochs"),
    "layers": ("gate", "modelpress-layers"),
}


def figure(project: Path, kind: str, slug: str, element: str, *, proven: bool) -> str:
    """The HTML of one figure, drawn from what the build handed over."""
    state = project / ".modelpress"
    site: dict[str, Any] = json.loads((state / "site.json").read_text())
    manifest = site["manifest"]
    for entry in (*manifest["models"].values(), *manifest["failures"].values()):
        assert entry["parity"]["proven"] is False
        entry["parity"]["proven"] = proven
    extension = ModelpressExtension(site=site, public=str(state / "public"), page="page.md")
    html = markdown.markdown(f"```{kind} {slug}\n```\n", extensions=[extension])
    found = re.search(rf"<{element}.*?</{element}>", html, re.DOTALL)
    assert found, f"no {element} in {html[:200]}"
    return found[0]


@pytest.mark.parametrize("kind", FIGURES)
def test_every_figure_of_an_unproven_model_says_so(training_project: Path, kind: str) -> None:
    slug, element = FIGURES[kind]
    unproven = figure(training_project, kind, slug, element, proven=False)
    assert unproven.count(SENTENCE) == 1
    assert SENTENCE not in figure(training_project, kind, slug, element, proven=True)
    if 'class="mp-chip"' in unproven:  # in the summary, beside the words that scripts replace
        chip = unproven.partition('class="mp-chip"')[2]
        summary = chip.partition("<summary>")[2].partition("</summary>")[0]
        assert SENTENCE in summary.partition("</span>")[2]
        assert "--no-browser" in unproven  # why, in its details


def test_a_failure_that_was_not_replayed_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    project = built_once(tmp_path_factory, "failures", failure_site, "--no-browser")
    element = "modelpress-failure"
    assert SENTENCE in figure(project, "failure", "leap", element, proven=False)
    assert SENTENCE not in figure(project, "failure", "leap", element, proven=True)


@pytest.fixture
def machine_without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda: None)


@pytest.mark.usefixtures("machine_without_browser")
def test_a_build_without_a_browser_ends_with_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = built_project(tmp_path / "project")
    monkeypatch.chdir(project.root)
    (project.site_dir / "index.html").unlink()
    with pytest.raises(SystemExit) as ended:
        cli.main(["build"])
    assert ended.value.code == 3
    said = capsys.readouterr().err
    assert "parity is not proven for line" in said
    assert "modelpress browser --install" in said
    assert "--no-browser" in said
    assert (project.site_dir / "index.html").is_file()
    page = (project.site_dir / "line" / "index.html").read_text()
    assert SENTENCE in page
    assert "There was no Chromium" in page
    with pytest.raises(SystemExit) as ended:
        cli.main(["build", "--no-browser"])
    assert ended.value.code == 0
    assert "is not proven" not in capsys.readouterr().err


@pytest.mark.usefixtures("machine_without_browser")
@pytest.mark.parametrize("command", [["verify"], ["browser"]])
def test_what_needs_a_browser_ends_with_3(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
) -> None:
    monkeypatch.chdir(built_project(tmp_path / "project").root)
    with pytest.raises(SystemExit) as ended:
        cli.main(command)
    assert ended.value.code == 3
    assert "There is no Chromium on this machine" in capsys.readouterr().err


def test_where_none_can_be_installed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "install_browser", lambda note: None)
    with pytest.raises(SystemExit) as ended:
        cli.main(["browser", "--install"])
    assert ended.value.code == 3
    assert "No Chromium could be installed" in capsys.readouterr().err


def test_the_browser_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = browser.Browser(Path("/opt/chromium"), "Chromium 1.2.3")
    monkeypatch.setattr(browser, "find_browser", lambda: found)
    with pytest.raises(SystemExit) as ended:
        cli.main(["browser"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == "Chromium 1.2.3, /opt/chromium\n"
