"""Turns a built site into one that opens by double-click, from any folder.

From `file://`, browsers refuse to fetch files, run modules and start workers, but they run classic
scripts. So every module becomes a script (`site_assets/build/archive.mjs`). Every file that scripts
read gets a script beside it, `<file>.js`, which passes on its content as text. The first script of
each page, the loader (`site_assets/src/archive/`), replaces what the browser refuses.
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

# Suffixes of files that scripts read. Readers view or download the other published files.
_READ = (".json", ".bin", ".wasm")
_HOST_FILES = ("sitemap.xml", "sitemap.xml.gz", "404.html")
# Parts of the bundle for offline use and for pages of other sites.
_UNUSED = ("offline", "service_worker", "embed", "embed_styles")
_STABLE = "stable"  # the entry's stable name, also for pages of other sites
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
    """Returns the bundle for pages of the archive, without parts that need a web host."""
    return {name: url for name, url in bundle.items() if name not in _UNUSED}


def to_archive(site: Path, public: Path, bundle: Mapping[str, Any]) -> list[str]:
    """Changes the built pages and files in `site` in place. Returns warnings for the author.

    public: folder of the files that the build publishes. bundle: the bundle of the hand-over.
    """
    unused = [bundle[name] for name in (*_UNUSED, _STABLE) if name in bundle]
    first = _first(bundle)
    for name in (*_HOST_FILES, *unused, *(URL + script for script in first)):
        (site / name).unlink(missing_ok=True)
    for path in site.glob("assets/**/*.map"):
        path.unlink()
    loader, needs = _make_parts(site, bundle)
    for name in marks.own_names(public):
        if name.endswith(_READ) or name in _templates(site):
            _write_script(site / name)
    _enable_search(site)
    modules: dict[str, str] = {}
    for page in sorted(site.rglob("*.html")):
        text = page.read_text("utf-8")
        made = ArchivePage(page.relative_to(site).as_posix(), loader, needs, first, site)
        page.write_text(made.rewrite(text), "utf-8")
        for module in made.modules:
            modules.setdefault(module, made.url)
    return [
        f"The archive leaves out what {module} does (on {page} first): it is a module, which "
        "browsers refuse to run from a folder."
        for module, page in modules.items()
    ]


def _templates(site: Path) -> set[str]:
    """Returns the Keras files into which a training exports its weights; scripts read them."""
    models = read_manifest(site).models.values()
    lives = [(entry.files, entry.live) for entry in models if entry.live]
    return {files[live.keras].url for files, live in lives if live.keras}


def _first(bundle: Mapping[str, Any]) -> dict[str, str]:
    """Returns each script of a first answer and the module that it stands for, by file name."""
    first = bundle["first"]
    stands = {first["script"]: bundle["entry"]}
    stands |= {script: module for module, script in first["scripts"].items()}
    return {script.removeprefix(URL): module.removeprefix(URL) for script, module in stands.items()}


def _make_parts(site: Path, bundle: Mapping[str, Any]) -> tuple[str, dict[str, list[str]]]:
    """Turns the bundle's modules into scripts. Returns the loader's name and each one's imports."""
    folder = site / URL
    scripts = sorted(path.name for path in folder.glob("*.js"))
    modules = bundle["first"]["modules"]
    asked = {"folder": str(folder.resolve()), "scripts": scripts, "modules": modules}
    made = in_node("archive.mjs", asked)
    return made["loader"], made["needs"]


def _write_script(path: Path) -> None:
    """Writes the script that passes on a file's content: as text, or as Base64."""
    content = path.read_bytes()
    script = path.with_name(f"{path.name}.js")
    if path.suffix in (".json", ".js"):
        call = f"text({_literal(content.decode('utf-8'))})"
    else:
        call = f"base64('{base64.b64encode(content).decode('ascii')}')"
    script.write_text(f"modelpressArchive.{call};\n", "utf-8", newline="\n")


def _literal(text: str) -> str:
    """Returns a JavaScript string literal. Single quotes avoid escapes, since JSON has double."""
    return "'" + text.translate(_ESCAPES) + "'"


def _enable_search(site: Path) -> None:
    """Writes Material's search index and workers as scripts.

    For pages from `file://`, Material loads its index from a script, and starts a worker.
    """
    index = site / f"{_INDEX}.json"
    languages = []
    if index.is_file():
        content = index.read_text("utf-8")
        languages = json.loads(content).get("config", {}).get("lang", [])
        index.with_suffix(".js").write_text(f"var __index = {content};\n", "utf-8", newline="\n")
    for path in sorted((site / _WORKERS).glob("*.js")):
        _write_script(path)
    for path in sorted((site / _LANGUAGES).rglob("*.js")):
        if set(languages) - {"en"}:
            _write_script(path)
        else:
            path.unlink()
