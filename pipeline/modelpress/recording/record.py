"""Record: the first steps of a live run, by Keras, for the browser to be compared with.

Writes live.json (network, settings, what was recorded) and live.bin (rows, first weights, losses
and weights of the recordings; little endian). The same source, data and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from modelpress.data import Loaded
from modelpress.recording.record_curves import Curves, answers_of, keras_metrics, validation_steps
from modelpress.recording.record_keras import template
from modelpress.recording.record_net import described, silence
from modelpress.recording.record_rows import Bin, Rows, chosen
from modelpress.recording.record_runs import Batches, Weights, fresh, run
from modelpress.recording.record_settings import (
    described_optimizer,
    losses_of,
    metrics_of,
    named_optimizer,
    rates_of,
)
from modelpress.schema.document import read, text
from modelpress.schema.live import (
    Check,
    FloatBlock,
    KerasOffsets,
    LiveData,
    LiveLayer,
    LiveRun,
    LossName,
    MetricName,
    Rates,
    Recording,
    WeightSpec,
)
from modelpress.spec.fields import compile_for, fit_for
from modelpress.spec.live import Live
from modelpress.training.fit import KERAS_BATCH_SIZE
from modelpress.training.weights import flattened, weights_of

if TYPE_CHECKING:
    from modelpress.spec.model import Model

MANY_CHECKS = 1_000  # up to so many weights they are checked at several steps
ALL_WEIGHTS = 10_000  # up to so many weights all of them are checked
SAMPLE = 4_096  # of each weight's values, where not all are


@dataclass(frozen=True)
class _Plan:
    """A live run with everything settled. first: the weights that each training starts with."""

    net: Any
    build: Callable[[], Any]
    first: Weights
    live: Live
    rows: Rows
    batches: Batches
    epochs: int
    compiling: dict[str, Any]
    layers: list[dict[str, Any]]
    left_out: list[str]
    losses: list[LossName]
    metrics: list[MetricName]

    @property
    def steps(self) -> int:
        """Steps that are recorded: what is asked for, and no more than the whole run has."""
        return min(self.live.replay, self.epochs * self.batches.in_epoch())

    def validation_steps(self) -> list[int]:
        """Steps after which the validation rows are measured."""
        return validation_steps(self.batches, self.steps, self.rows.validating)

    def own_optimizer(self) -> Any:
        """The author's optimizer, new each time: it belongs to the network it trains."""
        found = keras.optimizers.get(self.compiling.get("optimizer", "rmsprop"))
        return type(found).from_config(found.get_config())


def record(
    model: Model,
    loaded: Loaded,
    out: Path,
    progress: Callable[[str], None],
    *,
    others: bool = True,
) -> None:
    """Writes live.json, live.bin and take.keras of `model`, which has a `live`, into `out`.

    loaded: rows of `live.data`, or of the model's own data where it has none. progress: is told
    the name of each optimizer before its recording. others: record the optimizers besides the
    author's own too, and write what a reader takes home.

    Raises ModelpressError for what the browser can't train and for rows that may not be published,
    ModelFailure where a recording diverges.
    """
    plan = _planned(model, loaded)
    bin_file = Bin()
    run = _settings(plan, bin_file)
    own, rates = run.optimizer.name, plan.live.all_rates()
    recordings = []
    for name in (own, *(other for other in rates if others and other != own)):
        progress(name)
        optimizer = plan.own_optimizer() if name == own else named_optimizer(name, rates[name])
        recordings.append(_recording(plan, optimizer, run.rates, bin_file))
    # Built anew: recording has silenced the Dropout of the other one.
    keras_file = None
    if others:
        offsets = template(fresh(plan.build, model.seed), out / "take.keras")
        keras_file = KerasOffsets(offsets=offsets)
    content = bin_file.bytes()
    sizes = {"live.bin": len(content)}
    run = replace(run, recordings=recordings, keras=keras_file, files=sizes)
    (out / "live.json").write_text(text(run), encoding="utf-8")
    (out / "live.bin").write_bytes(content)


def _planned(model: Model, loaded: Loaded) -> _Plan:
    live = model.live
    assert live is not None
    build = live.build or model.build
    assert build is not None
    net = fresh(build, model.seed)
    layers, left_out = described(net)
    silence(net)
    rows = chosen(loaded, live, model.seed, net)
    fit = fit_for(
        model.fit if live.fit is None else live.fit, loaded.provenance["source"], "live.fit"
    )
    size = fit.get("batch_size") or KERAS_BATCH_SIZE
    batches = Batches(len(rows), size, model.seed, fit.get("shuffle", True))
    settings = model.compile if live.compile is None else live.compile
    compiling = compile_for(settings, fit["epochs"] * batches.in_epoch())
    losses = losses_of(compiling, live.losses, layers[-1].get("activation", ""))
    first = net.get_weights()
    return _Plan(
        net,
        build,
        first,
        live,
        rows,
        batches,
        fit["epochs"],
        compiling,
        layers,
        left_out,
        losses,
        metrics_of(compiling),
    )


def _settings(plan: _Plan, bin_file: Bin) -> LiveRun:
    """The live run without its recordings."""
    net, rows, optimizer = plan.net, plan.rows, plan.own_optimizer()
    rates = rates_of(optimizer, max(plan.steps, plan.epochs * plan.batches.in_epoch()))
    return LiveRun(
        input_shape=list(net.input_shape[1:]),
        layers=[read(LiveLayer, layer, "layers") for layer in plan.layers],
        left_out=plan.left_out,
        weights=[read(WeightSpec, weight, "weights") for weight in weights_of(net)],
        loss=plan.losses[0],
        losses=plan.losses,
        metrics=plan.metrics,
        optimizer=described_optimizer(optimizer),
        rates=None if rates is None else Rates(offset=bin_file.add(rates), count=len(rates)),
        batch_size=plan.batches.size,
        epochs=plan.epochs,
        shuffle=plan.batches.shuffle,
        seed=plan.batches.seed,
        rows=len(rows),
        validation_rows=rows.validating,
        validation_steps=plan.validation_steps(),
        data=LiveData(
            x=bin_file.rows(rows.x),
            y=bin_file.rows(rows.y),
            validation_x=bin_file.some_rows(rows.validation_x),
            validation_y=bin_file.some_rows(rows.validation_y),
            probe_x=bin_file.some_rows(rows.probe_x),
            probe_y=bin_file.some_rows(rows.probe_y),
        ),
        first=FloatBlock(offset=bin_file.add(flattened(plan.first))),
        author=0,
        # Whether it is the model's own training, or the beginning of it.
        own=all(getattr(plan.live, name) is None for name in ("data", "build", "compile", "fit")),
        tolerance=plan.live.tolerances(),
        tolerance_reason=plan.live.tolerance_reason,
        recordings=[],
        files={},
    )


def _recording(plan: _Plan, optimizer: Any, own_rates: Rates | None, bin_file: Bin) -> Recording:
    """One training with this optimizer, as live.json has it."""
    net, steps = plan.net, plan.steps
    described = described_optimizer(optimizer)
    scheduled = rates_of(optimizer, 1) is not None
    metrics = keras_metrics(plan.metrics)
    net.compile(optimizer, plan.losses[0], metrics=metrics, jit_compile=False)
    net.set_weights(plan.first)
    curves = Curves(net, plan.metrics, plan.rows, plan.validation_steps())
    few = net.count_params() <= MANY_CHECKS
    keep = sorted({1, max(1, steps // 2), steps}) if few else [steps]
    losses, kept = run(net, plan.rows.x, plan.rows.y, plan.batches, steps, keep, curves.saw)
    return Recording(
        optimizer=described,
        rates=own_rates if scheduled else None,
        steps=steps,
        losses=FloatBlock(offset=bin_file.add(losses)),
        metrics=curves.metrics(bin_file),
        validation=curves.validation(bin_file),
        probe=_probe(plan, bin_file),
        checks=[_check(step, weights, bin_file) for step, weights in kept.items()],
    )


def _probe(plan: _Plan, bin_file: Bin) -> FloatBlock | None:
    """The answers to the rows to look at, with the weights as they are."""
    if plan.rows.probe_x is None:
        return None
    return FloatBlock(offset=bin_file.add(answers_of(plan.net, plan.rows.probe_x)))


def _check(step: int, weights: Weights, bin_file: Bin) -> Check:
    """The weights, or evenly spaced values of each, and the length of each as a vector."""
    count = sum(values.size for values in weights)
    every = [-(-values.size // SAMPLE) if count > ALL_WEIGHTS else 1 for values in weights]
    sampled = [values.ravel()[::n] for values, n in zip(weights, every, strict=True)]
    norms = [float(np.linalg.norm(values.astype(np.float64))) for values in weights]
    return Check(
        step=step,
        offset=bin_file.add(flattened(sampled)),
        norms=norms,
        every=every if max(every) > 1 else None,
    )
