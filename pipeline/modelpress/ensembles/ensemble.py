"""Trains a model with many random seeds and summarises the spread of results.

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
from modelpress.ensembles.batched import Ensemble, seed_state
from modelpress.ensembles.job import packed, train_packed
from modelpress.ensembles.spec import VALIDATION, Job
from modelpress.recording.record_rows import Examples, select_examples
from modelpress.recording.record_runs import build_seeded
from modelpress.recording.record_settings import metrics_of, short
from modelpress.schema.document import read, text
from modelpress.schema.seeds import SeedsEntry
from modelpress.spec.expect import AtLeast, AtMost
from modelpress.spec.fields import compile_for, fit_for
from modelpress.spec.model import Model
from modelpress.spec.seeds import Seeds
from modelpress.training.fit import KERAS_BATCH_SIZE, SUPPORTED

if TYPE_CHECKING:
    from modelpress.processes.cluster import Executor
    from modelpress.spec.model import Model

# Further processes must save more time than this: TensorFlow takes some seconds to start, and
# Keras one more to trace the training.
START_S = 6.0
_RISING = ("accuracy", "auc", "precision", "recall", "f1", "r2", "iou")  # higher is better


def seeds(
    model: Model,
    loaded: Loaded,
    out: Path,
    executor: Executor,
    roots: Sequence[Path],
    progress: Callable[[int, int], None],
) -> None:
    """Trains `model`, which has `seeds`, with each of them and writes seeds.json into `out`.

    loaded: data of the repeated training. executor: where trainings run. roots: folders of the
    project's own modules. progress: called with the number of finished seeds and of all.

    Raises ModelpressError for settings that can't be repeated with other seeds.
    """
    requested = model.seeds
    assert isinstance(requested, Seeds)
    job = job_of(model, loaded)
    numbers = list(range(model.seed, model.seed + requested.count))
    values = []
    for part in _trained(job, numbers, executor, roots):
        values += part
        progress(len(values), len(numbers))
    entry = {
        "measure": requested.measure,
        "browser": browser_figure(requested.measure, job.compiling) if model.live else None,
        "live": model.live is not None,
        "higher_is_better": any(word in requested.measure for word in _RISING),
        "first_seed": model.seed,
        "count": requested.count,
        "epochs": job.epochs,
        "steps": job.steps,
        "shuffle": job.shuffle,
        "drawn_otherwise": requested.build is not None,
        **described(values, requested.reach),
    }
    (out / "seeds.json").write_text(text(read(SeedsEntry, entry, "seeds.json")), encoding="utf-8")


def job_of(model: Model, loaded: Loaded) -> Job:
    """Returns the training to repeat: the live run's if the model has one, else the model's own."""
    live, requested = model.live, model.seeds
    assert requested is not None
    build = (live and live.build) or model.build
    assert build is not None
    fit = model.fit if live is None or live.fit is None else live.fit
    keywords = fit_for(fit, loaded.provenance["source"])
    examples = _examples(model, loaded, build)
    size = keywords.get("batch_size") or KERAS_BATCH_SIZE
    settings = model.compile if live is None or live.compile is None else live.compile
    # A schedule follows the whole training, even if the seeds stop earlier.
    compiling = compile_for(settings, keywords["epochs"] * -(-len(examples) // size))
    optimizer = keras.optimizers.get(compiling.get("optimizer", "rmsprop"))
    # An optimizer belongs to the first network that it trains.
    compiling["optimizer"] = type(optimizer).from_config(optimizer.get_config())
    _require_repeatable(model, keywords, compiling)
    validation = None
    if examples.validation_x is not None and examples.validation_y is not None:
        validation = examples.validation_x, examples.validation_y
    return Job(
        build=requested.build or build,
        without_dropout=live is not None,
        compiling=compiling,
        x=examples.x,
        y=examples.y,
        validation=validation,
        epochs=min(requested.epochs or keywords["epochs"], keywords["epochs"]),
        batch_size=size,
        shuffle=keywords.get("shuffle", True),
        measure=requested.measure,
    )


def described(values: Sequence[float], reach: AtLeast | AtMost | None) -> dict[str, Any]:
    """Returns the summary of the values of all seeds, NaN for one that diverged.

    Statistics without a value are null. Quantiles interpolate linearly, as NumPy does by default.
    """
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
    job: Job, numbers: Sequence[int], executor: Executor, roots: Sequence[Path]
) -> Iterator[list[float]]:
    """Yields the values of all seeds, in order and in parts.

    Runs on the cluster if one is set, in further processes if they save time, else here.
    """
    if executor.cluster:
        seed_states = [seed_state(job, number) for number in numbers]
        yield from executor.map(train_packed, packed(job, roots), seed_states)
        return
    ensemble = Ensemble(job)
    # The first training includes tracing, so the second one is timed.
    yield [ensemble.train(seed_state(job, numbers[0]))]
    began = time.monotonic()
    yield [ensemble.train(seed_state(job, numbers[1]))]
    rest = numbers[2:]
    left_s = (time.monotonic() - began) * len(rest)
    processes = min(executor.processes, len(rest))
    if processes > 1 and left_s * (1 - 1 / processes) > START_S:
        seed_states = [seed_state(job, number) for number in rest]
        yield from replace(executor, processes=processes).map(
            train_packed, packed(job_copy(job), roots), seed_states
        )
        return
    for number in rest:
        yield [ensemble.train(seed_state(job, number))]


def job_copy(job: Job) -> Job:
    """Returns the job with a new optimizer."""
    optimizer = job.compiling["optimizer"]
    new = type(optimizer).from_config(optimizer.get_config())
    return Job(**{**vars(job), "compiling": {**job.compiling, "optimizer": new}})


def _examples(model: Model, loaded: Loaded, build: Callable[[], Any]) -> Examples:
    net = build_seeded(build, model.seed)
    if model.live is not None:
        return select_examples(loaded, model.live, model.seed, net)
    data = loaded.data
    assert data is not None
    train, validation = data.train, data.validation
    if validation is None:
        return Examples(*map(_array, (train.x, train.y)))
    return Examples(*map(_array, (train.x, train.y, validation.x, validation.y)))


def _array(values: Any) -> Any:
    """Returns float32 for any float; other dtypes stay."""
    array = np.asarray(values)
    return array.astype(np.float32) if np.issubdtype(array.dtype, np.floating) else array


def _require_repeatable(model: Model, keywords: dict[str, Any], compiling: dict[str, Any]) -> None:
    other = [f"`{name}` in `fit`" for name in keywords if name not in SUPPORTED[:3]]
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
    """Returns the name of this measure in the browser's `evaluate`; None if it has none."""
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
