"""Records and measures both trainings of a `Failure`, and repeats them with other random seeds.

Writes exhibit.json, and live.json and live.bin in each of `wrong/` and `repaired/`, as the step
`record` does. The same source gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from modelpress.core.errors import ModelFailure, ModelpressError
from modelpress.data import Data, Loaded
from modelpress.recording.record import ALL_WEIGHTS, record
from modelpress.recording.record_refusal import refused
from modelpress.recording.record_runs import Weights
from modelpress.recording.replay import LiveFiles
from modelpress.recording.stacked import trained_from
from modelpress.schema.document import plain, read, text
from modelpress.schema.failure import CourseEntry, Example, FailureResult
from modelpress.spec.expect import AtLeast
from modelpress.spec.failure import Failure, Training
from modelpress.spec.live import Live
from modelpress.spec.model import Model

EVERY_STEP = 10**9  # records all steps of a run


def fail(
    failure: Failure, load: Callable[[Any], Loaded], out: Path, progress: Callable[[str], None]
) -> None:
    """Writes exhibit.json, wrong/ and repaired/ into `out`.

    load: returns the data for a `Training.data`. progress: called with the current activity.

    Raises ModelFailure if the wrong training doesn't fail at `seed` or the repaired one does;
    ModelpressError for what the browser can't train.
    """
    courses: dict[str, CourseEntry] = {}
    for name, training in failure.trainings().items():
        progress(name)
        (out / name).mkdir()
        try:
            courses[name] = _RecordedTraining(
                failure, training, load(training.data), out / name
            ).entry()
        except ModelpressError as error:
            error.where = ", ".join(filter(None, (f"field `{name}`", error.where)))
            raise
    _require_contrast(failure, courses)
    found = {
        "title": failure.title,
        "summary": failure.summary,
        "repair": failure.repair,
        "measured": failure.measured,
        "fails": str(failure.fails),
        "curve": failure.curve,
        "seed": failure.seed,
        "seeds": failure.seeds,
        "outputs": list(failure.outputs),
        "scale": failure.scale,
        "examples": _examples(failure),
        **courses,
    }
    result = read(FailureResult, plain(found), "exhibit.json")
    (out / "exhibit.json").write_text(text(result), encoding="utf-8")


class _RecordedTraining:
    """One of the two trainings, recorded in `folder`."""

    def __init__(self, failure: Failure, training: Training, loaded: Loaded, folder: Path) -> None:
        self._failure, self._loaded = failure, loaded
        assert training.build is not None
        self._build = training.build
        model = Model(
            title=failure.title,
            expect={"loss": AtLeast(0)},
            data=training.data,
            build=training.build,
            compile=training.compile,
            fit=dict(training.fit or {}),
            seed=failure.seed,
            live=Live(
                replay=EVERY_STEP,
                tolerance=failure.tolerance,
                tolerance_reason=failure.tolerance_reason,
            ),
        )
        record(model, loaded, folder, lambda text: None, others=False)
        self._files = LiveFiles(folder / "live.json", folder / "live.bin")
        self._spec = self._files.spec
        self._net = training.build()
        if self._net.count_params() > ALL_WEIGHTS:
            raise refused(
                f"{self._net.count_params()} weights", f"at most {ALL_WEIGHTS} in a failure"
            )

    @property
    def _data(self) -> Data:
        assert self._loaded.data is not None  # `record` has refused None
        return self._loaded.data

    def entry(self) -> CourseEntry:
        """Returns the entry of this training in exhibit.json."""
        spec, failure = self._spec, self._failure
        recording = spec.recordings[spec.author]
        losses = self._files.floats(recording.losses.offset, recording.steps)
        self._net.set_weights(self._last_weights())
        figure = self._figure(float(losses[-1]))
        predictions = self._predictions()
        points = [] if failure.curve == "loss" else self._curve()
        weights_by_seed, last = trained_from(range(failure.seeds), self._build, self._files)
        figures = []
        for weights, loss in zip(weights_by_seed, last, strict=True):
            self._net.set_weights(weights)
            figures.append(self._figure(float(loss)))
        # A training that diverges has failed, whatever the measure.
        failed = [figure is None or failure.fails.met_by(figure) for figure in figures]
        known = [figure for figure in figures if figure is not None]
        return CourseEntry(
            figure=figure,
            figures=figures,
            often=sum(failed),
            low=min(known, default=None),
            median=float(np.median(known)) if known else None,
            high=max(known, default=None),
            steps=recording.steps,
            first_loss=_short(losses[0]),
            last_loss=_short(losses[-1]),
            rows=spec.rows,
            validation_rows=spec.validation_rows,
            split=self._data.split,
            parameters=int(self._net.count_params()),
            answers=predictions,
            points=points,
        )

    def _last_weights(self) -> Weights:
        """Returns the weights after the last recorded step, exact to the bit."""
        spec = self._spec
        check = spec.recordings[spec.author].checks[-1]
        shapes = [weight.shape for weight in spec.weights]
        sizes = [int(np.prod(shape)) for shape in shapes]
        flat = np.split(self._files.floats(check.offset, sum(sizes)), np.cumsum(sizes)[:-1])
        return [part.reshape(shape) for part, shape in zip(flat, shapes, strict=True)]

    def _figure(self, last_loss: float) -> float | None:
        """Returns the measure of the current network; None if it is NaN or infinite."""
        measure = self._failure.measure
        if callable(measure):
            figure = float(measure(self._net, self._data))
        elif measure == "loss":
            figure = last_loss
        else:
            figure = self._measured(measure)
        return figure if np.isfinite(figure) else None

    def _measured(self, name: str) -> float:
        """Returns loss or accuracy on a part: `accuracy`, `val_loss` or `val_accuracy`."""
        part = "validation_" if name.startswith("val_") else ""
        try:
            x, y = (self._files.examples(part + axis) for axis in "xy")
        except KeyError as error:
            raise ModelpressError(
                "There are no examples to measure this on.",
                where=f"field `measure`: {name}",
                expected="data with a part `validation`",
            ) from error
        predictions = np.asarray(self._net(tf.constant(x)), np.float32)
        if name.endswith("accuracy"):
            return float(np.mean(_correct(predictions, y)))
        return float(np.mean(keras.losses.get(self._spec.loss)(y, tf.constant(predictions))))

    def _curve(self) -> list[tuple[int, float]]:
        """Returns (step, value) pairs of the failure's curve on the validation set."""
        spec, name = self._spec, self._failure.curve.removeprefix("val_")
        known = spec.recordings[spec.author].validation or {}
        if name not in known:
            raise ModelpressError(
                "This curve has no values.",
                where=f"field `curve`: val_{name}",
                expected="data with a part `validation`"
                + (', and metrics=["accuracy"] in `compile`' if name == "accuracy" else ""),
            )
        steps = spec.validation_steps
        values = self._files.floats(known[name].offset, len(steps))
        return [(step, _short(value)) for step, value in zip(steps, values, strict=True)]

    def _predictions(self) -> list[list[float]]:
        """Returns the scaled predictions for the failure's examples."""
        shape = tuple(self._spec.input_shape)
        inputs = [self._input(name, values, shape) for name, values in _inputs(self._failure)]
        if not inputs:
            return []
        predictions = np.asarray(self._net(tf.constant(np.stack(inputs))), np.float32)
        return [[_short(v * self._failure.scale) for v in prediction] for prediction in predictions]

    def _input(self, name: str, values: Any, shape: tuple[int, ...]) -> Any:
        array = np.asarray(values, np.float32)
        if array.size != np.prod(shape):
            raise ModelpressError(
                f"The example {name!r} does not fit the network.",
                where="field `examples`",
                found=f"{array.size} values",
                expected=f"{int(np.prod(shape))}",
            )
        return array.reshape(shape)


def _inputs(failure: Failure) -> list[tuple[str, Any]]:
    return [(name, example) for name, (example, _) in failure.examples.items()]


def _examples(failure: Failure) -> list[Example]:
    """Returns name, input and target of each example; targets are scaled like predictions."""
    examples = []
    for name, (example, right) in failure.examples.items():
        examples.append(
            Example(
                name=name,
                input=[_short(v) for v in np.ravel(np.asarray(example, np.float32))],
                right=[_short(v * failure.scale) for v in np.ravel(right)],
            )
        )
    return examples


def _correct(predictions: Any, targets: Any) -> Any:
    """Returns which predictions are correct: by the largest value, or the threshold 0.5 for one."""
    if predictions.shape[1] == 1:
        return (predictions > 0.5)[:, 0] == (targets > 0.5)[:, 0]
    return np.argmax(predictions, axis=1) == np.argmax(targets, axis=1)


def _require_contrast(failure: Failure, courses: Mapping[str, CourseEntry]) -> None:
    for name, should_fail in (("wrong", True), ("repaired", False)):
        trained = courses[name]
        figure = trained.figure
        failed = figure is None or failure.fails.met_by(figure)
        if failed == should_fail:
            continue
        seeds = [
            seed
            for seed, each in enumerate(trained.figures)
            if (each is None or failure.fails.met_by(each)) == should_fail
        ]
        raise ModelFailure(
            "The training `wrong` does not fail."
            if should_fail
            else "The training `repaired` fails as well.",
            where=f"field `{name}`",
            found=f"{failure.measured}: {figure}, at seed {failure.seed}",
            expected=f"{'' if should_fail else 'not '}{failure.fails}",
            next_step=f"Choose another `seed`, such as {seeds[0]}, or another training."
            if seeds
            else "Change the training, or the bound in `fails`.",
        )


def _short(value: Any) -> float:
    """Returns the shortest decimal of a float32."""
    return float(str(np.float32(value)))
