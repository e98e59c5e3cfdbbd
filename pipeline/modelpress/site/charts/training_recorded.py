"""Reads Python's recording of a model's training for its page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from modelpress.core.errors import PageError
from modelpress.schema.document import read
from modelpress.schema.live import FloatBlock, LiveRun, Recording, Rows
from modelpress.site.context import Page, Site
from modelpress.site.fence_syntax import Block


@dataclass(frozen=True)
class Measured:
    """Loss and metric of one recorded run.

    losses, metric: value of each step's batch before the step. validation_loss, validation_metric:
    value after each of `Recorded.validation_steps`. Lists are empty without a metric or validation
    set.
    """

    losses: list[float]
    metric: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_metric: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Recorded:
    """A live run with its recordings.

    live: the live run. runs: one for each recording. url: URL of live.json, relative to the site
    root. probe: flat inputs (probe_x), targets (probe_y) and Python's predictions (probe), by name;
    empty without a probe.
    """

    live: LiveRun
    runs: list[Measured]
    url: str
    probe: Mapping[str, list[list[float]]]

    @property
    def own(self) -> Measured:
        """The run with the author's optimizer."""
        return self.runs[self.live.author]

    @property
    def metric(self) -> str:
        """The metric with a curve: the author's first; '' for none."""
        return next(iter(self.live.metrics), "")

    @property
    def validation_steps(self) -> list[int]:
        """Steps after which the validation set was evaluated."""
        return self.live.validation_steps


def read_recorded(site: Site, page: Page, block: Block) -> Recorded:
    """Returns a model's recording. Raises PageError if it has none, or if it is not readable."""
    entry = site.models[block.slug]
    where = f"{page.path}:{block.line + page.line_offset + 1}"
    if entry.live is None:
        able = sorted(slug for slug, other in site.models.items() if other.live)
        raise PageError(
            f"The model `{block.slug}` is not trained in the browser.",
            where=where,
            expected=f"a model with a recorded run: {', '.join(able) or '(none yet)'}",
            next_step="Give its Model the field `live=Live()`, and build again.",
        )
    url, bin_url = (entry.files[name].url for name in (entry.live.url, entry.live.bin))
    try:
        live = read(LiveRun, json.loads((site.public / url).read_bytes()), "live.json")
        content = site.public / bin_url
        runs = [_measured(live, each, content) for each in live.recordings]
        return Recorded(live, runs, url, _probe(live, content))
    except (OSError, ValueError, KeyError) as error:
        raise PageError(
            f"The recorded run of `{block.slug}` cannot be read: {error}",
            where=where,
            next_step="Run `modelpress build`, which records it.",
        ) from error


def _measured(live: LiveRun, recording: Recording, path: Path) -> Measured:
    names, validated = live.metrics, recording.validation or {}
    metric, checks = names[0] if names else "", len(live.validation_steps)
    steps, metrics = recording.steps, recording.metrics
    return Measured(
        read_values(path, recording.losses, steps),
        read_values(path, metrics.get(metric), steps),
        read_values(path, validated.get("loss"), checks),
        read_values(path, validated.get(metric), checks),
    )


def _probe(live: LiveRun, path: Path) -> dict[str, list[list[float]]]:
    x, y = live.data.probe_x, live.data.probe_y
    if x is None or y is None:
        return {}
    count, outputs = x.shape[0], int(np.prod(y.shape[1:]))
    predictions = read_values(path, live.recordings[live.author].probe, count * outputs)
    found = {"probe_x": read_examples(path, x), "probe_y": read_examples(path, y)}
    return {**found, "probe": np.reshape(predictions, (count, outputs)).tolist()}


def read_examples(path: Path, block: Rows) -> list[list[float]]:
    """Returns examples of live.bin, flattened, as shortest decimals of float32 values."""
    shape, dtype = block.shape, np.dtype(block.dtype).newbyteorder("<")
    raw = np.fromfile(path, dtype, count=int(np.prod(shape)), offset=block.offset)
    values = raw.astype(np.float32) / np.float32(1 if block.divisor is None else block.divisor)
    return [[float(str(value)) for value in example] for example in values.reshape(shape[0], -1)]


def read_values(path: Path, block: FloatBlock | None, count: int) -> list[float]:
    """Returns float32 values of live.bin as shortest decimals; [] without a block.

    Raises ValueError if the file is too short.
    """
    if block is None:
        return []
    raw = np.fromfile(path, "<f4", count=count, offset=block.offset)
    if len(raw) < count:
        raise ValueError(f"{path.name} ends too early")
    return [float(str(value)) for value in raw]
