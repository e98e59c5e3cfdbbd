"""Builds a proven site from model files and pages.

Cached steps don't run: a build without changes imports no TensorFlow and starts no browser.
A failing build leaves site/ unchanged.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from modelpress.artefacts import manifest
from modelpress.artefacts.failure_entry import FailureCard, failure_card
from modelpress.artefacts.model_entry import Card, card, require_expected
from modelpress.artefacts.product import FailureCase, Product
from modelpress.build import pages
from modelpress.build.archive import write_archive
from modelpress.build.explainers import render_explainers, require_explainers
from modelpress.build.failure_chain import FailureChain, find_failures
from modelpress.build.formulas import render_formulas
from modelpress.build.freshness import record_sources
from modelpress.build.model_chain import Chain
from modelpress.build.page_source import MkDocsSource, Source
from modelpress.build.parallel import ParallelBuild
from modelpress.caching import keys
from modelpress.caching.step import Steps
from modelpress.caching.store import Entry
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import FAILURES, SITE, Progress, running
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically
from modelpress.data.locate import DataRequest
from modelpress.files import workspace
from modelpress.files.swapping import swap
from modelpress.node import drawing
from modelpress.node.bundle import install_in_background
from modelpress.proof.prove import Prover, make_bundle
from modelpress.schema.manifest import Manifest
from modelpress.spec import discovery


@dataclass(frozen=True)
class Request:
    """The options of a build.

    slugs: models and failures that may be trained, () for all. cluster: address of a Dask scheduler
    whose workers make the models, '' for this machine. archive: whether to write the archive too.
    """

    slugs: tuple[str, ...] = ()
    data: DataRequest = field(default_factory=DataRequest)
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    cluster: str = ""
    use_browser: bool = True
    archive: bool = False

    def wants(self, slug: str) -> bool:
        """Returns whether this model or failure may be trained."""
        return not self.slugs or slug in self.slugs


@dataclass
class Report:
    """The results of a build.

    ran: slug → step → seconds. stale: slugs that are out of date, so that no site was built; () if
    it was. archive: path of the archive, if requested. first_page: URL of the first page in the
    navigation, relative to the site; None if another builder made the pages.
    """

    manifest: Manifest | None = None
    ran: dict[str, dict[str, float]] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    seconds: float = 0.0
    archive: Path | None = None
    first_page: str | None = ""


def build(
    project: Project, request: Request, progress: Progress, source: Source | None = None
) -> Report:
    """Builds the site of `project`. Raises ModelpressError; site/ then stays unchanged.

    source: where the pages come from; default: MkDocs.
    """
    started = time.monotonic()
    keys.forget()
    drawing.forget()
    report = Report()
    progress = _RecordingProgress(progress, report)
    source = source or MkDocsSource(project, archive=request.archive)
    source.check()
    with workspace.locked(project, progress.note), source.opened(progress.note) as written:
        steps = Steps(project, partial(progress.event, SITE))
        prover = Prover(steps, use_browser=request.use_browser)
        models, failures = discovery.find_models(project), find_failures(project)
        require_other_names(models, failures, project)
        discovery.require(list(request.slugs), {**models, **failures})
        fences = written.fences
        starts = pages.starting_inputs(
            written.project, fences, models, failures, every_model=written.every_model
        )
        explainers = require_explainers(fences, written.project)
        figures = pages.foreign_figures(fences)
        drawn = pages.drawn_inputs(fences)
        work = Work(project, request, progress, models, failures, starts, drawn)
        shown, missing = find_failure_cases(work)
        found = {slug: work.chain(slug).find() for slug in models}
        wanted = list(filter(request.wants, missing))
        with parallel_build(work, found, wanted) as parallel:
            parallel.models()
            products, stale = find_products(work, found)
            require_expected(products, project)
            if not stale and wanted == missing:
                cards = [card(product, project) for product in products]
                bundle = make_bundle(project, cards, explainers, figures, steps)
                # While failure cases are in progress.
                proofs = prove_models(project, cards, bundle, prover, progress)
            parallel.all()
        shown, missing = find_failure_cases(work)
        stale = sorted({*stale, *missing})
        if stale:
            report.stale = tuple(stale)
            return report
        failure_cards = [failure_card(failure_case, project) for failure_case in shown]
        report.manifest = publish(project, cards, failure_cards, bundle, proofs, prover, progress)
        record_sources(project, request.data, products, shown)
        render_explainers(written.project, fences, steps)
        render_formulas(project, written.formulas(), steps)
        report.first_page = written.publish(progress.note)
        if request.archive:
            with running(progress, SITE, "archive"):
                report.archive = write_archive(project, progress.note)
    report.seconds = time.monotonic() - started
    return report


@dataclass(frozen=True)
class Work:
    """The inputs of a build: its options, and files of models and failures by slug.

    starts: slug → text of each starting input on a page → "page.md:line". drawn: slug → starting
    inputs whose activations a page shows, None for the model's own.
    """

    project: Project
    request: Request
    progress: Progress
    models: dict[str, Path]
    failures: dict[str, Path]
    starts: dict[str, dict[str, str]]
    drawn: Mapping[str, Sequence[str | None]] = field(default_factory=dict)

    def chain(self, slug: str) -> Chain:
        """Returns the chain of a model with its current sources."""
        path, starts = self.models[slug], self.starts[slug]
        tell = partial(self.progress.event, slug)
        drawn = self.drawn.get(slug, ())
        return Chain(self.project, slug, path, starts, self.request.data, tell, drawn=drawn)

    def failure(self, slug: str) -> FailureChain:
        """Returns the chain of a failure with its current sources."""
        tell = partial(self.progress.event, FAILURES)
        return FailureChain(self.project, slug, self.failures[slug], tell)


def parallel_build(
    work: Work, found: dict[str, Product | None], failures: list[str]
) -> ParallelBuild:
    """Returns the parallel build of these failures and of the missing, requested models."""
    request = work.request
    missing = [slug for slug, product in found.items() if product is None and request.wants(slug)]
    if missing:
        install_in_background()  # the bundle needs it after the training
    chains = [work.chain(slug) for slug in longest_first(missing, work.models)]
    others = [work.failure(slug) for slug in failures]
    tell = work.progress.event
    return ParallelBuild(work.project, chains, others, request.jobs, tell, request.cluster)


def find_products(work: Work, found: dict[str, Product | None]) -> tuple[list[Product], list[str]]:
    """Returns the finished models, and the slugs of outdated models that weren't requested.

    found: models that were finished before. Raises ModelpressError if sources changed meanwhile.
    """
    chains = {slug: work.chain(slug) for slug in work.models}
    found = {slug: product or chains[slug].find() for slug, product in found.items()}
    missing = [slug for slug, product in found.items() if product is None]
    for slug in filter(work.request.wants, missing):
        raise ModelpressError(
            f"The sources of {slug} changed during the build.",
            where=work.project.relative(work.models[slug]),
            next_step="Build again.",
        )
    _require_data_used(work.request.data, list(chains.values()))
    return [product for product in found.values() if product], sorted(missing)


def longest_first(slugs: list[str], models: dict[str, Path]) -> list[str]:
    """Returns the start order: convolutions train longest, so they start first.

    A long training at the end would keep one core busy while the others idle.
    """
    return sorted(slugs, key=lambda slug: b"Conv" not in models[slug].read_bytes())


def find_failure_cases(work: Work) -> tuple[list[FailureCase], list[str]]:
    """Returns the finished failure cases, and the slugs of the others."""
    found = {slug: work.failure(slug).find() for slug in work.failures}
    missing = [slug for slug, failure_case in found.items() if failure_case is None]
    return [failure_case for failure_case in found.values() if failure_case], missing


def require_other_names(
    models: dict[str, Path], failures: dict[str, Path], project: Project
) -> None:
    """Raises ModelpressError if a failure has a model's slug: facts and links need unique slugs."""
    for slug, path in failures.items():
        if slug in models:
            raise ModelpressError(
                f"A model and a failure are both called `{slug}`.",
                where=project.relative(path),
                expected="another name",
                next_step=f"Rename it, or {project.relative(models[slug])}.",
            )


def prove_models(
    project: Project, cards: list[Card], bundle: Entry, prover: Prover, progress: Progress
) -> dict[str, manifest.Proof]:
    """Returns slug → parity and cache key of the models; proves those without a cached proof."""
    reason = prover.missing_reason()
    if reason:
        progress.note(f"PARITY NOT PROVEN. {reason} The figures say so.")
        return prover.unproven(cards)
    proofs = prover.cached(cards, bundle)
    unproven = [card for card in cards if card.slug not in proofs]
    if unproven:
        with workspace.temporary_folder(project, "proofs") as folder:
            public = folder / "public"
            manifest.lay_out(public, unproven, bundle)
            proofs |= prover.prove(public, unproven, bundle, progress)
    return proofs


def publish(
    project: Project,
    cards: list[Card],
    failures: list[FailureCard],
    bundle: Entry,
    proofs: dict[str, manifest.Proof],
    prover: Prover,
    progress: Progress,
) -> Manifest:
    """Replaces the public folder and returns the manifest.

    proofs: of the models. Failures are proven here.
    """
    if prover.missing_reason():
        proofs = proofs | prover.unproven(failures)
    else:
        proofs = proofs | prover.cached(failures, bundle)
    unproven = [card for card in failures if card.slug not in proofs]
    if not unproven:
        content = manifest.manifest(cards, failures, proofs, bundle)
        site = manifest.handover(content, cards, bundle)
        if manifest.is_published(project, content, site, bundle):
            return content.manifest
    with workspace.temporary_folder(project, "public") as folder:
        public = folder / "public"
        manifest.lay_out(public, [*cards, *failures], bundle)
        proofs |= prover.prove_failures(public, unproven, bundle, progress)
        content = manifest.manifest(cards, failures, proofs, bundle)
        manifest.write_manifest(public, content)
        swap(project, public, project.public_dir)
        write_atomically(project.site_json, manifest.handover(content, cards, bundle))
    return content.manifest


def _require_data_used(request: DataRequest, chains: list[Chain]) -> None:
    """Raises ModelpressError if local data is given but no model's data set uses it."""
    if request.path is None:
        return
    wanted = [chain.wanted() for chain in chains]
    names = sorted({name for each in wanted if each for name in each.local_names()})
    sources = [chain.data_source() for chain in chains]
    used = [located and (located.real or located) for located in sources]
    if names and not any(located and located.source == "local" for located in used):
        raise ModelpressError(
            "No model's data set uses this local data.",
            where=str(request.path),
            expected="a folder with, or the path of, " + " or ".join(names),
            next_step="Correct --data (or MODELPRESS_DATA), or leave it out.",
        )


class _RecordingProgress(Progress):
    """Passes events on and records the finished steps in the report."""

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
