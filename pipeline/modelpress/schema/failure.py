"""The entry of a failure case: two trainings, one that goes wrong and one that is repaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from modelpress.schema.live import TrainingBackend
from modelpress.schema.model import DetailName, FileEntry, ReplayResult, TrainedEntry

CurveName = Literal["loss", "val_loss", "val_accuracy"]
CourseName = Literal["wrong", "repaired"]


@dataclass(frozen=True, kw_only=True)
class Example:
    """An input that both trainings predict."""

    name: str
    """Name of the input."""
    input: list[float]
    """The input, flattened."""
    right: list[float]
    """The target, multiplied by `scale`."""


@dataclass(frozen=True, kw_only=True)
class CourseEntry:
    """One of the two trainings in Python."""

    figure: float | None
    """The measured figure after the last step; null for NaN."""
    figures: list[float | None]
    """The figure of each seed, from seed 0; null for NaN."""
    often: int
    """Number of seeds whose training fails."""
    low: float | None
    """Minimum of `figures`."""
    median: float | None
    """Median of `figures`."""
    high: float | None
    """Maximum of `figures`."""
    steps: int
    """Number of steps."""
    first_loss: float
    """Loss of the first batch."""
    last_loss: float
    """Loss of the last batch."""
    rows: int
    """Number of examples."""
    validation_rows: int
    """Number of examples in the validation set."""
    split: str
    """Description of the data's split."""
    parameters: int
    """Number of weights and biases."""
    answers: list[list[float]]
    """Predictions for the `examples`, multiplied by `scale`."""
    points: list[tuple[int, float]]
    """Step and value of the curve; empty if the curve is the loss of each batch."""


@dataclass(frozen=True, kw_only=True)
class FailureParity:
    """The proof of a failure case in a browser when the site was built."""

    proven: bool
    """Whether both trainings are equal to Python within the tolerance."""
    reason: str
    """Why the failure case is not proven; "" if it is."""
    browser: str
    """Name and version of the browser; "" if none was used."""
    training: list[ReplayResult]
    """One result for each training."""

    @classmethod
    def none(cls, reason: str) -> FailureParity:
        """Returns the parity of an unproven failure case."""
        return cls(proven=False, reason=reason, browser="", training=[])


@dataclass(frozen=True, kw_only=True)
class FailureResult:
    """exhibit.json: the result of the step `fail`."""

    title: str
    """Title for people."""
    summary: str
    """One sentence for people."""
    repair: str
    """Name of the repair."""
    measured: str
    """Description of the measured figure."""
    fails: str
    """The bound that a failed training meets."""
    curve: CurveName
    """The curve of the chart."""
    seed: int
    """Random seed of the recorded trainings."""
    seeds: int
    """Number of seeds."""
    outputs: list[str]
    """Names of a prediction's values."""
    scale: float
    """Factor of a prediction's values for display."""
    examples: list[Example]
    """Inputs for the comparison."""
    wrong: CourseEntry
    """The training that goes wrong."""
    repaired: CourseEntry
    """The repaired training."""

    def course(self, name: CourseName) -> CourseEntry:
        """Returns one of the trainings."""
        return self.wrong if name == "wrong" else self.repaired


@dataclass(frozen=True, kw_only=True)
class FailureEntry(FailureResult):
    """The complete entry of a failure case."""

    version: str
    """Hash of the content."""
    base: str
    """Folder of the files, named after `version`, relative to the root of the site."""
    files: dict[str, FileEntry]
    """The published files, by name: `live.json` and `live.bin` of each training, and the source."""
    tolerance: dict[TrainingBackend, float]
    """Largest difference of a loss or weight from Python, by backend."""
    tolerance_reason: str
    """The author's reason for this tolerance; "" for the default."""
    parity: FailureParity
    """The proof in a browser when the site was built."""
    cache_keys: dict[str, str]
    """Cache keys of the steps, by step."""
    source: str
    """The author's file, relative to the project."""
    details: dict[DetailName, str] | None = None
    """Names of the files with the long fields, which the manifest leaves out."""


@dataclass(frozen=True, kw_only=True)
class FailureCourse:
    """One of the two trainings, as contained in the page of a failure case."""

    entry: TrainedEntry
    """The entry that the browser trains from."""
    losses: list[float]
    """Loss of each step's batch, before the step."""
    points: list[tuple[int, float]]
    """See `CourseEntry`."""
    answers: list[list[float]]
    """See `CourseEntry`."""


@dataclass(frozen=True, kw_only=True)
class FailureFigure:
    """The part of a failure case that its page contains."""

    curve: CurveName
    """See `FailureEntry`."""
    repair: str
    """See `FailureEntry`."""
    outputs: list[str]
    """See `FailureEntry`."""
    scale: float
    """See `FailureEntry`."""
    tolerance: float
    """Largest difference of a loss or weight from Python."""
    examples: list[list[float]]
    """Inputs for the comparison, flattened."""
    courses: dict[CourseName, FailureCourse]
    """The two trainings."""
