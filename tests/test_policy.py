"""The Content-Security-Policy: what pages run and load, each in its directive."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from modelpress.site.publish.policy import POLICY, policy, with_policy, write_policy


def directives(*pages: str) -> dict[str, list[str]]:
    parts = (part.split() for part in policy(pages).split("; "))
    return {name: sources for name, *sources in parts}


def sha(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_a_plain_page_allows_its_own_site_alone() -> None:
    found = directives("<p style='color: red'>Text</p>")
    assert found == {
        "default-src": ["'self'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }


@pytest.mark.parametrize(
    ("html", "directive", "source"),
    [
        ("<script>a < b && c</script>", "script-src", sha("a < b && c")),
        ('<script type="module">\r\nx()\r\n</script>', "script-src", sha("\nx()\n")),
        ('<script type="importmap">{}</script>', "script-src", sha("{}")),
        ("<style>p { color: red }</style>", "style-src", sha("p { color: red }")),
        ('<p onclick="go(&quot;x&quot;)">', "script-src-attr", sha('go("x")')),
        ('<script src="https://CDN.example:8443/a.js">', "script-src", "https://cdn.example:8443"),
        ('<script src="//cdn.example/a.js">', "script-src", "https://cdn.example"),
        (
            '<link rel="stylesheet" href="https://b.example/x.css">',
            "style-src",
            "https://b.example",
        ),
        ('<img src="https://c.example/x.png">', "img-src", "https://c.example"),
        ('<img srcset="a.png 1x, https://d.example/x.png 2x">', "img-src", "https://d.example"),
        ('<img src="https://münze.example/x.png">', "img-src", "https://xn--mnze-0ra.example"),
        ('<iframe src="https://e.example/v"></iframe>', "frame-src", "https://e.example"),
        ('<video src="https://f.example/v.mp4">', "media-src", "https://f.example"),
        (
            '<link rel="stylesheet" href="https://fonts.googleapis.com/css?family=Roboto">',
            "font-src",
            "https://fonts.gstatic.com",
        ),
        (
            '<a data-md-component="source" href="https://github.com/a/b">',
            "connect-src",
            "https://api.github.com",
        ),
    ],
)
def test_what_a_page_runs_and_loads_is_allowed(html: str, directive: str, source: str) -> None:
    found = directives("<p>One</p>", html)[directive]
    assert source in found
    if directive in ("frame-src", "media-src", "font-src", "connect-src"):
        assert found[0] == "'self'"


@pytest.mark.parametrize(
    "html",
    [
        '<script type="application/json">{"a": 1}</script>',
        '<script src="own.js"></script>',
        '<img src="https://x;script-src *;/a.png">',
        '<img src="https://[/a.png">',
        '<a href="https://g.example/">',
        "<!-- <script>old()</script> -->",
    ],
)
def test_nothing_else_is(html: str) -> None:
    assert directives(html) == directives("")


def test_pages_in_another_order_give_the_same_policy() -> None:
    pages = ["<script>a</script>", "<script>b</script><img src='https://a.example/x'>"]
    assert policy(pages) == policy(pages[::-1])


def test_a_page_has_it_before_its_scripts_and_after_its_character_set(tmp_path: Path) -> None:
    page = '<!doctype html><html><head><meta charset="utf-8"><script>a</script></head></html>'
    (tmp_path / "index.html").write_text(page)
    text = write_policy(tmp_path, in_pages=True)
    assert (tmp_path / POLICY).read_text() == text + "\n"
    written = (tmp_path / "index.html").read_text()
    start, _, rest = written.partition('<meta http-equiv="Content-Security-Policy" content="')
    assert start == '<!doctype html><html><head><meta charset="utf-8">'
    assert rest.endswith('"><script>a</script></head></html>')
    assert with_policy("<head><script>a</script>", "x").startswith("<head><meta http-equiv")
