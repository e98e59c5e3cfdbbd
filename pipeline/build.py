"""From model files and pages to a proven site: the story on one screen.

What is up to date is taken from the cache: a build without changes runs no step, imports no
TensorFlow and starts no browser. What fails leaves site/ as it was.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline import catalog, manifest, pages, state
from pipeline.archiving import require_archive_replaceable, write_archive
from pipeline.cache import Cache, Entry, write_atomically
from pipeline.chain import Chain, Product
from pipeline.data.locate import DataRequest
from pipeline.errors import ModelpressError
from pipeline.exhibit import SUBJECT, Exhibit, Exhibits, find_failures
from pipeline.exploring import draw_explainers, require_explainers
from pipeline.formulas import draw_formulas
from pipeline.making import make
from pipeline.progress import Progress
from pipeline.project import Project
from pipeline.proving import SITE, Prover, make_bundle, running
from pipeline.replacing import require_replaceable
from pipeline.site_folder import require_site_folder
from pipeline.steps.card import Card, card, require_expected
from pipeline.steps.failure_card import FailureCard, failure_card
from pipeline.swapping import swap


@dataclass(frozen=True)
class Request:
    """What the user asked for. slugs: the models and failures that may be trained, () for all.
    cluster: address of a Dask scheduler that trains seeds, '' for this machine. archive: whether
    the site is wanted as one file, too."""

    slugs: tuple[str, ...] = ()
    data: DataRequest = field(default_factory=DataRequest)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    cluster: str = ""
    use_browser: bool = True
    archive: bool = False


@dataclass
class Report:
    """What a build did. ran: slug → step → seconds. stale: models that kept the site from being
    built, () where it was. archive: the site as one file, where that was asked for. first_page: URL
    of the first page in the navigation, relative to the site."""

    manifest: dict[str, Any] = field(default_factory=dict)
    ran: dict[str, dict[str, float]] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    seconds: float = 0.0
    archive: Path | None = None
    first_page: str = ""


def build(project: Project, request: Request, progress: Progress) -> Report:
    """Builds the site of `project`. Raises ModelpressError; site/ is then as it was."""
    started = time.monotonic()
    report = Report()
    progress = _Recording(progress, report)
    require_site_folder(project)
    with state.locked(project, progress.note):
        require_replaceable(project, project.site_dir)
        if request.archive:
            require_archive_replaceable(project)
        cache = Cache(project.state_dir, progress.note)
        prover = Prover(cache, use_browser=request.use_browser)
        models, failures = catalog.find_models(project), find_failures(project)
        require_other_names(models, failures, project)
        catalog.require(list(request.slugs), {**models, **failures})
        fences = pages.find_fences(project)
        starts = pages.starting_inputs(project, fences, models, failures)
        explainers = require_explainers(fences, project)
        exhibits = Exhibits(project, lambda event: progress.event(SUBJECT, event))
        shown, missing = find_exhibits(exhibits, failures)
        wanted = [slug for slug in missing if not request.slugs or slug in request.slugs]
        products, stale = make_models(
            project, models, starts, request, progress, {slug: failures[slug] for slug in wanted}
        )
        shown, missing = find_exhibits(exhibits, failures)
        stale = sorted({*stale, *missing})
        require_expected(products, project)
        if stale:
            report.stale = tuple(stale)
            return report
        cards = [card(product, project) for product in products]
        failure_cards = [failure_card(exhibit, project) for exhibit in shown]
        bundle = make_bundle(project, cards, explainers, cache, progress)
        report.manifest = publish(project, cards, failure_cards, bundle, prover, progress)
        draw_explainers(project, fences, cache, progress)
        draw_formulas(project, fences, cache, progress)
        report.first_page = pages.build_site(project, progress.note).first_page
        if request.archive:
            with running(progress, SITE, "archive"):
                report.archive = write_archive(project, progress.note)
    report.seconds = time.monotonic() - started
    return report


def make_models(
    project: Project,
    models: dict[str, Path],
    starts: dict[str, dict[str, str]],
    request: Request,
    progress: Progress,
    failures: dict[str, Path] | None = None,
) -> tuple[list[Product], list[str]]:
    """The finished models, and the slugs that are not up to date and were not asked for.

    failures: those to be made beside them.
    """

    def chain(slug: str) -> Chain:
        return Chain(
            project,
            slug,
            models[slug],
            starts[slug],
            request.data,
            lambda event: progress.event(slug, event),
        )

    found = {slug: chain(slug).find() for slug in models}
    missing = [slug for slug, product in found.items() if product is None]
    wanted = [slug for slug in missing if not request.slugs or slug in request.slugs]
    if wanted or failures:
        chains = [chain(slug) for slug in longest_first(wanted, models)]
        make(chains, request.jobs, progress.event, failures, project, request.cluster)
    for slug in wanted:
        found[slug] = chain(slug).find()
        if found[slug] is None:
            raise ModelpressError(
                f"What {slug} is made from changed while it was made.",
                where=project.relative(models[slug]),
                next_step="Build again.",
            )
    _require_data_used(request.data, [chain(slug) for slug in models])
    return [product for product in found.values() if product], sorted(set(missing) - set(wanted))


def longest_first(slugs: list[str], models: dict[str, Path]) -> list[str]:
    """The order to start in: convolutions train longest, and one that is started last would keep a
    core to itself while the others have nothing left to do."""
    return sorted(slugs, key=lambda slug: b"Conv" not in models[slug].read_bytes())


def find_exhibits(exhibits: Exhibits, failures: dict[str, Path]) -> tuple[list[Exhibit], list[str]]:
    """The finished failures, and the slugs of the others."""
    found = {slug: exhibits.find(slug, path) for slug, path in failures.items()}
    missing = [slug for slug, exhibit in found.items() if exhibit is None]
    return [exhibit for exhibit in found.values() if exhibit], missing


def require_other_names(
    models: dict[str, Path], failures: dict[str, Path], project: Project
) -> None:
    """Raises where a failure has the slug of a model: facts and links could not tell them apart."""
    for slug, path in failures.items():
        if slug in models:
            raise ModelpressError(
                f"A model and a failure are both called `{slug}`.",
                where=project.relative(path),
                expected="another name",
                next_step=f"Rename it, or {project.relative(models[slug])}.",
            )


def publish(
    project: Project,
    cards: list[Card],
    failures: list[FailureCard],
    bundle: Entry,
    prover: Prover,
    progress: Progress,
) -> dict[str, Any]:
    """Proves what is not proven yet and replaces the public folder; returns the manifest."""
    reason = prover.missing_reason()
    if reason:
        progress.note(f"PARITY NOT PROVEN. {reason} The pages say so.")
        proofs = prover.unproven([*cards, *failures])
    else:
        proofs = prover.cached([*cards, *failures], bundle)
    unproven = [card for card in cards if card.slug not in proofs]
    unproven_failures = [card for card in failures if card.slug not in proofs]
    content: dict[str, Any] = {}
    if not unproven and not unproven_failures:
        content = manifest.manifest(cards, failures, proofs, bundle)
        site = manifest.handover(content, cards, bundle)
        if manifest.is_published(project, content, site, bundle):
            return content
    with state.temporary_folder(project, "public") as folder:
        public = folder / "public"
        manifest.lay_out(public, [*cards, *failures], bundle)
        proofs |= prover.prove(public, unproven, bundle, progress)
        proofs |= prover.prove_failures(public, unproven_failures, bundle, progress)
        content = manifest.manifest(cards, failures, proofs, bundle)
        manifest.write_manifest(public, content)
        swap(project, public, project.public_dir)
        write_atomically(project.site_json, manifest.handover(content, cards, bundle))
    return content


def _require_data_used(request: DataRequest, chains: list[Chain]) -> None:
    """Raises where local data was given and no model's data set takes it."""
    if request.path is None:
        return
    wanted = [chain.wanted() for chain in chains]
    names = sorted({name for each in wanted if each for name in each.local_names()})
    sources = [chain.data_source() for chain in chains]
    used = [located and (located.real or located) for located in sources]
    if names and not any(located and located.source == "local" for located in used):
        raise ModelpressError(
            "No model's data set takes this local data.",
            where=str(request.path),
            expected="a folder with, or the path of, " + " or ".join(names),
            next_step="Correct --data (or MODELPRESS_DATA), or leave it out.",
        )


class _Recording(Progress):
    """Passes everything on and keeps what ran, for the report."""

    def __init__(self, progress: Progress, report: Report) -> None:
        self._progress = progress
        self._report = report

    def note(self, text: str) -> None:
        self._progress.note(text)

    def event(self, subject: str, event: dict[str, Any]) -> None:
        if event["event"] == "note":
            self.note(event["text"])
            return
        if event["event"] == "done":
            self._report.ran.setdefault(subject, {})[event["step"]] = event["seconds"]
        self._progress.event(subject, event)
