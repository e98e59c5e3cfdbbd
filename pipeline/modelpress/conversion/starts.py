"""Predictions for the starting inputs of pages, by the exact engine.

Writes starts.json: `start`, the starting input where a page names none, with its prediction; and
`answers`, the predictions by text. Neither Keras nor a browser runs: the proof of the golden cases
holds for every input, since the engine computes the same bits everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress import inputs
from modelpress.core.errors import ModelpressError, PageError
from modelpress.exact.network import Network
from modelpress.inputs import Input
from modelpress.schema import document

FIELD = "field `start`"


def starts(
    spec: Mapping[str, Any],
    graph: Path,
    start: str | None,
    pages: Mapping[str, str],
    source: str,
    out: Path,
) -> None:
    """Writes the predictions of the graph model in the folder `graph`.

    spec: contents of spec.json. start: text of the field `start` of the model, None for that of
    `spec`. pages: text of each starting input that a page asks for → "page.md:line". source: the
    model file, for messages.

    Raises PageError for a start that the input kind can't read, ModelpressError for one whose
    prediction is not finite.
    """
    kind = inputs.from_spec(spec["input"])
    own = f"{source}, {FIELD}"
    texts = texts_of(kind, start or spec["start"]["text"], pages, own)
    given = np.stack([kind.parse(text) for text in texts])
    predictions = Network.read(graph).predict(given)
    for text, prediction in zip(texts, predictions, strict=True):
        if not np.isfinite(prediction).all():
            raise ModelpressError(
                "The model's prediction for a starting input is not a finite number.",
                where=own if text == texts[0] else _asking(kind, text, pages),
                found=f"{text:.200} gives {prediction.ravel()[:8].tolist()}",
                next_step="Start with another input, or keep the network from dividing by zero or "
                "overflowing in its input range.",
            )
    answers = {
        text: {"input": flat(values), "output": flat(prediction)}
        for text, values, prediction in zip(texts, given, predictions, strict=True)
    }
    found = {"start": {"text": texts[0], **answers[texts[0]]}, "answers": answers}
    (out / "starts.json").write_text(document.text(found), encoding="utf-8")


def texts_of(
    kind: Input, start: str | None, pages: Mapping[str, str], where: str = FIELD
) -> list[str]:
    """Returns the canonical text of each starting input, once: that of the model first.

    start: of the model, None for the kind's. where: its place, for messages. Raises PageError for a
    text of a page that the kind can't read, ModelpressError for the model's.
    """
    found = [_canonical(kind, start or kind.default, where, ModelpressError)]
    found += [_canonical(kind, text, place, PageError) for text, place in sorted(pages.items())]
    return list(dict.fromkeys(found))


def _asking(kind: Input, text: str, pages: Mapping[str, str]) -> str:
    """Returns the first page that asks for the canonical `text`."""
    return next(where for each, where in sorted(pages.items()) if kind.canonical(each) == text)


def _canonical(kind: Input, text: str, where: str, error_class: type[ModelpressError]) -> str:
    """Returns the canonical text of a starting input."""
    try:
        return kind.canonical(text)
    except ValueError as error:
        raise error_class(
            "This starting input can't be read.",
            where=where,
            found=str(error),
            expected=f"an input such as {kind.default:.200}",
        ) from error


def flat(values: npt.NDArray[np.float32]) -> list[float]:
    """Values in row order, each the shortest decimal that gives the same float32 again."""
    return [float(str(value)) for value in values.ravel()]
