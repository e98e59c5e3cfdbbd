"""A smoke in a third engine, WebKitGTK: parity, training, and the archive from `file://`.

Skipped where it isn't installed; on Debian and Ubuntu: apt-get install webkit2gtk-driver.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.archive_site import archived_project, unpacked
from tests.browser.webkit import PACKAGE, WebKit, find_webkit, webkit

SETTLED = """
async () => {
  const figure = document.querySelector("modelpress-model");
  const settled = () => ["ready", "error"].includes(figure.getAttribute("state"));
  while (!settled()) await new Promise(requestAnimationFrame);
  const named = (name) => figure.getAttribute(name);
  return { state: named("state"), maxDiff: Number(named("max-diff")) };
}
"""
PROVEN = """
async (slug, backends) => {
  const proofs = [];
  for (const backend of backends) {
    const model = await modelpress.load(slug, { backend });
    proofs.push({ ...(await model.verify()), backend: model.backend });
    await model.dispose();
  }
  return proofs;
}
"""
TRAINED = """
async (slug, backends, steps) => {
  const found = [];
  for (const backend of backends) {
    const trainer = await modelpress.trainer(slug, { backend });
    const { passed } = await trainer.prove(steps);
    found.push([trainer.backend, trainer.place, passed]);
    await trainer.dispose();
  }
  return found;
}
"""
BACKENDS = ["cpu", "wasm", "webgl"]


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory, training_project: Path) -> Path:
    return unpacked(tmp_path_factory, archived_project(tmp_path_factory, training_project))


@pytest.fixture(scope="module")
def tab(request: pytest.FixtureRequest) -> Iterator[WebKit]:
    found = find_webkit()
    if found is None:
        pytest.skip(f"WebKitGTK is not installed (apt-get install {PACKAGE})")
    with webkit(*found, display=request.getfixturevalue("screen")) as opened:
        yield opened


@pytest.mark.slow
@pytest.mark.parametrize("place", ["served", "from a folder"])
def test_webkit_predicts_and_trains_what_python_does(
    place: str, tab: WebKit, training_url: str, stick: Path
) -> None:
    tab.goto((stick / "gate.html").as_uri() if place != "served" else f"{training_url}/gate/")
    found = tab.evaluate(SETTLED)
    tolerance = json.loads((stick / "models/manifest.json").read_text())["models"]["gate"][
        "tolerance"
    ]
    assert found["state"] == "ready"
    assert found["maxDiff"] <= tolerance
    proofs = tab.evaluate(PROVEN, "gate", BACKENDS)
    assert [proof["backend"] for proof in proofs] == BACKENDS
    assert max(proof["maxDiff"] for proof in proofs) <= tolerance
    trained = tab.evaluate(TRAINED, "gate", ["cpu", "wasm"], 40)
    assert trained == [["cpu", "worker", True], ["wasm", "worker", True]]
