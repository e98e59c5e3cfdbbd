"""Documents: what is read is what was written, anything else is refused with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from modelpress.schema.detail_files import slim, whole
from modelpress.schema.document import DocumentError, plain, read, text
from modelpress.schema.live import LiveRun
from modelpress.schema.model import ModelEntry
from tests.entries import live, model
from tests.twins import twin

DENSE = {"kind": "dense", "name": "a", "units": 1, "use_bias": True, "activation": "relu"}


def test_a_document_is_written_as_it_was_read() -> None:
    entry = model(
        input={"kind": "number", "shape": [1], "min": -1, "nothing": None},
        output={"kind": "map", "shape": [1], "labels": None},
        evaluation={
            "kind": "values", "part": "test", "name": "", "rows": 1, "rmse": 0.5,
            "mean_absolute_error": 0.5, "largest_error": 1, "misses": [],
        },
        layers=[{"shape": [None, 3], "connections": None}],
        parity={"results": [{"max_diff": None}]},
    )  # fmt: skip
    document = read(ModelEntry, entry)
    assert json.loads(text(document)) == entry
    assert document.evaluation
    assert document.evaluation.kind == "values"
    assert document.live is None
    run = live(layers=[DENSE, {"kind": "flatten"}], recordings=[])
    assert json.loads(text(read(LiveRun, run))) == run
    assert '"min":-1,' in text(document)  # a whole number stays one


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": 3}, 'a.title: found 3; expected a string'),
        ({"cases": 1.5}, "a.cases: found 1.5; expected a whole number"),
        ({"cases": True}, "a.cases: found true; expected a whole number"),
        ({"tolerance": float("nan")}, "a.tolerance: found NaN; expected a number"),
        ({"tolerance": "1"}, 'a.tolerance: found "1"; expected a number'),
        ({"start": None}, "a.start: found null; expected an object"),
        ({"start": {"input": ["x"]}}, 'a.start.input[0]: found "x"; expected a number'),
        ({"files": {"x": {"url": "u"}}}, "a.files.x: found [\"url\"]; expected the field `size_"),
        ({"evaluation": {"kind": "other"}}, 'a.evaluation.kind: found "other"; expected one of '),
        ({"layers": {}}, "a.layers: found {}; expected an array"),
        ({"typo": 1}, 'a: found ["typo"]; expected no field but '),
        ({"training": {"hist": {}}}, 'a.training: found ["hist"]; expected no field but '),
        ({"parity": {"results": [{"backend": "gpu"}]}}, 'a.parity.results[0].backend: found "gpu"'),
    ],
)  # fmt: skip
def test_what_it_is_not_is_refused_with_its_place(change: dict[str, Any], said: str) -> None:
    entry = model() | {
        name: model()[name] | value if isinstance(model().get(name), dict) and value else value
        for name, value in change.items()
    }
    if "parity" in change:
        entry = model(**change)
    with pytest.raises(DocumentError) as refused:
        read(ModelEntry, entry, "a")
    assert said in str(refused.value)


def test_a_missing_field_is_named() -> None:
    entry = model()
    del entry["cases"]
    with pytest.raises(DocumentError, match="expected the field `cases`"):
        read(ModelEntry, entry)


LONG: dict[str, Any] = {
    "title": "A", "limits": "No. " * 100, "metrics": {f"metric_{i}": 0.5 for i in range(100)},
    "facts": {"few": 3, "many": list(range(500)), "words": "w" * 500},
    "input": {"kind": "camera", "shape": [1], "examples": ["x" * 900], "min": 0},
    "output": {"kind": "classes", "shape": [1000], "labels": [f"class {i}" for i in range(1000)]},
    "data": {"description": "d" * 300, "rows": 7},
    "training": {"history": {"loss": [0.123456789] * 5000}},
    "layers": [{"name": f"dense_{i}"} for i in range(200)],
}  # fmt: skip


def test_long_fields_leave_the_manifest_and_come_back() -> None:
    """Whatever an author makes long: words, facts, labels, metrics, a deep network."""
    entry = model(**LONG)
    found = slim(entry)
    assert len(text(found.entry)) < 3000
    assert found.entry["facts"] == {"few": 3}
    assert found.entry["input"] == {"kind": "camera", "shape": [1], "min": 0}
    assert "history" not in found.entry["training"]
    assert set(found.entry["details"]) == {"figure", "history", "report"}
    for name in found.entry["details"].values():
        file = found.entry["files"][name]
        assert len(found.files[file["url"]]) == file["size_bytes"]
        assert file["sha256"][:12] in name
    fetched: list[str] = []

    def fetch(url: str) -> bytes:
        fetched.append(url)
        return found.files[url]

    again = whole(found.entry, fetch)
    assert {**again, "files": {}, "details": 0} == {**entry, "details": 0}
    assert sorted(fetched) == sorted(found.files)
    assert read(ModelEntry, again).training.history["loss"][0] == 0.123456789


def test_the_same_entry_gives_the_same_files_and_another_history_another_name() -> None:
    first, same = slim(model(**LONG)), slim(model(**LONG))
    assert (first.entry, first.files) == (same.entry, same.files)
    other = slim(model(**(LONG | {"training": {"history": {"loss": [1.0] * 5000}}})))
    changed = {
        n for n in first.entry["details"] if first.entry["details"][n] != other.entry["details"][n]
    }
    assert changed == {"history"}


def test_a_page_carries_its_part() -> None:
    entry = read(ModelEntry, model(**LONG))
    carried = plain(entry.on_page())
    assert carried["output"] == LONG["output"]
    assert not {"training", "metrics", "layers", "cache_keys", "data"} & set(carried)


def test_the_browser_makes_an_entry_whole_as_python_does(tmp_path: Path) -> None:
    """Whatever an author calls a fact: no name is a property that every object has."""
    facts = {"__proto__": list(range(99)), "constructor": ["a" * 300], "few": 3}
    entries = [model(**LONG), model(**(LONG | {"facts": facts})), model()]
    slims = [slim(entry) for entry in entries]
    cases = [
        {"entry": each.entry, "files": {url: data.decode() for url, data in each.files.items()}}
        for each in slims
    ]
    body = """
      const { entry, files } = each;
      const file = async (_, name) => new TextEncoder().encode(files[entry.files[name].url]).buffer;
      return [await twin.completed(entry, file), await twin.completed(entry, file, ["figure"])];
    """
    answers = twin("runtime/details", body, cases, tmp_path)
    for each, (complete, figure) in zip(slims, answers, strict=True):
        assert complete == whole(each.entry, each.files.__getitem__)
        assert figure["start"] == complete["start"]
        assert figure["output"] == complete["output"]
        assert "cache_keys" not in figure
