"""Runs the browser's half of a definition in Node, so that it can be compared with Python's."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

NODE = Path(sys.executable).with_name("node")
ASSETS = Path(__file__).resolve().parents[1] / "site_assets"

_RUN = """
import {{ readFileSync, writeFileSync }} from "node:fs";
import {{ pathToFileURL }} from "node:url";
import esbuild from {esbuild};
import {{ absent }} from {absent};
const out = {out};
await esbuild.build({{ entryPoints: [{entry}], bundle: true, format: "esm", outfile: out,
  logLevel: "error", plugins: [absent] }});
const twin = await import(pathToFileURL(out).href);
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const text = (bytes) => Buffer.from(bytes).toString("base64");
const image = ({{ width, height, data }}) => ({{ width, height, data: bytes(data) }});
const cases = JSON.parse(readFileSync(0, "utf8"));
const answers = await Promise.all(cases.map(async (each) => {{ {body} }}));
writeFileSync(1, JSON.stringify(answers));
"""


def twin(
    module: str, body: str, cases: list[Any], folder: Path, entry: Path | None = None
) -> list[Any]:
    """What the JavaScript function body `body` returns, or resolves to, for each of the cases, in
    Node.

    module: file in site_assets/src/ without its ending, `twin` in the body; the case is `each`.
    entry: another file in its place. `bytes` and `text` turn base64 into Uint8Array and back,
    `image` makes what `picture` wrote.
    """
    script = folder / f"{Path(module).name}-run.mjs"
    names = {
        "esbuild": ASSETS / "node_modules/esbuild/lib/main.js",
        "absent": ASSETS / "build/absent.mjs",
        "entry": entry or ASSETS / f"src/{module}.ts",
        "out": folder / f"{Path(module).name}.mjs",
    }
    script.write_text(_RUN.format(**{k: json.dumps(str(v)) for k, v in names.items()}, body=body))
    done = subprocess.run(
        [str(NODE), str(script)],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: list[Any] = json.loads(done.stdout)
    return answers


def picture(rgba: npt.NDArray[np.uint8]) -> dict[str, Any]:
    """An RGBA picture as `image` takes it."""
    height, width = rgba.shape[:2]
    return {"width": width, "height": height, "data": base64.b64encode(rgba.tobytes()).decode()}


def levels(text: str, *shape: int) -> npt.NDArray[np.uint8]:
    """The levels that the script wrote with `text`."""
    return np.frombuffer(base64.b64decode(text), np.uint8).reshape(shape)
