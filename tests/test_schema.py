"""What is made from the types of documents is up to date, and says of real documents what they
are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from modelpress.schema import generate
from modelpress.schema.detail_files import slim
from modelpress.schema.docstrings import docs_of
from modelpress.schema.document import fields_of, is_document, members
from modelpress.schema.json_schema import DOCUMENTS, json_schema
from modelpress.schema.names import classes
from tests.entries import live, manifest, model


def test_the_committed_files_are_up_to_date(project_root: Path) -> None:
    assert generate.repository() == project_root
    assert not list(generate.outdated(project_root)), "run `python -m modelpress.schema.generate`"


def test_an_outdated_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    for name, content in generate.generated().items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(generate, "repository", lambda: tmp_path)
    assert generate.main(["--check"]) == 0
    types = tmp_path / "site_assets/src/core/schema.ts"
    types.write_text(types.read_text().replace("cases: number", "cases: string"))
    assert generate.main(["--check"]) == 1
    assert "site_assets/src/core/schema.ts is out of date" in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_every_field_is_described() -> None:
    for kind in classes(*DOCUMENTS.values()):
        docs = docs_of(kind)
        for name in fields_of(kind):
            assert docs[name][0].isupper() or docs[name][0] == "`", (kind.__name__, name)
            assert docs[name].endswith((".", "…")), (kind.__name__, name)


def invalid(value: Any, rule: dict[str, Any], defs: dict[str, Any], where: str = "") -> list[str]:
    """The faults that JSON Schema finds: of the words that this one uses, by its specification."""
    faults: list[str] = []
    if "$ref" in rule:
        faults += invalid(value, defs[rule["$ref"].removeprefix("#/$defs/")], defs, where)
    if "anyOf" in rule and all(invalid(value, each, defs, where) for each in rule["anyOf"]):
        faults.append(f"{where}: none of anyOf")
    if "const" in rule and value != rule["const"]:
        faults.append(f"{where}: not {rule['const']}")
    if "enum" in rule and value not in rule["enum"]:
        faults.append(f"{where}: not in enum")
    types: dict[str, Any] = {
        "string": str, "boolean": bool, "integer": int, "null": type(None), "object": dict,
        "array": list, "number": (int, float),
    }  # fmt: skip
    if "type" in rule:
        right = isinstance(value, types[rule["type"]])
        if not right or (isinstance(value, bool) and rule["type"] != "boolean"):
            return [*faults, f"{where}: not a {rule['type']}"]
    if isinstance(value, dict):
        faults += [f"{where}: no {name}" for name in rule.get("required", ()) if name not in value]
        known = rule.get("properties", {})
        more = rule.get("additionalProperties", True)
        for name, item in value.items():
            if name in known or isinstance(more, dict):
                faults += invalid(item, known.get(name, more), defs, f"{where}.{name}")
            elif more is False:
                faults.append(f"{where}: {name} is unknown")
            if "propertyNames" in rule:
                faults += invalid(name, rule["propertyNames"], defs, where)
    if isinstance(value, list):
        first = rule.get("prefixItems", [])
        for i, item in enumerate(value):
            of = first[i] if i < len(first) else rule.get("items", {})
            if of is False:
                faults.append(f"{where}: too many")
            else:
                faults += invalid(item, of, defs, f"{where}[{i}]")
        if len(value) < rule.get("minItems", 0):
            faults.append(f"{where}: too few")
    return faults


def test_the_json_schema_takes_a_slim_manifest_and_nothing_else() -> None:
    found = json_schema()
    defs = found["$defs"]
    entry = model(training={"history": {"loss": [0.5] * 100}}, limits="No. " * 100)
    whole = manifest({"a": slim(entry).entry})
    assert not invalid(whole, found, defs)
    assert not invalid(entry, defs["ModelEntry"], defs)
    assert not invalid(live(), defs["LiveRun"], defs)
    whole["models"]["a"]["cases"] = "many"
    del whole["models"]["a"]["title"]
    whole["generator"]["pip"] = "1"
    assert invalid(whole, found, defs) == [
        ".generator: pip is unknown", ".models.a: no title", ".models.a.cases: not a integer",
    ]  # fmt: skip
    assert invalid({**entry, "epochs": {}}, defs["ModelEntry"], defs)
    assert invalid(live(layers=[{"kind": "conv"}]), defs["LiveRun"], defs)


def test_the_typescript_types_name_every_document() -> None:
    types = generate.generated()["site_assets/src/core/schema.ts"]
    for kind in classes(*DOCUMENTS.values()):
        assert f"export interface {kind.__name__} " in types
    assert "  kernel_initializer?: Initializer;\n" in types
    assert "  connections: number | null;\n" in types
    assert "  weights: [string, number[]][];\n" in types


def test_a_union_is_told_apart_by_its_kind() -> None:
    """Else a reader could take one for another."""
    for kind in classes(*DOCUMENTS.values()):
        for hint, _ in fields_of(kind).values():
            documents = [part for part in members(hint) if is_document(part)]
            if len(documents) > 1:
                assert all("kind" in fields_of(part) for part in documents), kind.__name__
