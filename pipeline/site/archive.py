"""A built site made into one that opens by double-click, from any folder.

From `file://` no browser reads a file for a page, runs a module or starts a worker. Scripts it does
run, so every module becomes one (`site_assets/build/archive.mjs`), and every file that scripts read
gets a twin beside it, `<file>.js`, that hands its content over as a text. Each page then has one
script first, the loader (`site_assets/src/archive/`), which does what the browser refuses.
"""

from __future__ import annotations

import base64
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pipeline.site.bundle import URL, in_node

# Read by scripts; the rest of what the build publishes is looked at or taken.
_READ = (".json", ".bin", ".wasm")
_OF_A_HOST = ("sitemap.xml", "sitemap.xml.gz", "404.html")
_INDEX = "search/search_index"
_WORKERS, _LANGUAGES = "assets/javascripts/workers", "assets/javascripts/lunr"
_TAG = re.compile(r"<script\b[^>]*></script>\n?|<link\b[^>]*>\n?")
_HEAD = re.compile(r"<head\b[^>]*>(?:\s*<meta charset=[^>]*>)?")
_LINK = re.compile(r'(?P<before><a\b[^>]*?\shref=")(?P<url>[^"#?:]+)(?P<after>[^"]*")')

_ESCAPES = str.maketrans(
    {
        "\\": "\\\\",
        "'": "\\'",
        **{character: f"\\u{ord(character):04x}" for character in "\0\n\r\u2028\u2029\ufeff"},
    }
)


def to_archive(site: Path, public: Path, bundle: Mapping[str, Any]) -> list[str]:
    """Changes the built pages and files in `site` in place; returns what the author should know.

    public: the folder of what the build publishes. bundle: its scripts, as the hand-over has them.
    """
    for name in (*_OF_A_HOST, *_needless(bundle)):
        (site / name).unlink(missing_ok=True)
    for path in site.glob("assets/**/*.map"):
        path.unlink()
    loader, needs = _make_parts(site)
    for path in sorted(public.rglob("*")):
        name = path.relative_to(public).as_posix()
        if path.is_file() and (path.suffix in _READ or name in _templates(site)):
            _write_twin(site / name)
    _open_search(site)
    modules: dict[str, str] = {}
    for page in sorted(site.rglob("*.html")):
        text = page.read_text("utf-8")
        made = _Page(page.relative_to(site).as_posix(), loader, needs, site)
        page.write_text(made.rewrite(text), "utf-8")
        for module in made.modules:
            modules.setdefault(module, made.url)
    return [
        f"The archive leaves out what {module} does (on {page} first): it is a module, which "
        "browsers refuse to run from a folder."
        for module, page in modules.items()
    ]


def _needless(bundle: Mapping[str, Any]) -> Iterable[str]:
    """What keeps pages offline, and what pages elsewhere load: there is neither here."""
    names = ("offline", "service_worker", "stable", "embed", "embed_styles")
    return [bundle[name] for name in names if name in bundle]


def _templates(site: Path) -> set[str]:
    """Files that a training fills in when a reader takes it: scripts read them too."""
    models = json.loads((site / "models/manifest.json").read_bytes())["models"]
    lives = [(entry, entry["live"]) for entry in models.values() if "live" in entry]
    return {entry["files"][live["keras"]]["url"] for entry, live in lives if "keras" in live}


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


class _Page:
    """One page: its module scripts and what it preloads become work of the loader."""

    def __init__(self, url: str, loader: str, needs: Mapping[str, list[str]], site: Path) -> None:
        self.url = url
        self.modules: list[str] = []  # that are not of the bundle
        self._loader = loader
        self._needs = needs
        self._site = site
        self._run: list[str] = []
        self._load: list[str] = []

    def rewrite(self, html: str) -> str:
        html = _TAG.sub(self._keep_or_take, html)
        html = _LINK.sub(self._to_file, html)
        root = "../" * self.url.count("/")
        tag = (
            f'<script src="{root}{URL}{self._loader}" data-load="{escape(" ".join(self._load))}" '
            f'data-run="{escape(" ".join(self._run))}"></script>'
        )
        # Before every other script, since it is what they find in place of the browser's Worker, on
        # pages without figures too: the theme's search starts one.
        return _HEAD.sub(lambda found: found[0] + tag, html, count=1)

    def _keep_or_take(self, found: re.Match[str]) -> str:
        """A tag as it stays, or '' where the loader does its work."""
        name, given = _read_tag(found[0])
        if name == "script":
            return found[0] if self._script(given) else ""
        path = self._path(given.get("href", ""))
        if given.get("rel") == "modulepreload":
            self._add_part(path)
            return ""
        if given.get("rel") == "preload" and given.get("as") == "fetch":
            self._add(f"{path}.js")
            return ""
        return found[0]

    def _script(self, given: Mapping[str, str]) -> bool:
        """Whether a script with these attributes stays as it is."""
        if given.get("type") != "module" or "src" not in given:
            return True
        path = self._path(given["src"])
        name = PurePosixPath(path).name
        if name not in self._needs:
            self.modules.append(path)
            return False
        if name not in self._run:
            self._run.append(name)
            self._add_part(path)
        return False

    def _add_part(self, path: str) -> None:
        name = PurePosixPath(path).name
        for each in (*self._needs.get(name, ()), name):
            self._add(URL + each)

    def _add(self, path: str) -> None:
        if quote(path) not in self._load:
            self._load.append(quote(path))

    def _path(self, url: str, served: bool = False) -> str:
        """Where a relative URL of this page leads, from the root of the site; served: if the page
        were a folder, as a server has it."""
        if urlsplit(url).scheme or url.startswith("/"):
            return url
        folder = posixpath.dirname(self.url)
        if served and PurePosixPath(self.url).name != "index.html":
            folder = self.url.removesuffix(".html")
        return posixpath.normpath(posixpath.join(folder, unquote(url)))

    def _to_file(self, found: re.Match[str]) -> str:
        """A link that an author wrote for a server leads to the file of that page."""
        if (self._site / self._path(found["url"])).is_file():
            return found[0]
        for path in (self._path(found["url"]), self._path(found["url"], served=True)):
            for name in (path, f"{path}/index.html", f"{path}.html"):
                if not name.startswith(("/", "..")) and (self._site / name).is_file():
                    here = posixpath.dirname(self.url) or "."
                    url = quote(posixpath.relpath(name, here))
                    return f"{found['before']}{url}{found['after']}"
        return found[0]


class _Attributes(HTMLParser):
    tag = ""
    given: Mapping[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tag, self.given = tag, {name: value or "" for name, value in attrs}


def _read_tag(html: str) -> tuple[str, Mapping[str, str]]:
    reader = _Attributes()
    reader.feed(html)
    return reader.tag, reader.given
