"""Measures the coverage: `python -m tests.coverage [WORD …]`, subjects whose id has a word.

Runs in processes of its own and keeps what it has measured in .modelpress/coverage, so that it
continues where it was interrupted. Then it writes results.json and the page; when all subjects are
measured, it forgets.

--again           measures the chosen subjects again
--backends=NAMES  in the browser, separated by commas; default: those of the group; none: ""
"""

from __future__ import annotations

import datetime
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from modelpress.caching.keys import versions
from modelpress.proof.browser import require_browser
from tests.coverage import Row, Subject, read_results, write_results
from tests.coverage.measure import all_subjects, rows_in, slug
from tests.coverage.page import write_page

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".modelpress" / "coverage"
AT_ONCE = 30  # small subjects in one process
SMALL, LARGE = "exact,cpu,wasm,webgl,webgpu", "exact,wasm"  # backends
SMALL_S, LARGE_S = 60, 900  # time for one subject
LARGE_BYTES = 500_000_000  # a larger model is not tried in the browser


def main(words: Sequence[str], *, again: bool = False, backends: str | None = None) -> int:
    subjects = all_subjects()
    chosen = [s for s in subjects.values() if not words or any(word in s.id for word in words)]
    if again:
        for subject in chosen:
            for file in ("row.json", "browser.json", "browser.done.json"):
                (WORK / slug(subject.id) / file).unlink(missing_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    _in_processes("measure", chosen, rows_in, _ended, [str(WORK)])
    converted = [each for each in chosen if _converted(each)]
    for small in (True, False):
        group = [each for each in converted if (each.group != "applications") == small]
        named = (SMALL if small else LARGE) if backends is None else backends
        if named:
            _in_processes("browsers", group, _done, _browser_ended, [str(WORK), named])
    measured, rows = read_results()
    rows = {key: row for key, row in rows.items() if key in subjects}
    rows |= {subject.id: _row(subject) for subject in chosen}
    onnx = WORK / "onnx.json"
    if not words and not onnx.is_file():
        _say("the node cases of ONNX")
        _run("onnx_cases", [str(onnx)], LARGE_S)
    found = {
        "date": datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat(),
        "versions": {**versions(), "tfjs": _tfjs()},
        "browser": require_browser().version,
        "onnx": json.loads(onnx.read_text()) if onnx.is_file() else measured.get("onnx", {}),
    }
    write_results(found, rows)
    write_page()
    if not words and backends is None:
        shutil.rmtree(WORK)
    return 0


def _in_processes(
    module: str,
    subjects: Sequence[Subject],
    result: Callable[[Path, Subject], Path],
    ended: Callable[[Subject], None],
    arguments: Sequence[str],
) -> None:
    """Runs a module for the subjects without a result.

    ended: writes the result of a subject that has ended its process, or took too long.
    """
    left = [each for each in subjects if not result(WORK, each).is_file()]
    while left:
        large = left[0].group == "applications"
        part = left[:1] if large else [s for s in left if s.group != "applications"][:AT_ONCE]
        _say(f"{module}: {len(left)} left, {part[0].id} …")
        _run(module, [*arguments, *(each.id for each in part)], _time(part, large))
        missing = [each for each in part if not result(WORK, each).is_file()]
        if missing:
            ended(missing[0])
        left = [each for each in left if not result(WORK, each).is_file()]


def _time(part: Sequence[Subject], large: bool) -> int:
    return LARGE_S if large else SMALL_S * len(part)


def _run(module: str, arguments: Sequence[str], limit_s: int) -> None:
    command = [sys.executable, "-m", f"tests.coverage.{module}", *arguments]
    with (WORK / "log").open("a") as log:
        try:
            subprocess.run(command, cwd=ROOT, stderr=log, timeout=limit_s, check=False)
        except subprocess.TimeoutExpired:
            _say(f"stopped after {limit_s} s")


def _ended(subject: Subject) -> None:
    why = "It needs more memory or time than there was."
    row = Row(subject.name, subject.group, subject.role, converts=why)
    path = rows_in(WORK, subject)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(asdict(row)))


def _done(folder: Path, subject: Subject) -> Path:
    return folder / slug(subject.id) / "browser.done.json"


def _browser_ended(subject: Subject) -> None:
    """Keeps what was measured before the browser was stopped."""
    path = WORK / slug(subject.id) / "browser.json"
    known = json.loads(path.read_text()) if path.is_file() else {}
    stopped = {"cpu": {"reason": "The browser needs more memory or time."}} | known
    _done(WORK, subject).write_text(json.dumps(stopped))


def _converted(subject: Subject) -> bool:
    row = json.loads(rows_in(WORK, subject).read_text())
    weights = WORK / slug(subject.id) / "graph" / "weights.bin"
    found = not row["converts"] and row["allowed"] is not None
    if found and weights.is_file() and weights.stat().st_size > LARGE_BYTES:
        size = f"{weights.stat().st_size / 1e6:.0f} MB"
        reason = {"reason": f"Not tried: {size} of weights."}
        done = dict.fromkeys(LARGE.split(","), reason)
        _done(WORK, subject).write_text(json.dumps(done))
    return found


def _row(subject: Subject) -> Row:
    row = Row(**json.loads(rows_in(WORK, subject).read_text()))
    path = _done(WORK, subject)
    found = json.loads(path.read_text()) if path.is_file() else {}
    seen = [each["largest"] for each in found.values() if _passed(each)]
    known = [value for value in (row.largest, *seen) if value is not None]
    return replace(
        row,
        browser={backend: each["reason"] for backend, each in found.items()},
        largest=max(known, default=None),
    )


def _passed(outcome: dict[str, object]) -> bool:
    return not outcome["reason"] and outcome.get("largest") is not None


def _tfjs() -> str:
    """Returns the version of TensorFlow.js in the browser."""
    lock = json.loads((ROOT / "site_assets" / "package-lock.json").read_text("utf-8"))
    return str(lock["packages"]["node_modules/@tensorflow/tfjs-core"]["version"])


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = [each.partition("=")[2] for each in arguments if each.startswith("--backends=")]
    sys.exit(
        main(
            [word for word in arguments if not word.startswith("--")],
            again="--again" in arguments,
            backends=chosen[0] if chosen else None,
        )
    )
