"""A Keras layer that runs a TensorFlow graph, for networks that are not made of Keras' layers.

The layer's configuration holds the graph as data; no Python code is stored, so that the file loads
in Keras' safe mode. The graph's constant arrays are the layer's weights.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

from modelpress.core.errors import ModelpressError

# Operations that run code or touch files of the machine.
_UNSAFE = (
    *("PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile", "MatchingFiles"),
    *("Save", "SaveV2", "SaveSlices", "Restore", "RestoreV2", "RestoreSlice", "PrintV2"),
    *("GenerateVocabRemapping", "LoadAndRemapMatrix", "ReaderReadV2", "WholeFileReaderV2"),
    *("TextLineReaderV2", "FixedLengthRecordReaderV2"),
)


@keras.saving.register_keras_serializable("modelpress")
class Graph(keras.layers.Layer):  # type: ignore[misc]
    """Runs a graph.

    graph       a GraphDef, compressed by zlib and encoded in base64
    feeds       names of the input tensors
    fetches     names of the output tensors
    arrays      name, shape and dtype of each placeholder that a weight feeds
    """

    def __init__(
        self,
        graph: str,
        feeds: Sequence[str],
        fetches: Sequence[str],
        arrays: Sequence[Sequence[Any]],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.graph, self.feeds, self.fetches = graph, list(feeds), list(fetches)
        self.arrays = [list(each) for each in arrays]
        self._run = tf.function(self._import, autograph=False)

    def build(self, input_shape: Any = None) -> None:
        for name, shape, dtype in self.arrays:
            self.add_weight(
                name=name.replace("/", "_"), shape=shape, dtype=dtype, initializer="zeros"
            )
        self.built = True

    def call(self, inputs: Any) -> Any:
        found = self._run(
            tf.nest.flatten(inputs), [tf.convert_to_tensor(each) for each in self.weights]
        )
        return found[0] if len(found) == 1 else found

    def get_config(self) -> dict[str, Any]:
        given = {"graph": self.graph, "feeds": self.feeds, "fetches": self.fetches}
        return {**super().get_config(), **given, "arrays": self.arrays}

    def _import(self, inputs: list[Any], weights: list[Any]) -> list[Any]:
        definition = tf.compat.v1.GraphDef.FromString(zlib.decompress(base64.b64decode(self.graph)))
        fed = dict(zip(self.feeds, inputs, strict=True))
        fed |= {f"{each[0]}:0": w for each, w in zip(self.arrays, weights, strict=True)}
        found: list[Any] = tf.graph_util.import_graph_def(
            definition, input_map=fed, return_elements=self.fetches, name=""
        )
        return found


def graph_model(definition: Any, feeds: Sequence[Any], fetches: Sequence[str], where: str) -> Any:
    """Returns a Keras model that runs `definition`, a GraphDef whose variables are constants.

    feeds: name (`x:0`), shape with the batch, dtype and a name for people of each input.
    fetches: names of the outputs. Raises ModelpressError for an operation that runs code or touches
    files, and for a batch of a fixed size.
    """
    _require_safe(definition, where)
    inputs = []
    for _, shape, dtype, name in feeds:
        if shape is None or len(shape) == 0 or shape[0] is not None:
            raise ModelpressError(
                "This network takes a fixed number of inputs at a time.",
                where=where,
                found=f"input `{name}` of shape {tuple(shape) if shape is not None else 'unknown'}",
                expected="a first dimension of any size, the batch: (None, …)",
                next_step="Export it with a batch of any size: as input signature, "
                'tf.TensorSpec([None, …]); in PyTorch, dynamic_shapes=[{0: "batch"}].',
            )
        inputs.append(keras.Input(tuple(shape[1:]), dtype=dtype, name=name))
    reduced, arrays, values = _without_arrays(definition)
    layer = Graph(
        base64.b64encode(zlib.compress(reduced.SerializeToString(deterministic=True), 9)).decode(),
        [feed for feed, *_ in feeds],
        fetches,
        arrays,
        name="graph",
    )
    found = layer(inputs if len(inputs) > 1 else inputs[0])
    layer.set_weights(values)
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], found)


def frozen(function: Any, specs: Sequence[Any], where: str) -> Any:
    """Returns a Keras model that computes `function`, traced for the TensorSpecs `specs`."""
    concrete = tf.function(function, autograph=False).get_concrete_function(*specs)
    return from_concrete(concrete, [spec.name for spec in specs], where)


def from_concrete(concrete: Any, names: Sequence[str], where: str) -> Any:
    """Returns a Keras model of a ConcreteFunction. names: of its inputs, for people.

    Raises ModelpressError for a text as input.
    """
    given = [tensor for tensor in concrete.inputs if tensor.dtype != tf.resource]
    texts = [name for tensor, name in zip(given, names, strict=False) if tensor.dtype == tf.string]
    if texts:
        raise ModelpressError(
            "A graph can't read text in the browser.",
            where=where,
            found=f"the input `{texts[0]}` of dtype string",
            expected="numbers as inputs, or a file of Keras 3 that begins with a layer "
            "TextVectorization",
            next_step="Save the network after its layer TextVectorization: "
            "Sequential([Input((length,)), *net.layers[1:]]). Give the model file "
            "input=Text(vocabulary, length) of modelpress.inputs, with the vocabulary that "
            "get_vocabulary() of the layer returns.",
        )
    constant = convert_variables_to_constants_v2(concrete, lower_control_flow=False)
    feeds = [
        (tensor.name, tensor.shape.as_list() if tensor.shape.rank is not None else None,
         tensor.dtype.name, name)
        for tensor, name in zip(constant.inputs, names, strict=True)
    ]  # fmt: skip
    fetches = [tensor.name for tensor in constant.outputs]
    return graph_model(constant.graph.as_graph_def(), feeds, fetches, where)


def _require_safe(definition: Any, where: str) -> None:
    nodes = [*definition.node, *(n for f in definition.library.function for n in f.node_def)]
    for node in nodes:
        if node.op in _UNSAFE:
            raise ModelpressError(
                "This network contains an operation that runs code or touches files.",
                where=where,
                found=f"operation {node.op}, node `{node.name}`",
                next_step="Leave it out of the network that you save.",
            )


def _without_arrays(definition: Any) -> tuple[Any, list[list[Any]], list[Any]]:
    """Returns the graph with placeholders in place of its constant arrays of floating-point numbers
    (not its single numbers), name, shape and dtype of each, and their values."""
    reduced = tf.compat.v1.GraphDef()
    reduced.CopyFrom(definition)
    arrays, values = [], []
    for node in reduced.node:
        if node.op != "Const":
            continue
        dtype = tf.as_dtype(node.attr["dtype"].type)
        if not dtype.is_floating or not node.attr["value"].tensor.tensor_shape.dim:
            continue
        value = np.asarray(tf.make_ndarray(node.attr["value"].tensor))
        node.op = "Placeholder"
        del node.attr["value"]
        node.attr["shape"].shape.CopyFrom(tf.TensorShape(value.shape).as_proto())
        arrays.append([node.name, list(value.shape), dtype.name])
        values.append(value)
    return reduced, arrays, values
