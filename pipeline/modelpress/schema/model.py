"""The entry of a model, read by its pages, the manifest and the browser.

`PageEntry` is the part that a page contains for its figures; `ModelEntry` is the complete entry.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelpress.schema.document import Json, fields_of, plain, rest
from modelpress.schema.exact import Exact, ExactResult
from modelpress.schema.live import TrainingBackend
from modelpress.schema.seeds import SeedsEntry

BackendName = Literal["exact", "cpu", "wasm", "webgl", "webgpu"]
Format = Literal["graph", "layers"]
ToleranceBy = Literal["law", "author", "kind", "size"]
Encoding = Literal["float32", "uint16", "uint8"]
Unit = Literal["epoch", "step"]
Part = Literal["train", "validation", "test", "real"]
DetailName = Literal["figure", "history", "report"]


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A published file. Browsers check its size and hash before they use it."""

    url: str
    """Address, relative to the root of the site."""
    size_bytes: int
    """Size. Unit: bytes."""
    sha256: str
    """SHA-256 in lower-case hexadecimal digits."""


@dataclass(frozen=True, kw_only=True)
class FormatFiles:
    """The files of a model in one format: names of `files`."""

    model: str
    """Topology."""
    weights: str
    """Weights."""


@dataclass(frozen=True, kw_only=True)
class Formats:
    """The formats of a model for TensorFlow.js."""

    graph: FormatFiles
    """The format for predictions."""
    layers: FormatFiles | None = None
    """The format for live diagrams of the layers and for earlier epochs; missing for a model that
    TensorFlow.js' layers can't compute."""


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Why a model has no layers format."""

    layer: str
    """The first layer that TensorFlow.js computes otherwise or not at all; "" if unknown."""
    reason: str
    """A sentence."""


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """The input of a model."""

    kind: str
    """Input kind, such as `number` or `drawing`."""
    shape: list[int]
    """Shape of one input, without the batch."""
    more: dict[str, Json] = rest()  # noqa: RUF009
    """Further fields of the kind: `min`, `max`, `default`, …"""

    def as_dict(self) -> dict[str, Json]:
        """Returns the argument of `modelpress.inputs.from_spec`."""
        found: dict[str, Json] = plain(self)
        return found


@dataclass(frozen=True, kw_only=True)
class OutputSpec:
    """The output of a model."""

    kind: str
    """Output kind, such as `classes` or `number`."""
    shape: list[int]
    """Shape of one prediction, without the batch."""
    labels: list[str] | None = None
    """Names of the classes, if the kind has classes."""
    more: dict[str, Json] = rest()  # noqa: RUF009
    """Further fields of the kind."""

    def as_dict(self) -> dict[str, Json]:
        """Returns the argument of `modelpress.outputs.from_spec`."""
        found: dict[str, Json] = plain(self)
        return found


@dataclass(frozen=True, kw_only=True)
class Start:
    """The starting input of a figure."""

    text: str
    """The input as text."""
    input: list[float]
    """The input, flattened."""
    output: list[float]
    """Python's prediction, flattened."""


@dataclass(frozen=True, kw_only=True)
class LiveEntry:
    """The live run of a model that trains in the browser: names of `files`, and a summary."""

    url: str
    """Network, settings and recordings; see `LiveRun`."""
    bin: str
    """The arrays of the live run."""
    keras: str | None = None
    """The Keras file into which readers export their weights."""
    steps: int | None = None
    """Number of recorded steps."""
    rows: int | None = None
    """Number of examples."""
    validation_rows: int | None = None
    """Number of examples in the validation set."""
    tolerance: dict[TrainingBackend, float] | None = None
    """Largest difference of a loss or weight from Python, by backend."""


@dataclass(frozen=True, kw_only=True)
class EpochsEntry:
    """The checkpoints of a model's training."""

    bin: str
    """Name of the file with their weights."""
    epochs: list[int]
    """The epochs with a checkpoint, ascending, without the last epoch."""
    last: int
    """The last epoch, whose weights are the model's."""
    best: int | None = None
    """The epoch with the lowest validation loss, if it has a checkpoint or is the last one."""
    unit: Unit
    """Unit of the counts: epochs, or steps of an author's own training."""
    encoding: Encoding
    """Data type of the stored weights."""
    rounding: float
    """Largest change of a golden case's prediction due to `encoding`; 0 for none."""
    first: dict[str, float]
    """Loss and metrics before training, by name."""
    weights: list[tuple[str, list[int]]]
    """Name and shape of each weight in Keras' order."""
    probes: list[int]
    """Indices of the golden cases whose predictions are stored."""
    tolerance: float | None = None
    """Largest difference of a prediction from Python with the weights of a checkpoint; missing on a
    site of an earlier version, for that of the model."""
    size_bytes: int
    """Size of the file. Unit: bytes."""
    trains: bool
    """Whether a training in the browser can continue from them."""


@dataclass(frozen=True, kw_only=True)
class TrainedEntry:
    """The part of an entry that a training in the browser needs.

    The entry is a model's, or that of one training of a failure case.
    """

    title: str
    """Title for people."""
    files: dict[str, FileEntry]
    """The published files, by name."""
    live: LiveEntry | None = None
    """For a model that trains in the browser."""
    epochs: EpochsEntry | None = None
    """For a model with checkpoints."""


@dataclass(frozen=True, kw_only=True)
class PageEntry(TrainedEntry):
    """The part of a model's entry that a page contains for its figures."""

    version: str
    """Hash of the content."""
    base: str
    """Folder of the files, named after `version`, relative to the root of the site."""
    formats: Formats
    """Names of the model's files in each format."""
    golden: str
    """Name of the file with the golden cases."""
    cases: int
    """Number of golden cases."""
    parameters: int
    """Number of weights and biases."""
    size_bytes: int
    """Size of the graph model. Unit: bytes."""
    tolerance: float
    """Largest difference of a prediction from Python."""
    input: InputSpec
    """The input."""
    output: OutputSpec
    """The output."""
    start: Start
    """The starting input."""
    exact: Exact | None = None
    """The exact engine's predictions; missing on a site of an earlier version."""
    details: dict[DetailName, str] | None = None
    """Names of the files with the long fields, which the manifest leaves out."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The layout of a layer's values in a picture."""

    tiles: int
    """Number of tiles, one for each feature map."""
    columns: int
    """Number of tiles in a row."""
    height: int
    """Height of a tile. Unit: cells."""
    width: int
    """Width of a tile. Unit: cells."""

    def as_dict(self) -> dict[str, int]:
        """Returns the fields by name."""
        found: dict[str, int] = plain(self)
        return found


@dataclass(frozen=True, kw_only=True)
class Layer:
    """A layer of a network."""

    name: str
    """Name, as in Keras."""
    kind: str
    """Class, as in Keras."""
    activation: str
    """Activation function; "" for none."""
    shape: list[int | None] | None
    """Shape of its output, without the batch; null if it has several outputs."""
    parameters: int
    """Number of weights and biases."""
    connections: int | None
    """Multiplications by a weight for one input; null if unknown."""
    cells: Cells | None
    """Layout of its values; null if it passes its input on."""


@dataclass(frozen=True, kw_only=True)
class WeightsPicture:
    """The weights of the first layer as a picture."""

    file: str
    """Name of the picture among the files."""
    layer: str
    """Name of the layer."""
    count: int
    """Number of neurons or kernels."""
    cells: Cells
    """Layout of the picture."""
    largest: list[float]
    """The largest absolute weight of each tile."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A misclassified example."""

    truth: str
    """Its label."""
    guess: str
    """The predicted label."""
    share: float
    """The predicted probability."""


@dataclass(frozen=True, kw_only=True)
class Miss:
    """An example with one of the largest errors."""

    truth: list[float]
    """Its target."""
    answer: list[float]
    """The prediction."""


@dataclass(frozen=True, kw_only=True)
class ClassesEvaluation:
    """The evaluation of a classifier."""

    kind: Literal["classes"]
    """`classes`."""
    part: Part
    """The part of the data."""
    name: str
    """Name of its examples."""
    rows: int
    """Number of examples."""
    labels: list[str]
    """The classes."""
    right: int
    """Number of examples classified correctly."""
    accuracy: float
    """Fraction of examples classified correctly."""
    confusion: list[list[int]]
    """Confusion matrix: a row for each true class, a column for each predicted one."""
    per_class: list[float | None]
    """Fraction of each class classified correctly; null if a class has no examples."""
    mistakes: list[Mistake]
    """The most confident errors."""


@dataclass(frozen=True, kw_only=True)
class ValuesEvaluation:
    """The evaluation of predicted values."""

    kind: Literal["values"]
    """`values`."""
    part: Part
    """The part of the data."""
    name: str
    """Name of its examples."""
    rows: int
    """Number of examples."""
    rmse: float
    """Root mean square error."""
    mean_absolute_error: float
    """Mean absolute error."""
    largest_error: float
    """Largest absolute error."""
    misses: list[Miss]
    """The examples with the largest errors."""


Evaluation = ClassesEvaluation | ValuesEvaluation


@dataclass(frozen=True, kw_only=True)
class MeasuredOn:
    """The real data set that evaluates a model trained on a substitute.

    Without a real data set all fields are missing.
    """

    source: str | None = None
    """See `Provenance`."""
    title: str | None = None
    """Title."""
    licence: str | None = None
    """Licence."""
    url: str | None = None
    """URL of its source."""
    description: str | None = None
    """Description of its content."""
    path: str | None = None
    """Names of its files."""
    sha256: str | None = None
    """SHA-256 of its file or files."""
    show_rows: bool | None = None
    """Whether the licence allows showing single examples."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The data of a model."""

    source: str
    """`builtin`, `local`, `download`, `generated` (by the model's own training), `author`, or
    `unknown` for a model from a file."""
    name: str
    """Name of the data set; "" for an author's own data."""
    title: str
    """Title."""
    licence: str
    """Licence."""
    url: str
    """URL of its source."""
    description: str
    """Description of its content."""
    split: str
    """Description of its split."""
    rows: int
    """Number of examples."""
    rows_by_part: dict[Part, int]
    """Number of examples, by part."""
    parts: dict[Part, str]
    """Names of the examples, by part."""
    sha256: str
    """SHA-256 of the file, of the list of files, or of the examples themselves."""
    path: str
    """Names of the files."""
    show_rows: bool
    """Whether the licence allows showing single examples."""
    measured_on: MeasuredOn
    """The real data set, for a model trained on a substitute."""


@dataclass(frozen=True, kw_only=True)
class Training:
    """The training of a model."""

    seed: int
    """Random seed."""
    epochs: int
    """Number of epochs."""
    optimizer: str
    """The optimizer, with its learning rate."""
    loss: str
    """The loss function."""
    history: dict[str, list[float]]
    """Loss and metrics, one value for each epoch."""


@dataclass(frozen=True, kw_only=True)
class BroughtFile:
    """The file that a trained model came in."""

    name: str
    """Name of the file or folder."""
    format: str
    """Format, in words."""
    written_by: str
    """Program and version that wrote it; "" if unknown."""
    as_graph: bool
    """Whether the network is a graph, without Keras' layers."""
    size_bytes: int
    """Size. Unit: bytes."""
    sha256: str
    """SHA-256 of the file; of a folder, of the list of its files."""


@dataclass(frozen=True, kw_only=True)
class ParityResult:
    """The replay of the golden cases on one backend in one format."""

    format: Format
    """The format."""
    backend: BackendName
    """The backend."""
    max_diff: float | None
    """Largest difference from Python; null for NaN or a missing prediction."""
    passed: bool
    """Whether the predictions are equal within the tolerance."""
    cases: int
    """Number of cases replayed as one batch."""
    singles: int
    """Number of cases replayed as single inputs, too."""
    tensors_leaked: int
    """Number of tensors that were not freed."""
    renderer: str
    """Name of the GPU; "" if none is used."""
    reason: str
    """Reason of a failure; "" if it passed."""


@dataclass(frozen=True, kw_only=True)
class ReplayResult:
    """The replay of a recorded training on one backend."""

    backend: BackendName
    """The backend."""
    optimizer: str
    """The optimizer; "" if none could be tried."""
    steps: int
    """Number of steps."""
    max_loss_diff: float | None
    """Largest difference of a loss from Python; null for NaN or a missing result."""
    max_weight_diff: float | None
    """Largest difference of a weight from Python; null for NaN or a missing result."""
    tolerance: float | None
    """Largest difference allowed; null if the training could not be tried."""
    passed: bool
    """Whether losses and weights are equal within the tolerance."""
    reason: str
    """Reason of a failure; "" if it passed."""
    course: Literal["wrong", "repaired"] | None = None
    """Training of a failure case; missing for a model."""


@dataclass(frozen=True, kw_only=True)
class EpochsResult:
    """The replay of a training's checkpoints on one backend."""

    backend: BackendName
    """The backend."""
    epochs: int
    """Number of checkpoints, including the last epoch."""
    max_diff: float | None
    """Largest difference of a prediction from Python; null for a missing prediction."""
    passed: bool
    """Whether the predictions are equal within the tolerance."""
    reason: str
    """Reason of a failure; "" if it passed."""


@dataclass(frozen=True, kw_only=True)
class Parity:
    """The proof of a model in a browser when the site was built."""

    proven: bool
    """Whether every backend and format is equal to Python within the tolerance."""
    reason: str
    """Why the model is not proven; "" if it is."""
    browser: str
    """Name and version of the browser; "" if none was used."""
    cases: int
    """Number of golden cases."""
    results: list[ParityResult]
    """One result for each format and backend."""
    training: list[ReplayResult] | None = None
    """For a model that trains in the browser, one result for each optimizer and backend."""
    epochs: EpochsResult | None = None
    """For a model with checkpoints."""
    exact: ExactResult | None = None
    """For a model that the exact engine covers."""
    unavailable: dict[BackendName, str] | None = None
    """The backends that this browser lacks or that can't run the model, with the reason."""

    @classmethod
    def none(cls, reason: str, cases: int) -> Parity:
        """Returns the parity of an unproven model."""
        return cls(proven=False, reason=reason, browser="", cases=cases, results=[])


@dataclass(frozen=True, kw_only=True)
class Storage:
    """A network whose weights are published in a smaller type than float32.

    The network itself is rounded to it: predictions in Python and in browsers are those of the
    rounded network.
    """

    type: Literal["float16", "uint8"]
    """The type."""
    weights_bytes: int
    """Size of the stored weights of the graph model, in bytes."""
    float32_bytes: int
    """Their size as float32, in bytes."""
    before: dict[str, float]
    """Loss and metrics before rounding, by name; `metrics` has those after it."""
    rows: int | None = None
    """Number of examples whose predictions were compared: at most 10,000 of the test set, or of the
    validation or training set if there is none."""
    max_change: float | None = None
    """Largest change of a prediction by rounding."""
    changed: int | None = None
    """For predictions of several values, the examples whose largest value changes place."""


@dataclass(frozen=True, kw_only=True)
class ModelEntry(PageEntry):
    """The complete entry of a model."""

    summary: str
    """One sentence for people."""
    tolerance_by: ToleranceBy | None = None
    """Who sets the tolerance: `law`, the bound of the exact engine for this network; `author`;
    `kind`, the output kind; `size`, that of the largest prediction. Missing on a site of an earlier
    version."""
    tolerance_reason: str
    """The reason for this tolerance; "" for the default of the output kind."""
    limits: str
    """Unsuitable uses, in the author's words."""
    intended: str | None = None
    """Intended users and uses, in the author's words."""
    licence: str | None = None
    """Licence of the trained model."""
    date: str | None = None
    """When the model was made: a year, month or day in ISO format."""
    connections: int | None
    """Multiplications by a weight for one input; null if unknown."""
    metrics: dict[str, float]
    """Loss and metrics at the end of the training, by name."""
    facts: dict[str, Json]
    """The values that the author's `facts` returned."""
    expect: dict[str, str]
    """The figures that the build requires, such as `≥ 0.9`."""
    data: Provenance
    """The training data."""
    training: Training
    """The training."""
    layers: list[Layer]
    """The network, from input to output."""
    weights: WeightsPicture | None
    """The first layer's weights; null if the input is not an image."""
    evaluation: Evaluation | None
    """The evaluation; null if there are no examples for it."""
    seeds: SeedsEntry | None = None
    """For a model trained from many seeds."""
    storage: Storage | None = None
    """For a model whose weights are published in a smaller type."""
    no_layers: LeftOut | None = None
    """For a model without the layers format."""
    brought: BroughtFile | None = None
    """For a model from a file, which was trained elsewhere."""
    parity: Parity
    """The proof in a browser when the site was built."""
    versions: dict[str, str]
    """Versions of the libraries used, by name."""
    cache_keys: dict[str, str]
    """Cache keys of the steps, by step."""
    source: str
    """The author's file, relative to the project."""

    def on_page(self) -> PageEntry:
        """Returns the part that a page contains."""
        return PageEntry(**{name: getattr(self, name) for name in fields_of(PageEntry)})
