"""Pages with many figures, rendered from a built project, and what a browser holds for them."""

from __future__ import annotations

from html import escape
from itertools import cycle, islice
from pathlib import Path

import markdown
from playwright.sync_api import BrowserContext, Page

from modelpress.site.markdown import ModelpressExtension
from modelpress.site.publish.handover import read_handover

NAME = "many.html"
# Contexts of the page itself. A worker has one at most, that of its backend.
CONTEXTS = """
window.contexts = new Set();
for (const canvas of [HTMLCanvasElement, globalThis.OffscreenCanvas].filter(Boolean)) {
  const get = canvas.prototype.getContext;
  canvas.prototype.getContext = function (kind, ...rest) {
    const context = get.call(this, kind, ...rest);
    if (context && /^webgl/.test(kind)) contexts.add(context);
    return context;
  };
}
window.liveContexts = () => [...contexts].filter((context) => !context.isContextLost()).length;
"""


def figures_page(project: Path, fences: str) -> str:
    """Returns a page of a built project with these fences, to be served at its root."""
    handover = read_handover(project / ".modelpress", archive=False)
    public = project / ".modelpress/public"
    extension = ModelpressExtension(site=handover, public=str(public), page="many.md", root="./")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Many figures</title>'
        '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f'<link rel="stylesheet" href="{escape(handover["bundle"]["styles"])}">'
        f"<body>{markdown.markdown(fences, extensions=[extension])}"
    )


def model_fences(slugs: list[str], count: int) -> str:
    """Returns `count` fences, of one model after another."""
    return "".join(f"```model {slug}\n```\n\n" for slug in islice(cycle(slugs), count))


def serve_page(context: BrowserContext, url: str, html: str) -> None:
    """Lets every page of `context` find this one on the site at `url`."""
    answer = {"body": html, "content_type": "text/html; charset=utf-8"}
    context.route(f"{url}/{NAME}", lambda route: route.fulfill(**answer))


def heap_bytes(page: Page) -> float:
    """Returns the size of the objects that a page's scripts hold."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    session.detach()
    return next(float(each["value"]) for each in metrics if each["name"] == "JSHeapUsedSize")
