"""Keys hold what a step reads and nothing else."""

from pathlib import Path

import pytest

from modelpress.caching import hashes, keys


@pytest.fixture
def root(tmp_path: Path) -> Path:
    files = {
        "models/net.py": "import numpy\nfrom tools import scale\nfrom lib.deep import mod\n",
        "models/tools.py": "from typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    import typed\n",
        "lib/__init__.py": "",
        "lib/deep/__init__.py": "from . import near\n",
        "lib/deep/near.py": "def late():\n    from ..other import x\n",
        "lib/deep/mod.py": "x = 1\n",
        "lib/other.py": "x = 1\n",
        "lib/unread.py": "x = 1\n",
        "typed.py": "x = 1\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def sources(root: Path) -> dict[str, str]:
    return keys.model_sources(root / "models" / "net.py", (root, root / "models"))


def test_imports_are_followed_within_the_project(root: Path) -> None:
    assert set(sources(root)) == {
        "models/net.py",
        "models/tools.py",
        "lib/__init__.py",
        "lib/deep/__init__.py",
        "lib/deep/near.py",
        "lib/deep/mod.py",
        "lib/other.py",
    }


def test_a_change_is_seen_where_it_is_read(root: Path) -> None:
    before = sources(root)
    (root / "lib" / "unread.py").write_text("x = 2\n")
    assert sources(root) == before
    (root / "lib" / "other.py").write_text("x = 2\n")
    assert sources(root) != before


def test_a_new_import_is_seen_in_the_same_process(root: Path) -> None:
    sources(root)
    (root / "lib" / "deep" / "mod.py").write_text("import typed\n")
    assert "typed.py" in sources(root)


def test_a_file_with_an_error_still_has_a_key(root: Path) -> None:
    (root / "lib" / "other.py").write_text("x = = 2\n")
    assert "lib/other.py" in sources(root)


def test_training_reads_the_contract_but_no_messages_and_no_pictures(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        "from modelpress import Model, Run\n"
        "from datasets.color_survey import LABELS\n"
        "from modelpress.inputs.color import Color\n"
    )
    found = set(keys.model_sources(path, (tmp_path, keys.PACKAGE.parent)))
    read = {"modelpress/spec/model.py", "modelpress/spec/run.py", "datasets/color_words.py"}
    unread = {"modelpress/core/errors.py", "modelpress/cli.py", "modelpress/inputs/color.py"}
    assert read <= found
    assert not unread & found


def test_names_of_the_package_itself_are_followed(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text("import modelpress\nMODEL = pipeline.Model(live=pipeline.Live())\n")
    found = set(keys.model_sources(path, (tmp_path,)))
    assert "modelpress/spec/model.py" in found
    assert not {"modelpress/spec/live.py", "modelpress/spec/run.py"} & found


def test_settings_are_followed_from_what_uses_them_alone() -> None:
    assert "modelpress/spec/live.py" in keys.module_sources("modelpress.spec.failure")
    assert "modelpress/spec/live.py" not in keys.module_sources(
        "modelpress.spec.checks"
    )  # it checks them


def test_kinds_are_followed_for_golden() -> None:
    found = set(keys.kind_sources("modelpress.inputs.color", "modelpress.outputs.classes"))
    assert {"modelpress/inputs/color.py", "modelpress/outputs/classes.py"} <= found
    assert "modelpress/inputs/number.py" not in found


def test_files_of_the_package_are_read_once_until_they_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[Path] = []

    def counted(path: Path) -> str:
        read.append(path)
        return hashes.sha256(path)

    monkeypatch.setattr(keys, "sha256", counted)
    keys.forget()
    found = keys.module_sources("modelpress.spec.failure")
    first = len(read)
    assert first >= len(found)
    found.clear()  # a caller's own copy
    assert keys.module_sources("modelpress.spec.failure")
    assert len(read) == first
    keys.forget()
    assert keys.module_sources("modelpress.spec.failure")
    assert len(read) == 2 * first


def test_digest_ignores_the_order_of_names() -> None:
    assert keys.digest({"a": 1, "b": 2}) == keys.digest({"b": 2, "a": 1})
    assert keys.digest({"a": 1}) != keys.digest({"a": 2})


def test_versions_name_what_makes_a_model() -> None:
    assert set(keys.versions()) == {"python", "tensorflow", "keras", "tensorflowjs", "numpy"}
    assert all(keys.versions().values())
    assert keys.package_version("no-such-package") == ""


def test_a_data_file_beside_a_module_that_names_it_belongs_to_it(tmp_path: Path) -> None:
    model = tmp_path / "model.py"
    model.write_text('STROKES = open("strokes.json")\nOTHER = "folder/x.json", "none.json"\n')
    (tmp_path / "strokes.json").write_text("1")
    (tmp_path / "unnamed.json").write_text("1")
    before = keys.model_sources(model, [tmp_path])
    assert set(before) == {"model.py", "strokes.json"}
    (tmp_path / "strokes.json").write_text("2")
    assert keys.model_sources(model, [tmp_path]) != before
    (tmp_path / "none.json").write_text("1")
    assert set(keys.model_sources(model, [tmp_path])) == {"model.py", "strokes.json", "none.json"}
