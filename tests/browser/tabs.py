"""One tab for many tests: a page in a tab that has shown the site before costs half as much.

A test gets a tab of a profile without storage, listeners, routes or emulation. What can't be taken
back, such as a script for every page, ends the profile with the test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Error, Page, ViewportSize

VIEWPORT: ViewportSize = {"width": 1280, "height": 800}
# What stays in a profile or a tab whatever is done.
LASTING = (
    *("add_init_script", "expose_function", "expose_binding", "new_cdp_session", "add_cookies"),
    *("grant_permissions", "set_extra_http_headers", "set_geolocation", "emulate_media"),
    *("set_offline", "set_default_timeout", "set_default_navigation_timeout", "once", "clock"),
    *("set_viewport_size", "route_from_har", "route_web_socket"),
)
EMPTY = """async () => {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases()) indexedDB.deleteDatabase(name);
  if (globalThis.caches) for (const name of await caches.keys()) await caches.delete(name);
}"""

# What is far from the screen is laid out, too: `innerText` reads nothing of what is skipped. How a
# page skips it is the subject of test_first_answer.py, in tabs of its own.
ALL_LAID_OUT = """{
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { content-visibility: visible !important }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}"""


class Tabs:
    """The profile and tab of one browser, used by one test after another."""

    def __init__(self, browser: Browser, patience_ms: float) -> None:
        self._browser, self._patience_ms = browser, patience_ms
        self._context: BrowserContext | None = None
        self._tab: Page | None = None

    @contextmanager
    def context(self) -> Iterator[BrowserContext]:
        """A profile as a new one is."""
        if self._context is None:
            self._context = self._browser.new_context(viewport=VIEWPORT)
            self._context.set_default_timeout(self._patience_ms)
            self._context.add_init_script(ALL_LAID_OUT)
        context = self._context
        lasting: list[str] = []
        with _watched(context, lasting):
            yield context
        context.unroute_all(behavior="ignoreErrors")  # requests that a test did not wait for
        others = [tab for tab in context.pages if tab is not self._tab]
        for tab in context.pages:
            tab.unroute_all(behavior="ignoreErrors")
        if lasting or others or self._tab is None or not self._emptied(self._tab):
            self.close()

    @contextmanager
    def page(self, context: BrowserContext) -> Iterator[Page]:
        """A tab as a new one is, of the profile that `context` gave."""
        reused = context is self._context and self._tab is not None
        tab = self._tab if reused and self._tab is not None else context.new_page()
        lasting: list[str] = []
        with _watched(tab, lasting), _listeners(tab):
            yield tab
        if context is self._context and not lasting and not tab.is_closed():
            self._tab = tab
        elif tab is self._tab:
            self._tab = None

    def close(self) -> None:
        if self._context is not None:
            self._context.close()
        self._context = self._tab = None

    def _emptied(self, tab: Page) -> bool:
        """Whether nothing of the page's is left in the tab and the profile."""
        try:
            if urlsplit(tab.url).scheme not in ("http", "https"):
                return False
            tab.evaluate(EMPTY)
            tab.goto("about:blank")
        except Error:
            return False
        return True


@contextmanager
def _watched(target: Any, lasting: list[str]) -> Iterator[None]:
    """Adds to `lasting` what is called that lasts."""

    def noticed(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            lasting.append(name)
            return original(*given, **named)

        return call

    names = [name for name in LASTING if callable(getattr(type(target), name, None))]
    for name in names:
        setattr(target, name, noticed(name, getattr(target, name)))
    try:
        yield
    finally:
        for name in names:
            delattr(target, name)


@contextmanager
def _listeners(tab: Page) -> Iterator[None]:
    """Takes away what a test has added."""
    added: list[tuple[Any, Any]] = []
    original: Any = tab.on

    def on(event: Any, handler: Any) -> None:
        added.append((event, handler))
        original(event, handler)

    vars(tab)["on"] = on
    try:
        yield
    finally:
        del vars(tab)["on"]
        for event, handler in added:
            tab.remove_listener(event, handler)
