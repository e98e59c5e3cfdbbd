"""Files of the author's anywhere around a project, any site folder, any commands, ended at any
moment: none of these files is ever changed or gone.

The commands are the real ones. Only MkDocs' part is replaced, since what the pages hold is drawn.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelpress.build import archive as archiving
from modelpress.build import pages
from modelpress.build.build import Request, build
from modelpress.build.cleaning import clean
from modelpress.build.pages import Built
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.files import marks
from tests.ended import DONE, ENDED, REFUSED, run_until
from tests.tiny import built_project

# From the project's folder. What a person may have there, also where Modelpress writes.
SITES = [
    *("site", "public", "build/site", "../out", "../out/site", "../web", "link", "link/site"),
    *("docs", "docs/site", "models", "failures", ".git", ".git/site", ".modelpress", "theme"),
    *(".modelpress/public", ".modelpress/site", ".", "..", "../..", "../other", "mkdocs.yml"),
]
FOLDERS = ["", *SITES[:8], ".modelpress", ".git", "docs", "models", "..", "../web", "../other"]
NAMES = [
    *("index.html", "a/index.html", "a", "assets/a.js", "assets", "b/c/d.txt", "CNAME"),
    *(".nojekyll", ".git/HEAD", ".git", "README.md", "modelpress-site.zip", "sw.js"),
    *(marks.MARK, "site.json", "notes/notes.txt", "cache/mine.txt", "cache/train/mine.txt"),
    *("public/mine.txt", "tmp/mine.txt", "swap/mine.txt", "downloads/own/mine.csv", "lock"),
    *("rows/mine.csv", "explore.json", "models/line/mine.json"),
]
PAGES = ["index.html", "a/index.html", "a", "assets/a.js", "b/c/d.txt", "sw.js", "CNAME", "b"]
LINKS = ["link", "site", "public", ".modelpress", "build", "docs/photos", "modelpress-site.zip"]
TARGETS = ["../web", "../out", "docs", "models", ".", "..", "nowhere", "link", "../letter.txt"]


@dataclass(frozen=True)
class Command:
    """One that runs. write: the one before which it ends, 0 for none."""

    name: str
    site: str
    pages: dict[str, int]
    archive: bool
    write: int


@dataclass(frozen=True)
class Person:
    """Writes a file, or makes a link."""

    path: str
    target: str = ""


CONTENT = st.dictionaries(st.sampled_from(PAGES), st.integers(0, 2), max_size=5)
COMMANDS = st.builds(
    Command,
    st.sampled_from(["build", "build", "build", "clean", "clean but downloads"]),
    st.sampled_from([*SITES[:8], *SITES]),
    CONTENT,
    st.booleans(),
    st.one_of(st.just(0), st.integers(1, 60)),
)
FILES = st.builds(
    lambda folder, name: Person(os.path.join(folder, name)),  # noqa: PTH118
    st.sampled_from(FOLDERS),
    st.sampled_from(NAMES),
)
LINKED = st.builds(Person, st.sampled_from(LINKS), st.sampled_from(TARGETS))
FIRST = st.lists(st.one_of(FILES, FILES, LINKED), max_size=8)


@dataclass
class World:
    """A project in a folder among others, and the files there that Modelpress did not write."""

    base: Path
    project: Project
    theirs: dict[Path, str] = field(default_factory=dict)

    def does(self, person: Person) -> None:
        """A person writes a file, or over one of the site's; not through links of the project."""
        path = Path(os.path.abspath(self.project.root / person.path))  # noqa: PTH100
        if any(parent.is_symlink() or parent.is_file() for parent in path.parents):
            return
        if path.is_symlink() or path.is_dir() or self._is_own_state(path):
            return
        if person.target and path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        if person.target:
            path.symlink_to(person.target)
        else:
            path.write_text(f"{self.theirs.get(path, '')} mine")
        self.theirs[path] = seen(path)

    def runs(self, command: Command) -> int:
        site = Path(os.path.abspath(self.project.root / command.site))  # noqa: PTH100
        try:
            site = site.resolve()
        except RuntimeError:
            return REFUSED
        project = replace(self.project, site_dir=site)
        status = run_until(command.write, lambda: act(project, command), self.base)
        changed = {path for path, content in self.theirs.items() if seen(path) != content}
        assert not changed, f"{command} changed {changed}"
        return status

    def _is_own_state(self, path: Path) -> bool:
        """A file that Modelpress has in its own folder: nobody writes there by hand."""
        return path.exists() and path not in self.theirs and ".modelpress" in path.parts


def seen(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    return path.read_text("utf-8", "replace") if path.is_file() else "gone"


def act(project: Project, command: Command) -> None:
    """A command as it is, but for what MkDocs and the archive's scripts would write."""

    def write_pages(project: Project, out: Path, *, archive: bool = False) -> Built:
        for name, version in {**command.pages, "index.html": archive}.items():
            path = out / name
            if not path.parent.is_file() and not path.is_dir():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(f"{name} {version}")
        return Built([], "")

    for module in (pages, archiving):  # in this process alone, which ends with the command
        vars(module)["build_pages"] = write_pages
    if command.name == "build":
        build(project, Request(use_browser=False, archive=command.archive), Progress())
    else:
        clean(project, keep_downloads=command.name != "clean")


@pytest.fixture(scope="module")
def new_world(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], World]:
    from modelpress.site.publish import archive

    place = tmp_path_factory.mktemp("worlds")
    as_it_is = place / "first"
    built_project(as_it_is)
    shutil.rmtree(as_it_is / "site")
    patch = pytest.MonkeyPatch()
    patch.setattr(archive, "to_archive", lambda site, public, bundle: [])

    def make() -> World:
        base = Path(tempfile.mkdtemp(dir=place))
        root = base / "home/project"
        shutil.copytree(as_it_is, root, symlinks=True)
        project = Project(root / "mkdocs.yml", root / "models", root / "docs", root / "site")
        world = World(base, project)
        sources = [path for path in root.rglob("*") if path.is_file()]
        world.theirs = {path: seen(path) for path in sources if ".modelpress" not in path.parts}
        return world

    return make


def run(new_world: Callable[[], World], first: list[Person], rest: list[Command | Person]) -> None:
    world = new_world()
    for step in [*first, *rest]:
        if isinstance(step, Person):
            world.does(step)
        else:
            world.runs(step)
    shutil.rmtree(world.base)


PROFILE = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "database": None,
}


@settings(max_examples=25, derandomize=True, **PROFILE)  # type: ignore[arg-type]
@given(first=FIRST, rest=st.lists(st.one_of(COMMANDS, COMMANDS, FILES), min_size=1, max_size=5))
def test_no_file_of_others_is_ever_lost(
    new_world: Callable[[], World], first: list[Person], rest: list[Command | Person]
) -> None:
    run(new_world, first, rest)


@pytest.mark.long
@settings(max_examples=400, **PROFILE)  # type: ignore[arg-type]
@given(
    first=FIRST,
    rest=st.lists(st.one_of(COMMANDS, COMMANDS, FILES, LINKED), min_size=1, max_size=8),
)
def test_no_file_of_others_is_ever_lost_in_long_stories(
    new_world: Callable[[], World], first: list[Person], rest: list[Command | Person]
) -> None:
    run(new_world, first, rest)


def test_the_stories_are_no_mere_refusals(new_world: Callable[[], World]) -> None:
    """Builds are done and ended, and what was drawn does stand in their way."""
    world = new_world()
    two = {"a/index.html": 1, "assets/a.js": 2}
    story: list[Command | Person] = [
        Command("build", "site", {}, True, 0),
        Command("build", "site", two, True, 12),
        Person("site/README.md"),
        Person("site/.git/HEAD"),
        Command("build", "site", two, True, 40),
        Command("build", "site", two, True, 0),
        Person("site/a/index.html"),
        Command("build", "site", {}, False, 0),
        Command("clean", "site", {}, False, 30),
        Command("clean", "site", {}, False, 0),
    ]
    statuses = []
    for step in story:
        if isinstance(step, Person):
            world.does(step)
        else:
            statuses.append(world.runs(step))
    assert statuses == [DONE, ENDED, ENDED, DONE, REFUSED, ENDED, DONE]
    left = set(marks.names(world.project.site_dir))
    assert left == {"README.md", ".git/HEAD", "a/index.html"}


def test_clean_leaves_nothing_of_a_build(new_world: Callable[[], World]) -> None:
    """Everything that the real steps leave in the state folder is known as ours."""
    world = new_world()
    project = world.project
    before = {path for path in project.root.rglob("*") if ".modelpress" not in path.parts}
    commands = [Command(name, "site", {}, True, 0) for name in ("build", "clean")]
    statuses = [world.runs(command) for command in commands]
    assert statuses == [DONE, DONE]
    assert set(project.root.rglob("*")) == before
