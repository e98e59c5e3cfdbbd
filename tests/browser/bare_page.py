"""A page of the built site that holds nothing but the runtime, for tests of its interface."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from modelpress.schema.detail_files import whole

PATH = "/bare.html"
HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Bare</title>
<link rel="icon" href="data:,"><script type="module" src="assets/modelpress/modelpress.js"></script>
"""


# Nothing inline, nothing foreign, no eval; 'wasm-unsafe-eval' is what compiling WASM needs.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; object-src 'none'"
)


def serve_bare(context: BrowserContext, site_url: str) -> None:
    """Lets every page of `context` find the bare page on the site."""

    def answer(route: Route) -> None:
        route.fulfill(
            body=HTML,
            headers={
                "content-type": "text/html; charset=utf-8",
                "content-security-policy": POLICY,
            },
        )

    context.route(site_url + PATH, answer)


def open_bare(page: Page, site_url: str) -> Page:
    """Goes to the bare page and waits for `modelpress`."""
    serve_bare(page.context, site_url)
    page.goto(site_url + PATH)
    page.wait_for_function("() => globalThis.modelpress")
    return page


def manifest_models(site_url: str) -> dict[str, Any]:
    """slug → entry of the served site's manifest, with what lies in detail files."""
    models: dict[str, Any] = fetch_json(f"{site_url}/models/manifest.json")["models"]
    return {
        slug: whole(entry, lambda url: _fetch(f"{site_url}/{url}"))
        for slug, entry in models.items()
    }


def fetch_json(url: str) -> Any:
    return json.loads(_fetch(url))


def _fetch(url: str) -> bytes:
    with urllib.request.urlopen(url) as response:
        content: bytes = response.read()
    return content


def patch_worker(context: BrowserContext, script: str) -> None:
    """Runs `script` in every worker of the runtime before anything else."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=f"{script};\n{response.text()}")

    context.route("**/assets/modelpress/worker-*.js", answer)


def is_heavy(entry: dict[str, Any]) -> bool:
    """Whether software graphics take seconds for an answer of this model."""
    return (entry["connections"] or 0) > 100_000
