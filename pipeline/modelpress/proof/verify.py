"""verify: the shipped runtime replays the golden cases in a real browser, on every backend.

All models of a backend share a page, so that the backend starts once and compiles a program that
two models have in common once. Each model is freed before the next one is loaded. Nothing here
refuses: what was measured is returned, and the build decides.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError
from modelpress.proof import verify_epochs, verify_training
from modelpress.proof.browser import Browser, chromium_arguments, find_browser, require_browser
from modelpress.proof.browser_run import PAGE_TIMEOUT_S, NewPage, Stop, running
from modelpress.proof.local_server import serving
from modelpress.schema.document import plain
from modelpress.schema.model import (
    BackendName,
    EpochsResult,
    Format,
    ModelEntry,
    Parity,
    ParityResult,
    ReplayResult,
    TrainedEntry,
)

__all__ = ["Browser", "chromium_arguments", "find_browser", "verify"]

BACKENDS: tuple[BackendName, ...] = ("cpu", "wasm", "webgl", "webgpu")
FORMATS: tuple[Format, ...] = ("graph", "layers")
REQUIRED: tuple[BackendName, ...] = (
    "cpu",
    "wasm",
    "webgl",
)  # WebGPU is not in every browser, and never the default
GPU = ("webgl", "webgpu")
_SLOWEST_FIRST: tuple[BackendName, ...] = ("webgpu", "webgl", "cpu", "wasm")
AT_ONCE = 2  # each a browser of its own, which leaves a core idle while it waits for its pages
# Golden cases that a GPU replays one by one, besides all of them as a batch: a call takes as long
# for one case as for many. The other backends replay each case singly as well.
GPU_SINGLES = 4
MODELS_A_PAGE = 20  # then a new page gives back what the browser has kept
PROOF_TIMEOUT_S = 240

PAGE = "/modelpress-verify.html"
HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Proof</title>
<link rel="icon" href="data:,"><script type="module" src="assets/modelpress/modelpress.js"></script>
"""
# The page tells its result on the console: asking a page that hangs for it would hang as well.
_SAID = "modelpress proof "
_START = """([entry, options, said]) => {
  const tell = (answer) => { console.info(said + JSON.stringify(answer)); };
  setTimeout(() => modelpress.prove(entry, options).then(
    (result) => { tell({ result }); },
    (error) => { tell({ name: error.name, message: error.message }); },
  ));
}"""

Progress = Callable[[str, str], None]


def verify(
    public_dir: Path,
    entries: Mapping[str, ModelEntry],
    *,
    slugs: Collection[str],
    progress: Progress = lambda slug, message: None,
    browser: Browser | None = None,
) -> dict[str, Parity]:
    """Measures the models `slugs` of the site laid out in `public_dir`.

    entries: by slug. browser: which to use; the one `find_browser` finds otherwise. Returns
    parities by slug. A backend this browser does not have stands in `unavailable` and is no
    failure; without one of `REQUIRED` nothing is proven. Raises ModelpressError where there is no
    browser, or where it does not start, crashes or hangs.
    """
    browser = browser or require_browser()
    at_once = min(AT_ONCE, len(slugs), os.cpu_count() or 1)
    order = _SLOWEST_FIRST if at_once > 1 else BACKENDS
    queues = Queues([backend for backend in order if backend in BACKENDS], slugs, entries)
    found: dict[str, dict[BackendName, Found]] = {slug: {} for slug in slugs}
    stop = Stop()

    def replay() -> None:
        with serving(public_dir, {PAGE: HTML}) as root, running(browser, stop) as new_page:
            pages = Pages(new_page, root)
            for backend, slug in queues.taken():
                progress(slug, backend)
                page = pages.page(backend)
                found[slug][backend] = measured(page, slug, entries[slug], backend)

    # Threads of their own, also because Playwright refuses to start where an event loop already
    # runs, as in a notebook.
    with ThreadPoolExecutor(max_workers=max(1, at_once)) as pool:
        replays = [pool.submit(replay) for _ in range(at_once)]
        try:
            for replayed in as_completed(replays):
                replayed.result()
        except BaseException:  # Ctrl-C or an error: the others would go on to the last model
            stop.now()
            raise
    return {slug: parity_of(entries[slug], found[slug], browser) for slug in slugs}


class Queues:
    """The models that each backend has to prove yet; threads take from them.

    A thread stays with a backend, whose page it has open, and helps with another's at the end.
    """

    def __init__(
        self,
        backends: Collection[BackendName],
        slugs: Collection[str],
        entries: Mapping[str, ModelEntry],
    ) -> None:
        # A large model taken last would keep all waiting.
        order = sorted(slugs, key=lambda slug: -_size(entries[slug]))
        self._waiting = {backend: deque(order) for backend in backends}
        self._owned: set[BackendName] = set()
        self._lock = threading.Lock()

    def taken(self) -> Iterator[tuple[BackendName, str]]:
        """The backend and model to prove next, until there is none."""
        backend: BackendName | None = None
        while True:
            with self._lock:
                if backend is None or not self._waiting[backend]:
                    backend = self._next_backend()
                if backend is None:
                    return
                slug = self._waiting[backend].popleft()
            yield backend, slug

    def _next_backend(self) -> BackendName | None:
        waiting = [backend for backend, slugs in self._waiting.items() if slugs]
        free = [backend for backend in waiting if backend not in self._owned]
        chosen = next(iter(free or waiting), None)
        if chosen:
            self._owned.add(chosen)
        return chosen


class Pages:
    """The pages of one browser, one a backend."""

    def __init__(self, new_page: NewPage, root: str) -> None:
        self._new_page, self._root = new_page, root
        self._open: dict[str, tuple[Any, int]] = {}

    def page(self, backend: str) -> Any:
        """The backend's page, for one model."""
        page, models = self._open.get(backend, (None, MODELS_A_PAGE))
        if models == MODELS_A_PAGE:
            if page:
                page.context.close()
            page, models = self._new_page(), 0
            open_page(page, self._root)
        self._open[backend] = page, models + 1
        return page


def _size(entry: ModelEntry) -> int:
    """What the proof's time goes with."""
    return entry.cases * entry.parameters


@dataclass
class Found:
    """What one backend's page said of a model."""

    results: list[ParityResult] = field(default_factory=list)
    training: list[ReplayResult] = field(default_factory=list)
    epochs: EpochsResult | None = None
    unavailable: str = ""


def measured(page: Any, slug: str, entry: ModelEntry, backend: BackendName) -> Found:
    """Proves one model on one backend, in both formats, with all that it has trained."""
    found, on_page = Found(), entry.on_page()
    for format_ in FORMATS:
        options: dict[str, Any] = {"backend": backend, "format": format_}
        if backend in GPU:
            options["singles"] = GPU_SINGLES
        said = prove_on(page, f"{slug}, {format_} model on {backend}", _START, on_page, options)
        if said.get("name") == "BackendUnavailable":
            found.unavailable = said["message"]
            break
        found.results.append(_judge(said, entry.tolerance, backend, format_))
    if entry.live and backend in verify_training.BACKENDS and not found.unavailable:
        where, options = f"{slug}, training on {backend}", {"backend": backend}
        said = prove_on(page, where, verify_training.START, on_page, options)
        found.training = verify_training.judge(said, backend)
    if entry.epochs and backend == verify_epochs.BACKEND:
        said = prove_on(page, f"{slug}, kept epochs", verify_epochs.START, on_page, {})
        found.epochs = verify_epochs.judge(said, len(entry.epochs.epochs) + 1)
    return found


def parity_of(
    entry: ModelEntry, by_backend: Mapping[BackendName, Found], browser: Browser
) -> Parity:
    """The parity of one model, from what was found on each backend."""
    each = [(backend, by_backend[backend]) for backend in BACKENDS]
    results = [result for _, found in each for result in found.results]
    training = [result for _, found in each for result in found.training]
    epochs = next((found.epochs for _, found in each if found.epochs), None)
    unavailable = {backend: found.unavailable for backend, found in each if found.unavailable}
    missing = [unavailable[backend] for backend in REQUIRED if backend in unavailable]
    everything: list[ParityResult | ReplayResult | EpochsResult] = [*results, *training]
    everything += [epochs] if epochs else []
    failed = [result.reason for result in everything if not result.passed]
    return Parity(
        proven=not missing and not failed,
        reason=" ".join([*missing, *failed]),
        browser=browser.version,
        cases=entry.cases,
        results=results,
        training=training if entry.live else None,
        epochs=epochs,
        unavailable=unavailable,
    )


def open_page(page: Any, root: str) -> None:
    """Opens the empty page that holds nothing but the runtime."""
    from playwright.sync_api import TimeoutError as Timeout

    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        page.goto(root + PAGE.removeprefix("/"), timeout=PAGE_TIMEOUT_S * 1000)
        page.wait_for_function("() => globalThis.modelpress", timeout=PAGE_TIMEOUT_S * 1000)
    except Timeout as error:
        raise ModelpressError(
            "The browser bundle did not start in the browser.",
            where="assets/modelpress/modelpress.js",
            found="; ".join(errors) or f"nothing within {PAGE_TIMEOUT_S} seconds",
            next_step="Correct what the browser says; where it says nothing, build again.",
        ) from error


def prove_on(
    page: Any, where: str, start: str, entry: TrainedEntry, options: Mapping[str, Any]
) -> dict[str, Any]:
    """What the page says: {"result": proof} or {"name", "message"} of its error."""
    from playwright.sync_api import TimeoutError as Timeout

    try:
        with page.expect_console_message(
            lambda message: message.text.startswith(_SAID), timeout=PROOF_TIMEOUT_S * 1000
        ) as told:
            page.evaluate(start, [plain(entry), options, _SAID])
        text = told.value.text
    except Timeout as error:
        raise ModelpressError(
            "The browser did not finish the proof.",
            where=where,
            found=f"no answer within {PROOF_TIMEOUT_S} seconds",
            next_step="Try again on a machine that is less busy; if it hangs again, the model may "
            "be too large for this backend.",
        ) from error
    said: dict[str, Any] = json.loads(text.removeprefix(_SAID))
    return said


def _judge(
    said: Mapping[str, Any], tolerance: float, backend: BackendName, format_: Format
) -> ParityResult:
    """One result: passed only with every value near, the shape right, no tensor left, and computed
    where it says."""
    proof = said.get("result")
    if proof is None:
        reasons = [said["message"]]
        maximum = None
    else:
        maximum = proof["maxDiff"]  # None: JSON has no NaN and no infinity
        leaked = proof["tensorsAfter"] - proof["tensorsBefore"]
        checks = {
            f"computed by {proof['backend']}, not {backend}": proof["backend"] == backend,
            "no program ran on the GPU": backend not in GPU or proof["programs"] > 0,
            "the answer has another shape than Python's": proof["shapeOk"],
            f"case {proof['worst']['case']} gives no number": maximum is not None,
            f"differs by up to {maximum}, past {tolerance}": maximum is None
            or maximum <= tolerance,
            f"{leaked} tensors were not freed": leaked == 0,
        }
        reasons = [reason for reason, right in checks.items() if not right]
    return ParityResult(
        format=format_,
        backend=backend,
        max_diff=maximum,
        passed=not reasons,
        cases=proof["cases"] if proof else 0,
        singles=proof["singles"] if proof else 0,
        tensors_leaked=leaked if proof else 0,
        renderer=proof["renderer"] if proof else "",
        reason=f"{format_} on {backend}: {'; '.join(reasons)}." if reasons else "",
    )
