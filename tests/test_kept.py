"""Built-in rows are made once, kept whole, and made again when they are damaged or outdated."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from modelpress.data import BuiltIn, Data, DataRequest, Dataset, KeptRows, Split, load

SOURCE = """
import pathlib, time
import numpy as np

def rows():
    with open("{calls}", "a") as file:
        file.write("x")
    time.sleep(0.05)  # so that makers side by side would overlap
    return {{"train": (np.arange(6, dtype=np.uint8).reshape(3, 2), np.ones(3, np.uint8))}}

NAMES = "beside.json"
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module whose `rows` counts its calls in the file `calls`."""
    return written(tmp_path, monkeypatch, "")


def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: str) -> ModuleType:
    path = tmp_path / "maker.py"
    path.write_text(SOURCE.format(calls=tmp_path / "calls") + more)
    module = ModuleType("maker")
    module.__file__ = str(path)
    exec(compile(path.read_text(), path, "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "maker", module)
    return module


def calls(tmp_path: Path) -> int:
    path = tmp_path / "calls"
    return len(path.read_text()) if path.exists() else 0


def got(module: Any, tmp_path: Path, said: list[str] | None = None) -> Any:
    kept = KeptRows(tmp_path / "rows", (tmp_path,))
    x, y = kept.get(module.rows, (), (said if said is not None else []).append)["train"]
    assert x.dtype == y.dtype == np.uint8
    assert (x == np.arange(6).reshape(3, 2)).all()
    return x


def test_rows_are_made_once_for_models_side_by_side(module: Any, tmp_path: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: got(module, tmp_path, said), range(3)))
    assert calls(tmp_path) == 1
    assert said.count("making the built-in rows, once for all models") == 1
    got(module, tmp_path)
    assert calls(tmp_path) == 1


@pytest.mark.parametrize("damage", ["cut", "altered", "empty", "text"])
def test_damaged_rows_are_made_again(module: Any, tmp_path: Path, damage: str) -> None:
    got(module, tmp_path)
    (path,) = (tmp_path / "rows").glob("*.npz")
    content = bytearray(path.read_bytes())
    if damage == "altered":
        content[content.index(b"\0\1\2\3\4\5")] = 9
    made = {"cut": content[:-30], "altered": content, "empty": b"", "text": b"rows"}
    path.write_bytes(bytes(made[damage]))
    got(module, tmp_path)
    assert calls(tmp_path) == 2
    got(module, tmp_path)
    assert calls(tmp_path) == 2


def test_a_changed_maker_makes_new_rows(
    module: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    got(module, tmp_path)
    got(written(tmp_path, monkeypatch, "OTHER = 1\n"), tmp_path)
    assert calls(tmp_path) == 2
    (tmp_path / "beside.json").write_text("{}")  # data beside the module that it names
    got(module, tmp_path)
    assert calls(tmp_path) == 3
    assert len(list((tmp_path / "rows").glob("*.npz"))) == 2  # older ones make room


def test_an_interrupted_writer_leaves_nothing_behind(module: Any, tmp_path: Path) -> None:
    (tmp_path / "rows").mkdir()
    name = f"{module.rows.__module__}-rows"
    (tmp_path / "rows" / f".{name}-0.part").write_bytes(b"half")
    got(module, tmp_path)
    assert sorted(path.suffix for path in (tmp_path / "rows").iterdir()) == [".lock", ".npz"]


def test_a_data_set_reads_kept_rows(module: Any, tmp_path: Path) -> None:
    def read(rows: Any) -> Data:
        return Data(train=Split(*rows["train"]))

    dataset = Dataset("rows", "Rows", "CC0", sources=(BuiltIn(read, rows=module.rows),))
    kept = KeptRows(tmp_path / "rows")
    for made_so_far in (1, 1):
        made = load(dataset, DataRequest(), tmp_path, lambda _: None, kept=kept)
        assert made.provenance["rows"] == 3
        assert calls(tmp_path) == made_so_far
    load(dataset, DataRequest(), tmp_path, lambda _: None)  # nowhere to keep them
    assert calls(tmp_path) == 2
