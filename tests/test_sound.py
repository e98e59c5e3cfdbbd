"""The package of tests/sites/sound: one spectrogram in Python and in TypeScript."""

from __future__ import annotations

import base64
import json
import subprocess
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from modelpress.node.bundle import assets_root, ensure_node
from tests.foreign import SOUND, on_the_path

VECTORS: list[Any] = json.loads((SOUND / "log-mel.json").read_text())
IN_NODE = """
import {{ build }} from "esbuild";
const made = await build({{ entryPoints: [{file}], bundle: true, write: false, format: "esm", logLevel: "error" }});
const {{ logMel }} = await import("data:text/javascript;base64," + Buffer.from(made.outputFiles[0].contents).toString("base64"));
console.log(JSON.stringify({samples}.map((each) => [...logMel(each)])));
"""  # noqa: E501


def samples(vector: Any) -> Any:
    """The samples of a vector: 16-bit numbers in base64."""
    return np.frombuffer(base64.b64decode(vector["samples"]), "<i2") / 32768


def levels(vector: Any) -> list[int]:
    return list(base64.b64decode(vector["levels"]))


def log_mel(given: Any) -> Any:
    with on_the_path(SOUND / "package"):
        return import_module("soundkinds.mel").log_mel(given)


@pytest.mark.parametrize("number", range(len(VECTORS)))
def test_python_has_the_levels_of_the_vectors(number: int) -> None:
    vector = VECTORS[number]
    assert log_mel(samples(vector)).ravel().tolist() == levels(vector)


def test_typescript_has_the_same_levels() -> None:
    given = [samples(vector).tolist() for vector in VECTORS]
    file = json.dumps(str(SOUND / "package/soundkinds/mel.ts"))
    code = IN_NODE.format(file=file, samples=json.dumps(given))
    done = subprocess.run(
        [str(ensure_node()), "--input-type=module"],
        input=code,
        cwd=assets_root(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == [levels(vector) for vector in VECTORS]


def test_a_full_tone_is_loudest_in_the_band_around_it() -> None:
    with on_the_path(SOUND / "package"):
        mel = import_module("soundkinds.mel")
        for frequency in (312.5, 1000, 3000):  # whole periods in a window: no leakage
            heard = log_mel(mel.tone(frequency, 1)).reshape(32, 16)
            band = int(np.abs(mel.centres() - frequency).argmin())
            assert heard.sum(0).argmax() == band
            assert heard.max() > 255 - 255 * 6 / 80  # within 6 dB: the rest is the band's slope
        assert log_mel([]).max() == 0


def test_the_vectors_hold_more_than_tones() -> None:
    assert Path(SOUND / "log-mel.json").stat().st_size < 200_000
    assert {vector["name"] for vector in VECTORS} >= {"silence", "noise", "tone", "chirp"}


@pytest.mark.slow
def test_the_package_passes_the_type_checker() -> None:
    tsc = assets_root() / "node_modules/typescript/bin/tsc"
    command = [str(ensure_node()), str(tsc), "-p", str(SOUND / "tsconfig.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
