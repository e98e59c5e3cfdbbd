"""The whole chain on tiny projects: what runs when, what fails how, and that nothing is ever half
there. Workers are real; the browser is left to the tests of `verify`."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from datasets.color_survey import color_survey
from modelpress.artefacts.manifest import read_manifest
from modelpress.artefacts.model_entry import card
from modelpress.artefacts.product import Product
from modelpress.build.build import Report, Request, build
from modelpress.build.freshness import older
from modelpress.build.model_chain import Chain
from modelpress.caching import keys
from modelpress.caching.observing.file_access import as_inputs
from modelpress.caching.step import NotCached, Step, Steps
from modelpress.caching.store import Entry
from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from modelpress.exact.network import Network
from modelpress.proof.prove import Prover
from modelpress.schema.document import plain
from tests.tiny import LINE, built_project, tiny_project, write_page

REQUEST = Request(use_browser=False)


class Said(Progress):
    """Remembers what was said."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def run(project: Project, request: Request = REQUEST) -> tuple[Report, list[str]]:
    said = Said()
    return build(project, request, said), said.notes


def steps(report: Report, slug: str = "line") -> set[str]:
    return set(report.ran.get(slug, {}))


def chain(project: Project, starts: dict[str, str] | None = None, slug: str = "line") -> Chain:
    path = project.models_dir / f"{slug}.py"
    return Chain(project, slug, path, starts or {}, DataRequest(), lambda event: None)


def found(project: Project, starts: dict[str, str] | None = None) -> Product | None:
    return chain(project, starts).find()


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder and its checksum."""
    return {
        path.relative_to(folder).as_posix(): keys.sha256(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return built_project(tmp_path)


def test_a_build_makes_a_site_with_a_manifest(project: Project) -> None:
    slim = json.loads((project.site_dir / "models" / "manifest.json").read_bytes())
    assert slim["schema"] == 2
    manifest = plain(read_manifest(project.site_dir))
    entry = manifest["models"]["line"]
    for file in entry["files"].values():
        path = project.site_dir / file["url"]
        assert path.stat().st_size == file["size_bytes"]
        assert keys.sha256(path) == file["sha256"]
    assert set(entry["files"]) - set(entry["details"].values()) == {
        "epochs/epochs.bin",
        "golden.json",
        "graph/model.json",
        "graph/weights.bin",
        "layers/model.json",
        "layers/weights.bin",
        "model.keras",
        "source.py",
    }
    sizes = [
        entry["files"][f"graph/{name}"]["size_bytes"] for name in ("model.json", "weights.bin")
    ]
    assert entry["size_bytes"] == sum(sizes)
    assert entry["parameters"] == 2
    # The browser is compared with the exact engine, within the law or what its author types.
    golden = json.loads((project.site_dir / entry["base"] / "golden.json").read_bytes())
    assert golden["outputs"] == exact_answers(project, golden["inputs"])
    assert entry["tolerance"] == min(1e-5, entry["exact"]["bound"])
    assert entry["tolerance_by"] == ("author" if entry["exact"]["bound"] > 1e-5 else "law")
    assert entry["data"]["source"] == "author"
    assert entry["data"]["rows"] == 41
    assert entry["source"] == "models/line.py"
    assert entry["parity"] == {
        "proven": False,
        "reason": "The site was built without a browser (--no-browser).",
        "browser": "",
        "cases": entry["cases"],
        "results": [],
    }
    assert set(entry["cache_keys"]) == {
        "train",
        "convert",
        "golden",
        "starts",
        "layers",
        "report",
        "epochs",
        "bundle",
        "verify",
    }
    assert manifest["generator"]["tensorflow"]
    card = json.loads((project.site_dir / "models" / "line" / "card.json").read_bytes())
    assert card == {"schema": 2, **slim["models"]["line"]}
    handover = json.loads(project.site_json.read_bytes())
    assert handover["manifest"] == manifest
    assert handover["sources"] == {"line": "models/line.py"}
    assert handover["answers"]["line"]["0"]["input"] == [0.0]
    assert "modelpress-model" in (project.site_dir / "line" / "index.html").read_text()


def test_a_build_without_changes_runs_nothing_and_imports_nothing_heavy(project: Project) -> None:
    before = tree(project.public_dir)
    script = (
        "import sys, subprocess\n"
        "def never(*a, **k): raise AssertionError(f'a process was started: {a}')\n"
        "subprocess.Popen = never\n"
        "from modelpress import cli\n"
        "try: cli.main(['build', '--no-browser'])\n"
        "except SystemExit as ended: assert not ended.code, ended.code\n"
        "heavy = {'tensorflow', 'keras', 'playwright', 'tensorflowjs', 'rich', 'helper'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert not [m for m in sys.modules if m.startswith('modelpress_models')]\n"
    )
    said = run_alone(script, project)
    assert "Up to date: line." in said
    assert "PARITY NOT PROVEN" in said
    assert tree(project.public_dir) == before


def test_a_changed_page_trains_nothing(project: Project) -> None:
    (project.docs_dir / "line.md").write_text("# New words\n\n```model line\n```\n")
    report, _ = run(project)
    assert report.ran == {}
    assert "New words" in (project.site_dir / "line" / "index.html").read_text()


def test_what_is_read_decides_what_is_stale(project: Project) -> None:
    assert found(project)
    for path in ("models/line.py", "helper.py", "points.csv"):
        text = (project.root / path).read_text()
        (project.root / path).write_text(text + "\n")
        assert found(project) is None, path
        (project.root / path).write_text(text)
        assert found(project), path
    (project.root / "points.csv").unlink()
    assert found(project) is None


def test_steps_that_run_the_model_file_are_stale_with_what_it_reads(project: Project) -> None:
    """Even where the same network came of it: the file may read its title."""
    line, before = chain(project), found(project)
    assert before

    def steps_now() -> list[Step]:
        note = line.note()
        assert note
        of_model = {"author": line.declared.sources, **as_inputs(project, note)}
        declared = line.declared
        golden = declared.golden(before.train, before.convert, of_model)
        return [declared.convert(before.train, of_model), golden]

    assert [line.steps.find(step) for step in steps_now()] == [before.convert, before.golden]
    (project.root / "points.csv").write_text("0,0\n")
    for step in steps_now():
        with pytest.raises(NotCached):
            line.steps.find(step)


@pytest.mark.slow
def test_a_damaged_entry_is_made_again(project: Project) -> None:
    product = found(project)
    assert product
    good = tree(project.public_dir)
    product.convert.path("graph/weights.bin").write_bytes(b"")
    report, notes = run(project)
    assert "The cached convert of line is damaged" in notes[0]
    assert steps(report) == {"convert"}
    assert tree(project.public_dir) == good


def test_a_damaged_public_folder_is_laid_out_again(project: Project) -> None:
    good = tree(project.public_dir)
    next(project.public_dir.rglob("weights.bin")).write_bytes(b"")
    report, _ = run(project)
    assert report.ran == {}
    assert tree(project.public_dir) == good


# Builds with a worker or a browser forbidden, and says what it imported.
_ALONE = """
import subprocess, sys
def never(*a, **k): raise AssertionError(f'a process was started: {a}')
subprocess.Popen = never
import os
os.fork = never
from modelpress import cli
try: cli.main(['build', '--no-browser'])
except SystemExit as ended: assert not ended.code, ended.code
heavy = {'tensorflow', 'keras', 'playwright', 'tensorflowjs', 'helper'}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
"""


def run_alone(script: str, project: Project) -> str:
    """Runs a script in a new process in the project's folder; returns what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(keys.PACKAGE.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class NoScripts(Entry):
    """A bundle without scripts."""

    def read_json(self, name: str) -> Any:
        return {}


def proof_key(project: Project) -> str:
    """The key of the model's proof, with a bundle without scripts."""
    product = found(project)
    assert product
    steps, bundle = Steps(project, lambda event: None), NoScripts(Path(), "", {})
    return steps.key(Prover(steps, use_browser=False)._step(card(product, project), bundle))


def exact_answers(project: Project, inputs: list[list[float]]) -> list[list[float]]:
    product = found(project)
    assert product
    network = Network.read(product.convert.path("graph/model.json").parent)
    return [[float(str(each[0]))] for each in network.predict(inputs)]


def test_changed_starts_come_from_the_exact_engine_alone(project: Project) -> None:
    """Of a page, then of the model file; no process and no import of Keras is needed."""
    proof = proof_key(project)
    write_page(project.root, "line", start="0.25")
    run_alone(_ALONE, project)
    answers = json.loads(project.site_json.read_bytes())["answers"]["line"]
    assert answers["0.25"] == {"input": [0.25], "output": exact_answers(project, [[0.25]])[0]}
    page = (project.site_dir / "line/index.html").read_text()
    assert f'data-answer="[{answers["0.25"]["output"][0]}]"' in page
    for start in ("0.5", "-0.75"):
        source = LINE.replace("tolerance=1e-5,", f'start="{start}",\n    tolerance=1e-5,')
        (project.models_dir / "line.py").write_text(source)
        assert [each.slug for each in older(project)] == ["line"]
        run_alone(_ALONE, project)
        assert older(project) == []
        entry = read_manifest(project.site_dir).models["line"]
        assert entry.start.text == start
        assert [entry.start.output] == exact_answers(project, [[float(start)]])
        assert f'start="{start}"' in (project.site_dir / entry.files["source.py"].url).read_text()
    assert proof_key(project) == proof


def test_activations_are_drawn_for_starts_above_a_diagram(project: Project) -> None:
    """Those come from Keras."""
    page = project.docs_dir / "line.md"
    page.write_text("# Line\n\n```model line\nstart: 0.25\n```\n\n```layers line\n```\n")
    report, _ = run(project)
    assert steps(report) == {"starts", "report"}
    drawn = json.loads(project.site_json.read_bytes())["drawings"]["line"]["activations"]
    assert list(drawn) == ["0.25"]


@pytest.mark.parametrize(
    ("where", "start"), [(r"docs/line\.md:3", "far"), (r"models/line\.py, field `start`", "")]
)
def test_a_start_that_cannot_be_read_says_where(project: Project, where: str, start: str) -> None:
    before = tree(project.site_dir)
    write_page(project.root, "line", start=start)
    if not start:
        edit(project.models_dir / "line.py", "tolerance=1e-5", 'start="far", tolerance=1e-5')
    with pytest.raises(ModelpressError, match=where):
        run(project)
    assert tree(project.site_dir) == before


@pytest.mark.slow
def test_a_start_of_a_model_that_the_engine_lacks_comes_from_keras(tmp_path: Path) -> None:
    """It is a golden case then."""
    source = LINE.replace("keras.layers.Dense(1)", "keras.layers.Dense(1, picked)")
    project = tiny_project(tmp_path, {"line": source.replace("MODEL =", PICKED + "MODEL =")})
    write_page(tmp_path, "line", start="0.25")
    run(project)
    product = found(project, {"0.25": "docs/line.md:3"})
    assert product
    assert product.starts is None
    assert not product.golden.read_json("spec.json")["exact"]["covered"]
    assert product.golden.read_json("golden.json")["groups"][:2] == ["start", "start"]


def test_a_changed_learning_rate_retrains_that_model_alone(project: Project) -> None:
    before = tree(project.site_dir)
    (project.models_dir / "other.py").write_text(LINE.replace('"Line"', '"Other"'))
    write_page(project.root, "other")
    report, _ = run(project, Request(slugs=("line",), use_browser=False))
    assert report.stale == ("other",)
    assert report.ran == {}
    assert tree(project.site_dir) == before
    edit(project.models_dir / "other.py", "SGD(0.1)", "SGD(0.05)")
    report, _ = run(project, Request(slugs=("other",), use_browser=False))
    assert report.stale == ()
    made = {"train", "convert", "golden", "starts", "layers", "report", "epochs"}
    assert steps(report, "other") == made
    assert steps(report) == set()
    assert report.manifest
    models = report.manifest.models
    assert models["other"].training.optimizer == "SGD(learning_rate=0.05)"
    assert models["line"].training.optimizer == "SGD(learning_rate=0.1)"


def test_the_same_source_gives_the_same_bytes(project: Project) -> None:
    """Trained in another process and another folder, every file of the cache is the same."""
    first = tree(project.state_dir / "cache")
    (project.state_dir / "cache").rename(project.root / "cache-of-before")
    run(project)
    again = tree(project.state_dir / "cache")
    bundle = {name for name in first if name.startswith("bundle/")}
    assert {name: first[name] for name in first.keys() - bundle} == {
        name: again[name] for name in again.keys() - bundle
    }


# An operation that the exact engine lacks.
PICKED = """
@keras.saving.register_keras_serializable()
def picked(x):
    import tensorflow as tf

    return tf.transpose(tf.gather_nd(tf.transpose(x), [[0]]))


"""
# An operation that TensorFlow.js lacks.
BESSEL = """
@keras.saving.register_keras_serializable()
def bessel(x):
    import tensorflow as tf

    return tf.math.special.bessel_j0(x)


"""
BAD = {
    "raises": LINE.replace("MODEL =", "raise RuntimeError('no data today')\nMODEL ="),
    "exits": LINE.replace("data=points", "data=lambda: __import__('sys').exit(4)"),
    "dies": LINE.replace("data=points", "data=lambda: __import__('os')._exit(5)"),
    "noisy": LINE.replace(
        "data=points",
        "data=lambda: [print('x' * 999) for _ in range(9999)] and 1 / 0",
    ),
    "diverges": LINE.replace("SGD(0.1)", "SGD(1e30)"),
    "wide": LINE.replace("Dense(1)", "Dense(2)"),
    "alien": LINE.replace("MODEL =", BESSEL + "MODEL =").replace(
        "Dense(1)", "Dense(1, bessel, name='unit')"
    ),
    "late": LINE.replace("AtMost(10)", "AtMost(1e-9)"),
}


@pytest.mark.slow
def test_bad_models_are_sentences_and_the_site_stays(project: Project) -> None:
    before = tree(project.site_dir)
    for slug, source in BAD.items():
        (project.models_dir / f"{slug}.py").write_text(source)
        write_page(project.root, slug)
    with pytest.raises(ModelFailure) as caught:
        run(project)
    text = str(caught.value)
    for said in (
        "models/raises.py:11: The model file could not be run.",
        "RuntimeError: no data today",
        "sys.exit(4)",
        "The process that built dies exited before it was done",
        "exit status 5",
        "ZeroDivisionError",
        "Training diverged: loss is",
        "models/wide.py, field `output`",
        "the output kind 'number' expects (1,)",
        "models/alien.py, layer `unit`",
    ):
        assert said in text, f"{said!r} is missing in:\n{text}"
    assert len(text) < 10_000
    assert tree(project.site_dir) == before
    assert not (project.state_dir / "tmp").exists()
    cached = {path.parent.name for path in (project.state_dir / "cache" / "train").glob("*/*")}
    assert cached == {"line", "alien", "late"}  # what could be trained is kept

    for slug in BAD.keys() - {"late"}:
        (project.models_dir / f"{slug}.py").unlink()
        (project.docs_dir / f"{slug}.md").unlink()
    with pytest.raises(ModelFailure, match="misses what its author expects") as caught:
        run(project)
    assert "≤ 1e-9" in caught.value.found
    assert tree(project.site_dir) == before


def test_no_room_while_publishing_leaves_the_site(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, public = tree(project.site_dir), tree(project.public_dir)
    next(project.public_dir.rglob("weights.bin")).write_bytes(b"")
    public = tree(project.public_dir)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "weights.bin")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        run(project)
    assert tree(project.site_dir) == before
    assert tree(project.public_dir) == public
    assert not (project.state_dir / "tmp").exists()


def test_workers_do_not_run_hooks(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    (project.root / "hook.py").write_text(
        "import os\nfrom pathlib import Path\n"
        "Path(__file__).with_name(f'ran-in-{os.getpid()}').touch()\n"
    )
    with project.config_file.open("a") as config:
        config.write("hooks: [hook.py]\n")
    report, _ = run(project)
    assert "train" in steps(report)
    assert [path.name for path in project.root.glob("ran-in-*")] == [f"ran-in-{os.getpid()}"]


def test_an_unknown_fact_is_an_error_with_page_and_line(project: Project) -> None:
    with (project.docs_dir / "line.md").open("a") as page:
        page.write("\n{{ line.parameter }}\n")
    with pytest.raises(ModelpressError) as caught:
        run(project)
    assert "line.md:6" in str(caught.value)
    assert "parameters" in str(caught.value)


def started(project: Project) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "modelpress", "build", "--no-browser"],
        cwd=project.root,
        env={**os.environ, "PYTHONPATH": str(keys.PACKAGE.parent)},
        stderr=subprocess.PIPE,
        text=True,
    )


def stop_at(project: Project, line: str, how: signal.Signals) -> tuple[int, str]:
    """Builds until a line is said, then sends the signal; returns exit status and what followed."""
    process = started(project)
    assert process.stderr is not None
    for said in process.stderr:
        if said.startswith(line):
            process.send_signal(how)
            break
    rest = process.stderr.read()
    return process.wait(), rest


@pytest.mark.slow
def test_interrupted_and_killed_builds_leave_nothing_half_made(tmp_path: Path) -> None:
    project = tiny_project(tmp_path)
    status, said = stop_at(project, "line: train", signal.SIGINT)
    assert status == 130
    assert "Interrupted." in said
    assert not project.site_dir.exists()
    for line in ("line: train", "line: convert", "site: bundle"):
        status, _ = stop_at(project, line, signal.SIGKILL)
        assert status == -signal.SIGKILL
        assert not project.site_dir.exists()
        assert not project.public_dir.exists()
    report, notes = run(project)
    assert not [note for note in notes if "damaged" in note]
    reference = built_project(tmp_path / "reference")
    assert report.manifest
    base = report.manifest.models["line"].base
    assert tree(project.site_dir / base) == tree(reference.site_dir / base)


def test_local_data_that_no_model_takes_is_said(project: Project, tmp_path: Path) -> None:
    (project.models_dir / "colors.py").write_text(
        "from datasets.color_survey import color_survey\n"
        + LINE.replace("data=points", "data=color_survey")
    )
    other = Chain(
        project,
        "colors",
        project.models_dir / "colors.py",
        {},
        DataRequest(),
        lambda event: None,
    )
    note: dict[str, Any] = {"wanted": color_survey.wanted().as_dict(), "files": {}, "env": []}
    other.steps._keep_note(other.declared.train(None), note)
    from modelpress.build.build import _require_data_used

    _require_data_used(DataRequest(), [other])
    survey = tmp_path / "color_survey.csv"
    survey.write_text("")
    for builtin in (False, True):  # trained on, or only measured on
        other.declared.request = DataRequest(survey, builtin=builtin)
        _require_data_used(other.declared.request, [other])
    other.declared.request = DataRequest()
    with pytest.raises(ModelpressError, match="No model's data set uses") as caught:
        _require_data_used(DataRequest(tmp_path), [other])
    assert "color_survey.csv" in caught.value.expected
