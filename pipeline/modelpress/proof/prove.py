"""Builds the bundle and proves the models of a site, from the cache if inputs are unchanged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

from modelpress.artefacts.failure_entry import FailureCard
from modelpress.artefacts.manifest import ASSETS, Proof, published_manifest
from modelpress.artefacts.model_entry import Card
from modelpress.caching.step import NotCached, Step, Steps
from modelpress.caching.store import Entry
from modelpress.core.errors import ModelFailure, ModelpressError, NotProven
from modelpress.core.extensions import Extension
from modelpress.core.progress import SITE, Progress, running
from modelpress.core.project import Project
from modelpress.files import workspace
from modelpress.kinds.parts import kinds_of
from modelpress.schema.document import read, text
from modelpress.schema.exact import ExactResult
from modelpress.schema.failure import FailureParity
from modelpress.schema.manifest import Manifest
from modelpress.schema.model import (
    EpochsResult,
    ModelEntry,
    Parity,
    ParityResult,
    ReplayResult,
)
from modelpress.spec import discovery

NO_BROWSER = "There was no Chromium on the machine that built this site."
_NOT_RUN = (".py", ".png")  # published files that no proof reads
NOT_REQUESTED = "The site was built without a browser (--no-browser)."


def make_bundle(
    project: Project,
    cards: list[Card],
    explainers: list[str],
    figures: Sequence[Extension],
    steps: Steps,
) -> Entry:
    """Returns the bundle for these models, explainers and fences of other packages: bundle.json,
    and files in assets/."""
    from modelpress.node import bundle

    models = [
        bundle.BundleModel(
            slug=card.slug,
            graph=card.files["graph/model.json"].parent,
            layers=card.files[layers.model].parent if layers else None,
            input_shape=tuple(card.entry.input.shape),
            input_kinds=tuple(kinds_of(card.entry.input.as_dict())),
            output_kinds=tuple(kinds_of(card.entry.output.as_dict())),
        )
        for card in cards
        for layers in [card.entry.formats.layers]
    ]
    further = {"explainers": explainers, "look": project.look}
    step = Step(
        "bundle",
        SITE,
        "modelpress.node.bundle.write_bundle",
        inputs={"bundle": bundle.bundle_inputs(models, explainers, figures), **further},
        arguments=lambda reading: {"models": models, "figures": figures, **further},
    )
    made = steps.run(step)
    _require_runnable(made.read_json("bundle.json")["faults"], cards)
    return made


def _require_runnable(faults: Mapping[str, Mapping[str, str]], cards: list[Card]) -> None:
    """Raises ModelFailure for a model that neither TensorFlow.js nor the exact engine can run."""
    for card in cards:
        fault, exact = faults.get(card.slug, {}).get("graph"), card.entry.exact
        if fault and not (exact and exact.covered):
            raise ModelFailure(
                "No backend can run this model.",
                where=card.entry.source,
                found=f"TensorFlow.js: {fault}"
                + (f" The exact engine: {exact.reason}." if exact and exact.reason else ""),
                next_step="Build the layer that computes it from others, or compute it before the "
                "network, in `data`.",
            )


class Prover:
    """Proves models in the browser. Looks for the browser in the background."""

    def __init__(self, steps: Steps, *, use_browser: bool) -> None:
        self._steps = steps
        self._requested = use_browser
        self._browser: Future[Any] | None = None
        if use_browser:
            from modelpress.proof.browser import find_browser

            pool = ThreadPoolExecutor(max_workers=1)
            self._browser = pool.submit(find_browser)
            pool.shutdown(wait=False)

    def browser(self) -> Any:
        """Returns the browser, or None."""
        return self._browser.result() if self._browser else None

    def missing_reason(self) -> str:
        """Returns why proofs are impossible, '' if they are possible."""
        if not self._requested:
            return NOT_REQUESTED
        return "" if self.browser() else NO_BROWSER

    def cached(self, cards: Sequence[Card | FailureCard], bundle: Entry) -> dict[str, Proof]:
        """Returns slug → parity and cache key of the cards with a valid cached proof."""
        found = {}
        for card in cards if self.browser() else []:
            with suppress(NotCached):
                entry = self._steps.find(self._step(card, bundle))
                known = entry.read_json("parity.json")
                is_model = isinstance(card, Card)
                parity = read(Parity, known) if is_model else read(FailureParity, known)
                found[card.slug] = Proof(parity, entry.key)
        return found

    def prove(
        self, public: Path, cards: list[Card], bundle: Entry, progress: Progress
    ) -> dict[str, Proof]:
        """Proves `cards` now and returns slug → parity and cache key.

        Raises ModelFailure with a table if a model exceeds its tolerance. Caches only proofs.
        """
        if not cards:
            return {}
        from modelpress.proof.verify import LEFT_OUT, verify

        slugs = [card.slug for card in cards]
        entries = {card.slug: card.entry for card in cards}

        def report(slug: str, message: str) -> None:
            detail = f"{slug}: {message}"
            progress.event(SITE, {"event": "step", "step": "verify", "detail": detail})

        with running(progress, SITE, "verify"):
            parities = verify(public, entries, slugs=slugs, progress=report, browser=self.browser())
        require_parity(parities, entries)
        proofs = {}
        for card in cards:
            parity = parities[card.slug]
            for backend, reason in (parity.unavailable or {}).items():
                if reason.startswith(LEFT_OUT):
                    progress.note(f"{card.entry.source} goes without {backend}. {reason}")
            key = self._cache(card, parity, bundle) if parity.proven else ""
            proofs[card.slug] = Proof(parity, key)
        return proofs

    def prove_failures(
        self, public: Path, cards: list[FailureCard], bundle: Entry, progress: Progress
    ) -> dict[str, Proof]:
        """Replays both trainings of failures now and returns slug → parity and cache key.

        Raises ModelFailure if a training exceeds its tolerance.
        """
        if not cards:
            return {}
        from modelpress.proof.verify_failures import require_replayed, verify_failures

        with running(progress, SITE, "replay failures"):
            entries = {card.slug: card.entry for card in cards}
            parities = verify_failures(public, entries, self.browser())
        require_replayed(parities, entries)
        proofs = {}
        for card in cards:
            parity = parities[card.slug]
            key = self._cache(card, parity, bundle) if parity.proven else ""
            proofs[card.slug] = Proof(parity, key)
        return proofs

    def unproven(self, cards: Sequence[Card | FailureCard]) -> dict[str, Proof]:
        """Returns slug → parity with the reason why nothing is proven."""
        reason = self.missing_reason()
        return {
            card.slug: Proof(
                Parity.none(reason, card.entry.cases)
                if isinstance(card, Card)
                else FailureParity.none(reason)
            )
            for card in cards
        }

    def _cache(
        self, card: Card | FailureCard, parity: Parity | FailureParity, bundle: Entry
    ) -> str:
        return self._steps.keep(self._step(card, bundle), {"parity.json": text(parity)}).key

    def _step(self, card: Card | FailureCard, bundle: Entry) -> Step:
        """Returns the step that proves one model; several proofs run together."""
        browser = self.browser()
        exact = card.entry.exact if isinstance(card, Card) else None
        inputs = {
            "files": {
                name: file.sha256
                for name, file in card.entry.files.items()
                if not name.endswith(_NOT_RUN)
            },
            "tolerance": card.entry.tolerance,
            "exact": exact.digest if exact else None,
            "scripts": scripts_that_predict(bundle),
            "browser": browser.version if browser else "",
        }
        return Step("verify", card.slug, card.verified_by, inputs)


def scripts_that_predict(bundle: Entry) -> dict[str, str]:
    """Returns file → sha256 of the scripts that affect predictions.

    Without styles, fonts, and the scripts of explainers, the offline copy and courses.
    """
    description = bundle.read_json("bundle.json")
    others = {
        *description.get("scripts_of_explainers", ()),
        *(description.get(name, "") for name in ("offline", "service_worker", "course")),
    }
    return {
        name: checksum
        for name, checksum in bundle.files.items()
        if name.endswith((".js", ".wasm")) and f"{ASSETS}/{Path(name).name}" not in others
    }


def require_parity(parities: Mapping[str, Parity], entries: Mapping[str, ModelEntry]) -> None:
    """Raises ModelFailure with a table if a result exceeds its model's tolerance."""
    failed = [
        slug
        for slug, parity in parities.items()
        if not all(result.passed for result in _results(parity))
    ]
    if failed:
        raise ModelFailure(
            "The browser's predictions differ from Python's; the site was left as it was.",
            where=", ".join(entries[slug].source for slug in failed),
            found=parity_table({slug: parities[slug] for slug in failed}, entries),
            next_step="See which backend, format and layer differs. If that is what the backend "
            "can do, a larger `tolerance` needs its `tolerance_reason` in the model file.",
        )
    for slug, parity in parities.items():
        if not parity.proven and not parity.results:
            raise ModelpressError(
                "The browser could not run the proof.",
                where=entries[slug].source,
                found=parity.reason,
                next_step="Build again. With --no-browser, the site states that nothing is proven.",
            )


def parity_table(parities: Mapping[str, Parity], entries: Mapping[str, ModelEntry]) -> str:
    """Returns a table with a line per model, format (or optimizer of a training) and backend.

    Columns: largest difference, tolerance, verdict.
    """
    lines = [("model", "format", "backend", "cases", "largest difference", "tolerance", "")]
    for slug, parity in parities.items():
        for result in parity.results:
            difference = result.max_diff
            lines.append(
                (
                    slug,
                    result.format,
                    result.backend,
                    _replayed(result),
                    "none" if difference is None else f"{difference:.2e}",
                    f"{entries[slug].tolerance:g}",
                    "equal" if result.passed else f"FAILED {result.reason}",
                )
            )
        for replayed in parity.training or []:
            differences = [replayed.max_loss_diff, replayed.max_weight_diff]
            known = [each for each in differences if each is not None]
            lines.append(
                (
                    slug,
                    f"train {replayed.optimizer}",
                    replayed.backend,
                    f"{replayed.steps} steps",
                    f"{max(known):.2e}" if len(known) == 2 else "none",
                    f"{replayed.tolerance:g}" if replayed.tolerance else "",
                    "equal" if replayed.passed else f"FAILED {replayed.reason}",
                )
            )
        if parity.exact:
            verdict = "to the last bit" if parity.exact.passed else f"FAILED {parity.exact.reason}"
            lines.append((slug, "graph", "exact", str(parity.exact.cases), "none", "", verdict))
        if parity.epochs:
            epochs = entries[slug].epochs
            allowed = epochs.tolerance if epochs and epochs.tolerance else entries[slug].tolerance
            lines.append(_epochs_line(slug, parity.epochs, allowed))
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    return "\n".join(
        "  ".join([*(f"{line[i]:{widths[i]}}" for i in range(6)), line[6]]).rstrip()
        for line in lines
    )


def _replayed(result: ParityResult) -> str:
    """Returns how many cases were compared: all as one batch, and all or some as single inputs."""
    cases, singles = result.cases, result.singles
    return f"{cases}, {singles} singly" if singles < cases else str(cases)


def _results(parity: Parity) -> list[ParityResult | ReplayResult | EpochsResult | ExactResult]:
    """Returns all results of a model: predictions, trainings, checkpoints, the exact engine."""
    others = [result for result in (parity.epochs, parity.exact) if result]
    return [*parity.results, *(parity.training or []), *others]


def _epochs_line(
    slug: str, result: EpochsResult, tolerance: float
) -> tuple[str, str, str, str, str, str, str]:
    difference = result.max_diff
    return (
        slug,
        "checkpoints",
        result.backend,
        str(result.epochs),
        "none" if difference is None else f"{difference:.2e}",
        f"{tolerance:g}",
        "equal" if result.passed else f"FAILED {result.reason}",
    )


def require_proven(manifest: Manifest | None) -> None:
    """Raises NotProven if the manifest has a model or a failure without a proof."""
    entries = manifest.entries() if manifest else {}
    reasons = {
        slug: entry.parity.reason for slug, entry in entries.items() if not entry.parity.proven
    }
    if not reasons:
        return
    raise NotProven(
        f"The site is built, but parity is not proven for {', '.join(sorted(reasons))}.",
        found="\n".join(dict.fromkeys(reasons.values())),
        next_step="To prove it, run `modelpress browser --install` and build again. To build "
        "without a proof, add --no-browser.",
    )


def prove_again(
    project: Project, slugs: tuple[str, ...], progress: Progress
) -> tuple[dict[str, Parity], dict[str, ModelEntry], ModelpressError | None]:
    """Proves the published models now, ignoring the cache.

    Returns parity by slug, manifest entries by slug, and the error if one exceeds its tolerance.
    """
    from modelpress.proof.browser import require_browser
    from modelpress.proof.verify import verify

    manifest = published_manifest(project)
    published = manifest.models if manifest else {}
    if not published:
        raise ModelpressError(
            "There is no build to prove.",
            where=project.relative(project.public_dir),
            next_step="Run `modelpress build`.",
        )
    discovery.require(list(slugs), dict.fromkeys(published, project.public_dir))
    browser = require_browser()
    chosen = list(slugs) or sorted(published)
    entries = {slug: published[slug] for slug in chosen}

    def report(slug: str, message: str) -> None:
        progress.event(SITE, {"event": "step", "step": "verify", "detail": f"{slug}: {message}"})

    with workspace.locked(project, progress.note):
        parities = verify(
            project.public_dir, entries, slugs=chosen, progress=report, browser=browser
        )
    try:
        require_parity(parities, entries)
    except ModelpressError as error:
        return parities, entries, error
    return parities, entries, None
