"""What a machine does to a build: a full disk, a file system that can't be written, another build,
a clock that is wrong, a line that drops. Each is a sentence, and the next build is right and equal
to a clean one."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.killing import Scene, build, command, environment, make_scene, start, tree


@pytest.fixture
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return make_scene(tmp_path_factory, "machine")


@pytest.fixture
def made(scene: Scene) -> Scene:
    """With its first state built."""
    shutil.copytree(scene.clean["first"], scene.folder, dirs_exist_ok=True)
    return scene


def mounted(script: str, folder: Path) -> str:
    """Runs a shell script that may mount what it likes: nothing outside it sees that. `$BUILD` is
    the command, run in the project; each of its exit statuses is to be echoed."""
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    if not shutil.which("unshare") or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("this machine allows no mounts of one's own (unshare --mount)")
    done = subprocess.run(
        [*alone, "sh", "-c", script],
        cwd=folder.parent,
        env=environment(BUILD=" ".join(command()), PROJECT=str(folder)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_disk_that_is_full_at_every_step(scene: Scene, tmp_path: Path) -> None:
    """The disk grows a little after each build that it has stopped."""
    script = f"""
        set -e
        cp -r $PROJECT {tmp_path}/sources
        mount -t tmpfs -o size=60k none $PROJECT
        cp -r {tmp_path}/sources/. $PROJECT
        cd $PROJECT
        for size in 60k 120k 200k 1m 4m 7m; do
            mount -o remount,size=$size $PROJECT
            status=0; $BUILD || status=$?
            echo "$size: status $status"
        done
        mount -o remount,size=100m $PROJECT
        $BUILD
        cp -r $PROJECT/. {tmp_path}/made
    """
    (tmp_path / "made").mkdir()
    said = mounted(script, scene.folder)
    assert said.count("status 2") >= 4, said
    assert said.count("No space left on device") >= 4, said
    assert said.count("Next: Free space on that disk and build again") >= 4, said
    shutil.rmtree(scene.folder)
    (tmp_path / "made").rename(scene.folder)
    scene.require_clean("first")


READ_ONLY = "mount --bind $PROJECT/{0} $PROJECT/{0}; mount -o remount,bind,ro $PROJECT/{0}"


@pytest.mark.slow
@pytest.mark.parametrize("part", [".", ".modelpress", ".modelpress/cache", "site"])
def test_what_cannot_be_written(part: str, made: Scene) -> None:
    made.set_to("second")
    before = tree(made.folder)
    script = f"""
        set -e
        {READ_ONLY.format(part)}
        cd $PROJECT
        status=0; $BUILD || status=$?
        echo "status $status"
    """
    said = mounted(script, made.folder)
    assert "status 2" in said
    assert "Error: " in said
    assert "Next: " in said
    assert any(os.strerror(code) in said for code in (errno.EROFS, errno.EBUSY, errno.EXDEV)), said
    after = tree(made.folder)
    assert {name: after.get(name) for name in before if name.startswith("site/")} == {
        name: value for name, value in before.items() if name.startswith("site/")
    }
    status, said = build(made.folder)
    assert status == 0, said
    made.require_clean("second")


@pytest.mark.slow
def test_two_builds_at_once(scene: Scene) -> None:
    first, second = start(scene.folder), start(scene.folder)
    said = [process.communicate()[0] for process in (first, second)]
    assert [first.returncode, second.returncode] == [0, 0], said
    assert sum("Waiting for another modelpress" in text for text in said) == 1
    assert sum("Up to date: line" in text for text in said) == 1
    scene.require_clean("first")


@pytest.mark.long
def test_a_build_that_waits_for_a_clean(made: Scene) -> None:
    """The folder that holds the lock is taken away meanwhile."""
    made.set_to("second")
    builds = start(made.folder)
    assert builds.stdout is not None
    next(line for line in builds.stdout if line.startswith("line: golden"))
    cleans = subprocess.Popen(
        [sys.executable, "-m", "modelpress", "clean"], cwd=made.folder, env=environment()
    )
    again = start(made.folder)
    builds.stdout.read()
    said, _ = again.communicate()
    assert (builds.wait(), cleans.wait(), again.returncode) == (0, 0, 0), said
    status, said = build(made.folder)
    assert status == 0, said
    made.require_clean("second")


CLOCK = """
import time
_now, _since = time.time, time.time()
time.time = lambda: _now() - _since + {0}
time.time_ns = lambda: int(time.time() * 1e9)
"""
YEARS = {"never set": 100_000.0, "far ahead": 4_000_000_000.0}


@pytest.mark.slow
@pytest.mark.parametrize("clock", YEARS)
def test_a_clock_that_is_wrong(clock: str, made: Scene, tmp_path: Path) -> None:
    """Files of the project are of the years that the clocks have shown; newer ones come first, and
    the clock goes back."""
    (tmp_path / "sitecustomize.py").write_text(CLOCK.format(YEARS[clock]))
    path = os.pathsep.join([str(tmp_path), environment()["PYTHONPATH"]])
    for number, file in enumerate(sorted(made.folder.rglob("*"))):
        moment = (0, 4_100_000_000, 1_000_000_000)[number % 3]
        os.utime(file, (moment, moment))
    made.set_to("second")
    status, said = build(made.folder, PYTHONPATH=path)
    assert status == 0, said
    made.require_clean("second")
    made.set_to("first")
    status, said = build(made.folder)
    assert status == 0, said
    assert "Up to date: line" in said
    made.require_clean("first")
