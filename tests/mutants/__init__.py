"""Small breaks of the product, each with the tests that must notice it.

`python -m tests.mutants [WORD …]` applies them one at a time in a copy of the repository and runs
the tests of each. A break that no test notices survives, and the command ends with exit status 1.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LIST = Path(__file__).with_name("mutants.toml")


@dataclass(frozen=True)
class Mutant:
    """One break.

    find: text that stands once in the sources, in a file of either language. instead: what takes
    its place. tests: files or ids, as pytest takes them, of which one at least must fail.
    """

    name: str
    find: str
    instead: str
    tests: tuple[str, ...]


def mutants() -> list[Mutant]:
    """All that are listed."""
    listed = tomllib.loads(LIST.read_text("utf-8"))["mutant"]
    return [Mutant(**{**each, "tests": tuple(each["tests"])}) for each in listed]
