"""Projects are found by their mkdocs.yml, which MkDocs itself loads."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError
from modelpress.core.inheriting import inherited
from modelpress.core.project import Project

SITE = "site_name: x\ntheme: mkdocs\n"


def write(folder: Path, text: str, name: str = "mkdocs.yml") -> Path:
    (folder / "docs").mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def refused(config: Path, *, strict: bool | None = False) -> str:
    with pytest.raises(ModelpressError) as caught:
        find_project(config, strict=strict)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_defaults(tmp_path: Path) -> None:
    project = find_project(write(tmp_path, SITE + "plugins: [search, modelpress]\n"))
    assert project.root == tmp_path
    assert project.models_dir == tmp_path / "models"
    assert project.docs_dir == tmp_path / "docs"
    assert project.site_dir == tmp_path / "site"
    assert project.state_dir == tmp_path / ".modelpress"
    assert project.custom_dir is None
    assert project.site_path == "/"
    assert project.dev_addr == ("127.0.0.1", 8000)
    assert (project.look, project.strict, project.watch) == (False, False, ())


def test_settings(tmp_path: Path) -> None:
    for name in ("over", "more"):
        (tmp_path / name).mkdir()
    (tmp_path / "hook.py").write_text("")
    config = write(
        tmp_path,
        "site_name: x\nsite_url: https://example.org/a/b\ndev_addr: 127.0.0.1:9001\nstrict: true\n"
        "theme: {name: mkdocs, custom_dir: over}\nwatch: [more]\nhooks: [hook.py]\n"
        "plugins: [modelpress]\n",
    )
    project = find_project(config, strict=None)
    assert project.custom_dir == tmp_path / "over"
    assert project.site_path == "/a/b/"
    assert project.dev_addr == ("127.0.0.1", 9001)
    assert project.watch == (tmp_path / "more", tmp_path / "hook.py")
    assert project.strict is True
    assert find_project(config, strict=False).strict is False


def test_a_project_survives_json(tmp_path: Path) -> None:
    (tmp_path / "over").mkdir()
    theme = "theme: {name: mkdocs, custom_dir: over}\n"
    for text in (SITE, "site_name: x\nwatch: [docs]\n" + theme):
        project = find_project(write(tmp_path, text + "plugins: [modelpress]\n"))
        assert Project.from_dict(json.loads(json.dumps(project.as_dict()))) == project


def test_inherited_settings_are_merged_as_mkdocs_does(tmp_path: Path) -> None:
    write(
        tmp_path,
        SITE + "site_dir: base-out\nplugins:\n  search: {}\n"
        "  modelpress:\n    models: nets\n    look: false\n",
        "base.yml",
    )
    write(tmp_path, "INHERIT: base.yml\nsite_dir: out\n", "middle.yml")
    config = write(tmp_path, "INHERIT: middle.yml\nplugins:\n  modelpress:\n    look: true\n")
    project = find_project(config)
    assert project.models_dir == tmp_path / "nets"
    assert project.look is True
    assert project.site_dir == tmp_path / "out"
    assert inherited(config) == [tmp_path / "middle.yml", tmp_path / "base.yml"]


def test_environment_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUT", "public")
    monkeypatch.setenv("BASE", "base.yml")
    monkeypatch.delenv("NO_DOCS", raising=False)
    (tmp_path / "pages").mkdir()
    write(tmp_path, SITE, "base.yml")
    config = write(
        tmp_path,
        "INHERIT: !ENV BASE\nsite_name: !ENV [NO_NAME, x]\nsite_dir: !ENV OUT\n"
        "docs_dir: !ENV [NO_DOCS, pages]\n"
        "plugins:\n  - modelpress:\n      models: !ENV [NO_MODELS, OUT, nets]\n",
    )
    project = find_project(config)
    assert project.site_dir == tmp_path / "public"
    assert project.docs_dir == tmp_path / "pages"
    assert project.models_dir == tmp_path / "public"
    assert inherited(config) == [tmp_path / "base.yml"]


@pytest.mark.parametrize(
    "plugins",
    [
        "\n  search: {}\n  modelpress:\n    models: m\n",
        "\n  - /modelpress:\n      models: m\n",
        "\n  - modelpress:\n      models: m\n      enabled: true\n",
    ],
)
def test_the_plugin_by_any_of_its_names(tmp_path: Path, plugins: str) -> None:
    assert find_project(write(tmp_path, SITE + "plugins:" + plugins)).models_dir == tmp_path / "m"


def test_a_linked_configuration_has_its_folder_where_the_link_is(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "mkdocs.yml").write_text(SITE + "plugins: [modelpress]\n")
    (tmp_path / "site" / "docs").mkdir(parents=True)
    link = tmp_path / "site" / "mkdocs.yml"
    link.symlink_to(tmp_path / "shared" / "mkdocs.yml")
    assert find_project(link).docs_dir == tmp_path / "site" / "docs"


def test_found_from_a_folder_below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, SITE + "plugins: [modelpress]\n")
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert find_project().root == tmp_path


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (SITE + "plugins: [search]\n", 3, "doesn't use Modelpress"),
        (SITE, 0, "doesn't use Modelpress"),
        (SITE + "plugins:\n  - modelpress: {enabled: false}\n", 3, "doesn't use Modelpress"),
        (SITE + "plugins: [modelpress, modelpress]\n", 3, "listed more than once"),
        (SITE + "plugins: [modelpres]\n", 3, "Did you mean `modelpress`"),
        (SITE + "plugins: [modelpress: {lok: true}]\n", 3, "'lok': There is no such option"),
        (SITE + "plugins: [modelpress: {look: 3}]\n", 3, "Expected type: <class 'bool'>"),
        (SITE + "plugins: [modelpress: {models: 3}]\n", 3, "Expected type: <class 'str'>"),
        (SITE + "plugins: [modelpress: {models: ''}]\n", 3, "The name of a folder is expected"),
        (SITE + "plugins: 3\n", 3, "Expected a list or dict"),
        ("plugins: [\n", 2, "not valid YAML"),
        ("- a\n", 0, "list"),
        ("3\n", 0, "int"),
        ("plugins: [modelpress]\n", 0, "site_name"),
        (SITE + "plugins: [modelpress]\nsite_dir: 3\n", 4, "site_dir"),
        (SITE + "plugins: [modelpress]\nsite_dir: docs/out\n", 4, "within the 'docs_dir'"),
        (SITE + "plugins: [modelpress]\nsite_dir: .\n", 4, "within the 'site_dir'"),
        (SITE + "plugins: [modelpress]\ndocs_dir: gone\n", 4, "Create the folder"),
        ("site_name: x\nplugins: [modelpress]\ntheme: gone\n", 3, "Unrecognised theme"),
        (SITE + "plugins: [modelpress]\nhooks: [gone.py]\n", 4, "gone.py"),
        (SITE + "plugins: [modelpress]\ndev_addr: here\n", 4, "dev_addr"),
        ("INHERIT: gone.yml\n", 0, "gone.yml"),
        ("INHERIT: mkdocs.yml\n", 1, "form a cycle"),
        ("site_name: !!python/name:no.such.module\n", 1, "no.such"),
        ("\x00", 0, "YAML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, text: str, line: int, said: str) -> None:
    config = write(tmp_path, text)
    told = refused(config)
    assert told.startswith(f"{config}:{line}: " if line else f"{config}: ")
    assert said in told


def test_the_line_in_an_inherited_file_is_named(tmp_path: Path) -> None:
    base = write(tmp_path, "theme: mkdocs\nsite_dir: docs/out\n", "base.yml")
    told = refused(write(tmp_path, "INHERIT: base.yml\nsite_name: x\nplugins: [modelpress]\n"))
    assert told.startswith(f"{base}:2: ")


def test_only_strictly_a_warning_is_an_error(tmp_path: Path) -> None:
    config = write(tmp_path, SITE + "strict: true\nplugins: [modelpress]\ncolour: red\n")
    told = refused(config, strict=None)
    assert told.startswith(f"{config}:5: ")
    assert "Unrecognised configuration name: colour" in told
    assert "--no-strict" in told
    assert find_project(config).strict is False
    lenient = write(tmp_path, SITE + "plugins: [modelpress]\ncolour: red\n")
    assert find_project(lenient, strict=None).strict is False
    assert "colour" in refused(lenient, strict=True)


@pytest.mark.parametrize(
    ("hook", "line"),
    [
        ("x = 1\nraise ValueError('no luck')\n", 2),
        ("import sys\nsys.exit('no luck')\n", 2),
        ("open('/no luck')\n", 1),
    ],
)
def test_a_hook_that_fails_is_named(tmp_path: Path, hook: str, line: int) -> None:
    (tmp_path / "hook.py").write_text(hook)
    told = refused(write(tmp_path, SITE + "plugins: [modelpress]\nhooks: [hook.py]\n"))
    assert f"{tmp_path / 'hook.py'}:{line}" in told
    assert "no luck" in told


def test_a_hook_that_is_no_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "hook.py").write_text("x = 1\nx = = 2\n")
    told = refused(write(tmp_path, SITE + "plugins: [modelpress]\nhooks: [hook.py]\n"))
    assert f"{tmp_path / 'hook.py'}:2" in told


def test_what_a_hook_prints_is_not_our_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hook.py").write_text("print('hello')\n")
    find_project(write(tmp_path, SITE + "plugins: [modelpress]\nhooks: [hook.py]\n"))
    assert capsys.readouterr() == ("", "hello\n")


def test_a_missing_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelpressError, match="configuration file doesn't exist"):
        find_project(tmp_path / "mkdocs.yml")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelpressError, match=r"no mkdocs\.yml or modelpress\.yml here"):
        find_project()


def test_a_worker_needs_no_mkdocs() -> None:
    """The request carries the project: loading would run the author's hooks again."""
    code = (
        "import sys, modelpress.processes.worker, modelpress.core.project\n"
        "import modelpress.build.model_chain, modelpress.build.failure_chain\n"
        "sys.exit(any(name.split('.')[0] == 'mkdocs' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
