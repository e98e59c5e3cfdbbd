"""Converts one trained model to TensorFlow.js without a site: `modelpress convert`.

The model goes through the steps of a build in a temporary project; its files, proof and report are
then written into one folder.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path

from modelpress.artefacts.model_entry import Card, card
from modelpress.build.adopt import slug_of, source
from modelpress.build.build import (
    Request,
    Work,
    find_products,
    parallel_build,
    prove_models,
)
from modelpress.build.guessing import guessed
from modelpress.caching.step import Steps
from modelpress.core.errors import ModelpressError, NotProven
from modelpress.core.progress import SITE, Progress
from modelpress.core.project import Project
from modelpress.files import workspace
from modelpress.kinds.parts import parts_of
from modelpress.model_files.recognise import located
from modelpress.proof.prove import Prover, make_bundle, parity_table
from modelpress.schema.document import text
from modelpress.schema.model import ModelEntry, Parity

REPORT = "report.json"
_COPIED = ("graph/", "layers/", "golden.json")


def convert_file(
    file: Path, out: Path, progress: Progress, *, trusted: bool = False, use_browser: bool = True
) -> ModelEntry:
    """Writes the model in `file` into `out` as TensorFlow.js files, and returns its entry.

    Raises ModelFailure if the browser predicts something else than Python, and ModelpressError for
    a file that can't be used or a folder that is not empty. Nothing is written then.
    """
    _require_empty(out)
    file = located(file).resolve()
    slug = slug_of(file)
    found = guessed(file, trusted=trusted, plain=True)
    model_file = source(slug, str(file), found, trusted=trusted)
    with tempfile.TemporaryDirectory(prefix="modelpress-convert-") as folder:
        project = _project(Path(folder).resolve())
        path = project.models_dir / f"{slug}.py"
        path.write_text(model_file, "utf-8")
        try:
            made = _made(project, slug, path, progress, use_browser)
        except ModelpressError as error:
            if project.relative(path) in error.where or str(path) in error.where:
                error.where = str(file)
            raise
        _write(made, out)
    return made.entry


def report_text(entry: ModelEntry, out: Path) -> str:
    """Returns the report for people: formats, comparison in the browser, places."""
    lines = []
    if entry.parity.results:
        lines += [parity_table({"model": entry.parity}, {"model": entry}), ""]
    lines.append(f"{entry.parameters:,} parameters; {_browser(entry)}")
    for what, spec in (("input", entry.input.as_dict()), ("output", entry.output.as_dict())):
        if "parts" in spec:
            names = ", ".join(parts_of(spec))
            lines.append(f"The graph has one {what}, a vector of {names} side by side.")
    lines.append(f'tf.loadGraphModel("{out}/graph/model.json")')
    if (out / "layers/model.json").is_file():
        lines.append(f'tf.loadLayersModel("{out}/layers/model.json")')
    else:
        reason = entry.no_layers.reason if entry.no_layers else "TensorFlow.js lacks the layers."
        lines.append(f"No layers model: {reason}")
    lines.append(f"{out / REPORT} has the details.")
    return "\n".join(lines)


def require_proven(entry: ModelEntry) -> None:
    """Raises NotProven if no browser has proven the model."""
    if not entry.parity.proven:
        raise NotProven(
            "The model is converted, but no browser has proven it.",
            found=entry.parity.reason,
            next_step="Run `modelpress browser --install`, and convert it again into an empty "
            "folder. With --no-browser, the exit code is 0.",
        )


def _browser(entry: ModelEntry) -> str:
    parity = entry.parity
    if not parity.proven:
        return f"NOT PROVEN: {parity.reason}"
    return f"proven in {parity.browser} with {parity.cases} inputs"


def _project(root: Path) -> Project:
    for name in ("models", "docs"):
        (root / name).mkdir()
    return Project(root / "mkdocs.yml", root / "models", root / "docs", root / "site")


def _made(project: Project, slug: str, path: Path, progress: Progress, use_browser: bool) -> Card:
    """Returns the card of the model with its proof."""
    request = Request(jobs=1, use_browser=use_browser)
    work = Work(project, request, progress, {slug: path}, {}, {slug: {}})
    with workspace.locked(project, progress.note):
        steps = Steps(project, partial(progress.event, SITE))
        prover = Prover(steps, use_browser=use_browser)
        with parallel_build(work, {slug: None}, []) as parallel:
            parallel.all()
        products, _ = find_products(work, {slug: None})
        cards = [card(product, project) for product in products]
        bundle = make_bundle(project, cards, [], [], steps)
        proofs = prove_models(project, cards, bundle, prover, progress)
        made = cards[0]
        parity = proofs[slug].parity
        assert isinstance(parity, Parity)
        return replace(made, entry=replace(made.entry, parity=parity))


def _write(made: Card, out: Path) -> None:
    """Copies the published files into `out`, and writes the report."""
    for name, path in made.files.items():
        if name.startswith(_COPIED):
            target = out / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    files = {name: each for name, each in made.entry.files.items() if name.startswith(_COPIED)}
    entry = replace(made.entry, files=files, base="", source="")
    (out / REPORT).write_text(text(entry), "utf-8")


def _require_empty(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ModelpressError(
            "This folder is not empty; nothing was written.",
            where=str(out),
            expected="a folder that is missing or empty",
            next_step="Name another folder, or move its files elsewhere.",
        )
