"""Each step's key is of the modules that the step runs. closures.txt lists them: a new import that
widens a key shows there, in review."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from modelpress.artefacts.failure_entry import FailureCard
from modelpress.artefacts.model_entry import Card
from modelpress.build import failure_chain, model_steps
from modelpress.caching import keys
from modelpress.caching.step import KERAS, Step

LISTED = Path(__file__).with_name("closures.txt")
KERAS_STEPS = {**model_steps.FUNCTIONS, "exhibit": failure_chain.FUNCTION}
OTHERS = {
    "verify": Card.verified_by,
    "verify of failures": FailureCard.verified_by,
    "bundle": "modelpress.node.bundle.write_bundle",
    "explain and formulas": "modelpress.node.bundle.write_result",
}


def code(function: str, packages: tuple[str, ...] = KERAS) -> dict[str, str]:
    return Step("", "", function, {}, packages).code()


def closures() -> dict[str, list[str]]:
    found = {"note of files read": keys.module_sources("modelpress.caching.observing.file_access")}
    found |= {name: code(function) for name, function in KERAS_STEPS.items()}
    found |= {name: code(function, ()) for name, function in OTHERS.items()}
    for kinds in ("inputs", "outputs"):
        for file in sorted((keys.PACKAGE / kinds).glob("[a-z]*.py")):
            found[f"{kinds}.{file.stem}"] = keys.kind_sources(f"modelpress.{kinds}.{file.stem}")
    return {
        name: sorted(file.removeprefix("modelpress/") for file in files)
        for name, files in found.items()
    }


def text() -> str:
    lines = (f"{name}:\n" + "".join(f"  {file}\n" for file in files) for name, files in
             closures().items())  # fmt: skip
    return "\n".join(lines)


def test_the_closures_are_those_that_are_listed() -> None:
    assert text() == LISTED.read_text(), "see the difference; `python -m tests.test_closures` lists"


@pytest.mark.parametrize("function", [*KERAS_STEPS.values(), *OTHERS.values()])
def test_what_a_step_runs_is_there(function: str) -> None:
    """A module that is not would have no closure."""
    module, _, name = function.rpartition(".")
    file = keys.PACKAGE.parent.joinpath(*module.split(".")).with_suffix(".py")
    assert f"\ndef {name}(" in file.read_text()
    assert file.relative_to(keys.PACKAGE.parent).as_posix() in code(function)


@pytest.mark.parametrize(
    "name",
    [
        "core/png.py",
        "core/tiles.py",
        "build/failure_chain.py",
        "caching/step.py",
        "conversion/convert.py",
        "spec/live.py",
    ],
)
def test_what_training_cannot_read_is_not_in_its_key(name: str, tmp_path: Path) -> None:
    path = tmp_path / "digits.py"
    path.write_text(
        "from modelpress import Live, Model, Seeds\n"
        "from datasets.mnist import MNIST\n"
        "from modelpress.inputs import Drawing\nfrom modelpress.outputs import Classes\n"
    )
    roots = (tmp_path, keys.PACKAGE.parent)
    found = {*keys.model_sources(path, roots), *code(model_steps.FUNCTIONS["train"])}
    assert (keys.PACKAGE / name).is_file()
    assert f"modelpress/{name}" not in found
    assert {"datasets/mnist.py", "modelpress/spec/model.py", "modelpress/training/fit.py"} <= found


def test_words_are_in_no_key() -> None:
    assert not [name for name, files in closures().items() if "core/errors.py" in files]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package like this one, into which nothing else reaches."""
    folder = tmp_path / "modelpress"
    folder.mkdir()
    monkeypatch.setattr(keys, "PACKAGE", folder)
    keys.forget()
    yield folder
    keys.forget()


def test_a_new_import_is_in_the_key(package: Path) -> None:
    (package / "step.py").write_text("import modelpress.other\n")
    (package / "other.py").write_text("")
    both = {"modelpress/step.py", "modelpress/other.py"}
    assert set(keys.module_sources("modelpress.step")) == both
    (package / "other.py").write_text("# key: words\n")
    keys.forget()
    assert set(keys.module_sources("modelpress.step")) == {"modelpress/step.py"}


def test_a_package_whose_modules_are_found_by_location_is_whole_in_the_key(package: Path) -> None:
    (package / "found").mkdir()
    (package / "step.py").write_text("from modelpress import found\n")
    (package / "found/__init__.py").write_text("")
    (package / "found/one.py").write_text("")
    assert "modelpress/found/one.py" not in keys.module_sources("modelpress.step")
    (package / "found/__init__.py").write_text("# key: folder\n")
    keys.forget()
    assert "modelpress/found/one.py" in keys.module_sources("modelpress.step")


if __name__ == "__main__":
    LISTED.write_text(text())
