"""Guesses the kinds of a network, which may have several inputs or outputs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modelpress.build.guess import (
    TRIALS,
    Guess,
    add_input,
    add_output,
    guess_one,
    known_input,
    quoted,
    typed,
)

_MOST_LAYERS = 8


def guess(
    net: Any, path: Path, *, plain: bool = False, text: Mapping[str, Any] | None = None
) -> Guess:
    """Returns the guess for `net`, the network of the file `path`.

    plain: whether the network has to stay as it is, without a further layer in front. text: the
    arguments of the kind `Text`, if the network is what follows a layer `TextVectorization`.
    """
    if any(isinstance(each, list | dict) for each in (net.input_shape, net.output_shape)):
        return guess_several(net, path)
    return guess_one(net, path, plain=plain, text=text)


def guess_several(net: Any, path: Path) -> Guess:
    """Returns the guess for `net`, of the file `path`: a dict of kinds, or one kind where there is
    one input or output."""
    from modelpress.network.several import named_inputs, named_outputs

    found, kinds, trials = Guess(), {}, []
    rng = np.random.default_rng(1)
    inputs, outputs = named_inputs(net), named_outputs(net)
    for name, tensor in inputs.items():
        own = Guess()
        shape, low, high, source = known_input(own, net, tuple(tensor.shape[1:]), _readers(tensor))
        if shape == ():
            shape = (1,)  # kinds have no single numbers without a shape
        low, high = add_input(own, shape, low, high, source, plain=True)
        x = rng.uniform(0, 1, (TRIALS, *shape)) * (np.asarray(high) - low) + low
        trials.append(
            typed(x.reshape(TRIALS, *(n for n in shape[: len(tensor.shape) - 1])), tensor)
        )
        kinds[name] = _merged(found, own, name, "input", named=len(inputs) > 1)
    found.fields.append(_field("input", kinds))
    kinds = {}
    predictions = _predictions(net, trials)
    for name, tensor in outputs.items():
        own, out = Guess(), tuple(tensor.shape[1:])
        add_output(own, out, path, trial=predictions.get(name))
        if not own.fields:
            own.imports.append("from modelpress import outputs")
            shown = "Number()" if out == (1,) else f"Numbers(shape={out})"
            own.fields.append(f"output=outputs.{shown},")
            own.notes = ["The kind is chosen by its shape."]
        kinds[name] = _merged(found, own, name, "output", named=len(outputs) > 1)
    found.fields.append(_field("output", kinds))
    found.imports = list(dict.fromkeys(found.imports))
    return found


def _merged(found: Guess, own: Guess, name: str, what: str, *, named: bool) -> str:
    """Adds imports and notes of one part; returns its kind as source text."""
    found.imports += own.imports
    found.notes += [f"{what} {name}: {note}" if named else note for note in own.notes]
    return own.fields[0].removeprefix(f"{what}=").removesuffix(",")


def _field(what: str, kinds: dict[str, str]) -> str:
    if len(kinds) == 1:
        return f"{what}={next(iter(kinds.values()))},"
    lines = "".join(f"        {quoted(name)}: {kind},\n" for name, kind in kinds.items())
    return f"{what}={{\n{lines}    }},"


def _readers(tensor: Any) -> list[Any]:
    """Returns the chain of layers that read an input tensor."""
    found: list[Any] = []
    operation = tensor._keras_history.operation
    while len(found) < _MOST_LAYERS:
        nodes = operation._outbound_nodes
        if len(nodes) != 1:
            break
        operation = nodes[0].operation
        found.append(operation)
    return found


def _predictions(net: Any, trials: list[Any]) -> dict[str, Any]:
    """Returns predictions for some inputs by name; {} if the network can't predict for them."""
    import keras

    from modelpress.network.several import named_outputs

    try:
        found = net(keras.tree.pack_sequence_as(net._inputs_struct, trials), training=False)
    except Exception:  # the build says why it can't predict
        return {}
    return dict(zip(named_outputs(net), map(np.asarray, keras.tree.flatten(found)), strict=True))
