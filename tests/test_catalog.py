"""Models are found by location; whatever a model file does wrong is a sentence with its line."""

import re
from pathlib import Path

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.spec.discovery import find_models, import_model, require
from tests.tiny import PLAIN, tiny_project


def test_every_file_is_a_model_but_helpers(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, {"b": PLAIN, "a": PLAIN})
    (project.models_dir / "_shared.py").write_text("")
    (project.models_dir / "notes.txt").write_text("")
    assert list(find_models(project)) == ["a", "b"]


@pytest.mark.parametrize("name", ["My-Model", "2nd", "Model", "größe"])
def test_a_name_that_is_no_slug(tmp_path: Path, name: str) -> None:
    project = tiny_project(tmp_path)
    (project.models_dir / f"{name}.py").write_text(PLAIN)
    with pytest.raises(ModelpressError, match="slug") as caught:
        find_models(project)
    assert f"models/{name}.py" in str(caught.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    project.models_dir.rename(tmp_path / "elsewhere")
    with pytest.raises(ModelpressError, match="doesn't exist"):
        find_models(project)


def test_an_unknown_slug_gets_the_nearest() -> None:
    models = {"color_classifier": Path(), "xor": Path()}
    require(["xor"], models)
    with pytest.raises(ModelpressError, match="Did you mean `color_classifier`"):
        require(["colour_classifier"], models)


def import_text(folder: Path, text: str) -> None:
    project = tiny_project(folder, {"m": text})
    import_model(project.models_dir / "m.py", project)


@pytest.mark.parametrize(
    ("text", "where", "found"),
    [
        ("x = 1\nraise KeyError('gone')\n", "models/m.py:2", "KeyError: 'gone'"),
        ("import sys\nsys.exit(3)\n", "models/m.py:2", r"sys\.exit\(3\)"),
        ("x = 1\n\ny = = 2\n", "models/m.py:3", "SyntaxError"),
        ("import no_such_module\n", "models/m.py:1", "no_such_module"),
        ("x = 1\n", "models/m.py", "no name MODEL"),
        ("MODEL = {'title': 'x'}\n", "models/m.py", "'title'"),
        (PLAIN.replace('"Plain"', "3"), "models/m.py:7, field `title`", "3"),
        (PLAIN.replace("Number(-1, 1)", "Number(1, -1)"), "models/m.py:9", "ValueError"),
    ],
)
def test_faults_of_a_model_file(tmp_path: Path, text: str, where: str, found: str) -> None:
    with pytest.raises(ModelpressError) as caught:
        import_text(tmp_path, text)
    assert caught.value.where == where
    assert re.search(found, caught.value.found)
    assert caught.value.exit_code == 2


def test_the_summary_is_the_first_line_of_the_file(tmp_path: Path) -> None:
    project = tiny_project(tmp_path, {"m": PLAIN.replace("A plain model.", "One\nsentence.\n\nX.")})
    assert import_model(project.models_dir / "m.py", project).summary == "One sentence."
