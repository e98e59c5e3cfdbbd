"""What a site that can be kept lists: every page with what it needs, checked, and nothing else."""

from __future__ import annotations

import io
import json
import struct
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from modelpress.site.publish import icons
from modelpress.site.publish.additions import mark_site
from modelpress.site.publish.offline import write_offline

BUNDLE = {
    "service_worker": "assets/modelpress/sw.js",
    "scripts_of_explainers": ["assets/modelpress/explore-A.js", "assets/modelpress/softmax-A.js"],
    "chunks": {
        "webgl": ["assets/modelpress/webgl-A.js"],
        "wasm": ["assets/modelpress/wasm-A.js", "assets/modelpress/tfjs.wasm"],
        "explore:softmax": ["assets/modelpress/explore-A.js", "assets/modelpress/softmax-A.js"],
    },
}
CHART = {"metric": "loss", "file": {"url": "models/line/1/details/history-1.json"}}
MANIFEST = {
    "models": {
        "line": {
            "files": {f"{n}.json": {"url": f"models/line/1/{n}.json"} for n in ("a", "b", "c")},
            "details": {"figure": "a.json", "report": "b.json"},
        }
    },
    "failures": {},
}
SPEC = {"files": {"weights.bin": {"url": "models/line/1/weights.bin"}}}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    pages = {
        "index.html": '<script src="assets/theme.js"></script><img src="https://else.example/a.png">',
        "line/index.html": '<img src="../models/line/1/w.png"><link rel="stylesheet" '
        'href="../assets/s.css"><data class="mp-spec" '
        f"data-model='line' value='{json.dumps(SPEC)}'></data>",
        "curves/index.html": f"<data class=mp-chart-data value='{json.dumps(CHART)}'></data>",
        "softmax/index.html": '<modelpress-explore name="softmax"></modelpress-explore>',
        "404.html": "",
    }
    files = [
        "assets/theme.js", "assets/s.css", "assets/javascripts/lunr/ja.js", "models/line/1/w.png",
        "models/line/1/weights.bin", "models/line/1/model.keras",
        "models/line/1/details/history-1.json", *(f"models/line/1/{n}.json" for n in "abc"),
        *(url for urls in BUNDLE["chunks"].values() for url in urls),  # type: ignore[attr-defined]
    ]  # fmt: skip
    texts = pages | {name: name for name in files}
    texts["models/manifest.json"] = json.dumps(MANIFEST)
    texts["assets/modelpress/sw.js"] = 'const BUILD = "__modelpress_build__";'
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def listing(site: Path) -> dict[str, Any]:
    (path,) = site.glob("offline-*.json")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_each_page_is_listed_with_what_it_needs(site: Path) -> None:
    write_offline(site, "Site", BUNDLE)
    pages = listing(site)["pages"]
    assert sorted(pages) == ["", "curves/", "line/", "softmax/"]
    assert pages[""] == ["", "assets/theme.js"]
    assert set(pages["line/"]) == {
        "line/",
        "models/line/1/w.png",
        "assets/s.css",
        "models/line/1/weights.bin",
    }
    assert {"softmax/", *BUNDLE["chunks"]["explore:softmax"]} == set(pages["softmax/"])  # type: ignore[index]


def test_the_long_fields_are_kept(site: Path) -> None:
    """A curve's values with its page; all other detail files, which scripts alone ask for, with the
    whole site."""
    write_offline(site, "Site", BUNDLE)
    found = listing(site)
    history = "models/line/1/details/history-1.json"
    assert found["pages"]["curves/"] == ["curves/", history]
    assert {history, "models/line/1/a.json", "models/line/1/b.json"} < set(found["files"])
    assert "models/line/1/c.json" not in found["files"]
    everywhere = [*found["shell"], *(url for needs in found["pages"].values() for url in needs)]
    assert "models/line/1/a.json" not in everywhere


def test_the_shell_is_what_every_page_needs(site: Path) -> None:
    write_offline(site, "Site", BUNDLE)
    shell = set(listing(site)["shell"])
    assert {"assets/theme.js", "assets/s.css", "assets/modelpress/webgl-A.js"} <= shell
    assert not [url for url in shell if "wasm" in url or "softmax" in url or "lunr" in url]


def test_sizes_and_hashes_are_the_files(site: Path) -> None:
    write_offline(site, "Site", BUNDLE)
    files = listing(site)["files"]
    for url, (size, checksum) in files.items():
        path = site / (url + "index.html" if url == "" or url.endswith("/") else url)
        content = path.read_bytes()
        assert (size, checksum) == (len(content), sha256(content).hexdigest()), url
    assert "models/line/1/model.keras" not in files  # a download, not a part of the page
    newest = json.loads((site / "offline.json").read_text())
    assert newest["bytes"] == sum(size for size, _ in files.values())
    assert newest["files"] == len(files)


def test_a_build_is_named_after_its_content(site: Path) -> None:
    first = write_offline(site, "Site", BUNDLE)["build"]
    assert f'"{first}"' in (site / "sw.js").read_text()
    mark_site(site)  # as MkDocs leaves it, when it doesn't empty the folder for the next build
    assert write_offline(site, "Site", BUNDLE)["build"] == first
    (site / "assets/s.css").write_text("other")
    second = write_offline(site, "Site", BUNDLE)["build"]
    assert second != first
    assert listing(site)["build"] == second  # and the earlier listing is gone


def test_the_icons_are_pictures_of_their_sizes(site: Path) -> None:
    write_offline(site, "A site with a long name", BUNDLE)
    manifest = json.loads((site / "site.webmanifest").read_text())
    assert manifest["name"] == "A site with a long name"
    for icon in manifest["icons"]:
        head = (site / icon["src"]).read_bytes()[:24]
        assert head[:8] == b"\x89PNG\r\n\x1a\n"
        assert "{}x{}".format(*struct.unpack(">II", head[16:24])) == icon["sizes"]


@pytest.mark.parametrize(
    ("place", "color"),
    [
        ((0.2, 0.2), (252, 251, 248)),  # outside the rounded corner
        ((2, 12), (11, 107, 97)),
        ((12, 12), (255, 255, 255)),  # a neuron, and the connections at its left and upper left
        ((6, 12), (255, 255, 255)),
        ((9, 9.25), (255, 255, 255)),
        ((9, 12), (11, 107, 97)),
    ],
)
def test_an_icon_is_the_mark(place: tuple[float, float], color: tuple[int, int, int]) -> None:
    picture = Image.open(io.BytesIO(icons.icon(192)))
    x, y = (int(at * 192 / 24) for at in place)
    assert picture.getpixel((x, y)) == color


def test_a_mask_cuts_nothing_off() -> None:
    """All ink lies within the circle of 80 % that the W3C's manifest calls the safe zone."""
    size = icons.MASKABLE
    pixels = np.asarray(Image.open(io.BytesIO(icons.icon(size, full=True))))
    inked = pixels[..., 0] > 128
    y, x = np.nonzero(inked)
    assert inked.any()
    assert np.hypot(x + 0.5 - size / 2, y + 0.5 - size / 2).max() <= 0.4 * size


def test_a_file_is_listed_once(site: Path) -> None:
    """Under the first of its names; what a page holds itself is none of its needs."""
    for name in ("assets/modelpress/a.js", "assets/modelpress/b.js", "assets/modelpress/b.css"):
        (site / name).write_text("same")
    line = site / "line/index.html"
    weights = (site / "models/line/1/weights.bin").read_bytes()
    held = f'<data class="mp-file" data-sha256="{sha256(weights).hexdigest()}"></data>'
    spec = {"files": {"w": {**SPEC["files"]["weights.bin"], "sha256": sha256(weights).hexdigest()}}}
    line.write_text(line.read_text().replace(json.dumps(SPEC), json.dumps(spec)))
    write_offline(site, "Site", BUNDLE)
    assert "models/line/1/weights.bin" in listing(site)["pages"]["line/"]
    mark_site(site)
    line.write_text(line.read_text() + held)
    write_offline(site, "Site", BUNDLE)
    found = listing(site)
    assert "models/line/1/weights.bin" not in found["pages"]["line/"]
    assert "models/line/1/weights.bin" in found["files"]
    assert found["same"] == {"assets/modelpress/b.js": "assets/modelpress/a.js"}
    assert "assets/modelpress/b.js" not in {*found["files"], *found["shell"]}
    assert {"assets/modelpress/a.js", "assets/modelpress/b.css"} <= set(found["shell"])


def test_pictures_for_other_sites_links_are_not_kept(site: Path) -> None:
    picture = site / "assets/modelpress/previews/a.png"
    picture.parent.mkdir()
    picture.write_bytes(b"picture")
    write_offline(site, "Site", BUNDLE)
    assert "assets/modelpress/previews/a.png" not in listing(site)["files"]
