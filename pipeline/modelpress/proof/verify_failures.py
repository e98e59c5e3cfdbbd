"""Replays both trainings of each failure in a real browser, with the shipped runtime.

Uses typed arrays ("cpu") only, as the figures of failures do. The other backends are proven with
the models, which readers can train on them.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelpress.artefacts.failure_entry import COURSES, trained_entry
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.proof.browser import Browser
from modelpress.proof.browser_run import Stop, running
from modelpress.proof.local_server import serving
from modelpress.proof.verify import HTML, PAGE, open_page, prove_on
from modelpress.proof.verify_training import START, judge
from modelpress.schema.failure import FailureEntry, FailureParity
from modelpress.schema.model import BackendName, ReplayResult

BACKEND: BackendName = "cpu"


def verify_failures(
    public_dir: Path, entries: Mapping[str, FailureEntry], browser: Browser
) -> dict[str, FailureParity]:
    """Measures the failures of the site in `public_dir`.

    entries: by slug. Returns parities by slug. Raises ModelpressError if the browser doesn't
    start, crashes or hangs.
    """

    stop = Stop()

    def replay() -> dict[str, FailureParity]:
        with serving(public_dir, {PAGE: HTML}) as root, running(browser, stop) as new_page:
            page = new_page()
            open_page(page, root)
            return {slug: _parity(page, slug, entry, browser) for slug, entry in entries.items()}

    # In a separate thread, as the proofs of models.
    with ThreadPoolExecutor(max_workers=1) as pool:
        replayed = pool.submit(replay)
        try:
            return replayed.result()
        except BaseException:  # Ctrl-C: stops the thread too
            stop.now()
            raise


def _parity(page: Any, slug: str, entry: FailureEntry, browser: Browser) -> FailureParity:
    training: list[ReplayResult] = []
    for course in COURSES:
        where = f"{slug}, {course} training on {BACKEND}"
        outcome = prove_on(page, where, START, trained_entry(entry, course), {"backend": BACKEND})
        training += [replace(result, course=course) for result in judge(outcome, BACKEND)]
    failed = [f"{result.course}: {result.reason}" for result in training if result.reason]
    return FailureParity(
        proven=not failed,
        reason=" ".join(failed),
        browser=browser.version,
        training=training,
    )


def require_replayed(
    parities: Mapping[str, FailureParity], entries: Mapping[str, FailureEntry]
) -> None:
    """Raises ModelFailure if a training exceeds its tolerance, ModelpressError if none ran."""
    failed = {slug: parity for slug, parity in parities.items() if not parity.proven}
    if not failed:
        return
    raised: type[ModelpressError] = ModelFailure
    if all(not parity.training for parity in failed.values()):
        raised = ModelpressError
    raise raised(
        "Training in the browser differs from Python; the site was left as it was.",
        where=", ".join(entries[slug].source for slug in failed),
        found="\n".join(f"{slug}: {parity.reason}" for slug, parity in failed.items()),
        next_step="A larger `tolerance` needs its `tolerance_reason` in the failure's file.",
    )
