"""Builds that are killed, at every boundary of a step and inside each, again and again: the next
one is right, and equal to a clean one byte for byte."""

from __future__ import annotations

import random
import shutil

import pytest

from tests.killing import (
    Moment,
    Scene,
    Write,
    build,
    count_writes,
    killed,
    killed_at,
    make_scene,
    wait_for_no_worker,
)

MOMENTS = [
    Moment(within=0.5),
    Moment("train", "line: train: starting TensorFlow", within=4),
    Moment("train", "line: train", within=5),
    Moment("train", "line: train: epoch 4", within=0.05),
    Moment("train", "line: train done"),
    Moment("convert", "line: convert: starting", within=2),
    Moment("convert", "line: convert", within=0.5),
    Moment("convert", "line: convert done"),
    Moment("golden", "line: golden", within=0.3),
    Moment("golden", "line: golden done"),
    Moment("report", "line: report", within=0.2),
    Moment("report", "line: report done"),
    Moment("epochs", "line: epochs", within=0.1),
    Moment("exhibit", "failures: fail: leap", within=3),
    Moment("exhibit", "failures: fail: leap, wrong", within=0.5),
    Moment("exhibit", "failures: fail: leap, repaired", within=0.5),
    Moment("bundle", "site: bundle", within=2),
    Moment("bundle", "site: bundle", within=6),
    Moment("bundle", "site: bundle done"),
    Moment("", "PARITY NOT PROVEN", within=1),
]
STEPS = (
    "train_reads",
    "train",
    "convert",
    "golden",
    "report",
    "epochs",
    "exhibit_reads",
    "exhibit",
)
WRITES_OF_A_STEP = 14  # at most; of the last ones some come after the step's own


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Built, in its first state."""
    scene = make_scene(tmp_path_factory, "kills")
    shutil.copytree(scene.clean["first"], scene.folder, dirs_exist_ok=True)
    return scene


def finish(scene: Scene, state: str) -> None:
    status, said = build(scene.folder)
    assert status == 0, said
    assert "damaged" not in said
    scene.require_clean(state)
    wait_for_no_worker(scene.folder)


def kill_publishing(scene: Scene, times: int, dice: random.Random) -> int:
    """Kills builds of a project of which all is cached, each while it publishes the other state,
    before a write drawn by chance; ends in the first state."""
    for state in ("second", "first"):
        scene.set_to(state)
        finish(scene, state)
    scene.set_to("second")
    writes, count = count_writes(scene.folder, "build"), 0
    assert writes > 100
    for number in range(times):
        state = ("first", "second")[number % 2]
        scene.set_to(state)
        count += killed_at(scene.folder, Write("build", dice.randint(1, writes)))
        scene.require_whole_site()
        if number % 8 == 7:
            finish(scene, state)
    scene.set_to("first")
    finish(scene, "first")
    return count


def kill_making(scene: Scene, steps: list[str], dice: random.Random) -> int:
    """Kills the making of each of these steps, at a write drawn by chance."""
    count = 0
    for step in steps:
        shutil.rmtree(scene.folder / ".modelpress/cache" / step, ignore_errors=True)
        write = Write("worker", dice.randint(1, WRITES_OF_A_STEP))
        count += killed_at(scene.folder, write)
        scene.require_whole_site()
    finish(scene, "first")
    return count


@pytest.mark.slow
def test_killed_at_some_writes(scene: Scene) -> None:
    dice = random.Random(1)
    assert kill_publishing(scene, 5, dice) == 5
    assert kill_making(scene, ["convert", "exhibit"], dice) >= 1


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_killed_at_every_step(scene: Scene) -> None:
    """When each step starts, while it runs and when it is done; from nothing, and going on with
    what the builds before have left."""
    dice = random.Random(2)
    shutil.rmtree(scene.folder / ".modelpress")
    shutil.rmtree(scene.folder / "site")
    count = 0
    for moment in MOMENTS:
        if moment.step:
            made = scene.folder / ".modelpress/cache" / moment.step
            shutil.rmtree(made, ignore_errors=True)
        count += killed(scene.folder, moment, dice)
        scene.require_whole_site()
    finish(scene, "first")
    print(f"{count} kills")
    assert count >= len(MOMENTS) - 3  # what takes no time may be over before


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_killed_at_many_writes(scene: Scene) -> None:
    dice = random.Random(3)
    making = kill_making(scene, [*STEPS, *STEPS], dice)
    publishing = kill_publishing(scene, 32, dice)
    print(f"{making} + {publishing} kills")
    assert making + publishing >= 40
