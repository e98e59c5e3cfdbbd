"""Projects are found by their mkdocs.yml and read without running anything in it."""

from pathlib import Path

import pytest

from pipeline.errors import ModelpressError
from pipeline.project import find_project


def write(folder: Path, text: str, name: str = "mkdocs.yml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_defaults(tmp_path: Path) -> None:
    project = find_project(write(tmp_path, "site_name: x\nplugins: [search, modelpress]\n"))
    assert project.root == tmp_path
    assert project.models_dir == tmp_path / "models"
    assert project.docs_dir == tmp_path / "docs"
    assert project.site_dir == tmp_path / "site"
    assert project.state_dir == tmp_path / ".modelpress"
    assert project.look is False


def test_options_tags_and_inherited_settings(tmp_path: Path) -> None:
    write(tmp_path, "docs_dir: pages\nsite_dir: out\n", "base.yml")
    config = write(
        tmp_path,
        "INHERIT: base.yml\n"
        "site_name: !ENV [NAME, x]\n"
        "site_dir: public\n"
        "markdown_extensions:\n"
        "  - pymdownx.emoji:\n"
        "      emoji_index: !!python/name:no.such.module\n"
        "plugins:\n  - modelpress:\n      models: nets\n      look: true\n",
    )
    project = find_project(config)
    assert project.docs_dir == tmp_path / "pages"
    assert project.site_dir == tmp_path / "public"
    assert project.models_dir == tmp_path / "nets"
    assert project.look is True


def test_plugins_as_a_mapping(tmp_path: Path) -> None:
    config = write(tmp_path, "plugins:\n  search: {}\n  modelpress:\n    models: m\n")
    assert find_project(config).models_dir == tmp_path / "m"


def test_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "plugins: [modelpress]\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert find_project().root == tmp_path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("plugins: [search]\n", "doesn't use Modelpress"),
        ("site_name: x\n", "doesn't use Modelpress"),
        ("plugins: [\n", "not readable as YAML"),
        ("- a\n", "holds no settings"),
        ("plugins: [modelpress]\nsite_dir: 3\n", "must be the name of a folder"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, said: str) -> None:
    config = write(tmp_path, text)
    with pytest.raises(ModelpressError, match=said) as caught:
        find_project(config)
    assert str(config) in str(caught.value)


def test_a_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelpressError, match="no such configuration"):
        find_project(tmp_path / "mkdocs.yml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelpressError, match=r"no mkdocs\.yml here"):
        find_project()
