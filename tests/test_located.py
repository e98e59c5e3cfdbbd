"""Elements and styles are found by location: a new one is one new file."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.twins import ASSETS, NODE


def located(call: str, root: Path) -> Any:
    """What a function of `build/located.mjs` returns for the sources in `root`."""
    script = (
        f"import * as located from {json.dumps((ASSETS / 'build/located.mjs').as_uri())};"
        f"const root = {json.dumps(str(root))}; console.log(JSON.stringify({call}));"
    )
    command = [str(NODE), "--input-type=module", "-e", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def write(root: Path, name: str, text: str = "") -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_file_that_declares_an_element_is_loaded_for_it(tmp_path: Path) -> None:
    write(tmp_path, "src/elements/dial.ts", 'export const ELEMENT = "modelpress-dial, .dial";\n')
    write(tmp_path, "src/figures/deep/gauge.ts", 'export const ELEMENT = "modelpress-gauge";\n')
    write(tmp_path, "src/elements/helper.ts", "export const PART = 1; // no ELEMENT\n")
    source = located("located.elementsSource(root)", tmp_path)
    assert re.findall(r'\["([^"]+)", \(\) => import\("([^"]+)"\)\]', source) == [
        ("modelpress-dial, .dial", "./src/elements/dial.ts"),
        ("modelpress-gauge", "./src/figures/deep/gauge.ts"),
    ]


def test_styles_come_in_the_order_of_their_folders(tmp_path: Path) -> None:
    for name in ("frame/a.css", "base/z.css", "base/b.css", "figures/dial.css", "kinds/k.css"):
        write(tmp_path, f"styles/{name}")
    for folder in ("plots", "common", "explain", "pages"):
        (tmp_path / "styles" / folder).mkdir()
    found = re.findall(
        r'"(.+?)"', located("located.stylesSource(root, located.PAGE_STYLES)", tmp_path)
    )
    assert [name.removeprefix("./styles/") for name in found] == [
        "base/b.css", "base/z.css", "kinds/k.css", "figures/dial.css", "frame/a.css",
    ]  # fmt: skip


def test_every_style_of_this_package_is_in_a_folder_that_is_read() -> None:
    folders = set(located("located.PAGE_STYLES", ASSETS))
    assert {path.parent.name for path in (ASSETS / "styles").glob("*/**/*.css")} == folders
    assert set(located("located.FIGURE_STYLES", ASSETS)) <= folders
