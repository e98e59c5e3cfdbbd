"""The reference pages say what the code says."""

from __future__ import annotations

import dataclasses
import inspect
import string
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from modelpress import inputs, outputs
from modelpress.cli import cli
from modelpress.kinds.registry import kind_class, kind_names
from modelpress.site.fence_kinds import fence_kinds
from modelpress.spec.failure import Failure
from modelpress.spec.model import Model


@pytest.fixture
def reference(project_root: Path) -> Path:
    return project_root / "docs/reference"


@pytest.mark.slow
def test_the_guides_first_example_builds_as_written(project_root: Path, tmp_path: Path) -> None:
    guide = (project_root / "docs/guide/index.md").read_text()
    for name, opening in (
        ("mkdocs.yml", "```yaml"),
        ("models/halver.py", "```python"),
        ("docs/index.md", "````markdown"),
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        closing = opening.rstrip(string.ascii_lowercase)
        path.write_text(guide.split(f"{opening}\n")[1].split(f"\n{closing}\n")[0] + "\n")
    done = subprocess.run(
        [sys.executable, "-m", "modelpress", "build", "-f", str(tmp_path / "mkdocs.yml")],
        cwd=project_root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "site/index.html").read_text()
    assert '<modelpress-model model="halver" state="prerendered"' in page
    assert "7 gives 3.5" in page


@pytest.mark.parametrize("command", ["", *cli.commands])
def test_the_command_line_page_holds_each_help_text(reference: Path, command: str) -> None:
    arguments = [command, "--help"] if command else ["--help"]
    shown = CliRunner().invoke(
        cli, arguments, prog_name="modelpress", terminal_width=80, max_content_width=80
    )
    assert shown.exit_code == 0
    assert f"```text\n{shown.output.rstrip()}\n```" in (reference / "command-line.md").read_text()


def test_the_model_file_page_names_each_field_once(reference: Path) -> None:
    page = (reference / "model-file.md").read_text().split("## `Live`")[0]
    for field in dataclasses.fields(Model):
        assert page.count(f"\n| `{field.name}` | ") == 1, field.name


@pytest.mark.parametrize(
    ("package", "base"), [(inputs, inputs.Input), (outputs, outputs.Output)], ids=["in", "out"]
)
def test_the_model_file_page_names_each_kind_with_its_parameters(
    reference: Path, package: ModuleType, base: type
) -> None:
    page = (reference / "model-file.md").read_text()
    for name in kind_names(package):
        kind = kind_class(package, base, name)
        heading = next(line for line in page.splitlines() if line.startswith(f"`{kind.__name__}("))
        described = page[page.index(f"from {package.__name__} import") :]
        for parameter in inspect.signature(kind).parameters:
            assert parameter in described, f"{kind.__name__}: {parameter}"
        assert heading


def test_the_fences_page_names_each_fence_and_option(reference: Path) -> None:
    page = (reference / "fences-and-facts.md").read_text()
    for kind in fence_kinds():
        assert f"```{kind}" in page
    for option, words in (fence_kinds()["model"].known_options() or {}).items():
        line = next(line for line in page.splitlines() if line.startswith(f"| `{option}` |"))
        assert all(f"`{word}`" in line for word in words)


def test_the_model_file_page_names_each_field_of_a_failure(reference: Path) -> None:
    described = (reference / "model-file.md").read_text().split("## `Failure`")[1]
    for field in dataclasses.fields(Failure):
        assert described.count(f"\n| `{field.name}` | ") == 1, field.name
    assert "`Training(data=…, build=…, compile=…, fit=…)`" in described
