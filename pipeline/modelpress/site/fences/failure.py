"""The `failure` fence: a training that goes wrong, a button for the repair, and both curves."""

from __future__ import annotations

import json
from html import escape

import numpy as np

from modelpress.artefacts.failure_entry import trained_entry
from modelpress.core.errors import PageError
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain, read
from modelpress.schema.failure import CourseName, FailureCourse, FailureEntry, FailureFigure
from modelpress.schema.live import LiveRun
from modelpress.site.context import Page, Site
from modelpress.site.drawn import drawn
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block, read_options
from modelpress.site.fences.figure import caption_html, page_links
from modelpress.site.fences.proof_note import unproven
from modelpress.site.html_json import json_data

COURSES: tuple[CourseName, ...] = ("wrong", "repaired")


def failure_html(site: Site, page: Page, block: Block) -> str:
    """Returns the figure, complete without scripts."""
    slug, entry = block.slug, site.failures[block.slug]
    options = read_options(block, page.path, page.line_offset)
    recorded = _recorded(site, page, block, entry)
    page.figures += 1
    spec = {"entry": plain(entry), "recorded": plain(recorded), "unproven": unproven(entry)}
    slots = {
        "id": f"mp-{slug}-failure-{page.figures}",
        "number": str(page.figures),
        "caption": caption_html(options, entry.title, site, page, block),
        **{str(x): escape(page.url(entry.files[f"{x}/live.json"].url)) for x in COURSES},
    }
    element = attributes(failure=slug, state="idle", course="wrong", step=0)
    return (
        f"{page_links(site, page)}<modelpress-failure{element} data-search-exclude>"
        f"{drawn(site, 'failure/figure', slug, spec, slots)}"
        f"{json_data(plain(recorded), data_part='recorded')}</modelpress-failure>"
    )


def _recorded(site: Site, page: Page, block: Block, entry: FailureEntry) -> FailureFigure:
    """Returns what the element needs before it fetches scripts and files."""
    return FailureFigure(
        curve=entry.curve,
        repair=entry.repair,
        outputs=entry.outputs,
        scale=entry.scale,
        tolerance=entry.tolerance["cpu"],
        examples=[example.input for example in entry.examples],
        courses={
            name: FailureCourse(
                entry=trained_entry(entry, name),
                losses=_losses(site, page, block, entry, name),
                points=entry.course(name).points if entry.curve != "loss" else [],
                answers=entry.course(name).answers,
            )
            for name in COURSES
        },
    )


def _losses(
    site: Site, page: Page, block: Block, entry: FailureEntry, name: CourseName
) -> list[float]:
    """Returns the losses that Python recorded. Raises PageError if they are not readable."""
    files = entry.files
    try:
        path = site.public / files[f"{name}/live.json"].url
        live = read(LiveRun, json.loads(path.read_text("utf-8")), path.name)
        recording = live.recordings[live.author]
        raw = np.fromfile(
            site.public / files[f"{name}/live.bin"].url,
            "<f4",
            count=recording.steps,
            offset=recording.losses.offset,
        )
        if len(raw) < recording.steps:
            raise ValueError("live.bin ends too early")
    except (OSError, ValueError, KeyError) as error:
        raise PageError(
            f"The recorded trainings of `{block.slug}` cannot be read: {error}",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            next_step="Run `modelpress build`, which records them.",
        ) from error
    return [float(str(value)) for value in raw]


FENCE = FenceKind("failure", failure_html, {"caption": ()}, subject="failure")
