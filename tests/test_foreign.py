"""Networks of many kinds in one site, built and proven in a real browser."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from modelpress.build.build import Request, build
from modelpress.core.progress import Progress
from modelpress.proof.browser import find_browser
from tests.tiny import tiny_project

CHOSEN = (
    *("gru", "unrolled", "within", "noisy", "mixed", "indices", "gelu", "backbone"),
    *("one_filter", "own_model", "attention", "operators"),
)
MODEL = '''\
"""One network of another's."""

import keras
import numpy as np

from modelpress import AtMost, Model
from networks import NETWORKS, SHAPES, randomised

SHAPE = SHAPES.get("NAME") or NETWORKS["NAME"]().input_shape[1:]


def data():
    random = np.random.default_rng(1)
    x = random.integers(0, 9, (8, *SHAPE)).astype("float32")
    return x, random.random((8, *SIZE)).astype("float32")


MODEL = Model(
    title="NAME",
    data=data,
    build=lambda: randomised(NETWORKS["NAME"]()),
    compile=lambda: {"optimizer": keras.optimizers.SGD(0.0), "loss": "mse"},
    fit={"epochs": 1},
    tolerance=1e-4,
    tolerance_reason="Large random weights.",
    expect={"loss": AtMost(1e9)},
)
'''


@pytest.mark.slow
def test_each_is_proven_and_says_what_it_lacks(tmp_path: Path) -> None:
    if find_browser() is None:
        pytest.skip("no Chromium")
    models = {
        name: MODEL.replace("NAME", name).replace("SIZE", str(SIZES.get(name, (2,))))
        for name in CHOSEN
    }
    project = tiny_project(tmp_path, models)
    shutil.copy(Path(__file__).with_name("networks.py"), tmp_path / "networks.py")
    for name in CHOSEN:
        page = tmp_path / "docs" / f"{name}.md"
        page.write_text(page.read_text() + f"\n```card {name}\nonly: parity\n```\n")
    report = build(project, Request(), Progress())
    assert report.manifest is not None
    entries = report.manifest.models
    assert sorted(entries) == sorted(CHOSEN)
    for slug, entry in entries.items():
        assert entry.parity.proven, (slug, entry.parity.reason)
        assert entry.parity.exact is not None, (slug, entry.exact)
        assert "cpu" not in (entry.parity.unavailable or {}), slug
        assert (entry.formats.layers is None) == (entry.no_layers is not None)
    without = {
        slug: re.sub(r"_\d+$", "", entry.no_layers.layer)  # Keras counts networks of a class
        for slug, entry in entries.items()
        if entry.no_layers
    }
    assert without == WITHOUT_LAYERS
    text = (project.site_dir / "noisy" / "index.html").read_text()
    assert "has no layers format" in text
    assert "RandomRotation" in text


SIZES = {"one_filter": (6, 6, 1), "attention": (4, 3)}
WITHOUT_LAYERS = {
    "gru": "gru",
    "within": "gru",
    "noisy": "random_rotation",
    "backbone": "random_flip",
    "own_model": "own_model",
    "operators": "multiply",
}

VOLUMES = '''\
"""A pooled volume, which TensorFlow.js' WASM computes wrongly."""

import keras
import numpy as np

from modelpress import AtMost, Model

layers = keras.layers
MODEL = Model(
    title="Volumes",
    data=lambda: (np.zeros((4, 6, 6, 6, 1), "float32"), np.zeros((4, 2), "float32")),
    build=lambda: keras.Sequential(
        [keras.Input((6, 6, 6, 1)), layers.MaxPooling3D(2), layers.Flatten(), layers.Dense(2)]
    ),
    compile=lambda: {"optimizer": keras.optimizers.SGD(0.0), "loss": "mse"},
    fit={"epochs": 1},
    expect={"loss": AtMost(1)},
)
'''


class Notes(Progress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.mark.slow
def test_a_backend_that_computes_a_model_wrongly_is_left_out(tmp_path: Path) -> None:
    if find_browser() is None:
        pytest.skip("no Chromium")
    project = tiny_project(tmp_path, {"volumes": VOLUMES})
    page = tmp_path / "docs" / "volumes.md"
    page.write_text(page.read_text() + "\n```card volumes\nonly: parity\n```\n")
    progress = Notes()
    report = build(project, Request(), progress)
    assert report.manifest is not None
    parity = report.manifest.models["volumes"].parity
    assert parity.proven, parity.reason
    assert parity.exact is not None
    reason = (parity.unavailable or {})["wasm"]
    assert re.search(r"not Python's: graph on wasm: differs by up to \d\.\d+", reason)
    assert "max_pooling3d" in reason
    assert {result.backend for result in parity.results} >= {"cpu", "webgl"}
    assert not [result for result in parity.results if result.backend == "wasm"]
    (told,) = (note for note in progress.notes if "goes without wasm" in note)
    assert told.startswith("models/volumes.py")
    html = (project.site_dir / "volumes" / "index.html").read_text()
    assert "graph on wasm: differs" in html
