"""A built site made into one that opens by double-click, from any folder.

From `file://` no browser reads a file for a page, runs a module or starts a worker. Scripts it does
run, so every module becomes one (`site_assets/build/archive.mjs`), and every file that scripts read
gets a twin beside it, `<file>.js`, that hands its content over as a text. Each page then has one
script first, the loader (`site_assets/src/archive/`), which does what the browser refuses.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from modelpress.artefacts.manifest import read_manifest
from modelpress.files import marks
from modelpress.node.bundle import URL, in_node
from modelpress.site.publish.archive_page import ArchivePage

# Read by scripts; the rest of what the build publishes is looked at or taken.
_READ = (".json", ".bin", ".wasm")
_OF_A_HOST = ("sitemap.xml", "sitemap.xml.gz", "404.html")
# Of the bundle: what keeps pages on a device, and what pages elsewhere load.
_NEEDLESS = ("offline", "service_worker", "embed", "embed_styles")
_STABLE = "stable"  # the entry's lasting name, for such pages too
_INDEX = "search/search_index"
_WORKERS, _LANGUAGES = "assets/javascripts/workers", "assets/javascripts/lunr"
_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        **{character: f"\\u{ord(character):04x}" for character in "\0\n\r\u2028\u2029\ufeff"},
    }
)


def without_host(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """A bundle as the pages of the archive know it: without what only a web host's pages have."""
    return {name: url for name, url in bundle.items() if name not in _NEEDLESS}


def to_archive(site: Path, public: Path, bundle: Mapping[str, Any]) -> list[str]:
    """Changes the built pages and files in `site` in place; returns what the author should know.

    public: the folder of what the build publishes. bundle: its scripts, as the hand-over has them.
    """
    needless = [bundle[name] for name in (*_NEEDLESS, _STABLE) if name in bundle]
    for name in (*_OF_A_HOST, *needless):
        (site / name).unlink(missing_ok=True)
    for path in site.glob("assets/**/*.map"):
        path.unlink()
    loader, needs = _make_parts(site)
    for name in marks.own_names(public):
        if name.endswith(_READ) or name in _templates(site):
            _write_twin(site / name)
    _open_search(site)
    modules: dict[str, str] = {}
    for page in sorted(site.rglob("*.html")):
        text = page.read_text("utf-8")
        made = ArchivePage(page.relative_to(site).as_posix(), loader, needs, site)
        page.write_text(made.rewrite(text), "utf-8")
        for module in made.modules:
            modules.setdefault(module, made.url)
    return [
        f"The archive leaves out what {module} does (on {page} first): it is a module, which "
        "browsers refuse to run from a folder."
        for module, page in modules.items()
    ]


def _templates(site: Path) -> set[str]:
    """Files that a training fills in when a reader takes it: scripts read them too."""
    models = read_manifest(site).models.values()
    lives = [(entry.files, entry.live) for entry in models if entry.live]
    return {files[live.keras].url for files, live in lives if live.keras}


def _make_parts(site: Path) -> tuple[str, dict[str, list[str]]]:
    """Makes the bundle's modules loadable; the loader's name, and what each of them needs."""
    folder = site / URL
    scripts = sorted(path.name for path in folder.glob("*.js"))
    made = in_node("archive.mjs", {"folder": str(folder.resolve()), "scripts": scripts})
    return made["loader"], made["needs"]


def _write_twin(path: Path) -> None:
    content = path.read_bytes()
    twin = path.with_name(f"{path.name}.js")
    if path.suffix in (".json", ".js"):
        call = f"text({_literal(content.decode('utf-8'))})"
    else:
        call = f"base64('{base64.b64encode(content).decode('ascii')}')"
    twin.write_text(f"modelpressArchive.{call};\n", "utf-8", newline="\n")


def _literal(text: str) -> str:
    """A JavaScript string. In single quotes, since JSON is full of double ones."""
    return "'" + text.translate(_ESCAPES) + "'"


def _open_search(site: Path) -> None:
    """Material reads its index from a script where the page is a file, and starts a worker."""
    index = site / f"{_INDEX}.json"
    languages = []
    if index.is_file():
        content = index.read_text("utf-8")
        languages = json.loads(content).get("config", {}).get("lang", [])
        index.with_suffix(".js").write_text(f"var __index = {content};\n", "utf-8", newline="\n")
    for path in sorted((site / _WORKERS).glob("*.js")):
        _write_twin(path)
    for path in sorted((site / _LANGUAGES).rglob("*.js")):
        if set(languages) - {"en"}:
            _write_twin(path)
        else:
            path.unlink()
