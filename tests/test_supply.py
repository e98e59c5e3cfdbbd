"""The bill of materials: what ships is what was bundled, with the lock file's own hashes."""

from __future__ import annotations

import base64
import importlib.metadata
import json
import re
from pathlib import Path
from typing import Any

import pytest

from modelpress.node import bundle
from modelpress.site.context import Page, Site
from modelpress.site.publish.packages import builders, closure, model_packages
from modelpress.site.publish.supply import SBOM, licences_html, write_sbom
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
    assert {"@tensorflow/tfjs-core", "fflate", "mkdocs"} <= set(shipped)  # and its own theme
    assert "mkdocs-material" not in shipped
    assert "esbuild" not in shipped  # it makes the scripts and is not in them
    for name, each in shipped.items():
        if name == "mkdocs":
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


def test_the_whole_bundle_is_listed(project: Any, materials: dict[str, Any]) -> None:
    """Whatever package has a file in the site's scripts, styles and fonts."""
    texts = (project.site_dir / "assets/modelpress/licenses.txt").read_text()
    shipped = by_name(materials, "required")
    for name, each in shipped.items():
        if each["purl"].startswith("pkg:npm/"):
            assert name in texts
    fonts = list((project.site_dir / "assets/modelpress").glob("*.woff2"))
    assert bool(fonts) == any("font" in name for name in shipped)


def test_materials_own_script_is_listed(tmp_path: Path) -> None:
    write_sbom(tmp_path, "Site", {}, theme="material")
    (theme,) = [
        each
        for each in json.loads((tmp_path / SBOM).read_text())["components"]
        if each["scope"] == "required"
    ]
    assert theme["name"] == "mkdocs-material"
    assert theme["version"] == importlib.metadata.version("mkdocs-material")
    assert {"rxjs"} <= {each["name"] for each in theme["components"]}


def test_other_installed_packages_are_not_listed(materials: dict[str, Any]) -> None:
    names = {each["name"] for each in materials["components"]}
    here = {each.metadata["Name"].lower() for each in importlib.metadata.distributions()}
    others = {"pytest", "ruff", "mypy", "hypothesis", "pip"} & here
    assert {"pytest", "ruff"} <= others
    assert not names & others
    assert {"modelpress", "tensorflow", "tensorflowjs", "numpy", "mkdocs"} <= names


def test_plugins_extensions_theme_and_models_count(tmp_path: Path) -> None:
    used = builders(["search", "awesome-nav"], ["tables", "pymdownx.highlight"], "material")
    assert {name.lower() for name in used} == {
        "mkdocs", "mkdocs-awesome-nav", "markdown", "pymdown-extensions", "mkdocs-material",
    }  # fmt: skip
    (tmp_path / "line.py").write_text("import os, keras\nfrom hypothesis.strategies import lists\n")
    (tmp_path / "image.py").write_text("from PIL import Image\nfrom _helper import x\n")
    models = model_packages(sorted(tmp_path.iterdir()))
    assert {name.lower() for name in models} == {"keras", "hypothesis", "pillow"}
    write_sbom(tmp_path, "Site", {}, made_with=models)
    listed = {each["name"] for each in json.loads((tmp_path / SBOM).read_text())["components"]}
    assert {"hypothesis", "sortedcontainers"} <= listed  # with what it requires
    assert "no-such-package" not in closure(["no-such-package", "numpy"])


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
    write_sbom(tmp_path, "Tiny", described, theme="mkdocs", made_with=["mkdocs", "keras"])
    assert (tmp_path / SBOM).read_bytes() == (project.site_dir / SBOM).read_bytes()


def test_the_page_has_a_row_for_each_and_links_to_the_texts(project: Any) -> None:
    handover = json.loads(project.site_json.read_text())
    html = licences_html(Site.from_handover(handover, project.public_dir, {}), Page("a.md", "../"))
    for each in handover["bundle"]["packages"]:
        assert f">{each['name']}</th><td>{each['version']}</td><td>{each['license']}</td>" in html
    assert 'href="../assets/modelpress/licenses.txt"' in html
    assert "rxjs" in html  # of the theme's own script
