"""The bill of materials: what ships is what was bundled, with the lock file's own hashes."""

from __future__ import annotations

import base64
import importlib.metadata
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.site import bundle
from pipeline.site.context import Page, Site
from pipeline.site.supply import SBOM, licences_html, write_sbom
from tests.tiny import built_project


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return built_project(tmp_path_factory.mktemp("supply"))


@pytest.fixture(scope="module")
def materials(project: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((project.site_dir / SBOM).read_text())
    return found


def by_name(materials: dict[str, Any], scope: str) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in materials["components"] if each["scope"] == scope}


def test_what_ships_has_the_locks_versions_and_hashes(materials: dict[str, Any]) -> None:
    lock = json.loads((bundle.assets_root() / "package-lock.json").read_text())["packages"]
    shipped = by_name(materials, "required")
    assert {"@tensorflow/tfjs-core", "fflate", "mkdocs-material"} <= set(shipped)
    assert "esbuild" not in shipped  # it makes the scripts and is not in them
    for name, each in shipped.items():
        if name == "mkdocs-material":
            assert each["version"] == importlib.metadata.version(name)
            continue
        locked = lock[f"node_modules/{name}"]
        assert each["version"] == locked["version"]
        kind, content = locked["integrity"].split("-", 1)
        assert kind == "sha512"
        assert each["hashes"] == [{"alg": "SHA-512", "content": base64.b64decode(content).hex()}]
        whole = {"expression": locked["license"]}  # several licences together
        one = {"license": {"id": locked["license"]}}
        assert each["licenses"] == [whole if " AND " in locked["license"] else one]


def test_what_made_it_is_excluded(materials: dict[str, Any]) -> None:
    makers = by_name(materials, "excluded")
    assert makers["keras"]["version"] == importlib.metadata.version("keras")
    assert makers["keras"]["licenses"] == [{"license": {"id": "Apache-2.0"}}]
    assert makers["tensorflow"]["purl"].startswith("pkg:pypi/tensorflow@")


def test_it_has_the_formats_own_shape(materials: dict[str, Any]) -> None:
    assert (materials["bomFormat"], materials["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(
        r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", materials["serialNumber"]
    )
    references = [each["bom-ref"] for each in materials["components"]]
    assert len(set(references)) == len(references)
    for each in materials["components"]:
        assert set(each) <= {
            "type", "bom-ref", "name", "version", "purl", "scope", "licenses", "hashes",
        }  # fmt: skip
        assert re.fullmatch(r"pkg:(npm|pypi)/[^@ ]+@\S+", each["purl"]), each


def test_equal_packages_give_equal_bytes(project: Any, tmp_path: Path) -> None:
    described = json.loads(project.site_json.read_text())["bundle"]
    write_sbom(tmp_path, "Tiny", described)
    assert (tmp_path / SBOM).read_bytes() == (project.site_dir / SBOM).read_bytes()


def test_the_page_has_a_row_for_each_and_links_to_the_texts(project: Any) -> None:
    handover = json.loads(project.site_json.read_text())
    html = licences_html(Site.from_handover(handover, project.public_dir, {}), Page("a.md", "../"))
    for each in handover["bundle"]["packages"]:
        assert f">{each['name']}</th><td>{each['version']}</td><td>{each['license']}</td>" in html
    assert 'href="../assets/modelpress/licenses.txt"' in html
    assert "rxjs" in html  # of the theme's own script
