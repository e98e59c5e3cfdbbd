"""Golden: inputs and Python's outputs, for the browser to be compared with.

Writes golden.json (the cases), answers.json (Python's answer to each starting input of a page) and
spec.json (what else the manifest says of the model's own definition).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from pipeline.errors import ModelpressError, PageError
from pipeline.model import Model
from pipeline.steps.train import check_shapes

FEWEST_CASES = 64


def golden(slug: str, model: Model, keras_file: Path, starts: dict[str, str], out: Path) -> None:
    """Writes the golden cases of `model` with the outputs of the network in `keras_file`.

    starts: text of each starting input that a page asks for → "page.md:line".

    Raises PageError for a start that the input kind can't read, ModelpressError for a model that
    doesn't fit its kinds or answers with something that is no number.
    """
    net = keras.models.load_model(keras_file)
    check_shapes(net, model)
    first = model.start or model.input.default
    texts = {first: _read(model, first, "field `start`", ModelpressError)}
    for text, where in sorted(starts.items()):
        if text not in texts:
            texts[text] = _read(model, text, where, PageError)
    groups, inputs = _cases(model, texts)
    outputs = np.asarray(net.predict(inputs, batch_size=len(inputs), verbose=0), np.float32)
    _require_finite(groups, inputs, outputs)
    _write(
        out / "golden.json",
        {
            "slug": slug,
            "cases": len(inputs),
            "groups": groups,
            "input_shape": list(model.input.shape),
            "output_shape": list(outputs.shape[1:]),
            "inputs": [flat(row) for row in inputs],
            "outputs": [flat(row) for row in outputs],
        },
    )
    answers = {
        text: {"input": flat(inputs[i]), "output": flat(outputs[i])} for i, text in enumerate(texts)
    }
    _write(out / "answers.json", answers)
    _write(
        out / "spec.json",
        {
            "title": model.title,
            "summary": model.summary,
            "tolerance": model.allowed_difference(),
            "tolerance_reason": model.tolerance_reason,
            "input": model.input.spec(),
            "output": model.output.spec(),
            "start": {"text": first, **answers[first]},
        },
    )


def flat(values: npt.NDArray[np.float32]) -> list[float]:
    """Values in row order, each the shortest decimal that gives the same float32 again."""
    return [float(str(value)) for value in values.ravel()]


def _cases(
    model: Model, texts: dict[str, npt.NDArray[np.float32]]
) -> tuple[list[str], npt.NDArray[np.float32]]:
    cases = [("start", values) for values in texts.values()]
    cases += model.input.golden(np.random.default_rng(model.seed))
    for number, values in enumerate(model.golden):
        array = np.asarray(values, np.float32)
        if array.shape != tuple(model.input.shape):
            raise ModelpressError(
                "This golden input has the wrong shape.",
                where=f"field `golden`, item {number}",
                found=str(array.shape),
                expected=str(tuple(model.input.shape)),
            )
        cases.append(("author", array))
    if len(cases) < FEWEST_CASES:
        raise ModelpressError(
            "There are too few golden cases.",
            where=f"input kind {model.input.kind!r}",
            found=str(len(cases)),
            expected=f"at least {FEWEST_CASES}",
            next_step="Give more inputs in the field `golden`, or let the kind make more.",
        )
    return [group for group, _ in cases], np.stack([values for _, values in cases])


def _read(
    model: Model, text: str, where: str, error_class: type[ModelpressError]
) -> npt.NDArray[np.float32]:
    try:
        return model.input.parse(text)
    except ValueError as error:
        raise error_class(
            "This starting input can't be read.",
            where=where,
            found=str(error),
            expected=f"an input such as {model.input.default}",
        ) from error


def _require_finite(
    groups: list[str], inputs: npt.NDArray[np.float32], outputs: npt.NDArray[np.float32]
) -> None:
    for group, given, answer in zip(groups, inputs, outputs, strict=True):
        if not np.isfinite(answer).all():
            raise ModelpressError(
                "The model's answer is not a finite number.",
                where=f"golden case of group {group}",
                found=f"input {flat(given)[:8]} gives {answer.ravel()[:8].tolist()}",
                next_step="Keep the network from dividing by zero or overflowing in its input "
                "range, or narrow the range.",
            )


def _write(path: Path, value: Any) -> None:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    path.write_text(text, encoding="utf-8")
