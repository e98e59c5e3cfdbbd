"""A reader's table: inputs from the text of a CSV file, and the CSV with the predictions.

`site_assets/src/figures/table/csv.ts` is the port; `tests/vectors/csv.json` holds both to the same
bytes. A file is UTF-8, one row an input. A tab, a semicolon or a comma separates columns: the first
of them in the first row. Columns have the names of the input's parts, in any order; without a
header they are in the network's order. Other columns are kept.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import integer, shortest
from modelpress.schema.model import InputSpec, OutputSpec

SEPARATORS = "\t;,"
_MOST_NAMED = 8
_MOST_SHOWN = 40  # characters
_LINE_END = re.compile(r"\r\n|\n|\r")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+")
_NUMERIC = re.compile(r"[+-]?[0-9.,]+([eE][+-]?[0-9]+)?")


class CsvFault(ValueError):
    """A table that can't be read; its text is a sentence with line and column."""


@dataclass(frozen=True)
class Parts:
    """The names of an input's values. own: whether they are the model's own names."""

    names: list[str]
    own: bool


@dataclass(frozen=True)
class Table:
    """A table as it was read.

    header   names of all columns
    rows     cells of each row, as they were written
    values   float32, shape (rows, values of one input)
    """

    header: list[str]
    rows: list[list[str]]
    values: npt.NDArray[np.float32]


def parts_of(spec: InputSpec) -> Parts:
    """Returns the names of an input's values: its fields, or `x`, or `x1`, `x2`, …"""
    size = math.prod(spec.shape)
    names = spec.more.get("names")
    if isinstance(names, list) and len(names) == size:
        return Parts([str(name) for name in names], own=True)
    return Parts(["x"] if size == 1 else [f"x{i}" for i in range(1, size + 1)], own=False)


def read_table(text: str, parts: Parts) -> Table:
    """Returns the table of a CSV text. Raises CsvFault."""
    separator = separator_of(text)
    rows: list[list[str]] = []
    values: list[float] = []
    header: list[str] = []
    columns: list[int] = []
    for line, cells in csv_rows(text, separator):
        if not columns:
            named = [_trimmed(cell) for cell in cells]
            is_header = any(cell and not _NUMERIC.fullmatch(cell) for cell in named)
            header = named if is_header else parts.names
            columns = _columns(named, parts, line) if is_header else list(range(len(header)))
            if is_header:
                continue
        if len(cells) != len(header):
            raise CsvFault(_width_fault(line, len(cells), len(header), separator))
        values += [_value(cells[column], line, header[column]) for column in columns]
        rows.append(cells)
    if not rows:
        raise CsvFault("The file has no row of numbers.")
    return Table(header, rows, np.array(values, np.float32).reshape(len(rows), -1))


def separator_of(text: str) -> str:
    """Returns what separates columns: the first of tab, semicolon and comma in the first row."""
    lines = (line for line in _LINE_END.split(re.sub(r'"[^"]*"', "", text)) if _trimmed(line))
    first = next(lines, "")
    return next((each for each in SEPARATORS if each in first), ",")


def csv_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yields the cells of each row that is not blank, with the line where it begins, from 1."""
    if '"' in text:
        yield from _quoted_rows(text, separator)
        return
    for line, row in enumerate(_LINE_END.split(text), 1):
        if row.strip(" \t"):
            yield line, row.split(separator)


def _quoted_rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    at, line, size = 0, 1, len(text)
    while at < size:
        cells: list[str] = []
        start, blank = line, True
        while True:
            if text[at : at + 1] == '"':
                blank = False
                cell, at, line = _quoted_cell(text, at, line, len(cells) + 1)
                if at < size and text[at] not in (separator, "\r", "\n"):
                    raise CsvFault(
                        f"Line {line}, column {len(cells) + 1}: text follows a closing quote."
                    )
            else:
                end = at
                while end < size and text[end] not in (separator, "\r", "\n"):
                    end += 1
                cell, at = text[at:end], end
            cells.append(cell)
            if at < size and text[at] == separator:
                at += 1
                continue
            break
        at += 2 if text[at : at + 2] == "\r\n" else 1
        line += 1
        if not (blank and not any(map(_trimmed, cells)) and len(cells) == 1):
            yield start, cells


def _quoted_cell(text: str, at: int, line: int, column: int) -> tuple[str, int, int]:
    """Returns a cell that begins with a quote, where it ends, and the line there."""
    end = at + 1
    while True:
        end = text.find('"', end)
        if end < 0:
            raise CsvFault(f"Line {line}, column {column}: the quote is not closed.")
        if text[end + 1 : end + 2] != '"':
            break
        end += 2
    inner = text[at + 1 : end]
    return inner.replace('""', '"'), end + 1, line + len(_LINE_END.findall(inner))


def _columns(header: Sequence[str], parts: Parts, line: int) -> list[int]:
    """Returns the column of each of the input's values."""
    missing = [name for name in parts.names if name not in header]
    if missing and not parts.own and len(header) == len(parts.names):
        return list(range(len(header)))
    if missing:
        raise CsvFault(
            f"Line {line}: the column {_shown(missing[0])} is missing; "
            f"expected {_listed(parts.names)}."
        )
    twice = next((name for name in parts.names if header.count(name) > 1), None)
    if twice is not None:
        raise CsvFault(f"Line {line}: the column {_shown(twice)} stands there twice.")
    places = {name: column for column, name in enumerate(header)}
    return [places[name] for name in parts.names]


def _value(cell: str, line: int, column: str) -> float:
    text = _trimmed(cell)
    where = f"Line {line}, column {_shown(column)}"
    if _NUMBER.fullmatch(text):
        value = float(text)
        with np.errstate(over="ignore"):
            if np.isfinite(np.float32(value)):
                return value
        raise CsvFault(f"{where}: {_shown(text)} is too large for float32.")
    if _DECIMAL_COMMA.fullmatch(text):
        point = text.replace(",", ".")
        raise CsvFault(f"{where}: {_shown(text)} has a decimal comma; write {point}.")
    if not text:
        raise CsvFault(f"{where}: the cell is empty; expected a number.")
    raise CsvFault(f"{where}: {_shown(text)} is not a number; expected one such as 1.5.")


def _width_fault(line: int, found: int, expected: int, separator: str) -> str:
    columns = "1 column" if found == 1 else f"{found} columns"
    hint = ""
    if separator == "," and found > expected:
        hint = " A comma separates columns: write decimals with a point, such as 1.5."
    return f"Line {line} has {columns}; expected {expected}.{hint}"


def predicted_names(spec: OutputSpec) -> list[str]:
    """Returns the names of the columns that predictions add."""
    size = math.prod(spec.shape)
    if spec.labels and len(spec.labels) == size:
        return ["prediction", *(f"probability of {label}" for label in spec.labels)]
    names = spec.more.get("names")
    if size > 1 and isinstance(names, list) and len(names) == size:
        return [f"prediction of {name}" for name in names]
    return ["prediction"] if size == 1 else [f"prediction {i}" for i in range(1, size + 1)]


def written(table: Table, predictions: npt.NDArray[np.float32], spec: OutputSpec) -> str:
    """Returns the CSV: the columns of the table, then those of the predictions."""
    flat = predictions.reshape(len(table.rows), -1)
    labels = spec.labels if spec.labels and len(spec.labels) == flat.shape[1] else None
    lines = [_line([*table.header, *predicted_names(spec)])]
    for cells, values in zip(table.rows, flat, strict=True):
        label = [] if labels is None else [_label(labels, values)]
        lines.append(_line([*cells, *label, *map(_number, values)]))
    return "".join(lines)


def _label(labels: Sequence[str], values: npt.NDArray[np.float32]) -> str:
    return "" if np.isnan(values).any() else labels[int(np.argmax(values))]


def _number(value: np.float32) -> str:
    if np.isfinite(value):
        return shortest(float(value))
    return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _line(cells: Sequence[str]) -> str:
    return ",".join(map(_cell, cells)) + "\n"


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text


def _trimmed(text: str) -> str:
    return text.strip(" \t\r\n")


def _shown(text: str) -> str:
    return f"“{text[:_MOST_SHOWN]}{'…' if len(text) > _MOST_SHOWN else ''}”"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    text = ", ".join(names[:_MOST_NAMED])
    return f"{text} and {integer(more)} more" if more > 0 else text
