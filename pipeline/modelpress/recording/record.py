"""Records the first steps of a live run in Keras, as the reference for the browser.

Writes live.json (network, settings, recordings) and live.bin (examples, initial weights, recorded
losses and weights; little-endian). The same source, data and seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from modelpress.data import Loaded
from modelpress.recording.record_curves import Curves, keras_metrics, predict, validation_steps
from modelpress.recording.record_keras import template
from modelpress.recording.record_net import described, disable_dropout
from modelpress.recording.record_rows import Bin, Examples, select_examples
from modelpress.recording.record_runs import Batches, Weights, build_seeded, run
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

MANY_CHECKS = 1_000  # networks with at most this many weights are checked at several steps
ALL_WEIGHTS = 10_000  # networks with at most this many weights are checked completely
SAMPLE = 4_096  # values checked of each weight otherwise


@dataclass(frozen=True)
class _Plan:
    """A live run with all settings resolved. initial: initial weights of each training."""

    net: Any
    build: Callable[[], Any]
    initial: Weights
    live: Live
    examples: Examples
    batches: Batches
    epochs: int
    compiling: dict[str, Any]
    layers: list[dict[str, Any]]
    left_out: list[str]
    losses: list[LossName]
    metrics: list[MetricName]

    @property
    def steps(self) -> int:
        """Recorded steps: `live.replay`, limited by the length of the run."""
        return min(self.live.replay, self.epochs * self.batches.in_epoch())

    def validation_steps(self) -> list[int]:
        """Returns the steps after which the validation set is measured."""
        return validation_steps(self.batches, self.steps, self.examples.validation_count)

    def own_optimizer(self) -> Any:
        """Returns a copy of the author's optimizer: an optimizer belongs to one network."""
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

    loaded: data of `live.data`, or of the model if `live` has none. progress: called with the name
    of each optimizer before its recording. others: whether to record further optimizers and write
    the Keras file that a reader exports.

    Raises ModelpressError for what the browser can't train and for data that may not be published,
    ModelFailure if a recording diverges.
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
    # A new network: recording has disabled the Dropout of the other.
    keras_file = None
    if others:
        offsets = template(build_seeded(plan.build, model.seed), out / "take.keras")
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
    net = build_seeded(build, model.seed)
    layers, left_out = described(net)
    disable_dropout(net)
    examples = select_examples(loaded, live, model.seed, net)
    fit = fit_for(
        model.fit if live.fit is None else live.fit, loaded.provenance["source"], "live.fit"
    )
    size = fit.get("batch_size") or KERAS_BATCH_SIZE
    batches = Batches(len(examples), size, model.seed, fit.get("shuffle", True))
    settings = model.compile if live.compile is None else live.compile
    compiling = compile_for(settings, fit["epochs"] * batches.in_epoch())
    losses = losses_of(compiling, live.losses, layers[-1].get("activation", ""))
    initial = net.get_weights()
    return _Plan(
        net,
        build,
        initial,
        live,
        examples,
        batches,
        fit["epochs"],
        compiling,
        layers,
        left_out,
        losses,
        metrics_of(compiling),
    )


def _settings(plan: _Plan, bin_file: Bin) -> LiveRun:
    """Returns the live run without its recordings."""
    net, examples, optimizer = plan.net, plan.examples, plan.own_optimizer()
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
        rows=len(examples),
        validation_rows=examples.validation_count,
        validation_steps=plan.validation_steps(),
        data=LiveData(
            x=bin_file.add_examples(examples.x),
            y=bin_file.add_examples(examples.y),
            validation_x=bin_file.add_optional_examples(examples.validation_x),
            validation_y=bin_file.add_optional_examples(examples.validation_y),
            probe_x=bin_file.add_optional_examples(examples.probe_x),
            probe_y=bin_file.add_optional_examples(examples.probe_y),
        ),
        first=FloatBlock(offset=bin_file.add(flattened(plan.initial))),
        author=0,
        # Whether this is the model's own training, or its beginning.
        own=all(getattr(plan.live, name) is None for name in ("data", "build", "compile", "fit")),
        tolerance=plan.live.tolerances(),
        tolerance_reason=plan.live.tolerance_reason,
        recordings=[],
        files={},
    )


def _recording(plan: _Plan, optimizer: Any, own_rates: Rates | None, bin_file: Bin) -> Recording:
    """Returns the recording of one training with `optimizer`, as in live.json."""
    net, steps = plan.net, plan.steps
    described = described_optimizer(optimizer)
    scheduled = rates_of(optimizer, 1) is not None
    metrics = keras_metrics(plan.metrics)
    net.compile(optimizer, plan.losses[0], metrics=metrics, jit_compile=False)
    net.set_weights(plan.initial)
    curves = Curves(net, plan.metrics, plan.examples, plan.validation_steps())
    few = net.count_params() <= MANY_CHECKS
    keep = sorted({1, max(1, steps // 2), steps}) if few else [steps]
    losses, saved = run(
        net, plan.examples.x, plan.examples.y, plan.batches, steps, keep, curves.on_step
    )
    return Recording(
        optimizer=described,
        rates=own_rates if scheduled else None,
        steps=steps,
        losses=FloatBlock(offset=bin_file.add(losses)),
        metrics=curves.metrics(bin_file),
        validation=curves.validation(bin_file),
        probe=_probe(plan, bin_file),
        checks=[_check(step, weights, bin_file) for step, weights in saved.items()],
    )


def _probe(plan: _Plan, bin_file: Bin) -> FloatBlock | None:
    """Returns the predictions for the probe examples with the current weights."""
    if plan.examples.probe_x is None:
        return None
    return FloatBlock(offset=bin_file.add(predict(plan.net, plan.examples.probe_x)))


def _check(step: int, weights: Weights, bin_file: Bin) -> Check:
    """Returns the weights, or evenly spaced values of each, and the norm of each."""
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
