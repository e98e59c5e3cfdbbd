"""A tiny site that can be kept on a device, and the next build of it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from modelpress.site.publish.additions import mark_site
from modelpress.site.publish.offline import write_offline
from tests.tiny import tiny_project, write_plain


def offline_site(folder: Path) -> None:
    """Writes the site's sources into `folder`: one model, an explainer, and the page with the
    control."""
    tiny_project(folder)
    write_plain(folder, "Offline")
    config = folder / "mkdocs.yml"
    config.write_text(config.read_text().replace("- modelpress", "- modelpress: {offline: true}"))
    (folder / "docs/softmax.md").write_text("# Softmax\n\n```explore softmax\n```\n")
    (folder / "docs/offline.md").write_text("# Offline\n\n```offline\n```\n")


def renewed_site(project: Path, site: Path, name: str = "NEWER") -> Path:
    """The next build of the project's site, in `site`: another page, other scripts under other
    names, one of them with `name` in it."""
    shutil.copytree(project / "site", site)
    bundle = json.loads((project / ".modelpress/site.json").read_text())["bundle"]
    first = Path(bundle["first"]["script"])
    newer = first.with_name(f"first-{name}.js")
    (site / first).rename(site / newer)
    for path in [*site.rglob("*.html"), *site.glob("assets/modelpress/*.js")]:
        path.write_text(path.read_text().replace(first.name, newer.name))
    line = site / "line/index.html"
    line.write_text(line.read_text().replace(">line</h1>", ">line, renewed</h1>"))
    assert "renewed" in line.read_text()
    mark_site(site)
    write_offline(
        site, "Offline", {**bundle, "first": {**bundle["first"], "script": newer.as_posix()}}
    )
    return site
