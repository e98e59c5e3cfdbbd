"""Files of networks and arrays are data: code within them is not run."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import keras
import pytest

from modelpress.artefacts.load import load
from modelpress.caching import keys
from modelpress.core.errors import ModelpressError
from tests.tiny import built_project

# Functions that read what may hold code, and the argument that keeps them from running it.
GUARDED = {"load_model": ("safe_mode", True), "load": ("allow_pickle", False)}


def smuggled(path: Path, ran: Path) -> None:
    """Writes a .keras file whose layer, loaded without care, creates the file `ran`."""
    runs = eval(f"lambda x: (open({str(ran)!r}, 'w').close(), x)[1]")
    net = keras.Sequential([keras.Input((1,)), keras.layers.Lambda(runs)])
    ran.unlink(missing_ok=True)  # building it has run it
    net.save(path)
    assert not ran.exists()


def test_the_smuggled_file_would_run(tmp_path: Path) -> None:
    smuggled(tmp_path / "model.keras", tmp_path / "ran")
    keras.models.load_model(tmp_path / "model.keras", safe_mode=False)
    assert (tmp_path / "ran").exists()


def test_a_smuggled_layer_is_refused_in_a_sentence(tmp_path: Path) -> None:
    from modelpress.conversion.convert import convert

    smuggled(tmp_path / "model.keras", tmp_path / "ran")
    with pytest.raises(ModelpressError, match="can't be loaded from its file") as caught:
        convert(tmp_path / "model.keras", (2,), tmp_path / "out")
    assert "Lambda" in caught.value.found
    assert not (tmp_path / "ran").exists()


def test_a_smuggled_file_among_the_published_is_refused(tmp_path: Path) -> None:
    project = built_project(tmp_path / "project")
    manifest = json.loads((project.public_dir / "models/manifest.json").read_text())
    path = project.public_dir / manifest["models"]["line"]["files"]["model.keras"]["url"]
    smuggled(path, tmp_path / "ran")
    with pytest.raises(ModelpressError, match="never run") as caught:
        load("line", project.config_file)
    assert "modelpress clean" in caught.value.next_step
    assert not (tmp_path / "ran").exists()


def test_every_call_that_reads_networks_or_arrays_is_guarded() -> None:
    seen: set[str] = set()
    for path in sorted(keys.PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of, name = ast.unparse(node.func.value), node.func.attr
            if name == "load_model" or (name == "load" and of in ("np", "numpy")):
                argument, wanted = GUARDED[name]
                given = {each.arg: ast.unparse(each.value) for each in node.keywords}
                # An author may trust a file; nothing else switches the guard off.
                allowed = {str(wanted), "not trusted"}
                assert given.get(argument) in allowed, f"{path}:{node.lineno}"
                seen.add(name)
            assert name != "enable_unsafe_deserialization", path
    assert seen == set(GUARDED)
