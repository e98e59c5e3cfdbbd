"""What the page tests share: which pages show which model, and a record of a page's events."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from modelpress.site.fence_syntax import scan

DOCS = Path(__file__).resolve().parents[2] / "docs"
AXE = DOCS.parent / "site_assets/node_modules/axe-core/axe.min.js"

# Of all models this one is visited by the fast tests.
EXAMPLE = "color_classifier"

# What stands beyond the right edge, but for what scrolls by itself.
WIDE = """element => [...element.querySelectorAll("[data-part=stage] *, .mp-controls *")]
  .filter((at) => at.getBoundingClientRect().right > innerWidth + 1)
  .filter((at) => !at.closest(".mp-wide, svg"))
  .map((at) => at.outerHTML.slice(0, 120))"""

# Kept by the page itself, since events may come before a test can listen.
RECORDER = """
window.seen = [];
for (const name of ["ready", "result", "backend", "error"]) {
  document.addEventListener(`modelpress:${name}`, (event) => {
    const typed = event.target.querySelector("[data-part=hex], [data-part=value]");
    seen.push({ name, detail: event.detail, shown: typed && typed.value,
      key: event.target.dataset.key });
  });
}
"""


@dataclass(frozen=True)
class Shown:
    """A page that shows a model. url: relative to the site."""

    slug: str
    url: str

    def __str__(self) -> str:
        return f"{self.slug} on {self.url or 'home'}"


def page_url(page: str) -> str:
    """URL of a page of docs/, relative to the site."""
    path = page.removesuffix(".md")
    return path.removesuffix("index") if path.endswith("index") else f"{path}/"


def shown_models() -> list[Shown]:
    """Each model once, on the page named after it, else the first that shows it."""
    fences = [fence for fence in scan(DOCS) if fence.kind == "model"]
    homes: dict[str, Shown] = {}
    for fence in sorted(fences, key=lambda f: Path(f.page).stem != f.slug):
        homes.setdefault(fence.slug, Shown(fence.slug, page_url(fence.page)))
    return list(homes.values())


def first_of_their_kinds() -> set[str]:
    """Of the models with the same kinds of input and output, the first: its page does what the
    others' do."""
    first: dict[tuple[str, ...], str] = {}
    for slug in sorted(shown.slug for shown in shown_models()):
        source = (DOCS.parent / f"pipeline/models/{slug}.py").read_text()
        first.setdefault(tuple(re.findall(r"^    (?:in|out)put=(\w+)", source, re.M)), slug)
    return set(first.values())


def by_kind(models: list[Shown]) -> list[Any]:
    """Models as parameters: the example, among the slow tests the first of each kind, and among
    the long ones the others."""
    first = first_of_their_kinds()
    return [
        pytest.param(shown, marks=_marks(shown.slug == EXAMPLE, shown.slug in first))
        for shown in models
    ]


def pages_by_kind() -> list[Any]:
    """`pages_with_models` as parameters: the home page and the example's are fast tests; of each
    kind the first's page is a slow one; the others, which show the same figures, are long ones."""
    shown = shown_models()
    example = {"", *(each.url for each in shown if each.slug == EXAMPLE)}
    first = {*example, *(each.url for each in shown if each.slug in first_of_their_kinds())}
    return [
        pytest.param(url, marks=_marks(url in example, url in first)) for url in pages_with_models()
    ]


def _marks(fast: bool, slow: bool) -> Any:
    return () if fast else pytest.mark.slow if slow else pytest.mark.long


def pages_with_models() -> list[str]:
    """URLs of all pages with a live figure."""
    return sorted({page_url(f.page) for f in scan(DOCS) if f.kind == "model"})


def all_pages() -> list[str]:
    """URLs of all pages."""
    return sorted(page_url(p.relative_to(DOCS).as_posix()) for p in DOCS.rglob("*.md"))


def record(context: BrowserContext) -> None:
    """Keep the events of every page opened from now on in `window.seen`."""
    context.add_init_script(RECORDER)


def seen(page: Page, slug: str, name: str) -> list[dict[str, Any]]:
    """Events of a model's first figure on the page."""
    events: list[dict[str, Any]] = page.evaluate("seen")
    return [event for event in events if (event["name"], event["key"]) == (name, slug)]


def figure(page: Page, slug: str) -> Locator:
    return page.locator(f'modelpress-model[model="{slug}"]').first


def wait_for(page: Page, slug: str, **attributes: str) -> None:
    """Until the first figure of a model has these attributes."""
    page.wait_for_function(
        """([slug, wanted]) => {
          const figure = document.querySelector(`modelpress-model[model="${slug}"]`);
          return figure && Object.entries(wanted).every(
            ([name, value]) => figure.getAttribute(name.replace("_", "-")) === value);
        }""",
        arg=[slug, attributes],
    )


def choose(page: Page, slug: str, backend: str) -> None:
    """In the chip of the first figure of a model, which is closed again once it is in use."""
    choose_in(page.locator(f'modelpress-model[model="{slug}"]').first, backend)


def choose_in(element: Locator, backend: str) -> None:
    ask_for(element, backend)
    if backend != "auto":
        expect(element).to_have_attribute("backend", backend, timeout=60_000)
    expect(element).to_have_attribute("state", "ready")
    part(element, "chip").locator("summary").click()


def ask_for(element: Locator, backend: str) -> None:
    """In the chip, whether the backend is then used or refused."""
    chip = part(element, "chip")
    if chip.get_attribute("open") is None:
        chip.locator("summary").click()
    chip.locator(f'label:has(input[value="{backend}"]) span').click()


def part(within: Locator, name: str) -> Locator:
    return within.locator(f'[data-part="{name}"]')


def violations_in_both_schemes(page: Page, within: Locator | None = None) -> dict[str, list[str]]:
    """What axe finds, by colour scheme; {} where it finds nothing. The page follows the reader's
    choice while it is open. within: the element that is looked at, the whole page otherwise."""
    found = {}
    for scheme, background in (("light", "default"), ("dark", "slate")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_selector(f'body[data-md-color-scheme="{background}"]')
        if wrong := violations(page, within):
            found[scheme] = wrong
    return found


def violations(page: Page, within: Locator | None = None) -> list[str]:
    """What axe finds wrong with the page, or the element `within` it, as it stands."""
    page.add_script_tag(path=str(AXE))
    results = (within or page.locator("html")).evaluate(
        "element => axe.run(element, {resultTypes: ['violations']})"
    )
    assert results["passes"], "axe looked at nothing"
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in results["violations"]
        for node in found["nodes"]
    ]
