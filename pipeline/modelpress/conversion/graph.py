"""Writes the graph of a network's predictions, as the TensorFlow.js converter does.

The graph holds what a prediction computes: layers for training alone, such as Dropout and
RandomFlip, leave nothing in it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf
from google.protobuf.json_format import MessageToDict
from tensorflow.core.protobuf.meta_graph_pb2 import SignatureDef
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from modelpress.conversion.substitutes import substituted
from modelpress.core.errors import ModelFailure

# A dependency of tensorflowjs prints a welcome through IPython, which fails if output is captured.
os.environ.setdefault("TFDF_DISABLE_WELCOME_MESSAGE", "1")
from tensorflowjs.converters import tf_saved_model_conversion_v2 as converter

ONE_SHARD_BYTES = 1 << 40
INPUT = "x"


def save_graph(net: Any, folder: Path, shape: Sequence[int]) -> dict[str, list[int]]:
    """Writes the graph model of `net` into `folder`, with its weights in one file.

    shape: of one input. Returns the shapes that Reshape operations give, by the name of the
    operation, as far as they are known but for one size, which is -1.
    """
    [given] = net.inputs
    dtype = "float32" if "float" in given.dtype else "int32"
    spec = tf.TensorSpec([None, *shape], dtype, name=INPUT)
    predict = tf.function(lambda x: net(x, training=False), autograph=False)
    with _without_random_state(), substituted():
        traced = predict.get_concrete_function(spec)
    frozen = convert_variables_to_constants_v2(
        traced, lower_control_flow=True, aggressive_inlining=True
    )
    _require_real(net, frozen.outputs)
    signature = SignatureDef()
    for listed, tensors in (
        (signature.inputs, [each for each in frozen.inputs if each.dtype != tf.resource]),
        (signature.outputs, frozen.outputs),
    ):
        for number, tensor in enumerate(tensors):
            key = INPUT if listed is signature.inputs else f"output_{number}"
            listed[key].name = tensor.name
            listed[key].dtype = tensor.dtype.as_datatype_enum
            listed[key].tensor_shape.CopyFrom(tensor.shape.as_proto())
    graph = converter.optimize_graph(frozen.graph, signature, skip_op_check=True)
    weights = converter.extract_weights(graph)
    folder.mkdir(parents=True, exist_ok=True)
    converter.write_artifacts(
        MessageToDict(graph),
        weights,
        str(folder / "model.json"),
        tf.__version__,
        signature,
        weight_shard_size_bytes=ONE_SHARD_BYTES,
    )
    return {**dict(_shapes(frozen.graph)), **dict(_shapes(traced.graph))}


def _require_real(net: Any, outputs: Sequence[Any]) -> None:
    if any(tensor.dtype.is_complex for tensor in outputs):
        raise ModelFailure(
            "The network predicts complex numbers.",
            where=f"model `{net.name}`",
            found=", ".join(tensor.dtype.name for tensor in outputs),
            expected="real numbers",
            next_step="End with keras.ops.absolute, keras.ops.real or keras.ops.imag of them.",
        )


def _shapes(graph: Any) -> Iterator[tuple[str, list[int]]]:
    for operation in graph.get_operations():
        found = operation.outputs[0].shape if operation.type == "Reshape" else None
        if found is not None and found.rank is not None:
            sizes = [-1 if size is None else size for size in found.as_list()]
            # -1 is ambiguous with several open sizes or an empty one.
            if sizes.count(-1) <= 1 and 0 not in sizes:
                yield operation.name, sizes


@contextmanager
def _without_random_state() -> Iterator[None]:
    """Lets random generators give a constant and change no variable.

    Layers draw seeds before they know whether they train; a graph can't be frozen with that.
    """
    generator = keras.random.SeedGenerator
    original = generator.next
    generator.next = lambda self, ordered=True: tf.zeros([2], "uint32")
    try:
        yield
    finally:
        generator.next = original
