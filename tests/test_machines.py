"""The same trainings here, in further processes and on a Dask cluster: the same bytes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from modelpress import data
from modelpress.caching import keys
from modelpress.core.errors import ModelpressError
from modelpress.data.locate import DataRequest
from modelpress.ensembles.batched import seed_state
from modelpress.ensembles.ensemble import job_of, seeds
from modelpress.ensembles.job import packed, train_packed
from modelpress.processes import cluster as cluster_module
from modelpress.processes.cluster import Executor
from modelpress.spec.discovery import import_model
from tests.tiny import tiny_project

# No worker can import its helper, nor the file itself: what they need travels with the training.
WAVE = '''\
"""A wave, by an activation of its own."""

import keras
import numpy as np

from activation import wave
from modelpress import AtMost, Model, Seeds

MODEL = Model(
    title="Wave",
    data=lambda: (np.linspace(-1, 1, 20)[:, None], np.sin(3 * np.linspace(-1, 1, 20))[:, None]),
    build=lambda: keras.Sequential([
        keras.Input((1,)), keras.layers.Dense(4, wave), keras.layers.Dense(1),
    ]),
    compile=lambda: dict(
        optimizer=keras.optimizers.Adam(0.05), loss="mse",
        metrics=[keras.metrics.MeanAbsoluteError(name="far")],
    ),
    fit=dict(epochs=3, batch_size=8),
    expect={"loss": AtMost(9)},
    seeds=Seeds(6, "far"),
)
'''
ACTIVATION = """\
import keras


@keras.saving.register_keras_serializable(package="tests")
def wave(x):
    return keras.ops.sin(x)
"""


@pytest.fixture(scope="module")
def wave(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The model, its rows, and the folders of its modules."""
    project = tiny_project(tmp_path_factory.mktemp("wave"), {"wave": WAVE})
    (project.root / "activation.py").write_text(ACTIVATION)
    model = import_model(project.models_dir / "wave.py", project)
    loaded = data.load(model.data, DataRequest(), Path(), lambda text: None)
    return model, loaded, project.import_roots


def bytes_of(wave: Any, out: Path, where: Executor) -> bytes:
    model, loaded, roots = wave
    out.mkdir()
    seeds(model, loaded, out, where, roots, lambda *told: None)
    return (out / "seeds.json").read_bytes()


@pytest.fixture
def short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster_module, "CONNECT_S", 0.5)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets this process train what is packed, though TensorFlow runs in it as the tests have it."""
    monkeypatch.setattr("modelpress.ensembles.job.repeatable", lambda: None)
    monkeypatch.setattr("modelpress.ensembles.job._ready", None)


@pytest.fixture
def no_workers() -> Iterator[str]:
    """Address of a scheduler that nobody works for."""
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "distributed.cli.dask_scheduler"),
            *("--host", "127.0.0.1", "--port", "0", "--no-dashboard"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    ) as scheduler:
        assert scheduler.stderr is not None
        try:
            told = (re.search(r"Scheduler at:\s+(tcp://\S+)", line) for line in scheduler.stderr)
            yield next(found[1] for found in told if found)
        finally:
            scheduler.kill()


def test_a_busy_machine_is_given_time_to_start_dask() -> None:
    tries = iter([AssertionError, AssertionError, None])

    def connect() -> str:
        if (fault := next(tries)) is not None:
            raise fault
        return "connected"

    assert cluster_module._started(connect) == "connected"


def test_a_machine_that_cannot_start_dask_says_so() -> None:
    def connect() -> str:
        raise AssertionError

    with pytest.raises(OSError, match="too busy"):
        cluster_module._started(connect)


@pytest.mark.slow
def test_a_cluster_of_two_workers_comes_to_the_same_bytes(wave: Any, tmp_path: Path) -> None:
    from distributed import LocalCluster

    here = bytes_of(wave, tmp_path / "here", Executor())
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        address = cluster.scheduler_address
        assert bytes_of(wave, tmp_path / "there", Executor(cluster=address)) == here
        log = [line for lines in cluster.get_logs().values() for line in lines.splitlines()]
    assert not [line for line in log if "Compute Failed" in line]


@pytest.mark.slow
def test_further_processes_come_to_the_same_bytes(
    wave: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = bytes_of(wave, tmp_path / "here", Executor())
    monkeypatch.setattr(
        "modelpress.ensembles.ensemble.START_S", -1
    )  # as if they took no time to start
    assert bytes_of(wave, tmp_path / "beside", Executor(processes=2)) == here


def test_what_is_packed_needs_no_module_of_the_project(wave: Any, here: None) -> None:
    model, loaded, roots = wave
    job = job_of(model, loaded)
    content = packed(job, roots)
    hidden = {name: sys.modules.pop(name) for name in ("activation", "modelpress_models.wave")}
    try:
        assert len(train_packed(content, [seed_state(job, 1), seed_state(job, 2)])) == 2
    finally:
        sys.modules.update(hidden)


def test_a_worker_with_other_versions_is_refused(
    wave: Any, here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, loaded, roots = wave
    content = packed(job_of(model, loaded), roots)
    other = {**keys.versions(), "keras": "3.0.0"}
    monkeypatch.setattr("modelpress.ensembles.job.versions", lambda: other)
    with pytest.raises(ModelpressError, match="other versions") as caught:
        train_packed(content, [])
    assert caught.value.found == "keras 3.0.0"


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "http://127.0.0.1:1"])
def test_a_cluster_out_of_reach_says_what_to_do(address: str, short_wait: None) -> None:
    with pytest.raises(ModelpressError, match="can't be reached") as caught:
        next(Executor(cluster=address).map(train_packed, b"", [1]))
    assert caught.value.where == f"--dask {address}"
    assert "MODELPRESS_DASK" in caught.value.next_step


def test_a_cluster_without_workers_is_named(no_workers: str, short_wait: None) -> None:
    with pytest.raises(ModelpressError, match="no workers") as caught:
        next(Executor(cluster=no_workers).map(train_packed, b"", [1]))
    assert f"dask worker {no_workers}" in caught.value.next_step


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModelpressError, match="not installed") as caught:
        next(Executor(cluster="tcp://127.0.0.1:1").map(train_packed, b"", [1]))
    assert "modelpress[cluster]" in caught.value.next_step


def test_what_one_part_raises_is_raised() -> None:
    with pytest.raises(TypeError):
        list(Executor(processes=1).map(_refuse, b"", [1]))


def _refuse(payload: bytes, items: Sequence[Any]) -> list[float]:
    raise TypeError
