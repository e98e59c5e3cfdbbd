"""Models from files in a site: one build of several kinds, their cards, keys and conversion."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from modelpress.artefacts.manifest import published_manifest
from modelpress.build.build import Request, build
from modelpress.build.freshness import older
from modelpress.core.errors import ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.inputs.number import Number
from modelpress.node.bundle import find_program
from modelpress.spec.expect import AtMost
from modelpress.spec.live import Live
from modelpress.spec.model import Model
from tests.model_files import tensorflowjs_converters
from tests.tiny import tiny_project

HEAD = (
    '"""From a file."""\n\nimport keras\nimport numpy as np\nfrom modelpress import AtMost, Model\n'
)
HEAD += "from modelpress.inputs import Numbers\n\n"
INPUT = 'input=Numbers({name: (-1, 1) for name in "abcd"})'
MODELS = {
    "plain": f'MODEL = Model(title="Plain", file="net.keras", {INPUT})',
    "weights": f'MODEL = Model(title="Weights", file="net.weights.h5", {INPUT}, build=lambda: '
    'keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")]))',
    "measured": "x = np.eye(4, dtype='float32')\n"
    f'MODEL = Model(title="Measured", file="net.h5", {INPUT}, data=lambda: (x, x[:, :3]), '
    'compile={"loss": "mse", "metrics": ["mae"]}, expect={"mae": AtMost(1)})',
    "folder": f'MODEL = Model(title="Folder", file="exported", {INPUT})',
    "web": f'MODEL = Model(title="Web", file="layers", {INPUT})',
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project with these models, built without a browser."""
    folder = tmp_path_factory.mktemp("brought")
    made = tiny_project(folder, {slug: HEAD + text for slug, text in MODELS.items()})
    keras.utils.set_random_seed(1)
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    models = made.models_dir
    net.save(models / "net.keras")
    net.save(models / "net.h5")
    net.save_weights(models / "net.weights.h5")
    net.export(models / "exported", verbose=False)
    tensorflowjs_converters().save_keras_model(_older(net), str(models / "layers"))
    for slug in MODELS:
        page = made.docs_dir / f"{slug}.md"
        page.write_text(page.read_text() + f"\n```card {slug}\n```\n")
    build(made, Request(use_browser=False), Progress())
    return made


def _older(net: Any) -> Any:
    import tf_keras

    other = tf_keras.Sequential([tf_keras.Input((4,)), tf_keras.layers.Dense(3, "softmax")])
    other.set_weights(net.get_weights())
    return other


def test_all_files_give_the_same_model(project: Project) -> None:
    manifest = published_manifest(project)
    assert manifest is not None
    assert sorted(manifest.models) == sorted(MODELS)
    starts = [entry.start.output for entry in manifest.models.values()]
    assert np.ptp(np.array(starts), axis=0).max() < 1e-6
    assert all(entry.parameters == 15 for entry in manifest.models.values())
    brought = {slug: entry.brought for slug, entry in manifest.models.items()}
    assert {slug: each and each.name for slug, each in brought.items()} == {
        "plain": "net.keras",
        "weights": "net.weights.h5",
        "measured": "net.h5",
        "folder": "exported",
        "web": "model.json",
    }
    assert [slug for slug, each in brought.items() if each and each.as_graph] == ["folder"]


def test_the_card_says_what_is_not_known(project: Project) -> None:
    plain = (project.site_dir / "plain/index.html").read_text()
    assert "not known: the model came as a file" in plain
    assert "net.keras, Keras, Keras 3" in plain
    assert "seed 1" not in plain  # nothing was trained here
    measured = (project.site_dir / "measured/index.html").read_text()
    assert ">Measured with<" in measured
    assert ">Data of its training<" in measured
    manifest = published_manifest(project)
    assert manifest is not None
    assert 0 < manifest.models["measured"].metrics["mae"] < 1
    assert manifest.models["plain"].metrics == {}


def test_other_content_makes_the_model_again(project: Project, tmp_path: Path) -> None:
    """Under the same name, and of each kind of file."""
    assert older(project) == []
    for slug, name in (
        ("plain", "net.keras"),
        ("weights", "net.weights.h5"),
        ("measured", "net.h5"),
        ("folder", "exported/variables/variables.index"),
        ("web", "layers/group1-shard1of1.bin"),
    ):
        path = project.models_dir / name
        content = path.read_bytes()
        path.write_bytes(content + b"\0")
        assert [each.slug for each in older(project)] == [slug]
        path.write_bytes(content)
    assert older(project) == []


def line(**fields: Any) -> Model:
    """A Model of these fields."""
    return Model(title="Line", input=Number(0, 1), **fields)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"file": 3}, "file"),
        ({"file": ""}, "file"),
        ({"file": "a.keras", "train": lambda run: None}, "train"),
        ({"file": "a.keras", "fit": {"epochs": 1}}, "fit"),
        ({"file": "a.keras", "augment": lambda x, rng: x}, "augment"),
        ({"file": "a.keras", "compile": {"loss": "mse"}}, "compile"),
        ({"file": "a.keras", "trusted": 1}, "trusted"),
        ({"file": "a.keras", "live": Live()}, "live.build"),
        ({"trusted": True, "train": lambda run: None, "expect": {"loss": 1}}, "trusted"),
        ({"train": lambda run: None}, "expect"),
        ({"file": "a.keras", "expect": 3}, "expect"),
    ],
)
def test_fields_that_do_not_fit(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(ModelpressError) as caught:
        line(**fields)
    assert f"field `{named}`" in caught.value.where


def test_fields_that_fit() -> None:
    assert line(file=Path("a.keras")).expect == {}
    line(file="a.keras", data=lambda: 0, compile={"loss": "mse"}, expect={"loss": AtMost(1)})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["net.keras", "exported"])
def test_convert_writes_files_that_stock_tensorflow_js_loads(
    project: Project, project_root: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    file = str(project.models_dir / name)
    done = subprocess.run(
        [sys.executable, "-m", "modelpress", "convert", file, str(out)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((out / "report.json").read_text())
    assert report["parity"]["proven"] is True
    formats = ["graph", "layers"] if name == "net.keras" else ["graph"]
    assert sorted(path.parent.name for path in out.glob("*/model.json")) == formats
    golden = json.loads((out / "golden.json").read_text())
    # Node finds the packages from a script's own folder.
    (tmp_path / "node_modules").symlink_to(project_root / "site_assets/node_modules")
    shutil.copy(project_root / "tests/stock_tfjs.mjs", tmp_path)
    found = subprocess.run(
        [str(find_program("node")), "stock_tfjs.mjs", str(out), *formats],
        cwd=tmp_path,
        input=json.dumps(golden["inputs"][:8]),
        capture_output=True,
        text=True,
        check=True,
    )
    for predictions in json.loads(found.stdout):
        assert np.abs(np.array(predictions) - np.array(golden["outputs"][:8])).max() < 1e-6
    again = subprocess.run(
        [sys.executable, "-m", "modelpress", "convert", file, str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.returncode == 2
    assert "This folder is not empty" in again.stderr
