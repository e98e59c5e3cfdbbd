"""Files for offline use of a site: the service worker, its listing, manifest and icons.

    sw.js                   the service worker of one build of the site
    offline-<build>.json    listing of that build: shell, pages, sizes and SHA-256 of the files
    offline.json            the newest build and its size
    site.webmanifest, icons/

Called after all pages are written. The browser's code is `site_assets/src/offline/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from modelpress.caching.keys import digest, sha256
from modelpress.files import marks
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.publish import icons
from modelpress.site.publish.additions import add_file
from modelpress.site.publish.links import is_file

MANIFEST = "site.webmanifest"
MODELS = "models/manifest.json"
PLACE = "__modelpress_build__"
COLORS = {"light": "#fcfbf8", "dark": "#171715"}
# Search helpers for other languages, which pages of one language never load; pictures for other
# sites' links.
_UNUSED = ("assets/javascripts/lunr/", "assets/modelpress/previews/")
# Classes of JSON in a page that names files: of a model, and of a chart.
_DATA = {"mp-spec", "mp-chart-data"}
_LINKS = ("stylesheet", "preload", "modulepreload", "icon", "manifest", "apple-touch-icon")


def write_offline(site_dir: Path, name: str, bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Writes all these files into `site_dir` and returns the listing. name: of the site."""
    _write_manifest(site_dir, name)
    chunks: Mapping[str, list[str]] = bundle.get("chunks", {})
    inside: set[str] = set()  # what pages hold themselves; scripts of other pages may request it
    pages = {
        _url(path, site_dir): _needs(path, site_dir, chunks, inside) for path in _pages(site_dir)
    }
    shell = _shell(site_dir, bundle)
    later = [url for chunk in chunks.values() for url in chunk]
    later += [*_detail_files(site_dir), *sorted(inside)]
    wanted = {*shell, *later, *(url for needs in pages.values() for url in needs)}
    files = {url: _checked(site_dir, url) for url in sorted(wanted) if _path(site_dir, url)}
    same = _same(files)

    def held(urls: Iterable[str]) -> list[str]:
        """Returns the URLs under which these files are kept, each once."""
        return list(dict.fromkeys(same.get(url, url) for url in urls if url in files))

    kept = {url: file for url, file in files.items() if url not in same}
    content = {
        "shell": held(shell),
        "pages": {page: held(needs) for page, needs in sorted(pages.items())},
        "same": same,
        "files": kept,
    }
    listing = {"build": digest(content)[:16], **content}
    for old in site_dir.glob("offline-*.json"):
        if marks.is_ours(site_dir, old.name):
            old.unlink()
    _write_json(site_dir, f"offline-{listing['build']}.json", listing)
    size = sum(size for size, _ in kept.values())
    newest = {"build": listing["build"], "bytes": size, "files": len(kept)}
    _write_json(site_dir, "offline.json", newest)
    worker = (site_dir / bundle["service_worker"]).read_text("utf-8")
    add_file(site_dir, "sw.js", worker.replace(PLACE, str(listing["build"])))
    return listing


def head_html(root: str, control: str | None) -> str:
    """Returns the tags for the head of every page.

    root: relative URL of the site root. control: URL of the page with the `offline` fence, relative
    to the root; None if there is none.
    """
    tags = [
        f'<link rel="manifest" href="{escape(root + MANIFEST)}">',
        f'<link rel="apple-touch-icon" href="{escape(root)}icons/apple-touch-icon.png">',
        *(
            f'<meta name="theme-color" media="(prefers-color-scheme: {scheme})" content="{color}">'
            for scheme, color in COLORS.items()
        ),
    ]
    if control is not None:
        tags.append(f'<link rel="modelpress-offline" href="{escape(root + control)}">')
    return "".join(tags)


def control_html(*, archive: bool = False) -> str:
    """Returns the HTML of the `offline` fence, which downloads or removes the whole site.

    In the archive it is a note that this copy is complete.
    """
    if archive:
        return (
            '<div class="mp-figure mp-offline" data-search-exclude><p class="mp-reading">You have '
            "the whole site: this copy is complete and needs no connection.</p></div>"
        )
    return (
        '<modelpress-offline state="none" data-search-exclude><div class="mp-figure mp-offline">'
        '<p class="mp-reading" data-part="status" role="status">This site can be kept on your '
        "device.</p>"
        '<progress data-part="progress" max="1" value="0" aria-label="Files kept" hidden>'
        "</progress>"
        '<div class="mp-controls"><div class="mp-entry">'
        '<button type="button" class="mp-button" data-part="take">Download the whole site'
        "</button>"
        '<button type="button" class="mp-button" data-part="remove" disabled>Remove it from this '
        "device</button></div></div>"
        '<p class="mp-notice" data-part="notice" role="status"></p>'
        '<noscript><p class="mp-noscript">Keeping it needs scripts to be allowed.</p></noscript>'
        "</div></modelpress-offline>"
    )


def _shell(site_dir: Path, bundle: Mapping[str, Any]) -> list[str]:
    """Returns the URLs that every page needs: theme, styles, fonts and scripts.

    It excludes scripts of WASM, WebGPU and explainers, which pages load on demand, and the scripts
    for pages of other sites.
    """
    special = {"wasm", "webgpu", "training_wasm"}
    chunks: Mapping[str, list[str]] = bundle.get("chunks", {})
    own = {name: urls for name, urls in chunks.items() if not name.startswith("explore:")}
    always = {url for name, urls in own.items() if name not in special for url in urls}
    seldom = {url for name in special for url in own.get(name, ())} - always
    seldom.update(bundle.get("scripts_of_explainers", ()))
    seldom.update(bundle[name] for name in ("embed", "embed_styles") if name in bundle)
    found = sorted(path for path in (site_dir / "assets").rglob("*") if path.is_file())
    urls = [_address(path.relative_to(site_dir).as_posix()) for path in found]
    shell = [
        url
        for url in urls
        if url not in seldom
        and not url.startswith(_UNUSED)
        and not url.endswith((".map", ".wasm", ".txt"))
        and url != bundle["service_worker"]
    ]
    more = [MANIFEST, "search/search_index.json", MODELS]
    return [*shell, *(name for name in more if (site_dir / name).is_file())]


class _Reader(HTMLParser):
    """Collects what a page names: scripts, styles, pictures, JSON with files, explainers."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.specs: list[str] = []
        self.explainers: list[str] = []
        self.inside: set[str] = set()  # SHA-256 of the files that the page itself holds

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("script", "img", "source") and given.get("src"):
            self.urls.append(given["src"])
        if tag == "link" and given.get("rel") in _LINKS:
            self.urls.append(given.get("href", ""))
        if "mp-file" in given.get("class", "").split():
            self.inside.add(given.get("data-sha256", ""))
        if tag == "modelpress-explore":
            self.explainers.append(given.get("name", ""))
        if tag == "data" and not _DATA.isdisjoint(given.get("class", "").split()):
            self.specs.append(given.get("value", ""))


def _needs(
    path: Path, site_dir: Path, chunks: Mapping[str, list[str]], inside: set[str]
) -> list[str]:
    """Returns the URLs that a page needs, its own first, relative to the site root.

    chunks: of the bundle. inside: gets the URLs of the files that the page itself holds.
    """
    page = _url(path, site_dir)
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    base = f"http://site/{page}"
    urls = [page]
    for url in reader.urls:
        try:
            found = urlsplit(urljoin(base, url))
        except ValueError:
            continue  # an invalid URL names no file
        if found.netloc == "site" and found.scheme == "http":
            urls.append(_address(unquote(found.path.removeprefix("/"))))
    for data in map(json.loads, reader.specs):
        files = data["files"].values() if "files" in data else [data["file"]]
        for file in files:
            url = _address(unquote(file["url"]))
            if file.get("sha256") in reader.inside:
                inside.add(url)
            else:
                urls.append(url)
    for name in reader.explainers:
        urls += chunks.get(f"explore:{name}", [])
    return list(dict.fromkeys(urls))


def _detail_files(site_dir: Path) -> list[str]:
    """Returns the URLs of all detail files, since scripts may request them on any page."""
    path = site_dir / MODELS
    content = json.loads(path.read_bytes()) if path.is_file() else {}
    entries = [*content.get("models", {}).values(), *content.get("failures", {}).values()]
    named = [(entry["files"], entry.get("details", {}).values()) for entry in entries]
    return [_address(unquote(files[name]["url"])) for files, names in named for name in names]


def _same(files: Mapping[str, tuple[int, str]]) -> dict[str, str]:
    """Returns URL → first URL of the same content and ending, of files that are kept once.

    Pages are kept under their own URLs.
    """
    first: dict[tuple[str, str], str] = {}
    same = {}
    for url, (_, checksum) in files.items():
        ending = PurePosixPath(url).suffix
        if url.endswith("/") or ending in ("", ".html"):
            continue
        known = first.setdefault((checksum, ending), url)
        if known != url:
            same[url] = known
    return same


def _pages(site_dir: Path) -> Iterable[Path]:
    return sorted(path for path in site_dir.rglob("*.html") if path.name != "404.html")


def _url(path: Path, site_dir: Path) -> str:
    """Returns the URL of a page: that of the folder for an index.html."""
    name = path.relative_to(site_dir).as_posix()
    return _address(
        name.removesuffix("index.html") if PurePosixPath(name).name == "index.html" else name
    )


def _address(name: str) -> str:
    """Returns the canonical URL of a file's name.

    It equals JavaScript's `encodeURIComponent` on each part; ported to `address` in
    `site_assets/src/offline/listing.ts`.
    """
    return quote(name, safe="/!~*'()")


def _path(site_dir: Path, url: str) -> Path | None:
    name = unquote(url)
    if ".." in PurePosixPath(name).parts:
        return None  # outside the site
    path = site_dir / (name + "index.html" if name == "" or name.endswith("/") else name)
    return path if is_file(path) else None


def _checked(site_dir: Path, url: str) -> tuple[int, str]:
    path = _path(site_dir, url)
    assert path is not None
    return path.stat().st_size, sha256(path)


def _write_manifest(site_dir: Path, name: str) -> None:
    listed = []
    for size in icons.SIZES:
        add_file(site_dir, f"icons/icon-{size}.png", icons.icon(size))
        listed.append(_icon(f"icon-{size}.png", size, "any"))
    add_file(site_dir, "icons/maskable.png", icons.icon(icons.MASKABLE, full=True))
    listed.append(_icon("maskable.png", icons.MASKABLE, "maskable"))
    add_file(site_dir, "icons/apple-touch-icon.png", icons.icon(icons.APPLE, full=True))
    manifest = {
        "name": name,
        "short_name": name[:12],
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": COLORS["light"],
        "theme_color": COLORS["light"],
        "icons": listed,
    }
    _write_json(site_dir, MANIFEST, manifest)


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    return {
        "src": f"icons/{name}", "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose,
    }  # fmt: skip


def _write_json(site_dir: Path, name: str, content: Any) -> None:
    add_file(site_dir, name, json.dumps(content, sort_keys=True, separators=(",", ":")))


FENCE = FenceKind(
    "offline", lambda site, page, block: control_html(archive=site.archive), subject=""
)
