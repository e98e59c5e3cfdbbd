"""Files of the cache that are damaged, hundreds of times: it is always found out, what is damaged
is never used, and the next build is equal to a clean one."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.build.build import Request
from modelpress.build.build import build as build_here
from modelpress.caching.store import ENTRY, Cache
from modelpress.core.progress import Progress
from modelpress.data.kept_rows import CachedExamples
from tests.killing import build, make_scene, tree
from tests.observed import in_a_process
from tests.tiny import bare_project, built_project

DAMAGES = 500

# Changes a file, given all files, and returns those it has changed.
Damage = Callable[[Path, list[Path], random.Random], list[Path]]


def flip(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    """One bit."""
    content = bytearray(path.read_bytes()) or bytearray(1)
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)
    path.write_bytes(content)
    return [path]


def overwrite(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    """Some bytes in the middle, as a lost block of a disk: zeros, or noise."""
    content = path.read_bytes() or b"x"
    start = dice.randrange(len(content))
    length = min(dice.randint(1, 4096), len(content) - start)
    lost = dice.choice([bytes(length), dice.randbytes(length)])
    changed = content[:start] + lost + content[start + length :]
    path.write_bytes(changed if changed != content else content + b"\0")
    return [path]


def truncate(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    content = path.read_bytes() or b"x"
    path.write_bytes(content[: dice.choice([0, dice.randrange(len(content))])])
    return [path]


def extend(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    with path.open("ab") as file:
        file.write(dice.choice([b"\0", b"\n", b" ", dice.randbytes(100)]))
    return [path]


def delete(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    path.unlink()
    return [path]


def become_folder(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    path.unlink()
    path.mkdir()
    return [path]


def swap(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    """With another file that has another content."""
    other = dice.choice([other for other in files if other.read_bytes() != path.read_bytes()])
    mine = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(mine)
    return [path, other]


def swap_entries(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    """Its whole folder with that of another entry."""
    mine = entry_of(path)
    other = dice.choice([other for other in files if entry_of(other) != mine])
    its, aside = entry_of(other), mine.with_name("aside")
    mine.rename(aside)
    its.rename(mine)
    aside.rename(its)
    return [path, other]


def add_file(path: Path, files: list[Path], dice: random.Random) -> list[Path]:
    added = path.with_name(f"{path.name}.{dice.randrange(9)}")
    added.write_bytes(dice.randbytes(10))
    return [added]


ALL: list[Damage] = [
    *(flip, flip, overwrite, truncate, extend, delete, become_folder, swap, swap_entries),
    add_file,
]


def entry_of(path: Path) -> Path:
    """The folder <cache>/<step>/<slug>/<key> that a file lies in."""
    return next(place for place in path.parents if place.parents[2].name == "cache")


def test_damaged_entries_are_never_used(tmp_path: Path) -> None:
    project = built_project(tmp_path / "project")
    cache_folder, clean = project.state_dir / "cache", tmp_path / "clean"
    shutil.copytree(cache_folder, clean)
    entries = {path.parent: json.loads(path.read_text()) for path in cache_folder.rglob(ENTRY)}
    files = sorted(path for path in cache_folder.rglob("*") if path.is_file())
    said: list[str] = []
    cache = Cache(project.state_dir, said.append)

    def is_found(folder: Path) -> bool:
        step, slug = folder.relative_to(cache_folder).parts[:2]
        return cache.find(step, slug, entries[folder]["inputs"]) is not None

    dice = random.Random(3)
    for number in range(DAMAGES):
        path, damage = dice.choice(files), ALL[number % len(ALL)]
        about = f"damage {number}, {damage.__name__} of {path}"
        damaged = {entry_of(changed) for changed in damage(path, files, dice)}
        assert damaged, about
        for folder in damaged:
            assert not is_found(folder), about
            assert not folder.exists(), about
            shutil.copytree(clean / folder.relative_to(cache_folder), folder)
        assert len(said) == len(damaged), about
        assert is_found(dice.choice(list(entries))), about
        said.clear()
    assert all(map(is_found, entries))


@in_a_process
def test_damaged_rows_are_never_used(tmp_path: Path) -> None:
    made: list[int] = []

    def rows() -> dict[str, tuple[Any, Any]]:
        made.append(1)
        x = np.arange(12, dtype="float32").reshape(4, 3)
        return {"train": (x, x[:, 0]), "test": (x + 1, x[:, 1])}

    kept, right = CachedExamples(bare_project(tmp_path)), rows()
    kept.get(rows, (), print)
    (path,) = bare_project(tmp_path).rows_dir.glob("*.npz")
    content = path.read_bytes()
    other = path.with_name("rows-of-an-earlier-version.npz")
    other.write_bytes(content)
    other_rows = {"train.x": np.zeros((1, 1)), "train.y": np.zeros(1)}
    np.savez(other, **other_rows)
    alien = other.read_bytes()
    dice = random.Random(4)
    for number in range(64):
        made.clear()
        other.write_bytes(alien)
        damage = ALL[number % 8]
        damage(path, [path, other], dice)
        changed = not path.is_file() or path.read_bytes() != content
        found = kept.get(rows, (), print)
        assert found.keys() == right.keys()
        for part, (x, y) in right.items():
            assert np.array_equal(found[part][0], x), f"damage {number}, {damage.__name__}"
            assert np.array_equal(found[part][1], y), f"damage {number}, {damage.__name__}"
        assert made or changed
        path.write_bytes(content)


@pytest.mark.slow
def test_damaged_published_files_are_laid_out_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    project = built_project(tmp_path / "project")
    build_here(project, Request(use_browser=False), Progress())
    parts = [project.public_dir, project.site_json]
    clean = tree(project.root)
    dice = random.Random(5)
    for number in range(16):
        files = [path for part in parts for path in (part, *part.rglob("*")) if path.is_file()]
        damage = [flip, overwrite, truncate, extend, delete, become_folder, swap, add_file][
            number % 8
        ]
        changed = damage(dice.choice(files), files, dice)
        build_here(project, Request(use_browser=False), Progress())
        if damage is add_file:  # it may be a person's; it is not published
            changed[0].unlink()
        assert tree(project.root) == clean, f"damage {number}, {damage.__name__}"


@pytest.mark.long
def test_a_project_damaged_all_over_is_built_as_if_anew(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """By the real command: every entry of the cache damaged at once, then what is published."""
    scene = make_scene(tmp_path_factory, "damaged")
    folder = scene.folder
    shutil.copytree(scene.clean["first"], folder, dirs_exist_ok=True)
    scene.require_clean("first")
    dice = random.Random(6)
    cache = folder / ".modelpress/cache"
    for entry in sorted(path.parent for path in cache.rglob(ENTRY)):
        files = sorted(path for path in entry.rglob("*") if path.is_file())
        damage = dice.choice([flip, overwrite, truncate, extend, delete, become_folder, add_file])
        damage(dice.choice(files), files, dice)
    for part in (".modelpress/public", ".modelpress/site.json", "site"):
        files = [path for path in (folder / part, *(folder / part).rglob("*")) if path.is_file()]
        for path in dice.sample(files, min(len(files), 5)):
            overwrite(path, files, dice)
    status, said = build(folder)
    assert status == 2, said  # what is damaged in the site could be an author's change
    assert "site: Files of the site were changed" in said
    shutil.rmtree(folder / "site")
    status, said = build(folder)
    assert status == 0, said
    assert said.count("is damaged") >= 6
    scene.require_clean("first")


def test_a_file_where_a_folder_is_needed_is_taken_away(tmp_path: Path) -> None:
    cache = Cache(tmp_path, print)
    for place in ("cache", "cache/train", "cache/train/line"):
        shutil.rmtree(tmp_path / "cache", ignore_errors=True)
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text("x")
        assert cache.find("train", "line", {"a": 1}) is None
        with cache.making("train", "line") as made:
            (made / "file").write_text("x")
            cache.commit("train", "line", {"a": 1}, made)
        assert cache.find("train", "line", {"a": 1})
