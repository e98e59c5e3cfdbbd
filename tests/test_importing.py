"""Modules of an author's are run from their sources, whatever compiled copies lie beside them."""

from __future__ import annotations

import os
import py_compile
import subprocess
import sys
from pathlib import Path

import pytest

ASK = """
import sys
from pathlib import Path
from modelpress.caching.observing.module_loader import import_from_sources
import_from_sources([Path(sys.argv[1])])
import model
print(model.VALUE)
"""


@pytest.fixture
def edited(tmp_path: Path) -> Path:
    """A module, a package and its submodule, each changed without a new time or size."""
    files = {
        "model.py": "import pack.part\nVALUE = pack.WORD, pack.part.WORD, 'old'\n",
        "pack/__init__.py": "WORD = 'old'\n",
        "pack/part.py": "WORD = 'old'\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        py_compile.compile(str(path), doraise=True)
        times = path.stat()
        path.write_text(text.replace("old", "new"))
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    return tmp_path


def run(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_compiled_copies_are_not_believed(edited: Path) -> None:
    copies = sorted(edited.rglob("*.pyc"))
    before = [path.read_bytes() for path in copies]
    here = Path(__file__).parents[1]
    assert run("-c", ASK, str(edited), cwd=here) == "('new', 'new', 'new')"
    assert [path.read_bytes() for path in sorted(edited.rglob("*.pyc"))] == before


def test_python_itself_believes_them(edited: Path) -> None:
    """The fault that is guarded against is real."""
    assert run("-c", "import model; print(model.VALUE)", cwd=edited) == "('old', 'old', 'old')"
