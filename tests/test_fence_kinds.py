"""Fences are found by location: a new one is one new file."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest

from modelpress import site
from modelpress.core.errors import ModelpressError, PageError
from modelpress.site.fence_kinds import fence_kinds
from modelpress.site.fence_syntax import scan
from modelpress.site.markdown import ModelpressExtension

GREETING = """
from modelpress.site.fence_kinds import FenceKind


def greeting_html(site, page, block):
    return f"<p>Hello from {page.path}</p>"


FENCE = FenceKind("greeting", greeting_html, {"tone": ("warm", "cool")}, subject="")
"""


@pytest.fixture
def greeting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of modules, beside those of this package, with a fence of its own."""
    (tmp_path / "greeting.py").write_text(GREETING)
    monkeypatch.setattr(site, "__path__", [*site.__path__, str(tmp_path)])
    return tmp_path


def rendered(text: str) -> str:
    return markdown.markdown(text, extensions=[ModelpressExtension(page="a.md")])


@pytest.mark.usefixtures("greeting")
def test_a_fence_in_a_file_of_its_own_is_rendered() -> None:
    assert "Hello from a.md" in rendered("```greeting\ntone: warm\n```\n")


def test_a_fence_that_nothing_declares_is_code() -> None:
    assert "greeting" not in fence_kinds()
    assert "Hello" not in rendered("```greeting\ntone: warm\n```\n")


@pytest.mark.usefixtures("greeting")
def test_its_options_are_checked_where_pages_are_read(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("```greeting\ntone: loud\n```\n")
    with pytest.raises(PageError, match="tone") as caught:
        scan(docs)
    assert (caught.value.where, caught.value.expected) == ("a.md:2", "one of warm, cool")
    with pytest.raises(PageError, match="no option `volume`"):
        rendered("```greeting\nvolume: 3\n```\n")
    with pytest.raises(PageError, match="names no model"):
        rendered("```greeting line\n```\n")


def test_two_modules_cannot_declare_one_fence(
    greeting: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (greeting / "again.py").write_text(GREETING)
    monkeypatch.setattr(site, "__path__", [*site.__path__, "none"])  # another place, another search
    with pytest.raises(ModelpressError, match="fence `greeting`"):
        fence_kinds()
