"""The pages' formulas, TeX to MathML: drawn by Node when the site is built.

Written to `.modelpress/formulas.json`, from which the Markdown extension takes them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from modelpress.caching.step import Steps
from modelpress.core.errors import PageError
from modelpress.core.project import Project
from modelpress.node.predraw import drawn_in_node, hand_over
from modelpress.site.context import Site
from modelpress.site.fences.formulas import Formula, formulas_of_page

if TYPE_CHECKING:
    from modelpress.site.fence_syntax import Fence


def draw_formulas(project: Project, fences: Sequence[Fence], steps: Steps) -> None:
    """Draws every formula of the pages, if they are not cached, and hands them over.

    Needs `site.json`, for the facts in formulas. Raises PageError for TeX that cannot be read.
    """
    from modelpress.node import bundle

    found = find_formulas(project, fences)
    drawn: dict[str, dict[str, str]] = {}
    if found:
        config = {"formulas": {formula.key: [formula.tex, formula.display] for formula in found}}
        files = bundle.source_files()
        sources = {name: files[name] for name in ("build/formulas.mjs", "package-lock.json")}
        drawn = drawn_in_node("formulas", "formulas.mjs", config, sources, steps)
    for formula in found:
        if "wrong" in drawn[formula.key]:
            raise PageError(
                "This formula can't be read as TeX.",
                where=formula.where,
                found=f"{formula.tex}\n{drawn[formula.key]['wrong']}",
                next_step="Correct it; a dollar that is no formula is written \\$.",
            )
    hand_over(project, "formulas", {key: made["html"] for key, made in drawn.items()})


def find_formulas(project: Project, fences: Sequence[Fence]) -> list[Formula]:
    """The formulas of all pages, in the order of pages."""
    from mkdocs.utils.meta import get_data

    handover = json.loads(project.site_json.read_text("utf-8"))
    entries = Site.from_handover(handover, project.public_dir, {}).entries
    found = []
    for path in sorted(project.docs_dir.rglob("*.md")):
        text = path.read_text(encoding="utf-8-sig")
        if "$" not in text:
            continue
        page = path.relative_to(project.docs_dir).as_posix()
        body, _ = get_data(text)
        offset = text.count("\n") - body.count("\n")
        own = [fence for fence in fences if fence.page == page]
        found += formulas_of_page(body.splitlines(), own, entries, page, offset)
    return found
