"""Runs the mutants: `python -m tests.mutants [WORD …]`, those whose name has one of the words."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("pipeline", "site_assets/src", "site_assets/build")
FAILED = 1  # pytest's exit status where tests failed; others tell of a mistake of ours


def main(words: list[str]) -> int:
    chosen = [each for each in mutants() if not words or any(word in each.name for word in words)]
    survivors = []
    with tempfile.TemporaryDirectory(prefix="modelpress-mutants-") as folder:
        copy = copied(Path(folder) / "copy")
        for mutant in chosen:
            killed = is_killed(mutant, copy)
            print(f"{'killed  ' if killed else 'SURVIVED'}  {mutant.name}", flush=True)
            if not killed:
                survivors.append(mutant.name)
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutants were killed.")
    return 1 if survivors else 0


def copied(folder: Path) -> Path:
    """The files of the working tree, and Node's packages and the built site by links."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / "site_assets/node_modules").symlink_to(ROOT / "site_assets/node_modules")
    return folder


def source_of(mutant: Mutant, root: Path) -> Path:
    """The one file that has the mutant's text, once."""
    found = [
        path
        for folder in SOURCES
        for path in sorted((root / folder).rglob("*"))
        if path.suffix in (".py", ".ts", ".mjs") and mutant.find in path.read_text("utf-8")
    ]
    if len(found) != 1 or found[0].read_text("utf-8").count(mutant.find) != 1:
        raise SystemExit(
            f"{mutant.name}: its text must stand in one place; found in {[*map(str, found)]}."
        )
    return found[0]


def is_killed(mutant: Mutant, copy: Path) -> bool:
    path = source_of(mutant, copy)
    text = path.read_text("utf-8")
    path.write_text(text.replace(mutant.find, mutant.instead), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *mutant.tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        path.write_text(text, "utf-8")
    if done.returncode not in (0, FAILED):
        raise SystemExit(f"{mutant.name}: pytest could not run.\n{done.stdout}\n{done.stderr}")
    return done.returncode == FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
