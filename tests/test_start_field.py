"""The field `start` of a model file: read without running it, and in no key."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from modelpress.caching.start_field import sources_without_start, written_start

WITHOUT = 'MODEL = Model(\n    title="A",\n    seed=1,\n)\n'
FORMS = {
    "first": 'MODEL = Model(\n    start="3",\n    title="A",\n    seed=1,\n)\n',
    "between": 'MODEL = Model(\n    title="A",\n    start="3",\n    seed=1,\n)\n',
    "last": 'MODEL = Model(\n    title="A",\n    seed=1,\n    start="3",\n)\n',
    "in parts": 'MODEL = Model(\n    title="A",\n    start="3" ""\n    "",\n    seed=1,\n)\n',
}


def sha256_without_start(path: Path) -> str:
    return sources_without_start(path, [path.parent])["a.py"]


def written(folder: Path, text: str) -> Path:
    path = folder / "a.py"
    path.write_bytes(text.encode())
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_hash_is_that_of_a_file_without_it(tmp_path: Path, form: str, end: str) -> None:
    path = written(tmp_path, ("# é\n" + FORMS[form]).replace("\n", end))
    plain = ("# é\n" + WITHOUT).replace("\n", end)
    assert written_start(path) == "3"
    assert sha256_without_start(path) == hashlib.sha256(plain.encode()).hexdigest()


def test_on_one_line(tmp_path: Path) -> None:
    hashes = set()
    for text in (
        'MODEL = modelpress.Model(title="é", seed=1)',
        'MODEL = modelpress.Model(title="é", seed=1, start="3")',
        'MODEL = modelpress.Model(title="é", start="-4", seed=1)',
    ):
        hashes.add(sha256_without_start(written(tmp_path, text)))
    assert len(hashes) == 1
    assert written_start(written(tmp_path, 'MODEL = Model(title="é", start = "é" ,)')) == "é"


@pytest.mark.parametrize(
    "text",
    [
        "MODEL = Model(start=START)",
        "MODEL = Model(start=3)",
        'MODEL = Model(start=f"{1}")',
        'OTHER = Model(start="3")',
        'MODEL = Number(start="3")',
        'def f():\n    MODEL = Model(start="3")',
        'MODEL = Model(**{"start": "3"})',
        '# coding: latin-1\nMODEL = Model(start="3")',
        'MODEL = Model(start="3"',
        "\0",
        "",
    ],
)
def test_what_only_running_the_file_tells_stays_in_the_hash(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    assert written_start(path) is None
    assert sha256_without_start(path) == hashlib.sha256(text.encode()).hexdigest()


def test_an_annotation(tmp_path: Path) -> None:
    assert written_start(written(tmp_path, 'MODEL: Model = Model(start="3")')) == "3"
