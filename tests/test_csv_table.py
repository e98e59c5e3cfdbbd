"""A reader's table, as Python reads and writes it; the vectors hold the browser to the same."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from modelpress.artefacts.csv_table import CsvFault, parts_of, read_table, written
from modelpress.schema.model import InputSpec, OutputSpec
from tests.vectors import vectors

NAMED = {"names": ["height", "weight"]}
LABELS = ["cat", "dog, or wolf"]
SPECIAL = [0.1, 1 / 3, -0.0, 1e-7, 16777217.0, 1e10, 3e38, 1.401298464324817e-45]

# Text of a file → the names of the input's values, if any, and what the output is.
TEXTS: list[tuple[str, dict[str, Any], list[str] | None]] = [
    ("height,weight\n1,2\n3.5,-4e-3\n", NAMED, LABELS),
    ('weight;id;height\r\n2;a,b;1\r\n\r\n4; "q" ;3', NAMED, None),
    ("\ufeff1\t2\n\n+.5\t7.\n"[1:], NAMED, None),
    ('"height","weight","note"\n1,2,"two ""lines"",\r\nof text"\n 3 ,4,\n', NAMED, LABELS),
    ("a,b\r1,2\r3,4\r", {}, None),
    ("1,2\n", {}, LABELS),
    ("1\t1\n", NAMED, LABELS),  # equal probabilities
    ("x2,x1,z\n1,2,\u00e9\U0001f33b\n", {}, None),
    # Faults.
    ("height;weight\n1,5;2\n", NAMED, None),
    ("1,5,2,5\n", NAMED, None),
    ("1,2,5\n", NAMED, None),
    ("height,weight\n1,2\n3\n", NAMED, None),
    ("height,width\n1,2\n", NAMED, None),
    ("height,weight,height\n1,2,3\n", NAMED, None),
    ("height,weight\n1,\n", NAMED, None),
    ("height,weight\n1,nan\n", NAMED, None),
    ("height,weight\n\n1e39,2\n", NAMED, None),
    ("height,weight\n1,\uff12\n", NAMED, None),
    ('height,weight\n"1\n', NAMED, None),
    ('height,weight\n"1"x,2\n', NAMED, None),
    ("height,weight\n1," + "long " * 20 + "\n", NAMED, None),
    ('height,weight,n\n1,2,"a\r\nb"\n1,x,c\n', NAMED, None),
    ("height,weight\n", NAMED, None),
    ("", NAMED, None),
    (" \n\t\n", {}, None),
]


def result(text: str, more: dict[str, Any], labels: list[str] | None) -> dict[str, str]:
    """What a file gives: `csv`, with known predictions; or `fault`."""
    output = OutputSpec(kind="numbers", shape=[2], labels=labels, more={})
    try:
        table = read_table(text, parts_of(InputSpec(kind="numbers", shape=[2], more=more)))
    except CsvFault as fault:
        return {"fault": str(fault)}
    made = table.values / np.float32(3)
    return {"csv": written(table, made.astype(np.float32), output)}


def csv_vectors() -> dict[str, list[Any]]:
    """The content of tests/vectors/csv.json."""
    several = "\n".join(f"{value!r},1" for value in SPECIAL)
    cases = [*TEXTS, (several, NAMED, LABELS)]
    return {"tables": [[*case, result(*case)] for case in cases]}


def test_vectors_are_current() -> None:
    assert vectors("csv") == csv_vectors()


@pytest.mark.parametrize(
    ("text", "csv"),
    [
        (
            "weight;height\n2;1\n",
            'weight,height,prediction,probability of cat,"probability of dog, or wolf"\n'
            '2,1,"dog, or wolf",0.33333334,0.6666667\n',
        ),
        (
            'height,weight,note\n3,0,"a ""b"", c"\n',
            'height,weight,note,prediction,probability of cat,"probability of dog, or wolf"\n'
            '3,0,"a ""b"", c",cat,1,0\n',
        ),
        (
            "1\t1\n",
            "height,weight,prediction,probability of cat,"
            '"probability of dog, or wolf"\n1,1,cat,0.33333334,0.33333334\n',
        ),
    ],
)
def test_a_file(text: str, csv: str) -> None:
    assert result(text, NAMED, LABELS) == {"csv": csv}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "height;weight\n1;2\n1,5;2\n",
            "Line 3, column “height”: “1,5” has a decimal comma; write 1.5.",
        ),
        (
            "height,weight\n1,2,5\n",
            "Line 2 has 3 columns; expected 2. A comma separates columns: "
            "write decimals with a point, such as 1.5.",
        ),
        (
            'height,weight,n\n1,2,"a\nb"\n1,x,c\n',
            "Line 4, column “weight”: “x” is not a number; expected one such as 1.5.",
        ),
    ],
)
def test_a_fault_has_line_and_column(text: str, fault: str) -> None:
    assert result(text, NAMED, LABELS) == {"fault": fault}


def test_numbers_that_are_not_finite() -> None:
    table = read_table("1,2\n3,4\n", parts_of(InputSpec(kind="numbers", shape=[2], more=NAMED)))
    made = np.array([[np.nan, 1], [np.inf, -np.inf]], np.float32)
    text = written(table, made, OutputSpec(kind="classes", shape=[2], labels=["a", "b"], more={}))
    assert text.splitlines()[1:] == ["1,2,,NaN,1", "3,4,a,Infinity,-Infinity"]
