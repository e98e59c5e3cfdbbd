"""Lists the packages in a site, with their licences, and the packages that made it.

    sbom.cdx.json    the software bill of materials, CycloneDX 1.6
    licences         the fence: a table of the packages in the site

No library is used: the needed part of the format is forty lines, and libraries for it would add six
packages.
"""

from __future__ import annotations

import base64
import importlib.metadata
import json
import re
import uuid
from collections.abc import Container, Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from modelpress.caching.keys import digest
from modelpress.core.licences import license_of
from modelpress.core.version import __version__
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.publish import packages
from modelpress.site.publish.additions import add_file

SBOM = "sbom.cdx.json"
MATERIAL = "material"
_BUNDLED = re.compile(r"node_modules/((?:@[^/]+/)?[^/]+)/")
_IDENTIFIER = re.compile(r"[A-Za-z0-9.+-]+")


def write_sbom(
    site_dir: Path,
    name: str,
    bundle: Mapping[str, Any],
    *,
    theme: str = MATERIAL,
    made_with: Iterable[str] = (),
) -> None:
    """Writes `sbom.cdx.json` into `site_dir`. The same packages give the same bytes.

    name: of the site. theme: its name in mkdocs.yml. made_with: packages besides Modelpress; their
    requirements are included.
    """
    shipped = _shipped(bundle, theme)
    components = [*shipped, *_makers({each["bom-ref"] for each in shipped}, made_with)]
    content = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, digest(components))}",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "name": name, "bom-ref": "site"},
            "tools": {
                "components": [
                    {
                        "type": "application",
                        "name": "modelpress",
                        "version": __version__,
                    }
                ]
            },
        },
        "components": components,
    }
    add_file(site_dir, SBOM, json.dumps(content, indent=1, sort_keys=True))


def licences_html(site: Site, page: Page) -> str:
    """Returns the HTML of the `licences` fence: a table of the packages in the site."""
    rows = "".join(
        f'<tr><th scope="row">{escape(each["name"])}</th><td>{escape(each["version"])}</td>'
        f"<td>{escape(each['license'])}</td></tr>"
        for each in [*site.bundle.get("packages", ()), *_theme(site.theme)]
    )
    also = ", ".join(escape(name) for name in _theme_bundles(site.theme))
    texts = next((url for url in site.bundle.get("files", {}) if url.endswith("licenses.txt")), "")
    return (
        '<div class="mp-wide"><table class="mp-table" aria-label="Packages in this site"><thead>'
        '<tr><th scope="col">Package</th><th scope="col">Version</th><th scope="col">Licence</th>'
        f"</tr></thead><tbody>{rows}</tbody></table></div>"
        + (f"<p>The theme's own script holds {also}.</p>" if also else "")
        + f'<p><a href="{escape(page.url(texts))}">All licence texts</a> · '
        f'<a href="{escape(page.url(SBOM))}" download>Software bill of materials '
        "(CycloneDX)</a></p>"
    )


def _shipped(bundle: Mapping[str, Any], theme: str) -> list[dict[str, Any]]:
    """Returns the components in the site: packages of the bundle, the theme and its script."""
    components = [
        _component(
            each["name"],
            each["version"],
            each["license"],
            _purl(each),
            hashes=_hashes(each["integrity"]),
        )
        for each in bundle.get("packages", ())
    ]
    for each in _theme(theme):
        purl = f"pkg:pypi/{each['name']}@{each['version']}"
        made = _component(each["name"], each["version"], each["license"], purl)
        held = [
            {"type": "library", "bom-ref": f"{purl}#{name}", "name": name}
            for name in _theme_bundles(theme)
        ]
        components.append({**made, **({"components": held} if held else {})})
    return components


def _purl(package: Mapping[str, str]) -> str:
    """Returns the URL of a package in the bundle: of npm, or a Python one with browser files."""
    if package.get("ecosystem") == "pypi":
        return f"pkg:pypi/{packages.normalised(package['name'])}@{package['version']}"
    return f"pkg:npm/{package['name'].replace('@', '%40')}@{package['version']}"


def _makers(shipped: Container[str], made_with: Iterable[str]) -> list[dict[str, Any]]:
    """Returns the components that made the site and are not in it.

    These are Modelpress, the packages of the builder's plugins and of the models, and all their
    requirements.
    """
    found = packages.closure([packages.MODELPRESS, *made_with])
    return [
        _component(name, each.version, license_of(each), purl, scope="excluded")
        for name, each in sorted(found.items())
        for purl in [f"pkg:pypi/{name}@{each.version}"]
        if purl not in shipped
    ]


def _component(
    name: str,
    version: str,
    license_: str,
    purl: str,
    *,
    scope: str = "required",
    hashes: Iterable[Mapping[str, str]] = (),
) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "scope": scope,
    }
    if license_:
        made["licenses"] = [_licensed(license_)]
    if listed := list(hashes):
        made["hashes"] = listed
    return made


def _licensed(license_: str) -> dict[str, Any]:
    """Returns the licence as an SPDX expression, an SPDX identifier, or a name."""
    if re.search(r" (AND|OR|WITH) ", license_):
        return {"expression": license_}
    known = "id" if _IDENTIFIER.fullmatch(license_) else "name"
    return {"license": {known: license_}}


def _hashes(integrity: str) -> list[dict[str, str]]:
    """Returns npm's `sha512-<base64>` as CycloneDX hashes; [] for other algorithms."""
    kind, _, value = integrity.partition("-")
    if kind != "sha512":
        return []
    return [{"alg": "SHA-512", "content": base64.b64decode(value).hex()}]


def _theme(theme: str) -> Sequence[dict[str, str]]:
    """Returns the theme's package; none for an author's own theme."""
    name = packages.provider("mkdocs.themes", theme)
    if not name:
        return ()
    found = importlib.metadata.distribution(name)
    return [{"name": name, "version": found.version, "license": license_of(found)}]


def _theme_bundles(theme: str) -> list[str]:
    """Returns the packages in Material's scripts, as named by their source maps."""
    if theme != MATERIAL:
        return []
    import material

    scripts = Path(str(material.__file__)).parent / "templates/assets/javascripts"
    names: set[str] = set()
    for path in scripts.rglob("*.map"):
        for source in json.loads(path.read_text("utf-8"))["sources"]:
            names.update(_BUNDLED.findall(source)[-1:])
    return sorted(names)


FENCE = FenceKind("licences", lambda site, page, block: licences_html(site, page), subject="")
