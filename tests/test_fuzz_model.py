"""Whatever stands in an author's file: our own errors, which say what, where and what to do."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from modelpress import AtMost, Failure, Model, Training
from modelpress.caching import keys
from modelpress.core.project import Project
from modelpress.data import Data, DataRequest, Split, load
from modelpress.inputs.number import Number
from modelpress.outputs.number import Number as Answer
from modelpress.spec.discovery import import_model
from modelpress.spec.live import Live
from modelpress.spec.seeds import Seeds
from tests.nonsense import ANYTHING, Hostile, only_our_errors, raising
from tests.tiny import PLAIN, tiny_project

EXAMPLES = settings(max_examples=200)


def fields_of(kind: type, given: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The fields `given`, one to three of them, or others of `kind`, replaced by anything."""
    names = st.sampled_from([each.name for each in dataclasses.fields(kind)])
    return st.dictionaries(names, ANYTHING, min_size=1, max_size=3).map(lambda new: given | new)


TRAINED: dict[str, Any] = {
    "title": "T",
    "input": Number(-1, 1),
    "output": Answer(),
    "data": raising,
    "build": raising,
    "compile": {},
    "fit": {"epochs": 1},
    "tolerance": 1e-5,
    "expect": {"loss": AtMost(1)},
}
OWN: dict[str, Any] = {
    "title": "T",
    "input": Number(-1, 1),
    "output": Answer(),
    "train": raising,
    "tolerance": 1e-5,
    "expect": {"loss": AtMost(1)},
}
LEARNT = Training(data=raising, build=raising, compile={}, fit={"epochs": 1})
FAILED: dict[str, Any] = {
    "title": "T",
    "wrong": LEARNT,
    "repaired": Training(compile={}),
    "repair": "Do",
    "measure": "loss",
    "measured": "loss",
    "fails": AtMost(1),
}


@EXAMPLES
@given(st.one_of(fields_of(Model, TRAINED), fields_of(Model, OWN)), st.text(max_size=8))
@example({**OWN, "expect": {Hostile: 10**400}}, "builtin")
@example({**OWN, "tolerance": 10**400}, "builtin")
@example({**TRAINED, "fit": {"epochs": {"builtin": 2}}}, "local")
def test_fields_of_a_model(fields: dict[str, Any], source: str) -> None:
    model = only_our_errors(lambda: Model(**fields))
    if model is not None:
        only_our_errors(lambda: model.expectations(source))
        if model.train is None:
            only_our_errors(lambda: model.fit_keywords(source))
        only_our_errors(model.allowed_difference)


@EXAMPLES
@given(fields_of(Live, {}), st.sampled_from([TRAINED, OWN]))
def test_fields_of_a_live_run(fields: dict[str, Any], model: dict[str, Any]) -> None:
    live = only_our_errors(lambda: Live(**fields))
    if live is not None:
        only_our_errors(live.tolerances)
        only_our_errors(live.all_rates)
        only_our_errors(lambda: Model(**model, live=live))


@EXAMPLES
@given(fields_of(Seeds, {}), st.sampled_from([TRAINED, OWN]))
def test_fields_of_seeds(fields: dict[str, Any], model: dict[str, Any]) -> None:
    seeds = only_our_errors(lambda: Seeds(**fields))
    if seeds is not None:
        only_our_errors(lambda: Model(**model, seeds=seeds))


@EXAMPLES
@given(fields_of(Failure, FAILED), fields_of(Training, {}))
def test_fields_of_a_failure(fields: dict[str, Any], training: dict[str, Any]) -> None:
    failure = only_our_errors(lambda: Failure(**fields))
    if failure is not None:
        only_our_errors(failure.trainings)
    only_our_errors(lambda: Failure(**{**FAILED, "repaired": Training(**training)}))


ARRAYS = st.builds(
    lambda shape, kind: np.zeros(shape, kind),
    st.lists(st.integers(0, 3), max_size=4),
    st.sampled_from(["float32", "float64", "int8", "bool", "complex64", "O", "U3", "M8[s]", "V4"]),
)
ROWS = st.one_of(ARRAYS, ANYTHING, st.just([[1], [1, 2]]))
SPLITS = st.one_of(st.builds(Split, ROWS, ROWS, ANYTHING), ANYTHING)
DATA = st.builds(Data, SPLITS, SPLITS, SPLITS, SPLITS, ANYTHING, ANYTHING, show_rows=ANYTHING)


@EXAMPLES
@given(st.one_of(ANYTHING, st.tuples(ROWS, ROWS), DATA))
@example(iter([1, 2]))
@example((np.broadcast_to(np.float32(1), (10**7, 1)), np.zeros(3)))
def test_what_a_data_function_gives(made: Any) -> None:
    folder = Path("/nowhere")
    loaded = only_our_errors(lambda: load(lambda: made, DataRequest(), folder, print))
    if loaded is not None:
        for part in loaded.data.parts().values():
            x, y = np.asarray(part.x), np.asarray(part.y)
            assert len(x) == len(y) > 0
            assert np.isfinite(x.astype("float64")).all()
            assert np.isfinite(y.astype("float64")).all()


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return tiny_project(tmp_path_factory.mktemp("fuzz"), {"m": PLAIN})


def import_text(project: Project, text: str) -> None:
    path = project.models_dir / "m.py"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    keys.model_sources(path, project.import_roots)  # what the build does, before any worker
    import_model(path, project)


PIECES = st.sampled_from(
    [
        *PLAIN.split("\n"),
        *("(", ")", "{", "'", '"""', "\\", "\n", "    ", "\t", "lambda: ", "=", ",", "\x0c"),
        *("MODEL = None", "MODEL = Model", "raise", "return", "yield 1", "import", "\x00"),
        *("del MODEL", "__doc__ = 5", "def __getattr__(name): 1 / 0", "assert 0", "raise MODEL"),
        *("class E(Exception):\n  def __str__(self): 1 / 0", "raise E", "raise E()"),
        *("import no.such.module", "# coding: nonsense", "é", "\ud800", "async def f(): await x"),
        *("raise SystemExit(MODEL)", "object.__setattr__(MODEL, 'summary', 5)", "MODEL.x = 1"),
        *("raise ValueError('x' * 100_000)", "from . import x", "raise SystemExit"),
    ]
)


@settings(max_examples=60)
@given(
    st.one_of(
        st.text(max_size=60),
        st.lists(PIECES, max_size=12).map("\n".join),
        st.tuples(st.integers(0, len(PLAIN)), st.integers(0, 40), PIECES).map(
            lambda cut: PLAIN[: cut[0]] + cut[2] + PLAIN[cut[0] + cut[1] :]
        ),
        st.lists(PIECES, max_size=3).map(lambda more: "\n".join([PLAIN, *more])),
    )
)
@example('"""Learns a line. ' + "It has many words. " * 20 + 'From points.csv"""\n' + PLAIN)
@example("x = " + "-" * 100_000 + "1\n")
@example("x = " + "(" * 150 + ")" * 150 + "\n")
@example("x = 1" + " + 1" * 20_000 + "\n")
@example("x = '" + "y" * 300 + ".json'\n" + PLAIN)
@example("import " + "y" * 300 + "\n")
@example("if x: pass\n" + "elif x: pass\n" * 3000)
@example("def f(): f()\nf()\n")
def test_text_of_a_model_file(project: Project, text: str) -> None:
    only_our_errors(lambda: import_text(project, text))
