"""Cases with their results, which the tests of Python and of TypeScript both go through.

`python -m tests.vectors` writes them again, from Python's side.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


def vectors(name: str) -> Any:
    """The content of <name>.json."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))


def write_vectors(name: str, content: dict[str, list[Any]]) -> None:
    """Writes <name>.json, a case a line."""
    parts = []
    for kind, cases in content.items():
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        parts.append(f"{json.dumps(kind)}: [\n{lines}\n]")
    (FOLDER / f"{name}.json").write_text("{\n" + ",\n".join(parts) + "\n}\n", "utf-8")
