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
    """What it is called."""
    input: list[float]
    """The input, flattened."""
    right: list[float]
    """The target, multiplied by `scale`."""


@dataclass(frozen=True, kw_only=True)
class CourseEntry:
    """One of the two trainings, as Python ran it."""

    figure: float | None
    """What is measured at the end; null for NaN."""
    figures: list[float | None]
    """The same from each seed, from 0."""
    often: int
    """Number of seeds that go wrong."""
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
    """How the data is split."""
    parameters: int
    """Number of weights and biases."""
    answers: list[list[float]]
    """Predictions for the `examples`, multiplied by `scale`."""
    points: list[tuple[int, float]]
    """Step and value of the curve; empty where the curve is the loss of each batch."""


@dataclass(frozen=True, kw_only=True)
class FailureParity:
    """What a browser found of a failure case when the site was built."""

    proven: bool
    """Whether both trainings are equal to Python within the tolerance."""
    reason: str
    """Why they are not; "" where they are."""
    browser: str
    """Name and version of the browser; "" where none was used."""
    training: list[ReplayResult]
    """One for each training."""

    @classmethod
    def none(cls, reason: str) -> FailureParity:
        """Of a failure case that no browser has proven."""
        return cls(proven=False, reason=reason, browser="", training=[])


@dataclass(frozen=True, kw_only=True)
class FailureResult:
    """exhibit.json: what the step `fail` found of a failure case."""

    title: str
    """Title for people."""
    summary: str
    """One sentence for people."""
    repair: str
    """What the repair is called."""
    measured: str
    """What is measured, in words."""
    fails: str
    """The bound that a failed training meets."""
    curve: CurveName
    """The curve that is drawn."""
    seed: int
    """Random seed of the recorded trainings."""
    seeds: int
    """Number of seeds tried."""
    outputs: list[str]
    """Names of the values of a prediction."""
    scale: float
    """What the values of a prediction are multiplied by before they are shown."""
    examples: list[Example]
    """Inputs to compare."""
    wrong: CourseEntry
    """The training that goes wrong."""
    repaired: CourseEntry
    """The repaired training."""

    def course(self, name: CourseName) -> CourseEntry:
        """One of the trainings."""
        return self.wrong if name == "wrong" else self.repaired


@dataclass(frozen=True, kw_only=True)
class FailureEntry(FailureResult):
    """All that is known of a failure case."""

    version: str
    """Hash of the content."""
    base: str
    """Folder of the files, named after `version`; relative to the root of the site."""
    files: dict[str, FileEntry]
    """The published files, by name: of both trainings a `live.json` and a `live.bin`."""
    tolerance: dict[TrainingBackend, float]
    """Largest difference of a loss or weight from Python, by backend."""
    tolerance_reason: str
    """Why, in the author's words; "" for the default."""
    parity: FailureParity
    """What a browser found of it when the site was built."""
    cache_keys: dict[str, str]
    """The keys that its steps are cached under, by step."""
    source: str
    """The author's file, relative to the project."""
    details: dict[DetailName, str] | None = None
    """The files, by name, that hold the fields which this entry has not in the manifest."""


@dataclass(frozen=True, kw_only=True)
class FailureCourse:
    """One of the two trainings, as the page of a failure case carries it."""

    entry: TrainedEntry
    """What the browser trains from."""
    losses: list[float]
    """Loss of each step's batch, before the step."""
    points: list[tuple[int, float]]
    """As of `CourseEntry`."""
    answers: list[list[float]]
    """As of `CourseEntry`."""


@dataclass(frozen=True, kw_only=True)
class FailureFigure:
    """The part of a failure case that its page carries."""

    curve: CurveName
    """As of `FailureEntry`."""
    repair: str
    """As of `FailureEntry`."""
    outputs: list[str]
    """As of `FailureEntry`."""
    scale: float
    """As of `FailureEntry`."""
    tolerance: float
    """Largest difference of a loss or weight from Python."""
    examples: list[list[float]]
    """Inputs to compare, flattened."""
    courses: dict[CourseName, FailureCourse]
    """The two trainings."""
