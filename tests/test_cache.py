"""Entries are whole and unchanged, or not there."""

import errno
from pathlib import Path

import pytest

from modelpress.caching import store as cache_module
from modelpress.caching.store import Cache, Entry
from modelpress.core.writing import write_atomically


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, said: list[str]) -> Cache:
    return Cache(tmp_path, said.append)


def make(cache: Cache, inputs: dict[str, str], text: str = "content") -> Entry:
    with cache.making("train", "net") as folder:
        (folder / "sub").mkdir()
        (folder / "sub" / "file.txt").write_text(text)
        return cache.commit("train", "net", inputs, folder)


def leftovers(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "tmp").iterdir())


def test_found_by_its_inputs_alone(cache: Cache, tmp_path: Path) -> None:
    made = make(cache, {"rate": "1"})
    found = cache.find("train", "net", {"rate": "1"})
    assert found == made
    assert found.path("sub/file.txt").read_text() == "content"
    assert list(found.files) == ["sub/file.txt"]
    assert cache.find("train", "net", {"rate": "2"}) is None
    assert cache.find("train", "other", {"rate": "1"}) is None
    assert cache.find("golden", "net", {"rate": "1"}) is None
    assert leftovers(tmp_path) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / "sub" / "file.txt").write_text("content!"),
        lambda folder: (folder / "sub" / "file.txt").write_text(""),
        lambda folder: (folder / "sub" / "file.txt").unlink(),
        lambda folder: (folder / "entry.json").unlink(),
        lambda folder: (folder / "entry.json").write_text("{"),
        lambda folder: (folder / "entry.json").write_text('{"inputs": {}, "files": {}}'),
    ],
)
def test_a_damaged_entry_is_said_and_removed(cache: Cache, said: list[str], damage: object) -> None:
    folder = make(cache, {"rate": "1"}).folder
    damage(folder)  # type: ignore[operator]
    assert cache.find("train", "net", {"rate": "1"}) is None
    assert "train of net is damaged" in said[0]
    assert not folder.exists()
    assert make(cache, {"rate": "1"}) == cache.find("train", "net", {"rate": "1"})


def test_an_interrupted_step_leaves_nothing(cache: Cache, tmp_path: Path) -> None:
    def interrupted() -> None:
        with cache.making("train", "net") as folder:
            (folder / "half").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert leftovers(tmp_path) == []
    assert not cache.root.exists()


def test_no_room_leaves_nothing(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "entry.json")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(OSError, match="No space"):
        make(cache, {"rate": "1"})
    assert leftovers(tmp_path) == []
    assert cache.find("train", "net", {"rate": "1"}) is None


def test_making_an_entry_again_replaces_it(cache: Cache) -> None:
    make(cache, {"rate": "1"}, "old")
    make(cache, {"rate": "1"}, "new")
    found = cache.find("train", "net", {"rate": "1"})
    assert found
    assert found.path("sub/file.txt").read_text() == "new"


def test_old_entries_make_room(cache: Cache) -> None:
    for rate in range(cache_module.KEPT + 3):
        make(cache, {"rate": str(rate)})
    assert len(list((cache.root / "train" / "net").iterdir())) == cache_module.KEPT
    assert cache.find("train", "net", {"rate": str(cache_module.KEPT + 2)})


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deep" / "site.json"
    write_atomically(path, "one")
    assert path.read_text() == "one"
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(OSError, match="no"):
        write_atomically(path, "two")
    assert path.read_text() == "one"
    assert list(path.parent.iterdir()) == [path]
