"""Previews of links: tags, and a picture that shows the page's own model."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from modelpress.site.context import Site
from modelpress.site.publish.preview import HEIGHT, WIDTH, Previews, head_html, preview
from tests import test_plugin
from tests.test_plugin import make

project = test_plugin.project


def pixels(content: bytes) -> Any:
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
    assert picture.size == (WIDTH, HEIGHT)
    return np.asarray(picture.convert("RGB"), np.int16)


def drawn(title: str, description: str = "", name: str = "") -> Any:
    return pixels(preview(Site({}), name, title, description, "")[1])


def test_the_picture_shows_title_and_description() -> None:
    empty = drawn("")
    for words in (("Waves",), ("", "What it is"), ("", "", "A site")):
        assert np.abs(drawn(*words) - empty).max() > 100
    assert preview(Site({}), "a", "b", "c", "") == preview(Site({}), "a", "b", "c", "")


@pytest.mark.parametrize("text", ["word " * 400, "W" * 400, f"a {'W' * 400} b"])
def test_long_text_stays_in_its_column(text: str) -> None:
    apart = np.abs(drawn(text, text) - drawn("")).max(axis=2) > 20
    assert apart.any()
    assert not apart[:, 714:].any()
    assert not apart[HEIGHT - 30 :].any()


@pytest.mark.parametrize("title", ["نموذج", "模型", "a模"])
def test_text_without_glyphs_is_left_out(title: str) -> None:
    np.testing.assert_array_equal(drawn(title), drawn(""))


def test_tags_are_escaped() -> None:
    title = """A "quoted" <b> & 'so on'"""
    html = head_html(title, title, "a.png", "")
    found = dict(re.findall(r'<meta property="([^"]*)" content="([^"]*)">', html))
    assert unescape(found["og:title"]) == title
    assert "<b>" not in html
    assert "og:url" not in found


def test_each_page_has_a_preview_and_its_picture(project: Path) -> None:
    site = make(project)
    found = {}
    for name in ("index.html", "deep/halver/index.html"):
        tags = dict(re.findall(r'<meta property="([^"]*)" content="([^"]*)">', page(site, name)))
        found[name] = pixels((site / name).parent.joinpath(tags["og:image"]).read_bytes())
        assert tags["og:title"] == ("Small" if name == "index.html" else "Halver")
    right = slice(760, None)
    first, second = found.values()
    assert np.abs(first - second)[:, right].max() > 50  # the model is drawn on its own page


def test_addresses_are_absolute_where_the_site_knows_its_own(project: Path) -> None:
    with (project / "mkdocs.yml").open("a") as file:
        file.write("site_url: https://example.org/a\n")
    html = page(make(project), "deep/halver/index.html")
    assert 'content="https://example.org/a/assets/modelpress/previews/' in html
    assert '"og:url" content="https://example.org/a/deep/halver/"' in html


def test_tags_of_another_plugin_stay_alone(project: Path) -> None:
    (project / "over").mkdir()
    (project / "over/main.html").write_text(
        '{% extends "base.html" %}{% block extrahead %}<meta property="og:title" content="x">'
        "{% endblock %}"
    )
    config = project / "mkdocs.yml"
    config.write_text(config.read_text().replace("font: false", "font: false, custom_dir: over"))
    html = page(make(project), "index.html")
    assert html.count("og:title") == 1
    assert "og:image" not in html


def test_a_picture_is_drawn_once_in_a_process(tmp_path: Path) -> None:
    memory: dict[Any, Any] = {}
    for _ in range(2):
        previews = Previews(Site({}), "Small", memory)
        previews.tags("Title", "Words", "", "./", "")
        previews.write(tmp_path)
    assert len(memory) == 1
    assert len(list(tmp_path.rglob("*.png"))) == 1


def page(site: Path, name: str) -> str:
    return (site / name).read_text("utf-8")
