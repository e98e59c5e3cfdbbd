"""live.json: a training that browsers repeat, and what Python recorded of it.

All arrays lie in live.bin, little-endian; an `offset` is a place in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Activation = Literal["linear", "relu", "sigmoid", "tanh", "softmax", "sine", "shares"]
LossName = Literal["mse", "mae", "binary_crossentropy", "categorical_crossentropy"]
OptimizerName = Literal["sgd", "momentum", "rmsprop", "adam"]
MetricName = Literal["accuracy", "rmse", "mae"]
TrainingBackend = Literal["cpu", "wasm", "webgl"]


@dataclass(frozen=True, kw_only=True)
class ScaledInitializer:
    """Initial weights drawn as by `keras.initializers.VarianceScaling`."""

    kind: Literal["scaled"]
    """`scaled`."""
    scale: float
    """Factor of the variance."""
    mode: Literal["fan_in", "fan_out", "fan_avg"]
    """What the variance is divided by."""
    distribution: Literal["uniform", "truncated_normal", "untruncated_normal"]
    """The distribution."""


@dataclass(frozen=True, kw_only=True)
class UniformInitializer:
    """Initial weights drawn evenly from a range."""

    kind: Literal["uniform"]
    """`uniform`."""
    low: float
    """Least value."""
    high: float
    """Largest value."""


@dataclass(frozen=True, kw_only=True)
class NormalInitializer:
    """Initial weights drawn from a normal distribution."""

    kind: Literal["normal", "truncated_normal"]
    """`truncated_normal` leaves out what lies more than two standard deviations from the mean."""
    mean: float
    """Mean."""
    stddev: float
    """Standard deviation."""


@dataclass(frozen=True, kw_only=True)
class ConstantInitializer:
    """Initial weights that are all the same."""

    kind: Literal["constant"]
    """`constant`."""
    value: float
    """The value."""


Initializer = ScaledInitializer | UniformInitializer | NormalInitializer | ConstantInitializer


@dataclass(frozen=True, kw_only=True)
class RescaleLayer:
    """Multiplies each value and adds an offset."""

    kind: Literal["rescale"]
    """`rescale`."""
    scale: float
    """The factor."""
    offset: float
    """What is added."""


@dataclass(frozen=True, kw_only=True)
class FlattenLayer:
    """Lays the values in one row."""

    kind: Literal["flatten"]
    """`flatten`."""


@dataclass(frozen=True, kw_only=True)
class ActivationLayer:
    """Applies a function to each value."""

    kind: Literal["activation"]
    """`activation`."""
    activation: Activation
    """The function."""


@dataclass(frozen=True, kw_only=True)
class DenseLayer:
    """A fully connected layer."""

    kind: Literal["dense"]
    """`dense`."""
    name: str
    """Name of the layer, as in Keras."""
    units: int
    """Number of neurons."""
    use_bias: bool
    """Whether it has a bias."""
    activation: Activation
    """The function applied to each sum."""
    kernel_initializer: Initializer | None = None
    """How initial weights are drawn; default: as Keras does."""
    bias_initializer: Initializer | None = None
    """How initial biases are drawn; default: as Keras does."""


LiveLayer = RescaleLayer | FlattenLayer | ActivationLayer | DenseLayer


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec:
    """An optimizer. A missing setting has Keras' own default."""

    name: OptimizerName
    """The algorithm; `momentum` is SGD with momentum."""
    learning_rate: float
    """Learning rate; of a schedule, the first one."""
    momentum: float | None = None
    """Of `momentum`."""
    nesterov: bool | None = None
    """Of `momentum`."""
    rho: float | None = None
    """Of `rmsprop`."""
    beta_1: float | None = None
    """Of `adam`."""
    beta_2: float | None = None
    """Of `adam`."""
    epsilon: float | None = None
    """Of `rmsprop` and `adam`."""


@dataclass(frozen=True, kw_only=True)
class FloatBlock:
    """float32 values in live.bin."""

    offset: int
    """Where they begin. Unit: bytes."""


@dataclass(frozen=True, kw_only=True)
class Rates(FloatBlock):
    """Learning rates by step; the last one holds from there on."""

    count: int
    """Number of rates."""


@dataclass(frozen=True, kw_only=True)
class Rows(FloatBlock):
    """Examples in live.bin. A value is what stands there, divided by `divisor`."""

    dtype: Literal["uint8", "float32"]
    """Type of the values in live.bin."""
    shape: list[int]
    """Number of examples, then the shape of one."""
    divisor: float | None = None
    """Default: 1."""


@dataclass(frozen=True, kw_only=True)
class Check(FloatBlock):
    """Python's weights after a step, flattened one behind the other."""

    step: int
    """The step, from 1."""
    norms: list[float]
    """Of each weight its length as a vector."""
    every: list[int] | None = None
    """Of each weight only every so-manyth value is there; default: all of them."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What Python's training gave with one optimizer."""

    optimizer: OptimizerSpec
    """The optimizer."""
    rates: Rates | None
    """Its learning rates, where it follows a schedule."""
    steps: int
    """Number of steps recorded."""
    losses: FloatBlock
    """Loss of each step's batch before the step, shape (steps,)."""
    metrics: dict[str, FloatBlock]
    """Metrics of each step's batch before the step, shape (steps,) each, by name."""
    validation: dict[str, FloatBlock] | None
    """Loss and metrics of the validation set after each of the `validation_steps`, by name."""
    probe: FloatBlock | None
    """Predictions for `data.probe_x`, after the last step."""
    checks: list[Check]
    """Weights after some steps."""


@dataclass(frozen=True, kw_only=True)
class LiveData:
    """The examples of a live run."""

    x: Rows
    """Inputs."""
    y: Rows
    """Targets."""
    validation_x: Rows | None
    """Inputs of the validation set."""
    validation_y: Rows | None
    """Targets of the validation set."""
    probe_x: Rows | None
    """Inputs that are watched while it trains."""
    probe_y: Rows | None
    """Their targets."""


@dataclass(frozen=True, kw_only=True)
class WeightSpec:
    """A weight of a network."""

    name: str
    """Layer and weight, such as `hidden/kernel`."""
    shape: list[int]
    """Its shape."""


@dataclass(frozen=True, kw_only=True)
class KerasOffsets:
    """Where weights are written into the Keras file that readers export."""

    offsets: list[int]
    """Of each weight its place in the file. Unit: bytes."""


@dataclass(frozen=True, kw_only=True)
class LiveRun:
    """A training that browsers repeat: network, settings, and what Python recorded."""

    input_shape: list[int]
    """Shape of one input, without the batch."""
    layers: list[LiveLayer]
    """The network, from input to output."""
    left_out: list[str]
    """Kinds of layers that take no part in this training, such as `Dropout`."""
    weights: list[WeightSpec]
    """Its weights in Keras' order."""
    loss: LossName
    """The author's loss."""
    losses: list[LossName]
    """The losses that a reader can choose from."""
    metrics: list[MetricName]
    """The author's metrics."""
    optimizer: OptimizerSpec
    """The author's optimizer."""
    rates: Rates | None
    """The author's learning rates, where they follow a schedule."""
    batch_size: int
    """Examples in a batch."""
    epochs: int
    """Epochs of the whole training."""
    shuffle: bool
    """Whether each epoch has an order of its own."""
    seed: int
    """Random seed of the order."""
    rows: int
    """Number of examples."""
    validation_rows: int
    """Number of examples in the validation set."""
    validation_steps: list[int]
    """Steps after which Python measured the validation set."""
    data: LiveData
    """The examples."""
    first: FloatBlock
    """Initial weights, flattened one behind the other."""
    recordings: list[Recording]
    """One for each optimizer."""
    author: int
    """Number of the author's own recording, from 0."""
    own: bool
    """Whether this is the model's own training, so that its checkpoints belong to it."""
    tolerance: dict[TrainingBackend, float]
    """Largest difference of a loss or weight from Python, by backend."""
    tolerance_reason: str
    """Why, in the author's words; "" for the default."""
    files: dict[str, int]
    """Sizes of the files beside it. Unit: bytes."""
    keras: KerasOffsets | None = None
    """Where readers' weights go in the file that they export; missing where there is none."""
