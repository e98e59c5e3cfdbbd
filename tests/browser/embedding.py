"""A page of another site that shows a published model, and what that page sees."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.host import Host

# What a page that embeds a model has to allow; SITE is where that is published.
POLICY = (
    "default-src 'none'; script-src 'self' SITE; connect-src SITE; worker-src blob: SITE; "
    "style-src 'self'; img-src data:"
)
# Written by an author who thought of no figure of anybody else's.
AWKWARD = """
* { font-family: fantasy !important; letter-spacing: .3em; line-height: 3; box-sizing: content-box;
  text-transform: uppercase; }
html { font-size: 30px; text-align: center; word-spacing: 2em; }
body { --mp-ink: red; --mp-target: 10px; --mp-text: fantasy; }
button, input, summary { background: red !important; transform: rotate(3deg); padding: 40px; }
figure, p, label { margin: 60px; float: left; color: purple !important; }
table, td, th { border: 5px dashed lime; }
"""
WATCH = """
window.seen = [];
window.refused = [];
for (const name of ["ready", "result", "backend", "error"]) {
  document.addEventListener(`modelpress:${name}`, ({ target, detail }) => {
    seen.push({ name, detail, model: target.getAttribute("model") });
  });
}
document.addEventListener("securitypolicyviolation", (event) => {
  refused.push(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}`);
});
"""


def snippet(site: str, slug: str, attributes: str = "") -> str:
    """What readers of the site's cards are given to copy. site: its address, no last slash."""
    return (
        f'<script src="{site}/assets/modelpress/embed.js" async></script>'
        f'<modelpress-embed site="{site}/" model="{slug}" {attributes}>'
        f'<a href="{site}/{slug}/">A live model</a></modelpress-embed>'
    )


def write_page(host: Host, body: str, *, policy: str = "", style: str = "") -> str:
    """Lets `host` serve a page with this body; returns its address."""
    html = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Elsewhere</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="own.css">'
        f'<script src="watch.js"></script><main><h1>Elsewhere</h1>{body}<p>End.</p></main>'
    )
    host.wrong["page.html"] = (200, "text/html; charset=utf-8", html.encode())
    host.wrong["own.css"] = (200, "text/css", style.encode())
    host.wrong["watch.js"] = (200, "text/javascript", WATCH.encode())
    host.headers.clear()
    if policy:
        host.headers["Content-Security-Policy"] = policy
    return f"{host.url}/page.html"


def embedded(page: Page, place: int = 0) -> Locator:
    """The figure in the page's element number `place`, from 0."""
    return page.locator("modelpress-embed").nth(place).locator(".mp-embedded")


def wait_until_live(page: Page, place: int = 0, backend: str = "") -> Locator:
    figure = embedded(page, place)
    expect(figure).to_have_attribute("state", "ready", timeout=60_000)
    if backend:
        expect(figure).to_have_attribute("backend", backend, timeout=60_000)
    return figure


def results(page: Page, slug: str) -> list[dict[str, Any]]:
    """What the page was told of this model's answers."""
    told: list[dict[str, Any]] = page.evaluate("seen")
    return [each["detail"] for each in told if (each["name"], each["model"]) == ("result", slug)]


def started(figure: Locator) -> tuple[list[float], list[float]]:
    """Input and Python's prediction that the figure starts with, from its own description."""
    spec = json.loads(str(figure.locator("data.mp-spec").get_attribute("value")))
    return spec["start"]["input"], spec["start"]["output"]
