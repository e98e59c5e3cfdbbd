"""The exact engine in browsers: the same bits as in Python."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route

from modelpress.exact.network import Network, digest
from tests.browser.bare_page import open_bare
from tests.exact_engine import engine_source
from tests.exact_networks import NETWORKS, PREDICT
from tests.twins import ASSETS, NODE


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The engine as a script of a page, minified as a site's are."""
    folder = tmp_path_factory.mktemp("exact")
    entry = folder / "exact.ts"
    entry.write_text(engine_source(), "utf-8")
    esbuild = ASSETS / "node_modules/esbuild/bin/esbuild"
    options = ["--bundle", "--minify", "--format=iife", "--global-name=engine", "--target=es2022"]
    made = subprocess.run(
        [str(NODE), str(esbuild), str(entry), *options], capture_output=True, text=True, check=True
    )
    return made.stdout


@pytest.mark.engines(firefox="fast")
def test_networks_predict_the_same_bits_as_python(page: Page, engine: str) -> None:
    page.add_script_tag(content=engine)
    for name, make in NETWORKS.items():
        graph = make()
        inputs = graph.inputs()
        found = page.evaluate(f"(each) => {{ {PREDICT} }}", graph.described(inputs))
        expected = digest(graph.network().predict(inputs))
        assert hashlib.sha256(bytes.fromhex(found)).hexdigest() == expected, name


PREDICT_ALL = """async ([slug, inputs]) => {
  const model = await modelpress.load(slug, { backend: "exact" });
  const batch = await model.predict(inputs);
  const singles = [];
  for (const input of inputs) singles.push(...(await model.predict(input)).values);
  return { backend: model.backend, verified: await model.verify(), batch, singles };
}"""


def _manifest(project: Path) -> dict[str, Any]:
    models: dict[str, Any] = json.loads((project / "site/models/manifest.json").read_text())
    return models


def test_the_backend_exact_predicts_what_python_predicts(
    page: Page, kinds_project: Path, kinds_url: str
) -> None:
    open_bare(page, kinds_url)
    models = _manifest(kinds_project)["models"]
    assert len(models) > 3
    for slug, entry in models.items():
        assert entry["exact"]["covered"], slug
        golden = json.loads(
            (kinds_project / "site" / entry["files"]["golden.json"]["url"]).read_text()
        )
        found = page.evaluate(PREDICT_ALL, [slug, golden["inputs"]])
        graph = kinds_project / "site" / entry["files"]["graph/model.json"]["url"]
        inputs = np.array(golden["inputs"], np.float32).reshape(-1, *golden["input_shape"])
        expected = Network.read(graph.parent).predict(inputs)
        assert digest(expected) == entry["exact"]["digest"]
        assert found["backend"] == "exact"
        assert found["batch"]["values"] == found["singles"] == expected.ravel().tolist()
        assert found["batch"]["shape"] == list(expected.shape)
        verified = found["verified"]
        assert verified["bitwise"]
        assert verified["backend"] == "exact"
        assert verified["cases"] == entry["cases"]
        assert verified["maxDiff"] == 0  # the golden predictions are this engine's


@pytest.mark.parametrize(
    ("exact", "words"),
    [
        ({"covered": True, "digest": "0" * 64}, "its predictions are not Python's to the last bit"),
        ({"covered": False, "reason": "it lacks Bucketize"}, "it lacks Bucketize"),
        (None, "built by an earlier version"),
    ],
)
def test_the_backend_exact_is_refused(
    page: Page, kinds_project: Path, kinds_url: str, exact: Any, words: str
) -> None:
    manifest = _manifest(kinds_project)
    slug = next(iter(manifest["models"]))
    manifest["models"][slug]["exact"] = exact
    if exact is None:
        del manifest["models"][slug]["exact"]

    def changed(route: Route) -> None:
        route.fulfill(json=manifest)

    page.route("**/models/manifest.json", changed)
    open_bare(page, kinds_url)
    load = "([slug, options]) => modelpress.load(slug, options).then(String, (e) => e.message)"
    assert words in page.evaluate(load, [slug, {"backend": "exact"}])
    # The other backends need no such thing.
    assert page.evaluate(
        """async (slug) => {
          const model = await modelpress.load(slug, { backend: "cpu" });
          return [model.backend, (await model.verify()).bitwise];
        }""",
        slug,
    ) == ["cpu", False]


def test_the_backend_exact_runs_the_graph_alone(page: Page, kinds_url: str) -> None:
    open_bare(page, kinds_url)
    said = page.evaluate(
        """() => modelpress.load("bump", { backend: "exact", format: "layers" })
          .then(String, (error) => error.message)"""
    )
    assert 'it runs the format "graph" alone' in said
