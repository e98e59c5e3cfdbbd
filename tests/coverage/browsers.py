"""Runs converted subjects in Chromium: `python -m tests.coverage.browsers FOLDER BACKENDS ID …`.

BACKENDS: names separated by commas, "exact" among them. They share one bundle, as the models of a
site do. Each folder gets browser.json: by backend, why it does not compute what Python computes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from modelpress.artefacts.model_entry import GRAPH
from modelpress.core.errors import ModelpressError
from modelpress.node.bundle import BundleModel, write_bundle
from modelpress.proof.browser import require_browser
from modelpress.proof.browser_run import Stop, running
from modelpress.proof.local_server import serving
from modelpress.proof.verify import _START, GPU, GPU_SINGLES, HTML, PAGE, Pages, prove_on
from modelpress.schema.exact import Exact
from modelpress.schema.model import FileEntry, Formats, InputSpec, OutputSpec, PageEntry, Start
from tests.coverage.measure import slug

_FILES = (GRAPH.model, GRAPH.weights, "golden.json")


def run(folder: Path, backends: list[str], identities: list[str]) -> None:
    names = [slug(identity) for identity in identities]
    with tempfile.TemporaryDirectory(prefix="modelpress-coverage-") as made:
        public = Path(made)
        faults = _bundle(folder, names, public)
        entries = {name: _entry(folder / name, name, public) for name in names}
        for name in names:
            (folder / name / "browser.json").write_text("{}")
        browser = require_browser()
        with serving(public, {PAGE: HTML}) as root, running(browser, Stop()) as new_page:
            pages = Pages(new_page, root)
            for backend in backends:
                for name in names:
                    if backend == "exact" and not entries[name].exact:
                        continue
                    fault = "" if backend == "exact" else faults.get(name, {}).get("graph", "")
                    found = {"reason": fault} if fault else {}
                    if not fault:
                        found = _compared(pages.page(backend), entries[name], backend)
                        if found["reason"]:  # perhaps what another model left on the page
                            pages = Pages(new_page, root)
                            found = _compared(pages.page(backend), entries[name], backend)
                        if found["reason"]:
                            pages = Pages(new_page, root)
                    path = folder / name / "browser.json"
                    known = json.loads(path.read_text())
                    path.write_text(json.dumps({**known, backend: found}))
                    print(f"{name} on {backend}: {found['reason'] or 'equal'}", flush=True)
    _done(folder, names)


def _done(folder: Path, names: list[str]) -> None:
    """Marks the subjects as measured on all backends."""
    for name in names:
        (folder / name / "browser.json").rename(folder / name / "browser.done.json")


def _bundle(folder: Path, names: list[str], public: Path) -> dict[str, Any]:
    """Writes the scripts; returns why TensorFlow.js can't run a model, by name and format."""
    models = [
        BundleModel(name, folder / name / "graph", None, tuple(_golden(folder / name)[0]), *_KINDS)
        for name in names
    ]
    out = public / "bundle"
    out.mkdir()
    write_bundle(models, look=False, explainers=[], figures=[], out=out)
    shutil.move(out / "assets", public / "assets" / "modelpress")
    found: dict[str, Any] = json.loads((out / "bundle.json").read_text())["faults"]
    return found


_KINDS = (("numbers",), ("numbers",))


def _golden(folder: Path) -> tuple[list[int], list[int], int]:
    found = json.loads((folder / "golden.json").read_text())
    return found["input_shape"], found["output_shape"], found["cases"]


def _entry(folder: Path, name: str, public: Path) -> PageEntry:
    """Publishes the files of a subject, and returns what a page would know of it."""
    base = f"models/{name}/"
    files = {}
    for file in _FILES:
        target = public / base / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / file, target)
        content = target.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        files[file] = FileEntry(url=base + file, size_bytes=len(content), sha256=sha256)
    given, answered, cases = _golden(folder)
    golden = json.loads((folder / "golden.json").read_text())
    digest = (folder / "digest").read_text()
    row = json.loads((folder / "row.json").read_text())
    return PageEntry(
        title=name,
        files=files,
        version="0",
        base=base,
        formats=Formats(graph=GRAPH, layers=None),
        golden="golden.json",
        cases=cases,
        parameters=row["parameters"],
        size_bytes=sum(files[file].size_bytes for file in _FILES[:2]),
        tolerance=row["allowed"],
        input=InputSpec(kind=_KINDS[0][0], shape=given),
        output=OutputSpec(kind=_KINDS[1][0], shape=answered),
        start=Start(text="", input=golden["inputs"][0], output=golden["outputs"][0]),
        exact=Exact(covered=True, digest=digest) if digest else None,
    )


def _compared(page: Any, entry: PageEntry, backend: str) -> dict[str, Any]:
    options: dict[str, Any] = {"backend": backend, "format": "graph"}
    if backend in GPU:
        options["singles"] = GPU_SINGLES
    try:
        outcome = prove_on(page, f"{entry.title} on {backend}", _START, entry, options)
    except ModelpressError as error:
        return {"reason": str(error.what)}
    if "result" not in outcome:
        return {"reason": " ".join(str(outcome["message"]).split())[:200]}
    proof = outcome["result"]
    difference = proof["maxDiff"]
    if backend == "exact":
        return {"reason": "" if proof["bitwise"] else "It is not equal to the last bit."}
    checks = {
        f"It ran on {proof['backend']}.": proof["backend"] == backend,
        "The shape differs.": proof["shapeOk"],
        "It gives NaN.": difference is not None,
        f"It differs by {difference or 0:.1e}.": (difference or 0) <= entry.tolerance,
        "It keeps tensors.": proof["tensorsAfter"] == proof["tensorsBefore"],
    }
    reason = next((fault for fault, right in checks.items() if not right), "")
    return {"reason": reason, "largest": difference}


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2].split(","), sys.argv[3:])
