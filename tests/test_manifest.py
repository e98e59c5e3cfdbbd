"""The manifest of a build: slim, complete again with its detail files, and of one version."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from modelpress.artefacts.manifest import MANIFEST, published_manifest
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from tests.entries import models_of
from tests.tiny import built_project

MOST_BYTES = 3000  # of one model, compressed


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return built_project(tmp_path)


def require_slim(site: Path) -> None:
    """Fails for an entry that is not slim, and for a manifest that holds more than its entries."""
    content = json.loads((site / MANIFEST).read_bytes())
    entries = {**content["models"], **content["failures"]}
    assert entries
    for slug, entry in entries.items():
        size = len(gzip.compress(json.dumps(entry, separators=(",", ":")).encode()))
        assert size <= MOST_BYTES, (slug, size)
    assert len(gzip.compress((site / MANIFEST).read_bytes())) <= MOST_BYTES * len(entries)


def test_it_is_slim_and_its_files_hold_the_rest(project: Project) -> None:
    require_slim(project.site_dir)
    entry = models_of(project.site_dir)["line"]
    assert len(entry["training"]["history"]["loss"]) == 4
    assert entry["layers"][0]["kind"] == "Dense"
    assert {f"models/line/{entry['version']}/{name}" for name in entry["details"].values()} == {
        path.relative_to(project.site_dir).as_posix()
        for path in (project.site_dir / entry["base"] / "details").iterdir()
    }
    schema = json.loads((project.site_dir / "models/schema.json").read_bytes())
    assert "ModelEntry" in schema["$defs"]


def test_the_kinds_are_slim(kinds_project: Path) -> None:
    require_slim(kinds_project / "site")


def test_every_published_site_is_slim(built_site: Path) -> None:
    require_slim(built_site)


@pytest.mark.parametrize("version", [1, 3, "2", None])
def test_another_version_is_refused_in_a_sentence(project: Project, version: object) -> None:
    path = project.public_dir / MANIFEST
    content = json.loads(path.read_bytes())
    path.write_text(json.dumps({**content, "schema": version}))
    with pytest.raises(ModelpressError, match="another version of Modelpress") as refused:
        published_manifest(project)
    assert json.dumps(version) in refused.value.found
    assert "2, the version that this Modelpress reads" in refused.value.found
    assert refused.value.next_step == "Run `modelpress build`, which writes it again."


@pytest.mark.parametrize("damage", ["cut", "list", "field", "detail"])
def test_a_damaged_manifest_is_a_sentence(project: Project, damage: str) -> None:
    path = project.public_dir / MANIFEST
    content = json.loads(path.read_bytes())
    entry = content["models"]["line"]
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif damage == "list":
        path.write_text("[]")
    elif damage == "field":
        entry["cases"] = "many"
        path.write_text(json.dumps(content))
    else:
        name = entry["details"]["history"]
        (project.public_dir / entry["files"][name]["url"]).unlink()
    with pytest.raises(ModelpressError, match="The manifest of the last build") as refused:
        published_manifest(project)
    assert "modelpress build" in str(refused.value)


def test_no_build_is_no_manifest(project: Project) -> None:
    (project.public_dir / MANIFEST).unlink()
    assert published_manifest(project) is None
