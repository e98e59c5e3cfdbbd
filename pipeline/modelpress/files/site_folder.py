"""Rejects site folders that would touch the author's own folders, homes or other projects.

The check runs before the build, with symbolic links resolved. `modelpress.files.replacing` checks
the folder's contents.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project

_CONFIGS = ("modelpress.yml", "mkdocs.yml", "mkdocs.yaml")


@dataclass(frozen=True)
class _Source:
    """A folder that the site must not touch.

    words: its description. within: whether its subfolders must not be touched either.
    """

    words: str
    path: Path
    within: bool = True


def require_site_folder(project: Project) -> None:
    """Raises ModelpressError if building the site into `site_dir` would touch other files."""
    site = _resolved(project, project.site_dir)
    for source in _sources(project):
        relation = _relation(site, source)
        if relation:
            raise _refusal(project, site, f"{site}, which {relation} {source.words}")
    _require_no_repository(project, site)
    _require_no_other_project(project, site)
    for place in (site, *site.parents):
        if place.exists() and not place.is_dir():
            raise _refusal(project, site, f"{place}, which is a file")
    if os.path.ismount(site):
        raise _refusal(project, site, f"{site}, which is the root of a file system")


def _sources(project: Project) -> Iterator[_Source]:
    root = _resolved(project, project.root)
    yield _Source("the root of the file system", Path(root.anchor), within=False)
    for home in _homes():
        yield _Source("a home folder", home, within=False)
    yield _Source("the project's folder", root, within=False)
    named = [
        ("the folder of the pages (`docs_dir`)", project.docs_dir),
        ("the folder of the models", project.models_dir),
        ("the folder of the failures", project.failures_dir),
        ("the folder of Modelpress' cache", project.state_dir),
        ("the folder of the repository", project.root / ".git"),
    ]
    if project.custom_dir:
        named.append(("the folder of the theme (`custom_dir`)", project.custom_dir))
    for words, path in named:
        place = _resolved(project, path)
        # Model files may lie beside mkdocs.yml; then every folder of the project lies within.
        yield _Source(words, place, within=not root.is_relative_to(place))
    for path in _linked_folders(project.docs_dir):
        yield _Source("a folder that a link in the pages leads to", path)


def _relation(site: Path, source: _Source) -> str:
    """Returns how the site folder touches a source: 'is', 'contains', 'lies within', or ''."""
    if _is_same(site, source.path):
        return "is"
    if any(_is_same(site, parent) for parent in source.path.parents):
        return "contains"
    if source.within and any(_is_same(parent, source.path) for parent in site.parents):
        return "lies within"
    return ""


def _is_same(one: Path, other: Path) -> bool:
    """Returns whether two paths are one folder. On some systems, names that differ only in case
    are one folder, whether it exists yet or not."""
    if one == other:
        return True
    try:
        return one.samefile(other)
    except OSError:
        alike = _folded(one.name) == _folded(other.name)
        return alike and one.parent == other.parent


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _homes() -> set[Path]:
    """Returns the home folders of this user, from environment and system, and of other users."""
    homes: set[Path] = set()
    with suppress(RuntimeError):  # no home is known
        homes.add(Path.home())
    try:
        import pwd

        homes |= {Path(entry.pw_dir) for entry in pwd.getpwall() if entry.pw_dir}
    except ImportError:  # this system has no list of users
        pass
    found = {home.resolve() for home in homes if home.is_absolute()}
    return {home for home in found if home != Path(home.anchor)}


def _linked_folders(docs: Path) -> Iterator[Path]:
    """Returns the targets of links to folders in the pages: MkDocs follows them."""
    for folder, names, _ in os.walk(docs):
        for name in names:
            path = Path(folder) / name
            if path.is_symlink() and path.is_dir():
                yield path.resolve()


def _require_no_repository(project: Project, site: Path) -> None:
    for place in (site, *site.parents):
        bare = all((place / name).exists() for name in ("HEAD", "objects", "refs"))
        if place.name == ".git" or bare:
            raise _refusal(project, site, f"{site}, which lies within the data of a repository")


def _require_no_other_project(project: Project, site: Path) -> None:
    root = _resolved(project, project.root)
    for place in (site, *site.parents):
        if root.is_relative_to(place):
            return
        if any((place / name).is_file() for name in _CONFIGS):
            raise _refusal(project, site, f"{site}, which lies within another project, {place}")


def _resolved(project: Project, path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # a link that leads to itself
        raise _refusal(project, path, f"{path}, a link that leads to itself") from error


def _refusal(project: Project, site: Path, found: str) -> ModelpressError:
    return ModelpressError(
        "The site can't be built into this folder. Nothing was built, removed or changed.",
        where=f"{project.relative(project.config_file)}, `site_dir`",
        found=found,
        expected="a folder that contains only the site, such as site",
        next_step=f"Set `site_dir: site` in {project.config_file.name}, or name another folder of "
        "its own.",
    )
