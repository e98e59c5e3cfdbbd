"""Networks with several inputs or outputs, as networks of one vector.

Engines, golden cases and proofs know one input and one output. The values of all inputs, flattened,
stand side by side in one vector, and so do those of all outputs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras

from modelpress.core.errors import ModelpressError, described, nearest
from modelpress.kinds.parts import slices_of

_INPUTS, _OUTPUTS = "all_inputs", "all_outputs"  # names of the layers of the vectors

Shape = tuple[int | None, ...]


def named_inputs(net: Any) -> dict[str, Any]:
    """Returns the network's input tensors by name, in the order of `net.inputs`; {} if unknown.

    A dict of inputs has its own names.
    """
    tensors = list(getattr(net, "inputs", None) or ())
    given = getattr(net, "_inputs_struct", None)
    names = sorted(given) if isinstance(given, dict) else [each.name for each in tensors]
    return dict(zip(names, tensors, strict=True)) if len(set(names)) == len(tensors) else {}


def named_outputs(net: Any) -> dict[str, Any]:
    """Returns the network's output tensors by name, in the order of `net.outputs`; {} if unknown.

    A dict of outputs has its own names, others those of the layers that compute them.
    """
    tensors = list(getattr(net, "outputs", None) or ())
    return _named(net, tensors, getattr(net, "_outputs_struct", None))


def _named(net: Any, tensors: Sequence[Any], struct: Any) -> dict[str, Any]:
    if isinstance(struct, dict):
        names = sorted(struct)
    else:
        names = list(getattr(net, "output_names", None) or ())
    if len(names) != len(tensors) or len(set(names)) != len(names):
        names = [f"output_{number}" for number in range(1, len(tensors) + 1)]
    return dict(zip(names, tensors, strict=True))


def one_vector(net: Any, kind_in: Any, kind_out: Any, *, whole: bool = False) -> Any:
    """Returns `net`, or a network with its weights whose inputs and outputs are one vector each.

    kind_in, kind_out: the kinds of the model file, None for none. Only `Several` has parts, whose
    order is that of the values. whole: keep `net` as one layer, and so the order of its weights.

    Raises ModelpressError for a network whose inputs or outputs are not those of the kinds.
    """
    parts_in, parts_out = getattr(kind_in, "parts", None), getattr(kind_out, "parts", None)
    if not isinstance(net, keras.Model):
        return net
    inputs, outputs = named_inputs(net), named_outputs(net)
    if set(inputs) == {_INPUTS}:
        return net
    several_in = len(getattr(net, "inputs", None) or ()) > 1
    several_out = len(getattr(net, "outputs", None) or ()) > 1
    if several_in and parts_in is None:
        raise _unnamed("input", inputs, 'Number(0, 1), "…": …')
    if several_out and parts_out is None:
        raise _unnamed("output", outputs, 'Number(), "…": …')
    if parts_in is None and parts_out is None:
        return net
    if parts_in is not None and inputs:
        _require_same("input", inputs, parts_in)
    if parts_out is not None and outputs:
        _require_same("output", outputs, parts_out)
    if inputs and parts_in is None:
        [only] = inputs.values()
        given: Any = keras.Input(only.shape[1:], dtype=only.dtype, name=_INPUTS)
        fed: Any = [given]
    else:
        assert parts_in is not None
        given = keras.Input((slices_of(parts_in)[-1].stop,), name=_INPUTS)
        fed = _split(given, parts_in, inputs)
    # `call` repeats the layers of a functional model one by one, so that they stay visible.
    functional = type(net).__name__ == "Functional" and not whole
    found = _called(net.call if functional else net, net, fed)
    return keras.Model(given, _joined(net, found, parts_out))


def _joined(net: Any, found: Any, parts: Mapping[str, Any] | None) -> Any:
    """Returns the vector of the outputs `found` of `net`; the output itself without parts."""
    tensors = keras.tree.flatten(found)
    if parts is None:
        [only] = tensors
        return only
    outputs = _named(net, tensors, found)
    _require_same("output", outputs, parts)
    flat = [_flat(outputs[name], part) for name, part in parts.items()]
    return keras.layers.Concatenate(name=_OUTPUTS)(flat) if len(flat) > 1 else flat[0]


def _split(given: Any, parts: Mapping[str, Any], inputs: Mapping[str, Any]) -> Any:
    """Returns the tensors of the network's inputs, in its order; by name if that is unknown."""
    made: dict[str, Any] = {}
    for (name, part), place in zip(parts.items(), slices_of(parts), strict=True):
        tensor = given[:, place]
        target = inputs.get(name)
        shape = tuple(part.shape) if target is None else _known(target.shape[1:], part.shape)
        if shape != (math.prod(shape),):
            tensor = keras.layers.Reshape(shape)(tensor)
        if target is not None and target.dtype != "float32":
            tensor = keras.ops.cast(tensor, target.dtype)
        made[name] = tensor
    return [made[name] for name in inputs] if inputs else made


def _known(shape: Shape, part: Sequence[int]) -> tuple[int, ...]:
    """Returns the network's shape, with the part's sizes where the network leaves them open."""
    if len(shape) == len(part):
        return tuple(part)
    return tuple(1 if size is None else size for size in shape)


def _called(function: Any, net: Any, fed: Any) -> Any:
    """Returns the outputs of `function` for the tensors `fed`, in the order of `net.inputs`, or by
    name."""
    try:
        if isinstance(fed, dict):
            return function(fed)
        struct = getattr(net, "_inputs_struct", None)
        return function(fed[0] if struct is None else keras.tree.pack_sequence_as(struct, fed))
    except Exception as error:  # from Keras, or the author's code
        raise ModelpressError(
            "The network can't be called on its inputs.",
            where="field `input`",
            found=described(error),
            next_step="Name the inputs as the network does, and give each the shape that it takes.",
        ) from error


def _flat(tensor: Any, part: Any) -> Any:
    if tensor.dtype != "float32":
        tensor = keras.ops.cast(tensor, "float32")
    return (
        tensor if len(tensor.shape) == 2 else keras.layers.Reshape((math.prod(part.shape),))(tensor)
    )


def _require_same(what: str, tensors: Mapping[str, Any], parts: Mapping[str, Any]) -> None:
    """Raises ModelpressError unless names and shapes of the parts are those of the network."""
    where = f"field `{what}`"
    for name in parts:
        if name not in tensors:
            raise ModelpressError(
                f"The network has no {what} of this name.{nearest(name, tensors)}",
                where=where,
                found=repr(name),
                expected=_listed(tensors),
            )
    if missing := [name for name in tensors if name not in parts]:
        raise ModelpressError(
            f"The network has further {what}s.",
            where=where,
            found=f"no kind for {', '.join(missing)}",
            expected=f"a kind for each of {_listed(tensors)}",
        )
    for name, part in parts.items():
        shape = tuple(tensors[name].shape[1:])
        if not _fits(shape, tuple(part.shape)):
            raise ModelpressError(
                f"The network's {what} `{name}` doesn't fit its kind.",
                where=f'field `{what}`, "{name}"',
                found=f"{tuple(part.shape)}, the shape of {type(part).__name__}",
                expected=f"{shape}, the shape in the network",
            )


def _fits(found: Shape, wanted: tuple[int, ...]) -> bool:
    if found == () and wanted == (1,):
        return True
    return len(found) == len(wanted) and all(
        size is None or size == other for size, other in zip(found, wanted, strict=True)
    )


def _listed(tensors: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {tuple(each.shape[1:])}" for name, each in tensors.items())


def _unnamed(what: str, tensors: Mapping[str, Any], example: str) -> ModelpressError:
    first = next(iter(tensors), "name")
    return ModelpressError(
        f"The network has several {what}s, and the model file doesn't name them.",
        where=f"field `{what}`",
        found=f"{len(tensors)} {what}s in the network: {_listed(tensors)}",
        expected=f'a kind for each, by its name in the network: {what}={{"{first}": {example}}}',
        next_step=f"Write `{what}` so. `modelpress adopt FILE` writes it for a model in a file.",
    )
