"""Guesses the kinds of input and output of a trained network, as source text of a model file.

The guess rests on shapes, on the first layers (Rescaling, Normalization, Embedding), on a file of
labels beside the model, and on a few predictions. What it can't know, it notes.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.inputs import MOST_CONTROLS
from modelpress.outputs import FEWER
from modelpress.outputs.classes import MOST_LABELS

_OPEN_SIZES = {1: 16, 2: 16, 3: 64}  # sizes that a network leaves open, by number of dimensions
TRIALS = 8
_LABELS = ("labels.txt", "classes.txt", "class_names.txt")
_DRAWN = (28, 28)
# Ranges of a picture's pixels that are tried in this order: of a sigmoid, of tanh, of bytes.
_PIXEL_RANGES = ((0, 1), (-1, 1), (0, 255))


@dataclass
class Guess:
    """Lines of a model file: `imports` from the product, and `fields` of Model.

    notes: what the author has to check, one sentence each.
    """

    imports: list[str] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def guess_one(
    net: Any, path: Path, *, plain: bool = False, text: Mapping[str, Any] | None = None
) -> Guess:
    """Returns the guess for `net`, the network of the file `path`, with one input and one output.

    plain: whether the network has to stay as it is, without a further layer in front. text: the
    arguments of the kind `Text`, if the network is what follows a layer `TextVectorization`.
    """
    from modelpress.training.shapes import measured  # imports Keras, which made `net`

    found = Guess()
    try:
        measured(net, None)
    except ModelpressError as error:
        error.where = str(path)
        raise
    out = tuple(net.output_shape[1:])
    if text:
        found.notes.append(
            "The input is a text: the layer TextVectorization at the start, with its "
            f"{len(text['vocabulary']):,} tokens, is computed outside the network. Set `start` "
            "to a sentence that the page begins with."
        )
        fixed = without_open_sizes(found, tuple(net.input_shape[1:]))
        trial = _trial(net, fixed, 0, len(text["vocabulary"]) - 1)
        add_output(found, out, path, trial=trial)
        return found
    fixed, low, high, source = known_input(found, net, tuple(net.input_shape[1:]))
    trial_low, trial_high = add_input(found, fixed, low, high, source, plain)
    trial = _trial(net, fixed, trial_low, trial_high)
    add_output(found, out, path, trial=trial, given=fixed if is_picture(fixed) else None)
    return found


def known_input(
    found: Guess, net: Any, shape: tuple[int | None, ...], layers: Sequence[Any] | None = None
) -> tuple[tuple[int, ...], Any, Any, str]:
    """Returns an input's shape without open sizes, its smallest and largest value, and the layer
    that they follow from, '' for none.

    layers: the first layers that read the input; None: those of a network with one input.
    """
    fixed = without_open_sizes(found, shape)
    return fixed, *_range(_first_layers(net) if layers is None else layers, fixed)


def without_open_sizes(found: Guess, shape: tuple[int | None, ...]) -> tuple[int, ...]:
    """Returns a shape with an example for each size that is None, and notes these."""
    size = _OPEN_SIZES.get(len(shape), 4)
    fixed = tuple(size if each is None else each for each in shape)
    if fixed != shape:
        found.notes.append(
            f"The network takes inputs of the shape {shape}; {fixed} is only an example."
        )
    return fixed


def is_picture(shape: Sequence[int]) -> bool:
    """Returns whether `shape` is that of a picture: (height, width), or with one or three
    channels."""
    return (
        len(shape) in (2, 3)
        and all(8 <= n <= 256 for n in shape[:2])
        and tuple(shape[2:]) in ((), (1,), (3,))
    )


def add_input(
    found: Guess, shape: tuple[int, ...], low: Any, high: Any, source: str, plain: bool
) -> tuple[Any, Any]:
    """Adds the input, and returns the range of the network's own input."""
    bytes_in = source == "Rescaling" and bool(low == 0 and abs(high - 255) < 0.5)
    if is_picture(shape) and (bytes_in or not plain):
        _picture(found, shape, bytes_in)
        return (0, 255) if bytes_in else (0, 1)
    count = int(np.prod(shape))
    lows, highs = (np.broadcast_to(each, shape).ravel() for each in (low, high))
    if source == "":
        found.notes.append(
            f"The range of the inputs is not known; {_number(lows[0])} to {_number(highs[0])} is "
            "only an example."
        )
    else:
        found.notes.append(f"The range of the inputs follows from the layer {source}.")
    if shape == (1,):
        found.imports.append("from modelpress.inputs import Number")
        found.fields.append(f"input=Number({_number(lows[0])}, {_number(highs[0])}),")
        return low, high
    found.imports.append("from modelpress.inputs import Numbers")
    step = ", step=1" if source == "Embedding" else ""
    form = f", shape={shape}" if len(shape) > 1 else ""
    if count <= MOST_CONTROLS and len(set(zip(lows, highs, strict=True))) > 1:
        each = ", ".join(
            f'"x{i + 1}": ({_number(a)}, {_number(b)})'
            for i, (a, b) in enumerate(zip(lows, highs, strict=True))
        )
        fields = f"{{{each}}}"
    else:
        same = f"({_number(lows.min())}, {_number(highs.max())})"
        fields = f'{{f"x{{i + 1}}": {same} for i in range({count})}}'
    found.fields.append(f"input=Numbers({fields}{step}{form}),")
    if len(shape) == 3:
        found.notes.append("The input looks like a picture, and is shown as a list of numbers.")
    elif len(shape) == 1:
        found.notes.append("Give the inputs their names, in place of x1, x2, …")
    return low, high


def _picture(found: Guess, shape: tuple[int, ...], bytes_in: bool) -> None:
    height, width = shape[:2]
    color = shape[2:] == (3,)
    drawn = shape[:2] == _DRAWN and not color
    steps = []
    if not bytes_in:
        found.notes.append(
            "No layer Rescaling was found, so the network is taken to expect pixels from 0 to 1; "
            "the page gives 0 to 255, and `build` divides them. If it expects 0 to 255, remove "
            "`build`."
        )
        steps.append("keras.layers.Rescaling(1 / 255)")
    if drawn and shape[2:] and (not bytes_in or steps):
        steps.append(f"keras.layers.Reshape({shape})")
    drawing = drawn and (not shape[2:] or bool(steps))
    if drawing:
        found.imports.append("from modelpress.inputs import Drawing")
        found.fields.append("input=Drawing(),")
        found.notes.append(
            "A drawing is ink of 255 on paper of 0, as in MNIST. For other pictures, use "
            "Picture(28, 28)."
        )
    else:
        channel = ", channels=3" if color else ", channel=True" if shape[2:] else ""
        found.imports.append("from modelpress.inputs import Picture")
        found.fields.append(f"input=Picture({height}, {width}, contrast=False{channel}),")
    if steps:
        given = _DRAWN if drawing else shape
        found.imports.insert(0, "import keras")
        parts = [f"keras.Input({given})", *steps, "net"]
        found.fields.insert(
            0,
            "build=lambda net: keras.Sequential(\n        [\n"
            + "".join(f"            {part},\n" for part in parts)
            + "        ]\n    ),",
        )


def add_output(
    found: Guess,
    out: tuple[int | None, ...],
    path: Path,
    *,
    trial: npt.NDArray[Any] | None,
    given: tuple[int, ...] | None = None,
) -> None:
    """Adds the output. trial: some predictions, None if there are none; NaN and infinity tell
    nothing. given: the shape of the input's picture, None for another input."""
    if trial is not None and not np.isfinite(trial).all():
        trial = None
    shares = trial is not None and probabilities(trial)
    if trial is not None and not shares and is_picture(trial.shape[1:]):
        _picture_out(found, trial, given or ())
        return
    if len(out) != 1 or out[0] is None or out[0] < 2 or not shares:
        found.notes.append(
            "The output is chosen by its shape. Name a kind of output for labels, units or a curve."
        )
        return
    if out[0] > MOST_LABELS:
        raise ModelpressError(
            "This network has too many classes for a page.",
            where=str(path),
            found=f"{out[0]:,} classes",
            expected=f"at most {MOST_LABELS:,}",
            next_step=FEWER,
        )
    labels = _labels(found, path, out[0])
    found.imports.append("from modelpress.outputs import Classes")
    if labels:
        found.fields.append(f"output=Classes({_list(labels)}),")
    elif given and out[0] == 10:
        found.fields.append("output=Classes([str(digit) for digit in range(10)]),")
        found.notes.append("The ten classes are taken to be digits: correct the labels if not.")
    else:
        found.fields.append(f'output=Classes([f"class {{i}}" for i in range({out[0]})]),')
        found.notes.append(f"Name the {out[0]} classes, in the order of the network's outputs.")


def _picture_out(found: Guess, trial: npt.NDArray[Any], given: tuple[int, ...]) -> None:
    """Adds an output that is a picture. trial: some predictions. given: the shape of the input's
    picture, () for another input."""
    height, width, *last = trial.shape[1:]
    least, most = float(trial.min()), float(trial.max())
    ends = next(((a, b) for a, b in _PIXEL_RANGES if a <= least and most <= b), None)
    low, high = ends or (math.floor(least), math.ceil(most))
    arguments = [str(height), str(width)]
    arguments += [f"low={low}"] * (low != 0) + [f"high={high}"] * (high != 1)
    arguments += {(3,): ["channels=3"], (1,): ["channel=True"]}.get(tuple(last), [])
    over = given[2:] == (3,) and given[:2] == (height, width) and tuple(last) != (3,)
    arguments += ["mask=True"] * over
    found.imports.append("from modelpress.outputs import Picture as PictureOut")
    found.fields.append(f"output=PictureOut({', '.join(arguments)}),")
    found.notes.append(
        f"The prediction is drawn as a picture whose pixels are {low} to {high}, by a few "
        "predictions: correct `low` and `high` if they are others."
    )
    if over:
        found.notes.append("It is drawn over the input: remove `mask` to draw it beside the input.")


def _trial(net: Any, shape: tuple[int, ...], low: Any, high: Any) -> npt.NDArray[Any] | None:
    """Returns some predictions, None where the network can't predict: the build says why."""
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 1, (TRIALS, *shape)) * (np.asarray(high) - low) + low
    try:
        return np.asarray(net.predict(typed(x, net.inputs[0]), verbose=0))
    except Exception:
        return None


def typed(x: npt.NDArray[np.float64], tensor: Any) -> npt.NDArray[Any]:
    """Returns values in the type of an input."""
    dtype = np.dtype(tensor.dtype)
    return np.rint(x).astype(dtype) if dtype.kind in "iu" else x.astype(np.float32)


def probabilities(found: npt.NDArray[Any]) -> bool:
    """Returns whether predictions are not negative and sum to one."""
    return bool(found.min() >= 0 and np.allclose(found.sum(-1), 1, atol=1e-3))


def _labels(found: Guess, path: Path, count: int) -> list[str]:
    """Returns the labels in a text file beside the model, one a line, if they fit.

    Notes a file that does not.
    """
    for name in (f"{path.stem}.txt", *_LABELS):
        place = path.with_name(name)
        if not place.is_file() or place.stat().st_size > 1 << 20:
            continue
        try:
            lines = [line.strip() for line in place.read_text("utf-8").splitlines()]
        except UnicodeDecodeError:
            continue
        lines = [line for line in lines if line]
        if all(re.match(rf"{i}\s+\S", line) for i, line in enumerate(lines)):
            lines = [line.split(maxsplit=1)[1] for line in lines]  # as Teachable Machine numbers
        if len(lines) == count == len(set(lines)):
            return lines
        twice = next((line for line, each in Counter(lines).items() if each > 1), "")
        fault = f"has {quoted(twice)} several times" if twice else f"has {len(lines)} labels"
        if lines:
            found.notes.append(f"{name} {fault}; the network has {count} different classes.")
    return []


def quoted(text: str) -> str:
    """Returns a Python string in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def _list(labels: list[str]) -> str:
    text = "[" + ", ".join(map(quoted, labels)) + "]"
    if len(text) < 70:
        return text
    return "[\n" + "".join(f"            {quoted(label)},\n" for label in labels) + "        ]"


def _range(layers: Sequence[Any], shape: tuple[int, ...]) -> tuple[Any, Any, str]:
    """Returns the smallest and largest input, one for all or in the input's shape, and the layer
    that they follow from, '' for none."""
    for layer in layers:
        kind = type(layer).__name__
        if kind == "Rescaling":
            scale, offset = np.asarray(layer.scale, float), np.asarray(layer.offset, float)
            if scale.ndim or offset.ndim or scale <= 0:
                break
            start = (-1.0 if offset else 0.0) - offset
            return start / scale, (1 - offset) / scale, kind
        if kind == "Normalization":
            mean, spread = (_numbers(each) for each in (layer.mean, layer.variance))
            try:
                mean, spread = np.broadcast_to(mean[0], shape), np.broadcast_to(spread[0], shape)
            except (ValueError, IndexError):
                break
            reach = 3 * np.sqrt(np.where(spread > 0, spread, 1))
            return mean - reach, mean + reach, kind
        if kind == "Embedding":
            return 0, max(1, int(layer.input_dim) - 1), kind
        if kind not in ("InputLayer", "Reshape", "Flatten", "Cast", "Resizing", "CenterCrop"):
            break
    return (0.0, 1.0, "") if len(shape) > 1 else (-1.0, 1.0, "")


def _first_layers(net: Any) -> list[Any]:
    """Returns the layers of a chain from the input on, those of inner chains in their place."""
    found: list[Any] = []
    for layer in net.layers:
        inner = _first_layers(layer) if hasattr(layer, "layers") else [layer]
        found += inner
        if len(found) > 8:
            break
    return found


def _numbers(values: Any) -> npt.NDArray[np.float64]:
    return np.atleast_2d(np.asarray(values, np.float64))


def _number(value: Any) -> str:
    """Returns a short decimal: three significant digits are enough for a range."""
    number = float(f"{float(value):.3g}")
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)
