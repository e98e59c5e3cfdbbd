"""Reads .onnx files: translates the nodes to TensorFlow, and proves the result.

The translation is compared with ONNX' own reference evaluator, input by input and as a batch, so
that a model that would predict something else is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import tensorflow as tf
from onnx import numpy_helper, shape_inference
from onnx.reference import ReferenceEvaluator

from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.model_files import onnx_elementwise, onnx_pictures, onnx_shapes  # noqa: F401
from modelpress.model_files.graph_layer import frozen
from modelpress.model_files.onnx_operations import OPERATIONS, Node, Unsupported, is_known
from modelpress.model_files.reasons import reason

_MOST_NAMED = 12  # unknown operations in a message
_TRIALS = 3
_APART = 1e-4  # largest difference, relative to the largest prediction
_FLOATS = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.DOUBLE)


def load(path: Path) -> tuple[Any, str]:
    """Returns a Keras model of the network in `path`, and the program that wrote the file.

    The first dimension of the inputs becomes a batch of any size. Raises ModelpressError for a
    damaged file, for operations that are not known, and for a network that can't take a batch;
    ModelFailure if the translation predicts something else than ONNX.
    """
    model = _without_maps(_checked(path))
    written_by = f"{model.producer_name} {model.producer_version}".strip()
    graph = model.graph
    constants = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    inputs = [each for each in graph.input if each.name not in constants]
    outputs = _outputs(graph)
    _require_ends([each.name for each in inputs], outputs, path)
    specs = [_spec(each, path) for each in inputs]

    def predict(*given: Any) -> Any:
        values = dict(constants) | {each.name: x for each, x in zip(inputs, given, strict=True)}
        _run(graph.node, values, path)
        found = [_as_tensor(values[name]) for name in outputs]
        return found[0] if len(found) == 1 else found

    try:
        net = frozen(predict, specs, str(path))
    except (Unsupported, ModelpressError):
        raise
    except Exception as error:  # TensorFlow raises several kinds
        raise ModelpressError(
            "This ONNX network can't be translated to TensorFlow.",
            where=str(path),
            found=reason(error),
            next_step=_EXPORT,
        ) from error
    _prove(net, model, [each.name for each in inputs], outputs, path)
    return net, written_by


_EXPORT = (
    'Export it again with a batch of any size: in PyTorch, dynamic_shapes=[{0: "batch"}]; by '
    "skl2onnx, FloatTensorType([None, n])."
)


def _checked(path: Path) -> Any:
    try:
        model = onnx.load(path)
        _require_operations(model, path)
        onnx.checker.check_model(model)
        return shape_inference.infer_shapes(model)
    except ModelpressError:
        raise
    except Exception as error:  # of protocol buffers, or of the checker
        raise ModelpressError(
            "This ONNX file is damaged or incomplete.",
            where=str(path),
            found=reason(error),
            next_step="Copy or export it again. A file with external data needs these files "
            "beside it.",
        ) from error


def _without_maps(model: Any) -> Any:
    """Returns the model with probabilities as arrays, where skl2onnx makes a map by label of each
    prediction."""
    graph = model.graph
    for node in [each for each in graph.node if each.op_type == "ZipMap"]:
        graph.node.remove(node)
        for output in [each for each in graph.output if each.name == node.output[0]]:
            graph.output.remove(output)
            graph.output.append(
                onnx.helper.make_tensor_value_info(node.input[0], onnx.TensorProto.FLOAT, None)
            )
    return model


def _require_operations(model: Any, path: Path) -> None:
    known = {"ZipMap"}  # left out
    unknown = sorted(
        {n.op_type if n.domain in ("", "ai.onnx") else f"{n.domain}.{n.op_type}"
         for n in model.graph.node
         if not is_known(n.domain, n.op_type) and n.op_type not in known}
    )  # fmt: skip
    if unknown:
        raise ModelpressError(
            "This ONNX network has operations that Modelpress can't translate.",
            where=str(path),
            found=", ".join(unknown[:_MOST_NAMED])
            + (f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""),
            expected=f"the {len(OPERATIONS)} operations that the guide lists",
            next_step="Bring the model in another way: from Keras as .keras, from TensorFlow as a "
            "SavedModel. In PyTorch, write these parts with other operations.",
        )


def _outputs(graph: Any) -> list[str]:
    """Returns the outputs of numbers. Classifiers of scikit-learn also return labels, which follow
    from their probabilities."""
    floats = [each.name for each in graph.output if each.type.tensor_type.elem_type in _FLOATS]
    return floats or [each.name for each in graph.output]


def _require_ends(inputs: list[str], outputs: list[str], path: Path) -> None:
    if inputs and outputs:
        return
    raise ModelpressError(
        f"This ONNX network has no {'output' if inputs else 'input'}.",
        where=str(path),
        expected="one input and one output",
        next_step="Export it again, and name both: in PyTorch, input_names and output_names of "
        "torch.onnx.export.",
    )


def _spec(value: Any, path: Path) -> tf.TensorSpec:
    tensor = value.type.tensor_type
    if tensor.elem_type == onnx.TensorProto.STRING:
        raise ModelpressError(
            "A network can't read text in the browser.",
            where=str(path),
            found=f"the input `{value.name}` of strings",
            expected="numbers as inputs",
            next_step="Export the part behind the encoder, and encode the text in `data`.",
        )
    sizes = [each.dim_value or None for each in tensor.shape.dim]
    if not sizes:
        raise ModelpressError(
            "An input of this ONNX network has no batch.",
            where=str(path),
            found=f"input `{value.name}`, a single number or of an unknown shape",
            next_step=_EXPORT,
        )
    name = "".join(c if c.isalnum() else "_" for c in value.name).strip("_") or "x"
    dtype = onnx.helper.tensor_dtype_to_np_dtype(tensor.elem_type)
    return tf.TensorSpec([None, *sizes[1:]], dtype, name=name if name[0].isalpha() else f"x{name}")


def _run(nodes: Sequence[Any], values: dict[str, Any], path: Path) -> None:
    """Computes all nodes. Values that depend on no input stay NumPy arrays."""
    for each in nodes:
        node = Node(each)
        given = [values[name] if name else None for name in each.input]
        try:
            found = OPERATIONS[each.op_type](node, *given)
        except Unsupported as error:
            raise ModelpressError(
                "This ONNX network uses an operation in a way that can't be translated.",
                where=f"{path}, node `{each.name or each.output[0]}`",
                found=f"{each.op_type}: {error}",
                next_step="Export the network without it.",
            ) from error
        listed = found if isinstance(found, list | tuple) else [found]
        for name, value in zip(each.output, listed, strict=False):
            constant = all(x is None or isinstance(x, np.ndarray | np.generic) for x in given)
            if constant and tf.is_tensor(value) and each.op_type != "Shape":
                static = tf.get_static_value(value)
                value = value if static is None else static
            values[name] = value


def _as_tensor(value: Any) -> Any:
    tensor = tf.convert_to_tensor(value)
    return tf.cast(tensor, tf.float32) if tensor.dtype in (tf.float64, tf.float16) else tensor


def _prove(net: Any, model: Any, names: list[str], outputs: list[str], path: Path) -> None:
    """Compares predictions for a batch with ONNX' own for each input alone."""
    rng = np.random.default_rng(1)
    given = [_example(each, rng) for each in net.inputs]
    predicted = net(given if len(given) > 1 else given[0])
    batch = [np.asarray(each) for each in tf.nest.flatten(predicted)]
    try:
        evaluator = ReferenceEvaluator(model)
        wanted = [
            evaluator.run(outputs, {n: x[i : i + 1] for n, x in zip(names, given, strict=True)})
            for i in range(_TRIALS)
        ]
    except Exception as error:  # the evaluator is Python, and raises anything
        raise ModelpressError(
            "ONNX itself can't compute this network for one input.",
            where=str(path),
            found=reason(error),
            next_step=_EXPORT,
        ) from error
    for number, name in enumerate(outputs):
        singles = [np.asarray(each[number]) for each in wanted]
        fits = all(
            single.shape == batch[number][i : i + 1].shape for i, single in enumerate(singles)
        )
        if not fits or len(batch[number]) != _TRIALS:
            raise ModelpressError(
                "This ONNX network can't take several inputs at once.",
                where=str(path),
                found=f"{_TRIALS} inputs give the shape {batch[number].shape}, one gives "
                f"{singles[0].shape}",
                next_step=_EXPORT,
            )
        reference = np.concatenate(singles)
        if reference.dtype.kind == "f" and not np.isfinite(reference).all():
            raise _not_finite(model, name, path)
        apart = np.abs(batch[number] - reference).max() if reference.size else 0
        if not apart <= _APART * max(1.0, float(np.abs(reference).max())):
            raise ModelFailure(
                "Translated to TensorFlow, this ONNX network predicts something else.",
                where=str(path),
                found=f"output `{name}` differs by up to {apart:.3g}",
                expected=f"at most {_APART:g} of the largest value",
                next_step="Bring the model in another way: from Keras as .keras, from TensorFlow "
                "as a SavedModel.",
            )


def _not_finite(model: Any, name: str, path: Path) -> ModelpressError:
    arrays = ((each.name, numpy_helper.to_array(each)) for each in model.graph.initializer)
    wrong = [n for n, a in arrays if a.dtype.kind == "f" and not np.isfinite(a).all()]
    return ModelpressError(
        "This ONNX network predicts NaN or infinity.",
        where=str(path),
        found=f"output `{name}`"
        + (f"; NaN or infinity in the weights `{'`, `'.join(wrong[:3])}`" if wrong else ""),
        next_step="Take an earlier checkpoint, or train again with a smaller learning rate.",
    )


def _example(tensor: Any, rng: np.random.Generator) -> npt.NDArray[Any]:
    shape = (_TRIALS, *(size or 4 for size in tensor.shape[1:]))
    dtype = np.dtype(tensor.dtype)
    if dtype.kind in "iu":
        return rng.integers(0, 2, shape).astype(dtype)
    return rng.uniform(0, 1, shape).astype(dtype)
