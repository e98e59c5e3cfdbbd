"""Replays the golden cases in a real browser with the shipped runtime, on every backend.

All models of a backend share a page, so the backend starts once and compiles common programs once.
Each model is disposed of before the next one loads. This module only returns measurements; the
build decides about them.
"""

from __future__ import annotations

import json
import os
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError
from modelpress.proof import verify_epochs, verify_training
from modelpress.proof.browser import Browser, chromium_arguments, find_browser, require_browser
from modelpress.proof.browser_run import PAGE_TIMEOUT_S, NewPage, Stop, running
from modelpress.proof.first_difference import first_difference
from modelpress.proof.local_server import serving
from modelpress.schema.document import plain
from modelpress.schema.exact import ExactResult
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
EXACT_BESIDE: BackendName = "cpu"  # the exact engine is proven on this backend's page
REQUIRED: tuple[BackendName, ...] = (
    "cpu",
    "wasm",
    "webgl",
)  # not every browser has WebGPU, and it is never the default
GPU = ("webgl", "webgpu")
_SLOWEST_FIRST: tuple[BackendName, ...] = ("webgpu", "webgl", "cpu", "wasm")
AT_ONCE = 2  # browsers in parallel; each leaves a core idle while it waits for its pages
# Golden cases that a GPU replays one by one, in addition to all as a batch: a call takes as long
# for one case as for many. The other backends replay every case one by one as well.
GPU_SINGLES = 4
MODELS_A_PAGE = 20  # a new page then frees the browser's caches
PROOF_TIMEOUT_S = 240

# Begins the reason of a backend that computes a model wrongly.
LEFT_OUT = "Its predictions are not Python's: "

PAGE = "/modelpress-verify.html"
HTML = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Proof</title>
<link rel="icon" href="data:,"><script type="module" src="assets/modelpress/modelpress.js"></script>
"""
# The page logs its result to the console: evaluating code in a hanging page would hang as well.
_PREFIX = "modelpress proof "
_START = """([entry, options, prefix]) => {
  const send = (outcome) => { console.info(prefix + JSON.stringify(outcome)); };
  setTimeout(() => modelpress.prove(entry, options).then(
    (result) => { send({ result }); },
    (error) => { send({ name: error.name, message: error.message }); },
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
    """Measures the models `slugs` of the site in `public_dir`.

    entries: by slug. browser: defaults to that of `find_browser`. Returns parities by slug.
    A backend that this browser lacks, or that can't run a model, is listed in `unavailable` and is
    no failure. Nothing is proven without a backend of `REQUIRED` in the browser, or if neither the
    CPU nor the exact engine can run the model. Raises ModelpressError without a browser, or if
    it doesn't start, crashes or hangs.
    """
    browser = browser or require_browser()
    at_once = min(AT_ONCE, len(slugs), os.cpu_count() or 1)
    order = _SLOWEST_FIRST if at_once > 1 else BACKENDS
    queues = Queues([backend for backend in order if backend in BACKENDS], slugs, entries)
    found: dict[str, dict[BackendName, BackendResults]] = {slug: {} for slug in slugs}
    stop = Stop()

    def replay() -> None:
        with serving(public_dir, {PAGE: HTML}) as root, running(browser, stop) as new_page:
            pages = Pages(new_page, root)
            for backend, slug in queues.pending():
                progress(slug, backend)
                page = pages.page(backend)
                found[slug][backend] = measured(page, slug, entries[slug], backend, public_dir)

    # Threads also because Playwright refuses to start inside an event loop, as in a notebook.
    with ThreadPoolExecutor(max_workers=max(1, at_once)) as pool:
        replays = [pool.submit(replay) for _ in range(at_once)]
        try:
            for replayed in as_completed(replays):
                replayed.result()
        except BaseException:  # Ctrl-C or an error: stops the other threads too
            stop.now()
            raise
    return {slug: parity_of(entries[slug], found[slug], browser) for slug in slugs}


class Queues:
    """The pending models of each backend; threads take from these queues.

    A thread stays with a backend, whose page it has open, and helps another one at the end.
    """

    def __init__(
        self,
        backends: Collection[BackendName],
        slugs: Collection[str],
        entries: Mapping[str, ModelEntry],
    ) -> None:
        # A large model last would make all threads wait.
        order = sorted(slugs, key=lambda slug: -_size(entries[slug]))
        self._waiting = {backend: deque(order) for backend in backends}
        self._owned: set[BackendName] = set()
        self._lock = threading.Lock()

    def pending(self) -> Iterator[tuple[BackendName, str]]:
        """Yields the next backend and model to prove until none is left."""
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
    """The pages of one browser, one per backend."""

    def __init__(self, new_page: NewPage, root: str) -> None:
        self._new_page, self._root = new_page, root
        self._open: dict[str, tuple[Any, int]] = {}

    def page(self, backend: str) -> Any:
        """Returns the backend's page, for one model."""
        page, models = self._open.get(backend, (None, MODELS_A_PAGE))
        if models == MODELS_A_PAGE:
            if page:
                page.context.close()
            page, models = self._new_page(), 0
            open_page(page, self._root)
        self._open[backend] = page, models + 1
        return page


def _size(entry: ModelEntry) -> int:
    """Returns a number proportional to the duration of the proof."""
    return entry.cases * entry.parameters


@dataclass
class BackendResults:
    """The results of one backend for a model."""

    results: list[ParityResult] = field(default_factory=list)
    training: list[ReplayResult] = field(default_factory=list)
    epochs: EpochsResult | None = None
    exact: ExactResult | None = None
    exact_unavailable: str = ""
    unavailable: str = ""  # the browser lacks the backend
    unsuited: str = ""  # the backend can't run this model
    differs: str = ""  # it predicts something else, and nothing else is wrong


def measured(
    page: Any, slug: str, entry: ModelEntry, backend: BackendName, public_dir: Path
) -> BackendResults:
    """Proves one model on one backend: its formats, its training and its checkpoints."""
    found, on_page = BackendResults(), entry.on_page()
    for format_ in FORMATS:
        if getattr(entry.formats, format_) is None:
            continue
        options: dict[str, Any] = {"backend": backend, "format": format_}
        if backend in GPU:
            options["singles"] = GPU_SINGLES
        outcome = prove_on(page, f"{slug}, {format_} model on {backend}", _START, on_page, options)
        if outcome.get("name") == "BackendUnavailable":
            found.unavailable = outcome["message"]
            break
        if format_ == "graph" and outcome.get("name") in _unsuited(backend):
            found.unsuited = outcome["message"]
            break
        if outcome.get("name") == "BackendUnsuited" and backend != "cpu":
            continue  # layers are looked into on the CPU
        result = _judge(outcome, entry.tolerance, backend, format_)
        differs = format_ == "graph" and _differs(outcome, entry.tolerance)
        if differs:
            ask = partial(_again, page, f"{slug} on {backend}", on_page, options)
            worst = outcome["result"]["worst"]["case"]
            with suppress(ModelpressError):  # the difference is reported without its place
                place = first_difference(entry, public_dir, worst, ask)
                reason = f"{result.reason.removesuffix('.')}; {place}." if place else result.reason
                result = replace(result, reason=reason)
        if differs and _judge(outcome, float("inf"), backend, format_).passed:
            found.differs = result.reason
        found.results.append(result)
    if entry.live and backend in verify_training.BACKENDS and not found.unavailable:
        where, options = f"{slug}, training on {backend}", {"backend": backend}
        outcome = prove_on(page, where, verify_training.START, on_page, options)
        found.training = verify_training.judge(outcome, backend)
    if entry.exact and entry.exact.covered and backend == EXACT_BESIDE:
        options = {"backend": "exact", "format": "graph"}
        outcome = prove_on(page, f"{slug}, exact engine", _START, on_page, options)
        if outcome.get("name") in ("BackendUnavailable", "BackendUnsuited"):
            found.exact_unavailable = outcome["message"]
        else:
            found.exact = _judge_exact(outcome)
    if entry.epochs and backend == verify_epochs.BACKEND:
        outcome = prove_on(page, f"{slug}, checkpoints", verify_epochs.START, on_page, {})
        found.epochs = verify_epochs.judge(outcome, len(entry.epochs.epochs) + 1)
    return found


def _unsuited(backend: BackendName) -> tuple[str, ...]:
    """Returns the errors of a backend that can't run a model.

    A backend that stops is a failure where readers use it by default.
    """
    return ("BackendUnsuited",) if backend in REQUIRED else ("BackendUnsuited", "BackendLost")


def parity_of(
    entry: ModelEntry, by_backend: Mapping[BackendName, BackendResults], browser: Browser
) -> Parity:
    """Returns the parity of one model from the results of each backend."""
    each = [(backend, by_backend[backend]) for backend in BACKENDS]
    training = [result for _, found in each for result in found.training]
    epochs = next((found.epochs for _, found in each if found.epochs), None)
    exact = next((found.exact for _, found in each if found.exact), None)
    missing = [found.unavailable for name, found in each if name in REQUIRED and found.unavailable]
    unavailable = {
        backend: found.unavailable or found.unsuited
        for backend, found in each
        if found.unavailable or found.unsuited
    }
    left_out = _left_out(entry, by_backend, exact)
    unavailable |= left_out
    results = [result for name, found in each if name not in left_out for result in found.results]
    for _, found in each:
        if found.exact_unavailable:
            unavailable["exact"] = found.exact_unavailable
    cpu = by_backend.get("cpu")
    if (
        cpu and cpu.unsuited and not (exact and exact.passed)
    ):  # nothing computes what Python computes
        results.insert(0, _judge({"message": cpu.unsuited}, entry.tolerance, "cpu", "graph"))
    everything: list[ParityResult | ReplayResult | EpochsResult | ExactResult]
    everything = [*results, *training]
    everything += [result for result in (epochs, exact) if result]
    failed = [result.reason for result in everything if not result.passed]
    return Parity(
        proven=not missing and not failed,
        reason=" ".join([*missing, *failed]),
        browser=browser.version,
        cases=entry.cases,
        results=results,
        training=training if entry.live else None,
        epochs=epochs,
        exact=exact,
        unavailable=unavailable,
    )


def _left_out(
    entry: ModelEntry, by_backend: Mapping[BackendName, BackendResults], exact: ExactResult | None
) -> dict[BackendName, str]:
    """Returns the accelerators that compute this model wrongly, with the reason.

    The others must compute what Python computes: the exact engine, if it covers the model, and
    the CPU, if it runs it. A tolerance of the author's is a demand on every backend: where one
    misses it, the model is not proven.
    """
    cpu = by_backend.get("cpu", BackendResults()).results
    right = all(result.passed for result in cpu) and (exact.passed if exact else bool(cpu))
    if entry.tolerance_by == "author" or not right:
        return {}
    return {
        backend: LEFT_OUT + found.differs
        for backend, found in by_backend.items()
        if found.differs and backend != "cpu"
    }


def open_page(page: Any, root: str) -> None:
    """Opens the empty page with the runtime."""
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
            next_step="Correct the browser's error; without one, build again.",
        ) from error


def prove_on(
    page: Any, where: str, start: str, entry: TrainedEntry, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Returns the page's message: {"result": proof}, or {"name", "message"} of its error."""
    from playwright.sync_api import TimeoutError as Timeout

    try:
        with page.expect_console_message(
            lambda message: message.text.startswith(_PREFIX), timeout=PROOF_TIMEOUT_S * 1000
        ) as event:
            page.evaluate(start, [plain(entry), options, _PREFIX])
        text = event.value.text
    except Timeout as error:
        raise ModelpressError(
            "The browser did not finish the proof.",
            where=where,
            found=f"no result within {PROOF_TIMEOUT_S} seconds",
            next_step="Try again on a machine that is less busy; if it hangs again, the model may "
            "be too large for this backend.",
        ) from error
    outcome: dict[str, Any] = json.loads(text.removeprefix(_PREFIX))
    return outcome


def _again(
    page: Any,
    where: str,
    entry: TrainedEntry,
    options: Mapping[str, Any],
    more: Mapping[str, Any],
) -> dict[str, Any]:
    return prove_on(page, where, _START, entry, {**options, **more})


def _differs(outcome: Mapping[str, Any], tolerance: float) -> bool:
    """Returns whether the backend predicts, and something else than Python."""
    proof = outcome.get("result")
    if proof is None:
        return False
    return proof["maxDiff"] is None or proof["maxDiff"] > tolerance  # None: JSON has no NaN


def _judge(
    outcome: Mapping[str, Any], tolerance: float, backend: BackendName, format_: Format
) -> ParityResult:
    """Returns one result.

    It passes if all values are near, the shape is right, no tensor leaks, and the backend is the
    requested one.
    """
    proof = outcome.get("result")
    if proof is None:
        reasons = [outcome["message"]]
        maximum = None
    else:
        maximum = proof["maxDiff"]  # None: JSON has neither NaN nor infinity
        leaked = proof["tensorsAfter"] - proof["tensorsBefore"]
        checks = {
            f"computed by {proof['backend']}, not {backend}": proof["backend"] == backend,
            "no program ran on the GPU": backend not in GPU or proof["programs"] > 0,
            "the prediction's shape differs from Python's": proof["shapeOk"],
            f"the prediction for case {proof['worst']['case']} is NaN": maximum is not None,
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


def _judge_exact(outcome: Mapping[str, Any]) -> ExactResult:
    """Returns the result of the exact engine, which passes only with the digest of the build."""
    proof = outcome.get("result")
    bitwise = bool(proof and proof["bitwise"])
    different = "its predictions are not Python's to the last bit"
    reason = outcome["message"] if proof is None else different
    return ExactResult(
        bitwise=bitwise,
        cases=proof["cases"] if proof else 0,
        passed=bitwise,
        reason="" if bitwise else f"exact engine: {reason}.",
    )
