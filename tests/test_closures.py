"""Each step's key is of the modules that the step runs. closures.txt lists them: a new import that
widens a key shows there, in review."""

from __future__ import annotations

from pathlib import Path

import pytest

from modelpress.caching import keys

LISTED = Path(__file__).with_name("closures.txt")
OTHERS = {
    "verify": ("modelpress.proof.verify",),
    "verify of failures": ("modelpress.proof.verify_failures",),
    "bundle": ("modelpress.node.bundle",),
}


def closures() -> dict[str, list[str]]:
    found = {step: keys.step_sources(step) for step in keys.STEPS}
    found |= {name: keys.module_sources(*modules) for name, modules in OTHERS.items()}
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


@pytest.mark.parametrize(
    "name", ["core/png.py", "core/tiles.py", "build/failure_chain.py", "conversion/convert.py"]
)
def test_what_training_cannot_read_is_not_in_its_key(name: str, tmp_path: Path) -> None:
    path = tmp_path / "digits.py"
    path.write_text(
        "from modelpress import Live, Model, Seeds\n"
        "from datasets.mnist import MNIST\n"
        "from modelpress.inputs import Drawing\nfrom modelpress.outputs import Classes\n"
    )
    roots = (tmp_path, keys.PACKAGE.parent)
    found = {*keys.model_sources(path, roots), *keys.step_sources("train")}
    assert f"modelpress/{name}" not in found
    assert {"datasets/mnist.py", "modelpress/spec/model.py", "modelpress/training/fit.py"} <= found


def test_words_are_in_no_key() -> None:
    assert not [name for name, files in closures().items() if "errors.py" in files]


def test_a_new_import_is_in_the_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a package like this one, into which nothing else reaches."""
    package = tmp_path / "modelpress"
    package.mkdir()
    (package / "step.py").write_text("import modelpress.other\n")
    (package / "other.py").write_text("")
    monkeypatch.setattr(keys, "PACKAGE", package)
    both = {"modelpress/step.py", "modelpress/other.py"}
    assert set(keys.module_sources("modelpress.step")) == both
    (package / "other.py").write_text("# key: words\n")
    assert set(keys.module_sources("modelpress.step")) == {"modelpress/step.py"}


if __name__ == "__main__":
    LISTED.write_text(text())
