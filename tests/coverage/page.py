"""Writes docs/reference/coverage.md from results.json: `python -m tests.coverage.page`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.coverage import BACKENDS, LARGEST, Row, read_results

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "coverage.md"
_TITLES = {
    "layers": "Layers that compute predictions",
    "training": "Layers for training alone",
    "activations": "Activations",
    "applications": "keras.applications",
    "tfjs": "TensorFlow.js' own test models",
}
_COLUMNS = ("converts", "exact", *BACKENDS, "layers", "trains")
_NAMED = {"cpu": "CPU", "wasm": "WASM", "webgl": "WebGL", "webgpu": "WebGPU", "exact": "exact"}


def groups(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Returns the rows by section of the page."""
    found: dict[str, list[Row]] = {key: [] for key in _TITLES}
    for row in sorted(rows, key=lambda row: row.name.lower()):
        found["training" if row.role == "training" else row.group].append(row)
    return found


def converting(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not row.converts]


def page_text(measured: dict[str, Any], rows: dict[str, Row]) -> str:
    by_group = groups(rows.values())
    versions = measured["versions"]
    lines = [
        "---",
        "description: Which layers and models convert, and where they compute what Keras computes.",
        "---",
        "",
        "# Coverage",
        "",
        "Each row is a small network with random weights, converted and compared with Keras by "
        "`make coverage`. It was measured on "
        f"{measured['date']} with Keras {versions['keras']}, TensorFlow {versions['tensorflow']}, "
        f"TensorFlow.js {versions['tfjs']} and {measured['browser']}, whose GPU is "
        "software.",
        "",
        *_summary(by_group, measured["onnx"]),
        "",
        "- **converts**: to a graph model with operations that TensorFlow.js knows.",
        "- **exact**: the [exact engine](exact.md) computes it, within what rounding can make of "
        "Keras' predictions, and in the browser to the last bit.",
        "- **CPU**, **WASM**, **WebGL**, **WebGPU**: TensorFlow.js computes it in Chromium, within "
        "the same bound. Where the exact engine has none, the bound is 1e-5 of the largest "
        "prediction.",
        "- **layers**: the layers model of TensorFlow.js computes the same; live diagrams use it.",
        "- **trains**: the browser can train a network with it.",
        "- **difference**: the largest one of a prediction from Keras', over what passed.",
        "",
        "A figure needs one of the exact engine and the CPU. A backend that can't run a model is "
        "left out of its figure. An empty cell was not tried, and counts are of those that "
        f"were: of a network with more than {LARGEST / 1e6:.0f} million weights only the "
        "conversion was, and of the largest nothing.",
    ]
    for key, title in _TITLES.items():
        if by_group[key]:
            lines += ["", f"## {title}", "", *_table(by_group[key])]
    lines += ["", "## ONNX", "", *_onnx(measured["onnx"])]
    return "\n".join(lines) + "\n"


def _summary(by_group: dict[str, list[Row]], onnx: dict[str, list[int]]) -> list[str]:
    lines = ["| what | converts | exact | WASM | layers |", "|---|---:|---:|---:|---:|"]
    for key, title in _TITLES.items():
        rows = by_group[key]
        if rows:
            cells = [_counted(rows, column) for column in (0, 1, 3, 6)]
            lines.append(f"| {title} | {' | '.join(cells)} |")
    right, cases = (sum(each[place] for each in onnx.values()) for place in (0, 1))
    lines.append(f"| Node cases of ONNX | {right} of {cases} | | | |")
    return lines


def _counted(rows: Sequence[Row], column: int) -> str:
    """Returns how many pass, of those that were tried."""
    marks = [_marks(row)[column] for row in rows if _fails(row) or _marks(row)[column]]
    return f"{marks.count('yes')} of {len(marks)}" if marks.count("yes") else ""


def _fails(row: Row) -> bool:
    return _mark(row.converts) == "no"


def _table(rows: Sequence[Row]) -> list[str]:
    names = [_NAMED.get(column, column) for column in _COLUMNS]
    lines = [
        f"| name | {' | '.join(names)} | difference | why not |",
        "|---|" + "---|" * len(_COLUMNS) + "---:|---|",
    ]
    for row in rows:
        difference = "" if row.largest is None else f"{row.largest:.1e}"
        cells = " | ".join(_marks(row))
        lines.append(f"| `{row.name}` | {cells} | {difference} | {_why(row)} |")
    return lines


def _marks(row: Row) -> list[str]:
    """Returns a word for each column."""
    if row.converts:
        return [_mark(row.converts), *[""] * (len(_COLUMNS) - 1)]
    exact = row.exact or row.browser.get("exact", "")
    backends = [_mark(row.browser.get(backend)) for backend in BACKENDS]
    return ["yes", _mark(exact), *backends, _mark(row.layers), _mark(row.live)]


def _mark(reason: str | None) -> str:
    if reason is None or reason.startswith("Not tried"):
        return ""
    return "no" if reason else "yes"


def _why(row: Row) -> str:
    """Returns the reasons, each once."""
    if row.converts:
        return _plain(row.converts)
    found: dict[str, list[str]] = {}
    for name, reason in (
        ("exact", row.exact),
        *((each, row.browser.get(each, "")) for each in ("exact", *BACKENDS)),
        ("layers", row.layers),
    ):
        if reason:
            found.setdefault(_plain(reason), []).append(_NAMED.get(name, name))
    return " ".join(f"{', '.join(dict.fromkeys(names))}: {why}" for why, names in found.items())


def _plain(text: str) -> str:
    """Returns text for a cell of a table: one sentence without Markdown."""
    for sign in "|<>`*_[]":
        text = text.replace(sign, " " if sign in "|<>`" else f"\\{sign}")
    text = re.sub(r"\b\w+iz(?:ation|ed|er|es|ing)\w*", r"`\g<0>`", " ".join(text.split()))
    return text if text.endswith(".") else f"{text}."


def _onnx(found: dict[str, list[int]]) -> list[str]:
    found = {f"`{op}`": counts for op, counts in found.items()}
    whole = [op for op, (right, cases) in found.items() if right == cases]
    some = {op: counts for op, counts in found.items() if 0 < counts[0] < counts[1]}
    part = [f"{op} ({right} of {cases})" for op, (right, cases) in some.items()]
    none = [op for op, (right, _) in found.items() if right == 0]
    return [
        "ONNX has cases with inputs and outputs for each of its operations. A case is computed "
        "right or refused by name; none gives other values.",
        "",
        f"- All cases: {', '.join(whole)}.",
        f"- Some cases; the others use types or forms that are refused: {', '.join(part)}.",
        f"- Refused: {', '.join(none)}.",
    ]


def write_page() -> None:
    PAGE.write_text(page_text(*read_results()), "utf-8")


if __name__ == "__main__":
    write_page()
