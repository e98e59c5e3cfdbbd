"""live.json: a training that browsers repeat, and Python's recording of it.

All arrays are in live.bin, little-endian; an `offset` is a position in it.
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
    """Initial weights of `keras.initializers.VarianceScaling`."""

    kind: Literal["scaled"]
    """`scaled`."""
    scale: float
    """Factor of the variance."""
    mode: Literal["fan_in", "fan_out", "fan_avg"]
    """Divisor of the variance."""
    distribution: Literal["uniform", "truncated_normal", "untruncated_normal"]
    """The distribution."""


@dataclass(frozen=True, kw_only=True)
class UniformInitializer:
    """Initial weights from a uniform distribution."""

    kind: Literal["uniform"]
    """`uniform`."""
    low: float
    """Lower bound."""
    high: float
    """Upper bound."""


@dataclass(frozen=True, kw_only=True)
class NormalInitializer:
    """Initial weights from a normal distribution."""

    kind: Literal["normal", "truncated_normal"]
    """`truncated_normal` excludes values more than two standard deviations from the mean."""
    mean: float
    """Mean."""
    stddev: float
    """Standard deviation."""


@dataclass(frozen=True, kw_only=True)
class ConstantInitializer:
    """Initial weights that are all equal."""

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
    """The offset."""


@dataclass(frozen=True, kw_only=True)
class FlattenLayer:
    """Flattens the values."""

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
    """Whether it has biases."""
    activation: Activation
    """The activation function."""
    kernel_initializer: Initializer | None = None
    """Initializer of the weights; default: Keras' own."""
    bias_initializer: Initializer | None = None
    """Initializer of the biases; default: Keras' own."""


LiveLayer = RescaleLayer | FlattenLayer | ActivationLayer | DenseLayer


@dataclass(frozen=True, kw_only=True)
class OptimizerSpec:
    """An optimizer. Missing settings have Keras' defaults."""

    name: OptimizerName
    """The algorithm; `momentum` is SGD with momentum."""
    learning_rate: float
    """Learning rate; for a schedule, the first rate."""
    momentum: float | None = None
    """For `momentum`."""
    nesterov: bool | None = None
    """For `momentum`."""
    rho: float | None = None
    """For `rmsprop`."""
    beta_1: float | None = None
    """For `adam`."""
    beta_2: float | None = None
    """For `adam`."""
    epsilon: float | None = None
    """For `rmsprop` and `adam`."""


@dataclass(frozen=True, kw_only=True)
class FloatBlock:
    """float32 values in live.bin."""

    offset: int
    """Offset of the first value. Unit: bytes."""


@dataclass(frozen=True, kw_only=True)
class Rates(FloatBlock):
    """Learning rates by step; later steps use the last rate."""

    count: int
    """Number of rates."""


@dataclass(frozen=True, kw_only=True)
class Rows(FloatBlock):
    """Examples in live.bin. A value is the stored number divided by `divisor`."""

    dtype: Literal["uint8", "float32"]
    """Type of the values in live.bin."""
    shape: list[int]
    """Number of examples, then the shape of one."""
    divisor: float | None = None
    """The divisor; default: 1."""


@dataclass(frozen=True, kw_only=True)
class Check(FloatBlock):
    """Python's weights after a step, flattened and concatenated."""

    step: int
    """The step, from 1."""
    norms: list[float]
    """Euclidean norm of each weight."""
    every: list[int] | None = None
    """Stride of the stored values of each weight; default: all values are stored."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """Python's training with one optimizer."""

    optimizer: OptimizerSpec
    """The optimizer."""
    rates: Rates | None
    """Its learning rates, if it follows a schedule."""
    steps: int
    """Number of recorded steps."""
    losses: FloatBlock
    """Loss of each step's batch before the step, shape (steps,)."""
    metrics: dict[str, FloatBlock]
    """Metrics of each step's batch before the step, shape (steps,) each, by name."""
    validation: dict[str, FloatBlock] | None
    """Loss and metrics of the validation set after each of the `validation_steps`, by name."""
    probe: FloatBlock | None
    """Predictions for `data.probe_x` after the last step."""
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
    """Inputs of the probe."""
    probe_y: Rows | None
    """Targets of the probe."""


@dataclass(frozen=True, kw_only=True)
class WeightSpec:
    """A weight of a network."""

    name: str
    """Layer and weight, such as `hidden/kernel`."""
    shape: list[int]
    """Shape of the weight."""


@dataclass(frozen=True, kw_only=True)
class KerasOffsets:
    """Positions of the weights in the Keras file that readers export."""

    offsets: list[int]
    """Offset of each weight in the file. Unit: bytes."""


@dataclass(frozen=True, kw_only=True)
class LiveRun:
    """A training that browsers repeat: network, settings and Python's recordings."""

    input_shape: list[int]
    """Shape of one input, without the batch."""
    layers: list[LiveLayer]
    """The network, from input to output."""
    left_out: list[str]
    """Kinds of layers that this training leaves out, such as `Dropout`."""
    weights: list[WeightSpec]
    """The weights in Keras' order."""
    loss: LossName
    """The author's loss."""
    losses: list[LossName]
    """The losses that a reader can choose from."""
    metrics: list[MetricName]
    """The author's metrics."""
    optimizer: OptimizerSpec
    """The author's optimizer."""
    rates: Rates | None
    """The author's learning rates, if they follow a schedule."""
    batch_size: int
    """Number of examples in a batch."""
    epochs: int
    """Number of epochs of the whole training."""
    shuffle: bool
    """Whether each epoch shuffles the examples."""
    seed: int
    """Random seed of the order."""
    rows: int
    """Number of examples."""
    validation_rows: int
    """Number of examples in the validation set."""
    validation_steps: list[int]
    """Steps after which Python evaluated the validation set."""
    data: LiveData
    """The examples."""
    first: FloatBlock
    """Initial weights, flattened and concatenated."""
    recordings: list[Recording]
    """One recording for each optimizer."""
    author: int
    """Index of the recording with the author's optimizer."""
    own: bool
    """Whether this is the model's own training, to which its checkpoints belong."""
    tolerance: dict[TrainingBackend, float]
    """Largest difference of a loss or weight from Python, by backend."""
    tolerance_reason: str
    """The author's reason for this tolerance; "" for the default."""
    files: dict[str, int]
    """Sizes of the files in the same folder, by name. Unit: bytes."""
    keras: KerasOffsets | None = None
    """Positions of the weights in the Keras file; missing without such a file."""
