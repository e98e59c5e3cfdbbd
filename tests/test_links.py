"""Whatever stands in a link: a state of the figure, and for the rest a short sentence."""

from __future__ import annotations

import json
import random
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.twins import ASSETS, NODE, twin

INHERITED = ["constructor", "__proto__", "toString", "hasOwnProperty", "valueOf", "isPrototypeOf"]
NUMBERS = [
    "1e999", "-1e999", "NaN", "Infinity", "-0", "0x10", "0b1", "0o7", "1_000", "1e-400", "٣", "½",
    "1.5.2", "--1", "+1", ".5", "5.", "1,5", "9" * 400, "1e", "e5", "", " ", "null", "true", "[1]",
]  # fmt: skip
ODD = [
    "%", "%zz", "%ff", "%E0%A4", "\ud800", "a\udc00b", "\x00", "\u202e", "\u2028", "\x1b[2J",
    "<img src=x onerror=1>", "@", "@@", ":", "::", ",", ",,,", "=", "&", "#", "x" * 100_000,
    "rate:" * 2000, "1_" * 50_000, "@" * 1000, "日本", "😀" * 50,
]  # fmt: skip
NAMES = [
    "rate", "batch", "loss", "seed", "epoch", "hidden", "backend", "optimizer", "m", "b", "x", "y",
    "float32", "wrong", "repaired", "curve", "scores", "on", "count", "sgd", "adam", "wasm",
]  # fmt: skip

ENTRY = """
export { readLink } from "SRC/core/link";
export { readRun, runText } from "SRC/figures/trainer/link";
export { readTape, tapeText } from "SRC/figures/tape/settings";
export { readLinked, linkText } from "SRC/figures/failure/link";
export { initialValues, readState, stateText } from "SRC/explore/figure";
export { choice, number, numbers, toggle, whole } from "SRC/explore/draw/params";
export { decimal } from "SRC/core/number-format";
export { quoted } from "SRC/core/quoting";
"""

READ = """
const made = {
  title: "", view: () => null, steps: { most: 50 },
  params: {
    rate: twin.number("", { min: 0.1, max: 10, start: 1 }),
    curve: twin.choice("", { bowl: "", wave: "" }, "bowl"),
    on: twin.toggle("", false),
    scores: twin.numbers("", { start: [1, 2], min: -9, max: 9, most: 4 }),
    count: twin.whole("", { min: 0, max: 9, start: 3 }),
  },
};
const recorded = {
  rows: 24, batch: 4, epochs: 10, total: 60, loss: "mse", losses: { mse: "", mae: "" }, seed: 1,
  hidden: [8], author: 0, kept: [0, 5, 10], unit: "epoch", speeds: [1],
  recordings: ["sgd", "adam"].map((optimizer) => ({ optimizer, rate: 0.1, scheduled: false })),
};
const taped = {
  x: [3], y: [-3], weights: [0.5, 1], names: ["m", "b"], rate: 0.01, total: 40, losses: [],
  tolerance: 1,
};
const start = twin.initialValues(made, {});
const readers = {
  run: (text) => {
    const { settings, step, wrong } = twin.readRun(recorded, text);
    return { state: { settings, step }, wrong, again: twin.runText(recorded, settings, step) };
  },
  tape: (text) => {
    const { settings, presses, wrong } = twin.readTape(taped, text);
    return { state: { settings, presses }, wrong, again: twin.tapeText(taped, settings, presses) };
  },
  failure: (text) => {
    const { steps, now, wrong } = twin.readLinked(text, { wrong: 100, repaired: 50 });
    return { state: { steps, now }, wrong, again: twin.linkText(steps, now) };
  },
  explore: (text) => {
    const { values, step, wrong } = twin.readState(made, start, text);
    return { state: { values, step }, wrong, again: twin.stateText(made, start, values, step) };
  },
};
const [name, text] = each;
if (name === "hash") return [...twin.readLink(text)];
const began = performance.now();
const { state, wrong, again } = readers[name](text);
const took = performance.now() - began;
const back = readers[name](again);
return { state, wrong, took, back: { state: back.state, wrong: back.wrong } };
"""


def run(folder: Path, cases: list[Any], body: str = READ) -> list[Any]:
    entry = folder / "links.ts"
    entry.write_text(ENTRY.replace("SRC", str(ASSETS / "src")))
    return twin("links", body, cases, folder, entry)


def texts(count: int) -> list[str]:
    """Each odd value under each name, and then whatever."""
    draw = random.Random(7)
    words = [*NUMBERS, *ODD, *INHERITED, *NAMES]
    found = [f"{name}:{value}" for name in [*NAMES, *INHERITED] for value in [*NUMBERS, *INHERITED]]
    found += [*words, *(f"@{value}" for value in [*NUMBERS, *INHERITED])]
    for _ in range(count):
        parts = draw.choices(words, k=draw.randint(1, 9))
        found.append("".join(part + draw.choice([":", ",", "@", "_", "x", ""]) for part in parts))
    return found


def numbers_in(state: Any) -> list[float]:
    if isinstance(state, dict):
        return [n for value in state.values() for n in numbers_in(value)]
    if isinstance(state, list):
        return [n for value in state for n in numbers_in(value)]
    return [state] if isinstance(state, int | float) and not isinstance(state, bool) else []


@pytest.mark.parametrize("reader", ["run", "tape", "failure", "explore"])
def test_any_text_is_a_state_and_a_short_sentence(reader: str, tmp_path: Path) -> None:
    given = texts(300)
    found = run(tmp_path, [[reader, text] for text in given])
    assert len(found) == len(given) > 1000
    for text, each in zip(given, found, strict=True):
        shown = text[:60]
        assert each["back"]["wrong"] == "", shown  # what it shows can be linked again
        assert each["back"]["state"] == each["state"], shown
        assert all(abs(number) < 2**33 for number in numbers_in(each["state"])), shown
        assert len(each["wrong"]) < 400, shown
        assert each["wrong"].replace("\u202f", " ").isprintable(), shown
        assert each["took"] < 1000, shown


def test_names_that_every_object_has_are_none_of_ours(tmp_path: Path) -> None:
    cases = [
        [reader, f"{form}{name}{end}"]
        for reader in ("run", "explore", "tape", "failure")
        for name in INHERITED
        for form, end in (("", ":1"), ("", ""), ("loss:", ""), ("backend:", ""), ("curve:", ""))
    ]
    plain = {reader: run(tmp_path, [[reader, ""]])[0]["state"] for reader in {c[0] for c in cases}}
    for (reader, text), each in zip(cases, run(tmp_path, cases), strict=True):
        assert each["wrong"], (reader, text)
        assert each["state"] == plain[reader], (reader, text)


def test_options_of_a_fence_are_looked_up_likewise(tmp_path: Path) -> None:
    body = """
      const made = { params: { rate: twin.number("", { min: 0, max: 1, start: 0.5 }) } };
      try { return twin.initialValues(made, { [each]: "1" }); }
      catch (error) { return error.message; }
    """
    for name, found in zip(INHERITED, run(tmp_path, INHERITED, body), strict=True):
        assert f"`{name}` is “1”; expected one of the options rate" in found


def test_what_a_link_says_is_shown_shortened(tmp_path: Path) -> None:
    body = "return twin.quoted(each)"
    given = ["0.5", "x" * 21, "x" * 100_000, "a\u202eb\x00c", "😀" * 30, "\ud800"]
    assert run(tmp_path, given, body) == [
        "“0.5”", f"“{'x' * 20}…”", f"“{'x' * 20}…”", "“a\ufffdb\ufffdc”", f"“{'😀' * 20}…”",
        "“\ufffd”",
    ]  # fmt: skip
    (many,) = run(tmp_path, [["explore", ",".join(f"no{i}:1" for i in range(5000))]])
    assert many["wrong"].endswith("; and 4997 more.")


def test_numbers_are_decimal(tmp_path: Path) -> None:
    given = ["1,5", " −2 ", "1e3", ".5", "5.", "-0", *NUMBERS]
    found = run(tmp_path, given, "return String(twin.decimal(each))")
    right = {
        "1,5": "1.5", " −2 ": "-2", "1e3": "1000", ".5": "0.5", "5.": "5", "-0": "0", "+1": "1",
        "1e-400": "0", "1e999": "Infinity", "-1e999": "-Infinity", "9" * 400: "Infinity",
    }  # fmt: skip
    assert dict(zip(given, found, strict=True)) == {text: right.get(text, "NaN") for text in given}


def test_any_address_is_read(tmp_path: Path) -> None:
    hashes = [f"#{text}" for text in texts(200)]
    hashes += ["#a=1&a=2", "#__proto__=1&constructor=2", "#a=%zz&b=%41", "#=1&b", "#%zz=1"]
    found = run(tmp_path, [["hash", text] for text in hashes])
    last = [dict(states) for states in found[-5:]]
    assert last == [
        {"a": "2"},
        {"__proto__": "1", "constructor": "2"},
        {"a": "%zz", "b": "A"},
        {},
        {"%zz": "1"},
    ]


def test_loops_of_libraries_go_over_own_names(tmp_path: Path) -> None:
    script = tmp_path / "run.mjs"
    source = """
      const found = [];
      for (const a in { x: 1, y: 2 }) found.push(a);
      for(let b in null)found.push(b);
      var c; for (c in [5, 6]) { for (var d in (0, { [c]: c })) found.push(c + d); }
      for (const e in Object.keys({ z: 1 })) found.push(e);
      for (let i = 0; i < 1; i += 1) found.push("loop");
      if ("x" in { x: 1 }) found.push("in");
      found;
    """
    script.write_text(
        f"import {{ overOwnNames }} from {json.dumps(str(ASSETS / 'build/own_names.mjs'))};\n"
        "Object.prototype.extend = Array.prototype.last = () => {};\n"
        f"const source = {json.dumps(source)};\n"
        "console.log(JSON.stringify([eval(source), eval(overOwnNames(source))]));\n"
    )
    done = subprocess.run([str(NODE), str(script)], capture_output=True, text=True, check=True)
    polluted, own = json.loads(done.stdout)
    assert "extend" in polluted
    assert own == ["x", "y", "00", "11", "0", "loop", "in"]
