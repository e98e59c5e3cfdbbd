"""The press with the builders that its guide names, each the real package."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tiny import built_project

pytestmark = pytest.mark.slow
BESIDE = Path(sys.executable).parent

SPHINX = """\
# Deep

It has <modelpress-fact of="line.parameters"></modelpress-fact> parameters.

<modelpress-model model="line" start="0.5"></modelpress-model>

```{raw} html
<modelpress-card model="line"></modelpress-card>
```

```model line
```
"""
ZENSICAL = """\
# Deep

It has {{ line.parameters }} parameters, and {{ other.plugin }}.

```model line
start: "0.25"
```
"""


def project(folder: Path, program: str) -> Path:
    """A project whose model is built, without its pages; skips if the builder is not installed."""
    if shutil.which(program, path=str(BESIDE)) is None:
        pytest.skip(f"{program} is not installed")
    built_project(folder)
    shutil.rmtree(folder / "docs")
    shutil.rmtree(folder / "site")
    (folder / "mkdocs.yml").unlink()
    (folder / "docs/deep").mkdir(parents=True)
    return folder


def build(folder: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "modelpress", "build", "--no-browser", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_sphinx_with_myst(tmp_path: Path) -> None:
    folder = project(tmp_path / "sphinx", "sphinx-build")
    (folder / "docs/conf.py").write_text('project = "S"\nextensions = ["myst_parser"]\n')
    (folder / "docs/index.md").write_text("# Home\n\n```{toctree}\ndeep/line\n```\n")
    (folder / "docs/deep/line.md").write_text(SPHINX)
    (folder / "modelpress.yml").write_text("site_name: S\n")
    notes = build(folder, "--with", f"{BESIDE}/sphinx-build -q docs OUT")
    assert re.search(r"Warning: OUT/deep/line\.html:\d+: a fence of Modelpress was left", notes)
    html = (folder / "site/deep/line.html").read_text()
    assert re.search(r"It has <modelpress-pressed [^>]*>2</modelpress-pressed> parameters", html)
    assert 'data-start="0.5"' in html
    assert '<div class="mp-card">' in html
    assert 'src="../assets/modelpress/' in html
    assert "modelpress" not in (folder / "site/index.html").read_text()


def test_zensical_with_the_markdown_extension(tmp_path: Path) -> None:
    folder = project(tmp_path / "zensical", "zensical")
    (folder / "zensical.toml").write_text(
        '[project]\nsite_name = "Z"\n[project.markdown_extensions.modelpress]\n'
        "[project.markdown_extensions.pymdownx.superfences]\n"
    )
    (folder / "docs/index.md").write_text("# Home\n")
    (folder / "docs/deep/line.md").write_text(ZENSICAL)
    (folder / "modelpress.yml").write_text(f"site_name: Z\nwith: {BESIDE}/zensical build\n")
    build(folder)
    page = folder / "site/deep/line/index.html"
    html = page.read_text()
    assert re.search(r">2</modelpress-pressed> parameters, and <[^>]*>{{ other.plugin }}<", html)
    assert 'data-start="0.25"' in html
    build(folder)
    assert page.read_text() == html
    config = (folder / "zensical.toml").read_text()
    plugin = config.replace("markdown_extensions.modelpress", "plugins.modelpress")
    (folder / "zensical.toml").write_text(plugin)
    assert re.search(r"Warning: site/deep/line/index\.html:\d+: a fence", build(folder))
