"""Seeds: a model's training from many seeds, and what the spread of its results is.

Writes seeds.json. The same source, data and seeds give the same bytes, wherever they are trained.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from modelpress.core.errors import ModelpressError
from modelpress.data import Loaded
from modelpress.ensembles.batched import Ensemble, start_of
from modelpress.ensembles.job import packed, train_packed
from modelpress.ensembles.spec import VALIDATION, Job
from modelpress.recording.record_rows import Rows, chosen
from modelpress.recording.record_runs import fresh
from modelpress.recording.record_settings import metrics_of, short
from modelpress.schema.document import read, text
from modelpress.schema.seeds import SeedsEntry
from modelpress.spec.expect import AtLeast, AtMost
from modelpress.spec.fields import compile_for, fit_for
from modelpress.spec.model import Model
from modelpress.spec.seeds import Seeds
from modelpress.training.fit import COVERED, KERAS_BATCH_SIZE

if TYPE_CHECKING:
    from modelpress.processes.cluster import Machines
    from modelpress.spec.model import Model

# Another process pays where it saves more: TensorFlow takes some seconds to start, Keras one more
# to trace the training.
START_S = 6.0
_RISING = ("accuracy", "auc", "precision", "recall", "f1", "r2", "iou")  # more of it is better


def seeds(
    model: Model,
    loaded: Loaded,
    out: Path,
    machines: Machines,
    roots: Sequence[Path],
    progress: Callable[[int, int], None],
) -> None:
    """Trains `model`, which has `seeds`, from each of them and writes seeds.json into `out`.

    loaded: rows of what is trained. roots: folders of the project's own modules. progress: seeds
    that are done, and all.

    Raises ModelpressError for settings that can't be repeated from seeds.
    """
    asked = model.seeds
    assert isinstance(asked, Seeds)
    job = job_of(model, loaded)
    numbers = list(range(model.seed, model.seed + asked.count))
    values = []
    for part in _trained(job, numbers, machines, roots):
        values += part
        progress(len(values), len(numbers))
    entry = {
        "measure": asked.measure,
        "browser": browser_figure(asked.measure, job.compiling) if model.live else None,
        "live": model.live is not None,
        "higher_is_better": any(word in asked.measure for word in _RISING),
        "first_seed": model.seed,
        "count": asked.count,
        "epochs": job.epochs,
        "steps": job.steps,
        "shuffle": job.shuffle,
        "drawn_otherwise": asked.build is not None,
        **described(values, asked.reach),
    }
    (out / "seeds.json").write_text(text(read(SeedsEntry, entry, "seeds.json")), encoding="utf-8")


def job_of(model: Model, loaded: Loaded) -> Job:
    """The training that is repeated: the live run's, or the model's own."""
    live, asked = model.live, model.seeds
    assert asked is not None
    build = (live and live.build) or model.build
    assert build is not None
    fit = model.fit if live is None or live.fit is None else live.fit
    keywords = fit_for(fit, loaded.provenance["source"])
    rows = _rows(model, loaded, build)
    size = keywords.get("batch_size") or KERAS_BATCH_SIZE
    settings = model.compile if live is None or live.compile is None else live.compile
    # A schedule is that of the whole training, however early the seeds stop.
    compiling = compile_for(settings, keywords["epochs"] * -(-len(rows) // size))
    optimizer = keras.optimizers.get(compiling.get("optimizer", "rmsprop"))
    # An optimizer belongs to the network that it trains first.
    compiling["optimizer"] = type(optimizer).from_config(optimizer.get_config())
    _require_repeatable(model, keywords, compiling)
    validation = None
    if rows.validation_x is not None and rows.validation_y is not None:
        validation = rows.validation_x, rows.validation_y
    return Job(
        build=asked.build or build,
        silent=live is not None,
        compiling=compiling,
        x=rows.x,
        y=rows.y,
        validation=validation,
        epochs=min(asked.epochs or keywords["epochs"], keywords["epochs"]),
        batch_size=size,
        shuffle=keywords.get("shuffle", True),
        measure=asked.measure,
    )


def described(values: Sequence[float], reach: AtLeast | AtMost | None) -> dict[str, Any]:
    """What the values of all seeds, NaN for one that diverged, say together; null for what none
    can say. Quantiles are NumPy's, linear between neighbours."""
    known = np.array([value for value in values if math.isfinite(value)], np.float64)
    names = ("least", "lower_quartile", "median", "upper_quartile", "most")
    quantiles = np.quantile(known, (0, 0.25, 0.5, 0.75, 1)) if len(known) else [None] * 5
    found: dict[str, Any] = {
        "values": [short(value) if math.isfinite(value) else None for value in values],
        "diverged": len(values) - len(known),
        "mean": short(known.mean()) if len(known) else None,
        **{n: None if q is None else short(q) for n, q in zip(names, quantiles, strict=True)},
    }
    if reach is not None:
        found |= {"reach": str(reach), "reached": int(sum(map(reach.met_by, known)))}
    return found


def _trained(
    job: Job, numbers: Sequence[int], machines: Machines, roots: Sequence[Path]
) -> Iterator[list[float]]:
    """The values of all seeds in order, some at a time: on the cluster where one is named, in
    further processes where they pay, else here."""
    if machines.cluster:
        starts = [start_of(job, number) for number in numbers]
        yield from machines.map(train_packed, packed(job, roots), starts)
        return
    ensemble = Ensemble(job)
    # Traced with it, so the first tells nothing of the time.
    yield [ensemble.train(start_of(job, numbers[0]))]
    began = time.monotonic()
    yield [ensemble.train(start_of(job, numbers[1]))]
    rest = numbers[2:]
    left_s = (time.monotonic() - began) * len(rest)
    processes = min(machines.processes, len(rest))
    if processes > 1 and left_s * (1 - 1 / processes) > START_S:
        starts = [start_of(job, number) for number in rest]
        yield from replace(machines, processes=processes).map(
            train_packed, packed(job_copy(job), roots), starts
        )
        return
    for number in rest:
        yield [ensemble.train(start_of(job, number))]


def job_copy(job: Job) -> Job:
    """The job with an optimizer that has trained nothing."""
    optimizer = job.compiling["optimizer"]
    new = type(optimizer).from_config(optimizer.get_config())
    return Job(**{**vars(job), "compiling": {**job.compiling, "optimizer": new}})


def _rows(model: Model, loaded: Loaded, build: Callable[[], Any]) -> Rows:
    net = fresh(build, model.seed)
    if model.live is not None:
        return chosen(loaded, model.live, model.seed, net)
    data = loaded.data
    assert data is not None
    train, held_out = data.train, data.validation
    if held_out is None:
        return Rows(*map(_array, (train.x, train.y)))
    return Rows(*map(_array, (train.x, train.y, held_out.x, held_out.y)))


def _array(values: Any) -> Any:
    """Of Keras' own type: float32 for any float."""
    array = np.asarray(values)
    return array.astype(np.float32) if np.issubdtype(array.dtype, np.floating) else array


def _require_repeatable(model: Model, keywords: dict[str, Any], compiling: dict[str, Any]) -> None:
    other = [f"`{name}` in `fit`" for name in keywords if name not in COVERED[:3]]
    other += [f"`{name}`" for name in ("jit_compile", "run_eagerly") if compiling.get(name)]
    if model.augment and not model.live:
        other.append("`augment`")
    if other:
        raise ModelpressError(
            "This training can't be repeated from many seeds.",
            where="field `seeds`",
            found=other[0],
            expected="fit with epochs, batch_size and shuffle alone",
            next_step="Leave it out, or give the model a `live` run without it.",
        )


def browser_figure(measure: str, compiling: Mapping[str, Any]) -> str | None:
    """The figure of the browser's `evaluate` that is this measure; None where it has none."""
    name = measure.removeprefix(VALIDATION)
    if name == "loss":
        return measure
    metrics = compiling.get("metrics") or []
    for metric in metrics if isinstance(metrics, list | tuple) else [metrics]:
        own = metric if isinstance(metric, str) else getattr(metric, "name", "")
        known = metrics_of({"metrics": [metric]})
        if own == name and known:
            return measure.removesuffix(name) + known[0]
    return None
