"""verify: what it measures, what it calls a failure, and what a missing or dying browser says."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modelpress.core.errors import ModelpressError
from modelpress.proof import browser, browser_run, verify
from modelpress.schema.document import read, text
from modelpress.schema.exact import ExactResult
from modelpress.schema.model import BackendName, ModelEntry, ToleranceBy
from tests.entries import models_of

Entries = dict[str, Any]


@pytest.fixture
def public(built_site: Path, tmp_path: Path) -> tuple[Path, Entries]:
    """A copy of one model of the built site and of its scripts, free to be damaged."""
    entries = models_of(built_site)
    slug = min(entries)
    shutil.copytree(built_site / "models" / slug, tmp_path / "models" / slug)
    shutil.copytree(built_site / "assets" / "modelpress", tmp_path / "assets" / "modelpress")
    return tmp_path, {slug: entries[slug]}


def change_golden(
    public: Path, entries: Entries, change: Callable[[dict[str, Any]], None]
) -> tuple[str, Entries]:
    """Changes the golden cases and the entry with them, as if Python had answered otherwise."""
    slug, entry = next(iter(entries.items()))
    file = public / entry["base"] / entry["golden"]
    golden = json.loads(file.read_text())
    change(golden)
    content = json.dumps(golden).encode()
    file.write_bytes(content)
    entry["files"][entry["golden"]].update(
        sha256=hashlib.sha256(content).hexdigest(), size_bytes=len(content)
    )
    return slug, entries


def typed(entries: Entries) -> dict[str, ModelEntry]:
    return {slug: read(ModelEntry, entry, slug) for slug, entry in entries.items()}


def test_a_proven_model(public: tuple[Path, Entries]) -> None:
    folder, entries = public
    said: list[tuple[str, str]] = []
    slug = next(iter(entries))
    parity = verify.verify(
        folder,
        typed(entries),
        slugs=[slug],
        progress=lambda slug, message: said.append((slug, message)),
    )[slug]
    assert parity.proven, parity.reason
    assert parity.reason == ""
    assert parity.browser.startswith("Chrom")
    assert parity.cases == entries[slug]["cases"]
    measured = [(result.backend, result.format) for result in parity.results]
    assert set(verify.REQUIRED) <= {backend for backend, _ in measured}
    assert len(set(measured)) == len(measured)
    for result in parity.results:
        assert result.passed
        assert result.max_diff <= entries[slug]["tolerance"]
        assert result.tensors_leaked == 0
        assert result.reason == ""
        assert bool(result.renderer) == (result.backend in verify.GPU)
    assert said == [(slug, backend) for backend in verify.BACKENDS]
    text(parity)


@pytest.mark.slow
def test_models_side_by_side(public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gets its own result; an error of one ends the other as well."""
    monkeypatch.setattr(verify, "BACKENDS", ("cpu",))
    folder, entries = public
    (slug, entry), *_ = entries.items()
    twin = {**entry, "parameters": entry["parameters"] + 1, "tolerance": -1.0}
    parities = verify.verify(folder, typed({slug: entry, "twin": twin}), slugs=[slug, "twin"])
    assert list(parities) == [slug, "twin"]
    assert [parity.proven for parity in parities.values()] == [True, False]
    replace_bundle(folder, "globalThis.modelpress = { prove: (entry) => new Promise(() => {}) }")
    monkeypatch.setattr(verify, "PROOF_TIMEOUT_S", 3)
    with pytest.raises(ModelpressError, match="did not finish the proof"):
        verify.verify(folder, typed({slug: entry, "twin": twin}), slugs=[slug, "twin"])


PROOF: dict[str, Any] = {
    "backend": "cpu", "renderer": "", "cases": 64, "maxDiff": 0.0, "shapeOk": True,
    "worst": {"case": 0}, "tensorsBefore": 0, "tensorsAfter": 0, "programs": 0,
    "singles": 64,
}  # fmt: skip


def test_past_the_tolerance(public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch) -> None:
    """Python's prediction to one case is another: every backend fails, by just that."""
    monkeypatch.setattr(verify, "BACKENDS", ("cpu", "wasm"))
    folder, entries = public

    def change(golden: dict[str, Any]) -> None:
        golden["outputs"][7][0] += 0.25

    slug, entries = change_golden(folder, entries, change)
    parity = verify.verify(folder, typed(entries), slugs=[slug])[slug]
    assert not parity.proven
    assert len(parity.results) == 4
    for result in parity.results:
        assert not result.passed
        assert result.max_diff == pytest.approx(0.25, abs=1e-4)
        assert "past" in result.reason
        assert result.backend in parity.reason


def test_a_gpu_shows_a_wrong_value_that_no_single_case_has(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All cases are compared as a batch, a few of them singly too; the page is shared."""
    monkeypatch.setattr(verify, "BACKENDS", ("webgl",))
    folder, entries = public

    def change(golden: dict[str, Any]) -> None:
        golden["outputs"][7][0] += 0.25  # the first, and then the 25th, is single

    slug, entries = change_golden(folder, entries, change)
    parity = verify.verify(folder, typed(entries), slugs=[slug])[slug]
    assert not parity.proven
    assert [result.format for result in parity.results] == ["graph", "layers"]
    for result in parity.results:
        assert result.max_diff == pytest.approx(0.25, abs=1e-4)
        assert (result.cases, result.singles) == (entries[slug]["cases"], verify.GPU_SINGLES)


def test_the_exact_engine_meets_the_digest_or_nothing_is_proven(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "BACKENDS", ("cpu",))
    folder, entries = public
    (slug, entry), *_ = entries.items()
    parity = verify.verify(folder, typed(entries), slugs=[slug])[slug]
    assert parity.exact == ExactResult(bitwise=True, cases=entry["cases"], passed=True, reason="")
    other = {**entry, "exact": {**entry["exact"], "digest": "0" * 64}}
    parity = verify.verify(folder, typed({slug: other}), slugs=[slug])[slug]
    assert parity.exact
    assert not parity.exact.passed
    assert not parity.proven
    assert "not Python's to the last bit" in parity.reason
    lacking = {**entry, "exact": {"covered": False, "reason": "it lacks Bucketize"}}
    parity = verify.verify(folder, typed({slug: lacking}), slugs=[slug])[slug]
    assert parity.exact is None
    assert parity.proven, parity.reason


@pytest.mark.parametrize(
    ("by", "wrong", "proven"),
    [("law", "wasm", True), ("author", "wasm", False), ("law", "cpu", False)],
)
def test_a_backend_that_differs_is_left_out_unless_the_author_demands_it(
    by: ToleranceBy, wrong: BackendName, proven: bool, public: tuple[Path, Entries]
) -> None:
    folder, entries = public
    slug = next(iter(entries))
    entry = replace(typed(entries)[slug], tolerance_by=by)
    found = {}
    for backend in verify.BACKENDS:
        found[backend] = verify.BackendResults()
        outcome = {**PROOF, "backend": backend, "programs": 1}
        outcome |= {"maxDiff": 1.0} if backend == wrong else {}
        result = verify._judge({"result": outcome}, 1e-5, backend, "graph")
        found[backend].results.append(result)
        found[backend].differs = result.reason
    parity = verify.parity_of(entry, found, browser.Browser(folder, "Chromium 1"))
    assert parity.proven == proven
    assert ("wasm" in (parity.unavailable or {})) == proven
    assert len(parity.results) == 3 + (not proven)
    assert "differs by up to 1.0" in (parity.reason if not proven else str(parity.unavailable))


def test_no_number_is_no_difference(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "BACKENDS", ("cpu",))
    folder, entries = public

    def change(golden: dict[str, Any]) -> None:
        golden["outputs"][3][0] = None

    slug, entries = change_golden(folder, entries, change)
    # null counts as 0 in arithmetic; a NaN in the weights is what a reader could meet.
    entry = entries[slug]
    weights = folder / entry["base"] / "graph" / "weights.bin"
    content = b"\x00\x00\xc0\x7f" * (weights.stat().st_size // 4)
    weights.write_bytes(content)
    entry["files"]["graph/weights.bin"]["sha256"] = hashlib.sha256(content).hexdigest()
    parity = verify.verify(folder, typed(entries), slugs=[slug])[slug]
    graph = next(result for result in parity.results if result.format == "graph")
    assert not graph.passed
    assert graph.max_diff is None
    assert "is NaN" in graph.reason
    text(parity)


def test_an_altered_file_is_no_proof(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "BACKENDS", ("cpu",))
    folder, entries = public
    slug, entry = next(iter(entries.items()))
    file = folder / entry["base"] / "layers" / "weights.bin"
    file.write_bytes(file.read_bytes()[::-1])
    parity = verify.verify(folder, typed(entries), slugs=[slug])[slug]
    passed = {result.format: result.passed for result in parity.results}
    assert passed == {"graph": True, "layers": False}
    assert not parity.proven
    assert "integrity" in parity.reason


def test_an_answer_computed_elsewhere_does_not_pass() -> None:
    judge = verify._judge
    assert judge({"result": PROOF}, 1e-5, "cpu", "graph").passed
    assert "computed by cpu" in judge({"result": PROOF}, 1e-5, "webgl", "graph").reason
    on_gpu = {**PROOF, "backend": "webgl"}
    assert "no program" in judge({"result": on_gpu}, 1e-5, "webgl", "graph").reason
    assert judge({"result": {**on_gpu, "programs": 3}}, 1e-5, "webgl", "graph").passed
    leaking = {**PROOF, "tensorsAfter": 2}
    assert "2 tensors" in judge({"result": leaking}, 1e-5, "cpu", "graph").reason
    shaped = {**PROOF, "shapeOk": False}
    assert "shape" in judge({"result": shaped}, 1e-5, "cpu", "graph").reason


@pytest.mark.slow
def test_a_missing_backend_is_recorded(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without graphics there is neither WebGL nor WebGPU; only the first keeps it from proof."""
    monkeypatch.setattr(
        browser_run,
        "chromium_arguments",
        lambda: ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer"],
    )
    folder, entries = public
    slug = next(iter(entries))
    parity = verify.verify(folder, typed(entries), slugs=[slug])[slug]
    assert set(parity.unavailable or {}) == {"webgl", "webgpu"}
    assert not parity.proven
    assert '"webgl" is not available' in parity.reason
    assert "webgpu" not in parity.reason
    assert all(result.passed for result in parity.results)
    assert {result.backend for result in parity.results} == {"cpu", "wasm"}


def script(path: Path, words: str) -> Path:
    path.write_text(f"#!/bin/sh\n{words}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_a_named_browser_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(browser.VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(ModelpressError, match=browser.VARIABLE):
        browser.find_browser()


def test_no_browser_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert browser.find_browser() is None
    with pytest.raises(ModelpressError, match="MODELPRESS_CHROMIUM"):
        verify.verify(tmp_path, {}, slugs=[])


def test_playwrights_own_browser_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    (tmp_path / "chromium-1").mkdir()  # some Chromium is there, so that Playwright is asked …
    asked = subprocess.run(
        [sys.executable, "-c", browser._QUERY], capture_output=True, text=True, check=True
    )
    where = Path(asked.stdout.strip())  # … which names the place of the one it would use
    assert where.is_relative_to(tmp_path)
    assert browser.find_browser() is None
    where.parent.mkdir(parents=True)
    own = script(where, "echo Chromium 1.2.3")
    assert browser.find_browser() == browser.Browser(own, "Chromium 1.2.3")
    # Playwright puts the headless shell of the same revision beside it.
    revision = where.relative_to(tmp_path).parts[0].removeprefix("chromium-")
    beside = tmp_path / f"chromium_headless_shell-{revision}" / where.parent.name
    beside.mkdir(parents=True)
    shell = script(beside / "headless_shell", "echo Chromium 1.2.4")
    assert browser.find_browser() == browser.Browser(shell, "Chromium 1.2.4")


def test_playwrights_own_is_used_before_the_systems(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    system = script(tmp_path / "chromium", "echo Chromium 1.0.0")
    own = script(tmp_path / "own", "echo Chromium 2.0.0")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(browser, "_playwright_own", lambda: [])
    assert browser.find_browser() == browser.Browser(system, "Chromium 1.0.0")
    shell = script(tmp_path / "chromium-headless-shell", "echo Chromium 1.0.1")
    assert browser.find_browser() == browser.Browser(shell, "Chromium 1.0.1")
    monkeypatch.setattr(browser, "_playwright_own", lambda: [own])
    assert browser.find_browser() == browser.Browser(own, "Chromium 2.0.0")


def test_where_no_browser_can_be_had_each_way_is_tried_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    script(tmp_path / "apt-get", "exit 100")
    commands: list[list[str]] = []

    def fail(command: list[str]) -> bool:
        commands.append(command)
        return False

    monkeypatch.setattr(browser, "_succeeds", fail)
    monkeypatch.setattr(browser, "is_root", lambda: True)
    said: list[str] = []
    assert browser.install_browser(said.append) is None
    assert [command[-2:] for command in commands] == [
        ["install", "chromium"],
        ["update", "-qq"],
    ]
    assert len(said) == 2
    commands.clear()
    monkeypatch.setattr(browser, "is_root", lambda: False)
    assert browser.install_browser(said.append) is None
    assert [command[-2:] for command in commands] == [["install", "chromium"]]


@pytest.mark.parametrize("package", ["chromium-headless-shell", "chromium"])
def test_debians_package_is_the_last_way(
    package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "none"))
    monkeypatch.setenv("PATH", str(tmp_path))
    script(tmp_path / "apt-get", "exit 0")

    def run(command: list[str]) -> bool:
        if command[-1] == package and command[0] == "apt-get":
            script(tmp_path / package, "echo Chromium 3.0.0")
        return command[0] == "apt-get" and command[-1] in ("-qq", package)

    monkeypatch.setattr(browser, "_succeeds", run)
    monkeypatch.setattr(browser, "is_root", lambda: True)
    found = browser.install_browser(lambda text: None)
    assert found == browser.Browser(tmp_path / package, "Chromium 3.0.0")


def test_a_browser_that_does_not_start(
    public: tuple[Path, Entries], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = script(tmp_path / "broken", 'echo "Chromium 1.2.3"; exit 3')
    monkeypatch.setenv(browser.VARIABLE, str(broken))
    folder, entries = public
    with pytest.raises(ModelpressError, match="did not start") as caught:
        verify.verify(folder, typed(entries), slugs=list(entries))
    assert str(broken) in caught.value.where
    assert caught.value.next_step


@pytest.mark.slow
def test_a_browser_that_is_killed(
    public: tuple[Path, Entries], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = browser.find_browser()
    assert found is not None
    pid_file = tmp_path / "pid"
    wrapper = script(tmp_path / "wrapper", f'echo $$ > "{pid_file}"; exec "{found.path}" "$@"')
    folder, entries = public

    def kill(slug: str, message: str) -> None:
        if message == "wasm":
            pid = int(pid_file.read_text())
            # Debian's shell is started by a script, which stays its parent.
            children = Path(f"/proc/{pid}/task/{pid}/children")
            started = children.read_text().split() if children.exists() else []
            for each in (*map(int, started), pid):
                with suppress(ProcessLookupError):  # the script ends with its browser
                    os.kill(each, signal.SIGKILL)

    with pytest.raises(ModelpressError, match="The browser stopped") as caught:
        verify.verify(
            folder,
            typed(entries),
            slugs=list(entries),
            progress=kill,
            browser=browser.Browser(wrapper, "Chromium under test"),
        )
    assert caught.value.next_step


def test_an_interrupted_proof_ends_at_once(public: tuple[Path, Entries]) -> None:
    folder, entries = public
    said: list[str] = []

    def interrupt(slug: str, message: str) -> None:
        said.append(message)
        if message == "wasm":
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        verify.verify(folder, typed(entries), slugs=list(entries), progress=interrupt)
    assert said == ["cpu", "wasm"]


def replace_bundle(folder: Path, words: str) -> None:
    (folder / "assets" / "modelpress" / "modelpress.js").write_text(words)


@pytest.mark.slow
def test_a_bundle_that_does_not_start(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "PAGE_TIMEOUT_S", 5)
    folder, entries = public
    replace_bundle(folder, "throw new Error('no runtime today')")
    with pytest.raises(ModelpressError, match="did not start in the browser") as caught:
        verify.verify(folder, typed(entries), slugs=list(entries))
    assert "no runtime today" in caught.value.found


@pytest.mark.slow
@pytest.mark.parametrize("hang", ["new Promise(() => {})", "(() => { for (;;); })()"])
def test_a_proof_that_hangs(
    public: tuple[Path, Entries], monkeypatch: pytest.MonkeyPatch, hang: str
) -> None:
    """It waits for ever, or keeps the page's thread busy for ever."""
    monkeypatch.setattr(verify, "PROOF_TIMEOUT_S", 3)
    folder, entries = public
    replace_bundle(
        folder,
        f"globalThis.modelpress = {{ prove: async () => {{ await 0; return {hang}; }} }}",
    )
    with pytest.raises(ModelpressError, match="did not finish the proof") as caught:
        verify.verify(folder, typed(entries), slugs=list(entries))
    assert "graph model on cpu" in caught.value.where
