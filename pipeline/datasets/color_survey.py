"""Colours and the words that people gave them: a crowd survey, or the named colours of another one.

In the survey (The Coding Train's, MIT licence) people chose one of nine words for a colour. It is
read from a local file or its public download:

- CSV with the header `r,g,b,label,rater`;
- the survey's own JSON, `{"entries": [{"r": …, "g": …, "b": …, "label": …, "uid": …}, …]}`.

The answers of a rater are all in the training set or all in the validation set.

Without the survey, the 949 named colours of the xkcd survey (CC0, shipped by matplotlib) are used.
With `--builtin` and the survey, its held-out raters measure the model trained on named colours.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datasets.color_words import named_colors
from modelpress.data import BuiltIn, Data, Dataset, Download, Local, Split

LABELS = (
    "red-ish",
    "green-ish",
    "blue-ish",
    "orange-ish",
    "yellow-ish",
    "pink-ish",
    "purple-ish",
    "brown-ish",
    "grey-ish",
)
HELD_OUT = 0.2  # approximate fraction of the survey's answers in the validation set
SEED = 1  # of the choice of held-out raters and colours
FEWEST_ROWS = 100


class Answer(NamedTuple):
    """One answer of the survey: r, g and b from 0 to 255, the word, and the rater."""

    rgb: tuple[float, float, float]
    label: str
    rater: str


def read_survey(path: Path) -> Data:
    """Read the survey from CSV or JSON, split by rater.

    Raises ValueError, naming the invalid row.
    """
    answers = _read_json(path) if path.read_bytes().lstrip()[:1] == b"{" else _read_csv(path)
    if len(answers) < FEWEST_ROWS:
        raise ValueError(f"{len(answers)} rows; a survey has at least {FEWEST_ROWS}")
    held_out = _held_out_raters([answer.rater for answer in answers])
    kept = [answer for answer in answers if answer.rater not in held_out]
    unseen = [answer for answer in answers if answer.rater in held_out]
    raters = len({answer.rater for answer in kept})
    if not kept or not unseen:
        raise ValueError("one rater only; the survey has to be split by rater")
    return Data(
        train=_split(kept, f"{raters} raters"),
        validation=_split(unseen, f"{len(held_out)} held-out raters"),
        description=f"{len(answers)} colours named by {raters + len(held_out)} people.",
        split=f"by rater: {raters} for training, {len(held_out)} others for validation",
    )


def read_named_colors() -> Data:
    """The named colours with the colour word of each name; a random tenth is held out."""
    colors, words = named_colors()
    x = np.array(colors, np.float32)
    y = one_hot(f"{word}-ish" for word in words)
    order = np.random.default_rng(SEED).permutation(len(x))
    held_out, kept = order[: len(x) // 10], order[len(x) // 10 :]
    return Data(
        train=Split(x[kept], y[kept], f"{len(kept)} named colours"),
        validation=Split(x[held_out], y[held_out], f"{len(held_out)} held-out named colours"),
        description=f"{len(x)} of the xkcd survey's 949 named colours, each with the colour word "
        "that its name ends in.",
        split="random: nine tenths for training, one tenth for validation",
        title="The named colours of the xkcd survey",
        licence="CC0",
        url="https://xkcd.com/color/rgb/",
        show_rows=True,
    )


def one_hot(labels: Iterable[str]) -> npt.NDArray[np.float32]:
    """One-hot labels, float32 (examples, 9)."""
    return np.eye(len(LABELS), dtype=np.float32)[[LABELS.index(label) for label in labels]]


def _split(answers: list[Answer], name: str) -> Split:
    x = np.array([answer.rgb for answer in answers], np.float32)
    return Split(x, one_hot(answer.label for answer in answers), name)


def _held_out_raters(raters: list[str]) -> set[str]:
    """Random raters who together gave at least a fifth of the answers."""
    counts = {rater: raters.count(rater) for rater in sorted(set(raters))}
    held_out: set[str] = set()
    for rater in np.random.default_rng(SEED).permutation(list(counts)):
        if sum(counts[name] for name in held_out) >= HELD_OUT * len(raters):
            break
        held_out.add(str(rater))
    return held_out


def _read_csv(path: Path) -> list[Answer]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            missing = {"r", "g", "b", "label", "rater"} - set(reader.fieldnames or ())
            if missing:
                raise ValueError(
                    f"the header lacks {', '.join(sorted(missing))}; expected r,g,b,label,rater"
                )
            return [_answer(row, row["rater"], f"line {reader.line_num}") for row in reader]
        except csv.Error as error:
            raise ValueError(f"line {reader.line_num}: {error}; expected CSV") from error


def _read_json(path: Path) -> list[Answer]:
    try:
        entries = json.loads(path.read_bytes())["entries"]
        rows = list(entries.values()) if isinstance(entries, dict) else list(entries)
        return [_answer(row, row["uid"], f"entry {i}") for i, row in enumerate(rows)]
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f'expected {{"entries": [{{"r", "g", "b", "label", "uid"}}, …]}}; missing: {error}'
        ) from error


def _answer(row: dict[str, object], rater: object, place: str) -> Answer:
    if rater is None:
        raise ValueError(f"{place} is not complete: the rater is missing")
    label = str(row["label"])
    if label not in LABELS:
        raise ValueError(f"{place}: label {label!r} is none of {', '.join(LABELS)}")
    try:
        r, g, b = (float(str(row[channel])) for channel in "rgb")
    except ValueError as error:
        raise ValueError(f"{place}: r, g and b must be numbers: {error}") from error
    if not all(0 <= value <= 255 for value in (r, g, b)):
        raise ValueError(f"{place}: r, g, b = {r:g}, {g:g}, {b:g} leave the range 0 to 255")
    return Answer((r, g, b), label, str(rater))


color_survey = Dataset(
    name="color_survey",
    title="The Coding Train's colour survey",
    licence="MIT",
    url="https://github.com/CodingTrain/CrowdSourceColorData",
    show_rows=True,
    sources=(
        Local(("color_survey.csv", "color_survey.json", "colorData.json"), read_survey),
        # The survey's own repository holds its forms but not its answers. This is a public copy of
        # the published file, at a fixed commit.
        Download(
            "https://raw.githubusercontent.com/semacki2/Color-Classifier-With-TensorFlow.js/"
            "dd5e24e6bcd00dd668f90fdcfa108c561e12c93c/colorData.json",
            "color_survey.json",
            read_survey,
        ),
        BuiltIn(read_named_colors, packages=("matplotlib",)),
    ),
)
