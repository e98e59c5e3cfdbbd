"""Model files whose functions return nonsense, made by real Keras: a sentence of ours, or a line of
the author's file; never an exception of the pipeline's own making."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modelpress.build.model_chain import Chain
from modelpress.build.parallel import IMPORTED
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest
from modelpress.processes.cluster import Executor
from modelpress.processes.process_start import Starter
from modelpress.processes.worker_pool import Worker
from tests.nonsense import require_helpful
from tests.tiny import tiny_project

SOURCE = '''\
"""Nonsense."""
import keras
import numpy as np
from modelpress import AtMost, Model
from modelpress.data import Data, Split
from modelpress.inputs import Number, Numbers, Points
from modelpress.outputs import Classes, Curve, Number as Answer

L = keras.layers
X = np.linspace(-1, 1, 8, dtype="float32")[:, None]

MODEL = Model(
    title="Nonsense",
    input={input},
    output={output},
    data=lambda: {data},
    build=lambda: {build},
    compile=lambda: {compile},
    fit={fit},
    facts=lambda net, history: {facts},
    augment={augment},
    golden={golden},
    start={start},
    tolerance=1e-5,
    expect={expect},
)
'''
GOOD = {
    "input": "Number(-1, 1)",
    "output": "Answer()",
    "data": "(X, 2 * X)",
    "build": "keras.Sequential([keras.Input((1,)), L.Dense(1)])",
    "compile": 'dict(optimizer="sgd", loss="mse")',
    "fit": "dict(epochs=1)",
    "facts": "{}",
    "augment": "None",
    "golden": "()",
    "start": "None",
    "expect": "{'loss': AtMost(1e9)}",
}
BAD = {
    "input": [
        "None", "Number(-1, 1, step=0.5)", "Points()", "Numbers({'a': (0, 1), 'b': (0, 1)})",
    ],
    "output": [
        "None", "Classes(['a', 'b'])", "Classes([])", "Curve()",
    ],
    "data": [
        "None", "5", "X", "(X,)", "(X, X, X)", "(X, 5)", "(X, X[:3])", "(X[:0], X[:0])",
        "([[1], [1, 2]], [1, 2])", "(iter(X), X)", "(X, np.full(8, np.nan))", "(X, ['a'] * 8)",
        "(X.astype(object), X)", "(X.astype(complex), X)", "(X * 1e38 * 10, X)", "Data(5)",
        "Data(Split(X, X), Split(X, X[:2]))", "Data(Split(X, X), description=5)",
        "(X[..., None], X)", "(X.astype('int64') * 2**62, X)", "(np.zeros((8, 0)), X)",
        "(X.astype('float16'), X)", "(X > 0, X)", "Data(Split(X, X), test=Split(X[:, 0], X))",
        "{'x': X}", "(X, X.astype('M8[s]'))",
    ],
    "build": [
        "None", "5", "keras.Sequential()", "L.Dense(1)", "keras.Sequential([L.Dense(1)])", "1 / 0",
        "keras.Sequential([keras.Input((2,)), L.Dense(1)])",
        "keras.Sequential([keras.Input((1,)), L.Dense(3)])",
        "keras.Sequential([keras.Input((1,)), L.Lambda(lambda x: x)])",
        "keras.Sequential([keras.Input((1,)), L.Dense(1, activation=lambda x: 1 / 0)])",
        "keras.Sequential([keras.Input((1,)), L.Dense(1, name='a/b c')])",
        "keras.Sequential([keras.Input((None,)), L.Dense(1)])",
        "keras.Sequential([keras.Input((1,), dtype='string'), L.Dense(1)])",
        "(lambda i: keras.Model(i, [L.Dense(1)(i), L.Dense(1)(i)]))(keras.Input((1,)))",
        "keras.Sequential([keras.Input((1,)), L.Dense(1, dtype='float16')])",
        "keras.Sequential([keras.Input((1,)), L.Flatten(), L.Dropout(0.5)])",
    ],
    "compile": [
        "None", "5", "{}", "dict(loss='nonsense')", "dict(optimizer='nonsense', loss='mse')",
        "dict(optimizer='sgd', loss=5)", "dict(nonsense=1)", "dict(loss='mse', metrics=5)",
        "dict(loss='mse', metrics=['nonsense'])", "[1, 2]", "dict(loss=lambda a, b: 5)",
        "dict(loss='sparse_categorical_crossentropy')",
        "dict(optimizer=keras.optimizers.SGD, loss='mse')",
        "dict(optimizer=keras.optimizers.SGD(-1e30), loss='mse')",
        "dict(loss='mse', run_eagerly=True)",
    ],
    "fit": [
        "dict(epochs=1, batch_size=0)", "dict(epochs=1, batch_size=-1)",
        "dict(epochs=1, batch_size='x')", "dict(epochs=1, callbacks=5)",
        "dict(epochs=1, callbacks=[5])", "dict(epochs=1, nonsense=1)",
        "dict(epochs=1, shuffle='x')", "dict(epochs=1, class_weight={0: 'x'})",
        "{'epochs': 1, 5: 5}", "dict(epochs=1, validation_split=2)",
        "dict(epochs=1, batch_size=10**30)",
    ],
    "facts": [
        "None", "5", "[1]", "{1: 1}", "{'a': float('nan')}", "{'a': object()}", "{'a': net}",
        "{'a': {'b': [1, np.float32(2)]}}", "{'a': 10**400}", "{'title': 'no'}", "{'a': b'x'}",
        "(lambda d: d.update(a=d) or d)({})",
    ],
    "augment": [
        "lambda x, rng: None", "lambda x, rng: x[:2]", "lambda x: x", "lambda x, rng: x > 0",
        "lambda x, rng: 1 / 0", "lambda x, rng: [[1], [1, 2]]",
    ],
    "golden": [
        "5", "None", "[5]", "[None]", "[[1, 2, 3]]", "['x']", "[[float('nan')]]", "[[1e300]]",
        "[[[1]]]", "{'a': 1}", "iter([[0.5]])", "[object()]", "'abc'", "np.zeros((2, 2, 2))",
    ],
    "start": [
        "'nonsense'", "''", "'1e400'", "'x' * 10_000", "'nan'", "'\\x00'", "'2'",
    ],
    "expect": [
        "{'nonsense': 1}", "{5: 1}", "{'loss': {}}", "{'loss': {'author': AtMost(0)}}", "{'': 1}",
    ],
}  # fmt: skip
NONSENSE = [(field, text) for field, texts in BAD.items() for text in texts]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return tiny_project(tmp_path_factory.mktemp("nonsense"), {"m": ""})


@pytest.fixture(scope="module")
def starter(project: Project) -> Iterator[Starter]:
    """Starts the processes of a build: the kernel watches what makes a model."""
    with contextlib.closing(Starter(project.root, 1000, 1, IMPORTED)) as starter:
        yield starter


def make(project: Project, starter: Starter, changed: dict[str, str]) -> ModelpressError | None:
    """What a worker tells the build of this model file; None where it was made."""
    path = project.models_dir / "m.py"
    path.write_text(SOURCE.format(**{**GOOD, **changed}))
    chain = Chain(project, "m", path, {}, DataRequest(), lambda event: None)
    told = Worker(chain.job(Executor(1)), project, lambda slug, event: None, starter.start).run()
    # What is neither ours nor comes through the author's file is a fault of the pipeline's.
    assert not (told and told.what.endswith("could not be made.") and told.where == "models/m.py")
    return told


def require_told(project: Project, starter: Starter, changed: dict[str, str]) -> None:
    told = make(project, starter, changed)
    if told is not None:
        require_helpful(told, where=r"models/m\.py")


def test_sense_is_made(project: Project, starter: Starter) -> None:
    assert make(project, starter, {}) is None


@pytest.mark.long
@pytest.mark.parametrize(("field", "text"), NONSENSE)
def test_nonsense_of_every_kind(project: Project, starter: Starter, field: str, text: str) -> None:
    require_told(project, starter, {field: text})


@pytest.mark.long
@settings(max_examples=40)
@given(st.lists(st.sampled_from(NONSENSE), min_size=2, max_size=3))
def test_nonsense_together(
    project: Project, starter: Starter, chosen: list[tuple[str, str]]
) -> None:
    require_told(project, starter, dict(chosen))
