"""The figure of a model as another site's page is given it, and the list of them."""

from __future__ import annotations

import hashlib
import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from modelpress.inputs import Color
from modelpress.outputs import Classes
from modelpress.schema.document import plain, read
from modelpress.schema.model import ModelEntry
from modelpress.site.context import Page, Site
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.card import card_html
from modelpress.site.publish.embed import LISTING, figure_for_others, write_embed
from tests.entries import manifest, model

UNKNOWN = "https://your-site.example/"  # the placeholder that scripts replace
BASE = "models/namer/0123456789ab/"


@pytest.fixture
def site() -> Site:
    names = ["graph/model.json", "graph/weights.bin", "golden.json"]
    fields: dict[str, Any] = {
        "title": "Names & colours",
        "base": BASE,
        "files": {n: {"url": BASE + n, "size_bytes": 2, "sha256": "0" * 64} for n in names},
        "golden": "golden.json",
        "cases": 64,
        "parameters": 1,
        "size_bytes": 4,
        "tolerance": 1e-5,
        "input": Color().spec(),
        "output": Classes(("dark", "light")).spec(),
        "start": {"text": "#102030", "input": [16, 32, 48], "output": [0.9, 0.1]},
    }
    bundle = {
        "entry": "assets/modelpress/main-1.js",
        "embed": "assets/modelpress/embed.js",
        "embed_styles": "assets/modelpress/embed-1.css",
        "files": {"assets/modelpress/embed-1.css": {"size_bytes": 9, "sha256": "1" * 64}},
    }
    entry = read(ModelEntry, model(**fields))
    return Site(models={"namer": entry}, bundle=bundle, pages={"namer": "learn/names/"})


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_a_strict_policy_has_nothing_to_refuse_in_a_figure(site: Site) -> None:
    html = figure_for_others(site, "Colours & co", "namer")
    tags = Tags()
    tags.feed(html)
    assert tags.found[0][0] == "modelpress-model"
    assert tags.found[0][1]["data-home"] == "learn/names/"
    for tag, given in tags.found:
        assert "style" not in given
        assert not any(name.startswith("on") for name in given)
        assert tag not in ("link", "style", "noscript", "script")
    assert any("data-mp-style" in given for _, given in tags.found), "the bars have lengths"
    links = [str(given["href"]) for tag, given in tags.found if tag == "a"]
    assert links == [f"{BASE}golden.json", "models/namer/card.json", "learn/names/"]
    assert "Names &amp; colours" in html
    assert "Colours &amp; co</p>" in html
    assert "Figure" not in re.sub(r"<[^>]*>", "", html)  # it has no number elsewhere


def test_the_list_names_all_by_content(site: Site, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    write_embed(tmp_path, "Colours", site)
    listing = json.loads((tmp_path / LISTING).read_text())
    assert listing["entry"] == "assets/modelpress/main-1.js"
    assert listing["styles"]["sha256"] == "1" * 64
    model = listing["models"]["namer"]
    content = (tmp_path / model["url"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == model["sha256"]
    assert len(content) == model["size_bytes"]
    assert json.loads(content)["html"] == figure_for_others(site, "Colours", "namer")
    assert (model["title"], model["page"]) == ("Names & colours", "learn/names/")


def test_without_scripts_there_is_nothing_to_embed(site: Site, tmp_path: Path) -> None:
    bare = Site(models=site.models)
    write_embed(tmp_path, "Colours", bare)
    assert list(tmp_path.iterdir()) == []
    assert embedding(bare) == '<div class="mp-card"></div>'


def embedding(site: Site) -> str:
    """The part of the card with the HTML to copy, on a page one folder down."""
    return card_html(
        site, Page("a.md", root="../"), Block("card", 0, slug="namer", given={"only": "embed"})
    )


def test_what_to_copy_is_complete_where_the_address_is_known(site: Site) -> None:
    known = Site.from_handover(
        {"manifest": manifest(plain(site.models)), "bundle": site.bundle},
        Path(),
        site.pages,
        address="https://example.org/colours",
    )
    html = embedding(known)
    assert "data-root" not in html
    assert UNKNOWN not in html
    assert copied(html) == (
        '<script src="https://example.org/colours/assets/modelpress/embed.js" async></script>\n'
        '<modelpress-embed site="https://example.org/colours/" model="namer">\n'
        '  <a href="https://example.org/colours/learn/names/">'
        "Names &amp; colours: a live model</a>\n</modelpress-embed>"
    )
    open_ended = embedding(site)
    assert 'data-root="../"' in open_ended
    assert f'<script src="{UNKNOWN}assets/' in copied(open_ended)


def copied(html: str) -> str:
    """What a reader copies."""
    found = re.search('<code data-part="code">(.*?)</code>', html, re.DOTALL)
    assert found
    return unescape(found[1])
