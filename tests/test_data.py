"""Data sets: sources in order, kept rows, what measures a substitute, and what is no data."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.core.errors import ModelpressError
from modelpress.data import (
    BuiltIn,
    Data,
    DataRequest,
    Dataset,
    Download,
    DownloadGroup,
    Local,
    LocalGroup,
    Split,
    load,
)
from tests.test_download import ROWS, download, read_rows, url

__all__ = ["url"]  # a fixture


def loaded(source: Any, request: DataRequest | None = None, downloads: Path = Path()) -> Any:
    return load(source, request or DataRequest(), downloads, lambda text: None)


def test_a_function_may_give_a_pair() -> None:
    made = loaded(lambda: (np.zeros((3, 2)), np.ones(3)))
    assert made.provenance["source"] == "author"
    assert made.provenance["rows"] == 3
    assert len(made.provenance["sha256"]) == 64
    other = loaded(lambda: (np.zeros((3, 2)), np.zeros(3)))
    assert other.provenance["sha256"] != made.provenance["sha256"]


def test_no_data_means_generated() -> None:
    assert loaded(None).data is None
    assert loaded(None).provenance["source"] == "generated"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (None, "returned no data"),
        ((1, 2, 3), "returned no data"),
        ((np.zeros((3, 1)), np.zeros(2)), "3 inputs and 2 targets"),
        ((np.zeros((0, 1)), np.zeros(0)), "0 inputs"),
        ((np.array([[np.nan]]), np.zeros(1)), "not a finite number"),
        ((np.array([["a"]]), np.zeros(1)), "not a finite number"),
    ],
)
def test_what_is_no_data_is_said(made: Any, said: str) -> None:
    with pytest.raises(ModelpressError, match=said):
        loaded(lambda: made)


def test_a_data_set_uses_its_sources_in_order(url: str, tmp_path: Path) -> None:
    dataset = Dataset(
        "rows",
        "Rows",
        "CC0",
        sources=(
            Local(("rows.csv",), read_rows),
            download(f"{url}/rows.csv"),
            BuiltIn(lambda: Data(train=Split(np.ones((2, 1)), np.ones((2, 1))), title="Few")),
        ),
    )
    builtin = loaded(dataset, None, tmp_path).provenance
    assert (builtin["source"], builtin["rows"], builtin["title"]) == ("builtin", 2, "Few")
    fetched = loaded(dataset, DataRequest(download=True), tmp_path).provenance
    assert (fetched["source"], fetched["rows"], fetched["title"]) == ("download", 50_000, "Rows")
    assert fetched["sha256"] == hashlib.sha256(ROWS).hexdigest()
    (tmp_path / "rows.csv").write_bytes(b"x,y\n1,2\n")
    local = loaded(dataset, DataRequest(tmp_path), tmp_path).provenance
    assert (local["source"], local["rows"], local["path"]) == ("local", 1, "rows.csv")
    (tmp_path / "rows.csv").write_bytes(b"nonsense")
    with pytest.raises(ModelpressError, match="can't be used as the data set rows") as caught:
        loaded(dataset, DataRequest(tmp_path), tmp_path)
    assert str(tmp_path / "rows.csv") in str(caught.value)


def test_nothing_built_in_says_what_to_do(tmp_path: Path) -> None:
    dataset = Dataset("rows", "Rows", "CC0", sources=(Local(("rows.csv",), read_rows),))
    with pytest.raises(ModelpressError, match="no built-in examples"):
        loaded(dataset, None, tmp_path)


def of(value: float, rows: int = 3, kind: type = np.float32) -> Split:
    return Split(np.full((rows, 2), value, kind), np.ones((rows, 1), np.float32), f"{value}")


def substituted(real: Any = None, **fields: Any) -> Dataset:
    """Built-in rows of zeros; the local file's test rows are ones, its others twos."""

    def read(path: Path) -> Data:
        return Data(train=of(2), validation=of(2), test=of(1, 5), description="Real.")

    return Dataset(
        "rows",
        "Rows",
        "CC BY-SA 3.0",
        show_rows=True,
        sources=(Local(("rows.bin",), real or read), BuiltIn(lambda: Data(train=of(0), **fields))),
    )


def test_the_real_set_only_measures_where_built_in_rows_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rows.bin").write_bytes(b"x")
    made = loaded(substituted(title="Zeros", show_rows=False), DataRequest(tmp_path, builtin=True))
    assert set(made.data.parts()) == {"train", "real"}
    assert not made.data.train.x.any()
    assert (made.data.real.x == 1).all()
    said = made.provenance
    assert (said["source"], said["title"], said["rows"], said["path"]) == (
        "builtin",
        "Zeros",
        3,
        "",
    )
    assert said["rows_by_part"] == {"train": 3, "real": 5}
    assert said["measured_on"] == {
        "source": "local",
        "title": "Rows",
        "licence": "CC BY-SA 3.0",
        "url": "",
        "description": "Real.",
        "path": "rows.bin",
        "sha256": hashlib.sha256(b"x").hexdigest(),
        "show_rows": True,
    }
    assert not said["show_rows"]
    # What is trained on is the same as without the real set.
    assert said["sha256"] == loaded(substituted()).provenance["sha256"]
    assert loaded(substituted()).provenance["measured_on"] == {}
    assert loaded(substituted(), DataRequest(tmp_path)).provenance["source"] == "local"


def test_real_rows_that_cannot_measure(tmp_path: Path) -> None:
    (tmp_path / "rows.bin").write_bytes(b"x")
    other = substituted(lambda path: Data(train=of(1), test=of(1, kind=np.uint8)))
    with pytest.raises(ModelpressError, match="can't evaluate") as caught:
        loaded(other, DataRequest(tmp_path, builtin=True))
    assert "uint8" in caught.value.found
    assert "float32 of shape ('examples', 2)" in caught.value.expected
    with pytest.raises(ModelpressError, match="can't evaluate"):
        loaded(substituted(lambda path: Data(train=of(1))), DataRequest(tmp_path, builtin=True))


def both(paths: Any) -> Data:
    one, other = (read_rows(path) for path in paths)
    return Data(train=one.train, test=other.train)


def test_local_sources_are_asked_in_order(tmp_path: Path) -> None:
    dataset = Dataset(
        "rows",
        "Rows",
        "CC0",
        sources=(
            Local(("one.csv",), read_rows),
            LocalGroup((("a.csv", "b.csv"), ("c.csv",)), both),
        ),
    )
    for name, count in (("b.csv", 3), ("c.csv", 2)):
        (tmp_path / name).write_bytes(b"x,y\n" + b"1,2\n" * count)
    made = loaded(dataset, DataRequest(tmp_path)).provenance
    assert made["rows_by_part"] == {"train": 3, "test": 2}
    assert made["path"] == "b.csv + c.csv"
    lines = "".join(
        f"{hashlib.sha256((tmp_path / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("b.csv", "c.csv")
    )
    assert made["sha256"] == hashlib.sha256(lines.encode()).hexdigest()
    (tmp_path / "one.csv").write_bytes(b"x,y\n1,2\n")
    assert loaded(dataset, DataRequest(tmp_path)).provenance["path"] == "one.csv"


def test_a_download_of_several_files(url: str, tmp_path: Path) -> None:
    checksum = hashlib.sha256(ROWS).hexdigest()
    parts = [Download(f"{url}/rows.csv", name, sha256=checksum) for name in ("a.csv", "b.csv")]
    dataset = Dataset("rows", "Rows", "CC0", sources=(DownloadGroup(parts, both),))
    made = loaded(dataset, DataRequest(download=True), tmp_path).provenance
    assert made["path"] == "a.csv + b.csv"
    assert made["rows"] == 100_000
    (tmp_path / "rows" / "b.csv").unlink()
    with pytest.raises(ModelpressError, match="no built-in examples"):
        loaded(dataset, DataRequest(), tmp_path)
