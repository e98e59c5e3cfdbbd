"""The entry of a model: what its pages, the manifest and the browser read.

`PageEntry` is the part that a page carries for its figures; `ModelEntry` is all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelpress.schema.document import Json, fields_of, plain, rest
from modelpress.schema.live import TrainingBackend
from modelpress.schema.seeds import SeedsEntry

BackendName = Literal["cpu", "wasm", "webgl", "webgpu"]
Format = Literal["graph", "layers"]
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
    """To predict with."""
    layers: FormatFiles
    """To look into and to train."""


@dataclass(frozen=True, kw_only=True)
class InputSpec:
    """What a model takes."""

    kind: str
    """Input kind, such as `number` or `drawing`."""
    shape: list[int]
    """Shape of one input, without the batch."""
    more: dict[str, Json] = rest()  # noqa: RUF009
    """Further fields belong to the kind: `min`, `max`, `default`, …"""

    def as_dict(self) -> dict[str, Json]:
        """As `modelpress.inputs.from_spec` takes it."""
        found: dict[str, Json] = plain(self)
        return found


@dataclass(frozen=True, kw_only=True)
class OutputSpec:
    """What a model predicts."""

    kind: str
    """Output kind, such as `classes` or `number`."""
    shape: list[int]
    """Shape of one prediction, without the batch."""
    labels: list[str] | None = None
    """Names of the classes, of a kind that has them."""
    more: dict[str, Json] = rest()  # noqa: RUF009
    """Further fields belong to the kind."""

    def as_dict(self) -> dict[str, Json]:
        """As `modelpress.outputs.from_spec` takes it."""
        found: dict[str, Json] = plain(self)
        return found


@dataclass(frozen=True, kw_only=True)
class Start:
    """The first input that a figure shows."""

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
    """Network, settings and recordings: see `LiveRun`."""
    bin: str
    """The arrays of the live run."""
    keras: str | None = None
    """The Keras file that readers export with their weights in it."""
    steps: int | None = None
    """Steps that Python recorded."""
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
    """Name of the file that holds their weights."""
    epochs: list[int]
    """The epochs with a checkpoint, ascending, without the last one."""
    last: int
    """The last epoch, whose weights are the model's."""
    unit: Unit
    """What is counted: epochs, or steps of an author's own training."""
    encoding: Encoding
    """How the weights are stored."""
    rounding: float
    """Largest change of a prediction for a golden case through `encoding`; 0: none."""
    first: dict[str, float]
    """Loss and metrics before training, by name."""
    weights: list[tuple[str, list[int]]]
    """Name and shape of each weight in Keras' order."""
    probes: list[int]
    """Numbers of the golden cases that predictions are stored for."""
    size_bytes: int
    """Size of the file. Unit: bytes."""
    trains: bool
    """Whether a training in the browser can continue from them."""


@dataclass(frozen=True, kw_only=True)
class TrainedEntry:
    """What a training in the browser needs of an entry: of a model, or one training of a failure
    case."""

    title: str
    """Title for people."""
    files: dict[str, FileEntry]
    """The published files, by name."""
    live: LiveEntry | None = None
    """Of a model that trains in the browser."""
    epochs: EpochsEntry | None = None
    """Of a model whose training kept checkpoints."""


@dataclass(frozen=True, kw_only=True)
class PageEntry(TrainedEntry):
    """The part of a model's entry that a page carries for its figures."""

    version: str
    """Hash of the content."""
    base: str
    """Folder of the files, named after `version`; relative to the root of the site."""
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
    """What it takes."""
    output: OutputSpec
    """What it predicts."""
    start: Start
    """The first input shown."""
    details: dict[DetailName, str] | None = None
    """The files, by name, that hold the fields which this entry has not in the manifest."""


@dataclass(frozen=True, kw_only=True)
class Cells:
    """How the values of a layer are laid out in a picture."""

    tiles: int
    """Number of tiles, one a map."""
    columns: int
    """Tiles in a row."""
    height: int
    """Height of a tile. Unit: cells."""
    width: int
    """Width of a tile. Unit: cells."""

    def as_dict(self) -> dict[str, int]:
        """By name."""
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
    """Shape of its output, without the batch; null where it has several."""
    parameters: int
    """Number of weights and biases."""
    connections: int | None
    """Multiplications by a weight for one input; null where unknown."""
    cells: Cells | None
    """How its values are drawn; null where it passes its input on."""


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
    """How the picture is laid out."""
    largest: list[float]
    """Of each tile its largest absolute weight."""


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """An example that the model classifies wrongly."""

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
    """How well a model classifies examples."""

    kind: Literal["classes"]
    """`classes`."""
    part: Part
    """Which part of the data."""
    name: str
    """What its examples are called."""
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
    """Of each class the fraction classified correctly; null where it has no examples."""
    mistakes: list[Mistake]
    """The most confident errors."""


@dataclass(frozen=True, kw_only=True)
class ValuesEvaluation:
    """How near a model's predictions come to targets."""

    kind: Literal["values"]
    """`values`."""
    part: Part
    """Which part of the data."""
    name: str
    """What its examples are called."""
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
    """The real data set that a model trained on a substitute is measured on; all fields are missing
    where there is none."""

    source: str | None = None
    """As of `Provenance`."""
    title: str | None = None
    """Title."""
    licence: str | None = None
    """Licence."""
    url: str | None = None
    """Where it comes from."""
    description: str | None = None
    """What it holds."""
    path: str | None = None
    """Names of its files."""
    sha256: str | None = None
    """SHA-256 of its file or files."""
    show_rows: bool | None = None
    """Whether its licence allows single examples to be shown."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The data of a model."""

    source: str
    """`builtin`, `local`, `download`, `generated` (by the model's own training) or `author`."""
    name: str
    """Name of the data set; "" for an author's own data."""
    title: str
    """Title."""
    licence: str
    """Licence."""
    url: str
    """Where it comes from."""
    description: str
    """What it holds."""
    split: str
    """How it is split."""
    rows: int
    """Number of examples."""
    rows_by_part: dict[Part, int]
    """Number of examples, by part."""
    parts: dict[Part, str]
    """What the examples are called, by part."""
    sha256: str
    """SHA-256 of the file, of the list of files, or of the examples themselves."""
    path: str
    """Names of the files."""
    show_rows: bool
    """Whether the licence allows single examples to be shown."""
    measured_on: MeasuredOn
    """The real data set, for a model trained on a substitute."""


@dataclass(frozen=True, kw_only=True)
class Training:
    """How a model was trained."""

    seed: int
    """Random seed."""
    epochs: int
    """Number of epochs."""
    optimizer: str
    """The optimizer, with its learning rate."""
    loss: str
    """The loss function."""
    history: dict[str, list[float]]
    """Loss and metrics, a value an epoch."""


@dataclass(frozen=True, kw_only=True)
class ParityResult:
    """The golden cases, replayed on one backend in one format."""

    format: Format
    """The format."""
    backend: BackendName
    """The backend."""
    max_diff: float | None
    """Largest difference from Python; null for NaN, or no prediction."""
    passed: bool
    """Whether it is equal within the tolerance."""
    cases: int
    """Number of cases replayed as one batch."""
    singles: int
    """How many of them were replayed as single inputs, too."""
    tensors_leaked: int
    """Tensors that were not freed."""
    renderer: str
    """Name of the GPU; "" where none is used."""
    reason: str
    """Why it failed; "" where it passed."""


@dataclass(frozen=True, kw_only=True)
class ReplayResult:
    """A recorded training, replayed on one backend."""

    backend: BackendName
    """The backend."""
    optimizer: str
    """The optimizer; "" where none could be tried."""
    steps: int
    """Number of steps."""
    max_loss_diff: float | None
    """Largest difference of a loss from Python; null for NaN, or no result."""
    max_weight_diff: float | None
    """Largest difference of a weight from Python; null for NaN, or no result."""
    tolerance: float | None
    """Largest difference allowed; null where the training could not be tried."""
    passed: bool
    """Whether it is equal within the tolerance."""
    reason: str
    """Why it failed; "" where it passed."""
    course: Literal["wrong", "repaired"] | None = None
    """Which training of a failure case; missing for a model."""


@dataclass(frozen=True, kw_only=True)
class EpochsResult:
    """The checkpoints of a training, replayed on one backend."""

    backend: BackendName
    """The backend."""
    epochs: int
    """Number of checkpoints, the last epoch included."""
    max_diff: float | None
    """Largest difference of a prediction from Python; null for no prediction."""
    passed: bool
    """Whether it is equal within the tolerance."""
    reason: str
    """Why it failed; "" where it passed."""


@dataclass(frozen=True, kw_only=True)
class Parity:
    """What a browser found of a model when the site was built."""

    proven: bool
    """Whether every backend and format is equal to Python within the tolerance."""
    reason: str
    """Why it is not; "" where it is."""
    browser: str
    """Name and version of the browser; "" where none was used."""
    cases: int
    """Number of golden cases."""
    results: list[ParityResult]
    """One for each format and backend."""
    training: list[ReplayResult] | None = None
    """Of a model that trains in the browser, one for each optimizer and backend."""
    epochs: EpochsResult | None = None
    """Of a model whose training kept checkpoints."""
    unavailable: dict[BackendName, str] | None = None
    """The backends that this browser has not, with the reason."""

    @classmethod
    def none(cls, reason: str, cases: int) -> Parity:
        """Of a model that no browser has proven."""
        return cls(proven=False, reason=reason, browser="", cases=cases, results=[])


@dataclass(frozen=True, kw_only=True)
class ModelEntry(PageEntry):
    """All that is known of a model."""

    summary: str
    """One sentence for people."""
    tolerance_reason: str
    """Why this tolerance; "" for the default of the output kind."""
    limits: str
    """What it should not be used for, in the author's words."""
    connections: int | None
    """Multiplications by a weight for one input; null where unknown."""
    metrics: dict[str, float]
    """Loss and metrics at the end of the training, by name."""
    facts: dict[str, Json]
    """What the author's `facts` returned."""
    expect: dict[str, str]
    """The figures that the build requires, such as `≥ 0.9`."""
    data: Provenance
    """What it was trained on."""
    training: Training
    """How it was trained."""
    layers: list[Layer]
    """The network, from input to output."""
    weights: WeightsPicture | None
    """The first layer's weights; null where the input is no image."""
    evaluation: Evaluation | None
    """How good it is; null where there are no examples to measure."""
    seeds: SeedsEntry | None = None
    """Of a model that is trained from many seeds."""
    parity: Parity
    """What a browser found of it when the site was built."""
    versions: dict[str, str]
    """The libraries that made it, by name."""
    cache_keys: dict[str, str]
    """The keys that its steps are cached under, by step."""
    source: str
    """The author's file, relative to the project."""

    def on_page(self) -> PageEntry:
        """The part that a page carries."""
        return PageEntry(**{name: getattr(self, name) for name in fields_of(PageEntry)})
