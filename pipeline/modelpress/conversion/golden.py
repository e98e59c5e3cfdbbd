"""Golden: inputs and Python's outputs, for the browser to be compared with.

The outputs are those of the exact engine, where it covers the graph, else Keras'.

Writes golden.json (the cases), answers.json (Python's prediction to each starting input of a page),
sweep.json (its answers to the further inputs of the output's picture) and spec.json (what else the
manifest says of the model's own definition).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from modelpress.conversion.exact_record import Reference
from modelpress.conversion.starts import flat, texts_of
from modelpress.core.errors import ModelpressError, described, shown
from modelpress.inputs import Input
from modelpress.network.loading import load_network
from modelpress.schema import document
from modelpress.schema.golden import Golden
from modelpress.spec.model import Model
from modelpress.training.shapes import check_shapes, measured

if TYPE_CHECKING:
    from modelpress.inputs import Input
    from modelpress.schema.model import ToleranceBy
    from modelpress.spec.model import Model

FEWEST_CASES = 64


# Of the largest golden answer, where neither the law, the author nor the output kind says what is
# equal: some eighty times the spacing of float32 numbers of that size.
_RELATIVE_TOLERANCE = 1e-5
LAW = "what rounding to float32 can make in this network"


def golden(
    slug: str,
    model: Model,
    keras_file: Path,
    starts: dict[str, str],
    out: Path,
    seen: Mapping[str, Any] | None = None,
    graph: Path | None = None,
) -> None:
    """Writes the golden cases of `model` with the outputs of the network in `keras_file`.

    starts: text of each starting input that a page asks for → "page.md:line"; where the exact
    engine covers the graph, the step `starts` computes these instead, without Keras. seen: the
    shapes and ranges that training measured, for a model that names no kinds. graph: the folder of
    the graph model; if the exact engine covers it, pages show its predictions instead of Keras'.

    Raises PageError for a start that the input kind can't read, ModelpressError for a model that
    doesn't fit its kinds or answers with something that is no number.
    """
    net = load_network(keras_file)
    model = check_shapes(net, model, seen or measured(net, None))
    assert model.input is not None
    assert model.output is not None
    texts = texts_of(model.input, model.start, starts)
    groups, inputs = _cases(model, model.input, texts)
    outputs = _answers(net, inputs)
    _require_finite(groups, inputs, outputs)
    swept = model.output.sweep(model.input)
    predictions, exact = outputs, None
    predict: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float32]] = partial(_answers, net)
    if graph:
        reference = Reference(graph, inputs)
        exact = reference.record(outputs)
        if exact.covered:
            predictions, predict = reference.predictions, reference.predict
    _write(
        out / "golden.json",
        Golden(
            slug=slug,
            cases=len(inputs),
            groups=groups,
            input_shape=list(inputs.shape[1:]),
            output_shape=list(outputs.shape[1:]),
            inputs=[flat(row) for row in inputs],
            outputs=[flat(row) for row in predictions],
        ),
    )
    answers = {
        text: {"input": flat(inputs[i]), "output": flat(predictions[i])}
        for i, text in enumerate(texts)
    }
    _write(out / "answers.json", answers)
    _write(
        out / "sweep.json",
        [] if swept is None else [flat(answer) for answer in predict(swept)],
    )
    law = exact.bound if exact and exact.covered else None
    tolerance, by, reason = _tolerance(model, outputs, law)
    _write(
        out / "spec.json",
        {
            "title": model.title,
            "summary": model.summary,
            "tolerance": tolerance,
            "tolerance_by": by,
            "tolerance_reason": reason,
            "input": model.input.spec(),
            "output": model.output.spec(),
            "start": {"text": texts[0], **answers[texts[0]]},
            **({"exact": exact} if exact else {}),
        },
    )


def _answers(net: Any, inputs: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    try:
        return np.asarray(net.predict(inputs, batch_size=len(inputs), verbose=0), np.float32)
    except Exception as error:  # from Keras and its backend, which check indices and sizes
        raise ModelpressError(
            "Keras can't predict for the golden inputs.",
            where="fields `build`, `input`",
            found=described(error),
            expected="a network that answers every input that a reader can set",
            next_step="Narrow the range of the input kind to what the network takes, such as "
            "Numbers(length, 0, vocabulary - 1) for an Embedding.",
        ) from error


def _tolerance(
    model: Model, outputs: npt.NDArray[np.float32], law: float | None
) -> tuple[float, ToleranceBy, str]:
    """Returns the tolerance, who sets it, and the reason in words, "" for that of the output kind.

    law: the largest difference that rounding to float32 can make in this network, None where that
    is not known. An author's tolerance may be smaller; a larger one needs a reason.
    """
    own = model.tolerance
    if law is not None:
        if own is None or (own > law and not model.tolerance_reason):
            return law, "law", LAW
        return float(own), "author", model.tolerance_reason
    allowed = model.allowed_difference()
    if allowed is not None:
        return allowed, "kind" if own is None else "author", model.tolerance_reason
    largest = float(np.abs(outputs).max())
    digit = f"{_RELATIVE_TOLERANCE * max(1.0, largest):.0e}"
    reason = f"{_RELATIVE_TOLERANCE:g} of the largest golden prediction, {largest:.3g}"
    return float(digit), "size", reason


def _cases(
    model: Model, kind: Input, texts: list[str]
) -> tuple[list[str], npt.NDArray[np.float32]]:
    cases = [("start", kind.parse(text)) for text in texts]
    cases += kind.golden(np.random.default_rng(model.seed))
    for number, values in enumerate(_listed(model.golden)):
        try:
            array = np.asarray(values, np.float32)
        except (TypeError, ValueError, OverflowError) as error:
            raise ModelpressError(
                "This golden input is none of numbers.",
                where=f"field `golden`, item {number}",
                found=described(error),
                expected=f"an array of the shape {tuple(kind.shape)}",
            ) from error
        if array.shape != tuple(kind.shape):
            raise ModelpressError(
                "This golden input has the wrong shape.",
                where=f"field `golden`, item {number}",
                found=str(array.shape),
                expected=str(tuple(kind.shape)),
            )
        cases.append(("author", array))
    if len(cases) < FEWEST_CASES:
        raise ModelpressError(
            "There are too few golden cases.",
            where=f"input kind {kind.kind!r}",
            found=str(len(cases)),
            expected=f"at least {FEWEST_CASES}",
            next_step="Give more inputs in the field `golden`, or let the kind make more.",
        )
    return [group for group, _ in cases], np.stack([values for _, values in cases])


def _listed(golden: Any) -> list[Any]:
    try:
        return list(golden)
    except TypeError as error:
        raise ModelpressError(
            "This field of Model can't be used.",
            where="field `golden`",
            found=shown(golden),
            expected="a list of inputs",
        ) from error


def _require_finite(
    groups: list[str], inputs: npt.NDArray[np.float32], outputs: npt.NDArray[np.float32]
) -> None:
    for group, given, answer in zip(groups, inputs, outputs, strict=True):
        if not np.isfinite(answer).all():
            raise ModelpressError(
                "The model's prediction is not a finite number.",
                where=f"golden case of group {group}",
                found=f"input {flat(given)[:8]} gives {answer.ravel()[:8].tolist()}",
                next_step="Keep the network from dividing by zero or overflowing in its input "
                "range, or narrow the range.",
            )


def _write(path: Path, value: Any) -> None:
    path.write_text(document.text(value), encoding="utf-8")
