"""Renders the formulas of the pages from TeX to MathML, with Node.

Writes `.modelpress/formulas.json`, which the Markdown extension reads.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from modelpress.caching.step import Steps
from modelpress.core.errors import PageError
from modelpress.core.project import Project
from modelpress.node.predraw import hand_over, rendered_in_node
from modelpress.site.context import Site
from modelpress.site.fences.formulas import Formula, formulas_of_page

if TYPE_CHECKING:
    from modelpress.site.fence_syntax import Fence


def render_formulas(project: Project, found: Sequence[Formula], steps: Steps) -> None:
    """Renders the formulas `found`, unless cached, and writes the hand-over file.

    Raises PageError for invalid TeX.
    """
    from modelpress.node import bundle

    rendered: dict[str, dict[str, str]] = {}
    if found:
        config = {"formulas": {formula.key: [formula.tex, formula.display] for formula in found}}
        files = bundle.source_files()
        sources = {name: files[name] for name in ("build/formulas.mjs", "package-lock.json")}
        rendered = rendered_in_node("formulas", "formulas.mjs", config, sources, steps)
    for formula in found:
        if "wrong" in rendered[formula.key]:
            raise PageError(
                "This formula can't be read as TeX.",
                where=formula.where,
                found=f"{formula.tex}\n{rendered[formula.key]['wrong']}",
                next_step="Correct it; a dollar that is no formula is written \\$.",
            )
    hand_over(project, "formulas", {key: each["html"] for key, each in rendered.items()})


def find_formulas(project: Project, fences: Sequence[Fence]) -> list[Formula]:
    """Returns the formulas of all pages, in the order of pages.

    Needs `site.json` for facts in formulas.
    """
    from mkdocs.utils.meta import get_data

    if not project.formulas:
        return []
    entries = published_entries(project)
    found = []
    for path in sorted(project.docs_dir.rglob("*.md")):
        text = path.read_text(encoding="utf-8-sig")
        if "$" not in text:
            continue
        page = path.relative_to(project.docs_dir).as_posix()
        body, _ = get_data(text)
        offset = text.count("\n") - body.count("\n")
        own = [fence for fence in fences if fence.page == page]
        found += formulas_of_page(body.splitlines(), own, entries, page, offset, project.facts)
    return found


def published_entries(project: Project) -> Mapping[str, Any]:
    """Returns the entries that facts are looked up in, from the hand-over of this build."""
    handover = json.loads(project.site_json.read_text("utf-8"))
    return Site.from_handover(handover, project.public_dir, {}).entries
