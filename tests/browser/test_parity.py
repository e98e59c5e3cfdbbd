"""Every model of the site answers in the browser as Keras did, on every backend, in both formats.

The models are those of the manifest, the answers are compared here, not by the runtime.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from modelpress.proof import verify
from tests.browser.bare_page import fetch_json, is_heavy, manifest_models, open_bare

BACKENDS = [
    *("cpu", "wasm"),
    pytest.param("webgl", marks=pytest.mark.engines(firefox="fast")),
    pytest.param("webgpu", marks=pytest.mark.slow),
]
FORMATS = ["graph", "layers"]
# The site loads graphs; layers are what readers take with them.
EITHER = pytest.mark.parametrize(
    "format_", ["graph", pytest.param("layers", marks=pytest.mark.slow)]
)
# The large ones take software graphics minutes; the build has proven them in Chromium as well.
HEAVY = pytest.mark.parametrize("heavy", [False, pytest.param(True, marks=pytest.mark.slow)])

# As in the build, each case is in the batch, and some are single inputs as well.
SINGLY = 8

ANSWERS = """async ([slug, backend, format, inputs, singly]) => {
  const model = await modelpress.load(slug, { backend, format });
  const single = [];
  for (const index of singly) single.push((await model.predict(inputs[index])).values);
  const batch = await model.predict(inputs.flat());
  const ran = model.backend;
  await model.dispose();
  return { single: single.flat(), batch: batch.values, shape: batch.shape, ran };
}"""

PROOF = """([entry, backend, format, singles]) =>
  modelpress.prove(entry, { backend, format, singles })"""


def skip_without_webgpu(page: Page, backend: str, browser_name: str) -> None:
    if backend == "webgpu" and browser_name == "firefox":
        assert not page.evaluate("() => Boolean(navigator.gpu)"), "Firefox has WebGPU now: test it"
        pytest.skip("this Firefox has no WebGPU")


def models_of(site_url: str, heavy: bool) -> dict[str, Any]:
    """The models that `is_heavy` or the others; at least one."""
    models = manifest_models(site_url)
    chosen = {slug: entry for slug, entry in models.items() if is_heavy(entry) == heavy}
    assert chosen
    return chosen


@pytest.mark.engines
@HEAVY
@EITHER
@pytest.mark.parametrize("backend", BACKENDS)
def test_every_answer_is_pythons(
    page: Page, site_url: str, browser_name: str, backend: str, format_: str, heavy: bool
) -> None:
    open_bare(page, site_url)
    skip_without_webgpu(page, backend, browser_name)
    for slug, entry in models_of(site_url, heavy).items():
        golden = fetch_json(f"{site_url}/{entry['base']}{entry['golden']}")
        assert golden["cases"] == len(golden["inputs"]) >= 64
        expected = np.array(golden["outputs"], np.float32)
        singly = np.unique(np.linspace(0, len(expected) - 1, SINGLY).astype(int))
        said = page.evaluate(ANSWERS, [slug, backend, format_, golden["inputs"], singly.tolist()])
        assert said["ran"] == backend
        assert said["shape"] == [golden["cases"], *entry["output"]["shape"]]
        for answers, wanted in ((said["single"], expected[singly]), (said["batch"], expected)):
            difference = np.abs(np.float32(answers) - wanted.ravel())
            assert difference.max() <= entry["tolerance"], (slug, int(difference.argmax()))


@pytest.mark.engines
@EITHER
@pytest.mark.parametrize("backend", BACKENDS)
def test_the_backend_named_is_the_one_that_computed(
    page: Page, site_url: str, browser_name: str, backend: str, format_: str
) -> None:
    """Of one model: the build proves every one of them so."""
    open_bare(page, site_url)
    skip_without_webgpu(page, backend, browser_name)
    entry = next(iter(models_of(site_url, heavy=False).values()))
    proof = page.evaluate(PROOF, [entry, backend, format_])
    assert proof["backend"] == backend
    assert proof["shapeOk"]
    assert proof["maxDiff"] <= entry["tolerance"]
    assert proof["cases"] == entry["cases"]
    assert proof["tensorsAfter"] == proof["tensorsBefore"]
    # TensorFlow.js can hand small tensors to the CPU: programs that ran show the GPU at work. Those
    # of the proofs before it on the same page don't count.
    fewer = page.evaluate(PROOF, [entry, backend, format_, 1])
    assert (fewer["singles"], fewer["cases"]) == (1, proof["cases"])
    assert proof["singles"] == proof["cases"]
    if backend in verify.GPU:
        assert 0 < fewer["programs"] < proof["programs"]
    else:
        assert fewer["programs"] == proof["programs"] == 0
    if backend == "webgl":
        assert proof["renderer"]


def test_the_manifest_says_what_was_proven(site_url: str) -> None:
    for slug, entry in manifest_models(site_url).items():
        parity = entry["parity"]
        assert parity["proven"], (slug, parity["reason"])
        measured = {(result["backend"], result["format"]) for result in parity["results"]}
        assert measured == {
            (backend, format_) for backend in verify.BACKENDS for format_ in FORMATS
        }
        for result in parity["results"]:
            assert result["passed"]
            assert result["max_diff"] <= entry["tolerance"]
            assert result["tensors_leaked"] == 0
            assert result["cases"] == entry["cases"]
            on_gpu = result["backend"] in verify.GPU
            assert result["singles"] == (verify.GPU_SINGLES if on_gpu else entry["cases"])
