"""The table in docs/reference/faults.md and the tests in a browser: each has the other."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BROWSER = ROOT / "tests/browser"
TABLE = ROOT / "docs/reference/faults.md"
CELLS = 4


def rows() -> list[list[str]]:
    """The cells of each row, without the tables' heads."""
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("|")]
    split = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells for cells in split if cells[0] != "Fault" and set(cells[0]) != {"-"}]


def numbered() -> dict[int, tuple[str, str]]:
    """Number → module and function, of the list below the tables."""
    found = re.findall(r"^ +(\d+)\. `(\w+)::(\w+)`$", TABLE.read_text(), re.MULTILINE)
    numbers = [int(number) for number, _, _ in found]
    assert numbers == list(range(1, len(found) + 1))
    return {int(n): (f"test_{module}.py", f"test_{name}") for n, module, name in found}


def named(cell: str) -> list[tuple[str, str]]:
    """Module and function of each test in a row's last cell."""
    tests = numbered()
    return [tests[int(number)] for number in cell.split(", ")]


def functions_of(path: Path) -> set[str]:
    """Names of the test functions in a module."""
    tree = ast.parse(path.read_text())
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


def test_every_row_names_tests_that_exist() -> None:
    found = rows()
    assert len(found) >= 30
    for cells in found:
        assert len(cells) == CELLS, cells
        assert all(cells), cells
        for module, function in named(cells[-1]):
            assert function in functions_of(BROWSER / module), f"{module} has no {function}"


def test_every_test_of_the_list_is_a_rows() -> None:
    assert {test for cells in rows() for test in named(cells[-1])} == {*numbered().values()}


def test_every_fault_that_is_tested_has_its_row() -> None:
    told = {test for cells in rows() for test in named(cells[-1])}
    modules = sorted(BROWSER.glob("test_faults*.py"))
    assert len(modules) >= 4
    for path in modules:
        missing = {(path.name, name) for name in functions_of(path)} - told
        assert missing == set(), "tests without a row"
