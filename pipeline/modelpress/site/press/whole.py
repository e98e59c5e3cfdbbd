"""Writes the figures of a site's elements, and the files that belong to the whole site."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from html import escape
from pathlib import Path

from modelpress.core.project import Project
from modelpress.files import marks
from modelpress.site.context import Site
from modelpress.site.press.pages import BuiltPage, home_urls, html_files, press_page
from modelpress.site.publish.additions import add_file
from modelpress.site.publish.embed import write_embed
from modelpress.site.publish.handover import read_handover
from modelpress.site.publish.offline import head_html, write_offline
from modelpress.site.publish.packages import model_packages
from modelpress.site.publish.supply import write_sbom

_HEAD, _HEAD_END = "<!--modelpress-->", "<!--/modelpress-->"
_WRITTEN = re.compile(f"{_HEAD}.*?{_HEAD_END}", re.DOTALL)


def press_site(project: Project, pages: Sequence[BuiltPage], made: Path, shown: str) -> list[str]:
    """Writes the pages with their figures into `made`, and adds all other files there.

    shown: the folder's name in errors. Returns the names of the pages. Raises PageError for a
    model, option or start that does not exist.
    """
    handover = read_handover(project.state_dir, archive=False) | {
        "theme": "",
        "has_formulas": project.formulas,
        "fact_delimiters": project.facts,
    }
    site = Site.from_handover(
        handover, project.public_dir, home_urls(pages), address=project.site_url
    )
    texts = {page.name: press_page(page, site, shown, project.site_path) for page in pages}
    for name, text in texts.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(text.encode())
    names = list(texts)
    if offline := project.offline and "offline" in site.bundle:
        names = [path.relative_to(made).as_posix() for path in html_files(made)]
        control = next((p.url for p in pages for e in p.elements if e.name == "offline"), None)
        for name in names:
            _write_head(made / name, name, site, control)
    for name in marks.own_names(project.public_dir):
        _add_copy(project.public_dir / name, made, name)
    packages = model_packages(sorted(project.public_dir.glob("*/*/*/source.py")))
    write_sbom(made, project.site_name, site.bundle, theme="", made_with=packages)
    write_embed(made, project.site_name, site)
    if offline:
        write_offline(made, project.site_name, site.bundle)
    return names


def _add_copy(source: Path, made: Path, name: str) -> None:
    """Copies a file of the public folder, unless the pages' builder has one of this name."""
    if (made / name).exists():
        add_file(made, name, source.read_bytes())  # an error, unless they are equal
        return
    (made / name).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, made / name)


def _write_head(path: Path, name: str, site: Site, control: str | None) -> None:
    """Writes the tags of the offline copy into a page's head, in the place of earlier ones."""
    try:
        html = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:  # not a page of ours
        return
    root = "../" * name.count("/") or "./"
    script = f'<script type="module" src="{escape(root + site.bundle["offline"])}"></script>'
    tags = f"{_HEAD}{head_html(root, control)}{script}{_HEAD_END}"
    html = _WRITTEN.sub("", html)
    html = re.sub(r"</head>", lambda found: tags + found[0], html, count=1, flags=re.IGNORECASE)
    path.write_bytes(html.encode())
