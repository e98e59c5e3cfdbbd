"""The browser's half of the exact engine, in Node, with every operation."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.twins import ASSETS, NODE, twin

OPERATIONS = ASSETS / "src/exact/operations"

_ENTRY = """
import { exactModule, exactOperations } from BUILD;
process.stdout.write(exactModule(exactOperations(ROOT)));
"""

_MORE = """
export { digestBytes } from "./src/exact/digest.ts";
export { ARRAYS } from "./src/exact/tensor.ts";
export { moduleName, neededOperations, Network } from "./src/exact/network.ts";
export * as exponential from "./src/exact/elementary/exponential.ts";
export * as logarithm from "./src/exact/elementary/logarithm.ts";
export * as circular from "./src/exact/elementary/circular.ts";
export * as error from "./src/exact/elementary/error.ts";
export * as power from "./src/exact/elementary/power.ts";
"""


def engine_source() -> str:
    """A module of the whole engine, to be bundled in site_assets."""
    script = _ENTRY.replace("BUILD", json.dumps(str(ASSETS / "build/exact.mjs")))
    made = subprocess.run(
        [str(NODE), "--input-type=module", "-e", script.replace("ROOT", json.dumps(str(ASSETS)))],
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.replace('"./src/', f'"{ASSETS}/src/') + _MORE.replace(
        '"./src/', f'"{ASSETS}/src/'
    )


def in_node(body: str, cases: list[Any], folder: Path) -> list[Any]:
    """What the function body `body` returns for each of the cases; `twin` is the engine."""
    entry = folder / "exact.ts"
    entry.write_text(engine_source(), "utf-8")
    return twin("exact", body, cases, folder, entry)
