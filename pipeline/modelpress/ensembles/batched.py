"""A network that is compiled once and trained again from each seed's first weights.

Most of a short training is the time that Keras takes to trace its graph; here that is paid once. A
seed's weights equal, to the bit, those of a training by itself with that seed.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.core.errors import ModelpressError, nearest
from modelpress.ensembles.spec import VALIDATION, Job, Start, State
from modelpress.recording.record_net import silence
from modelpress.recording.record_runs import fresh
from modelpress.training.fit import Loop, order, tensor


def start_of(job: Job, seed: int) -> Start:
    """A seed's first weights, and the state of what draws during its training (Dropout).

    They are drawn by Python's own generator, which must be nobody else's meanwhile: a worker of a
    cluster has threads that draw from it, so this is done before anything is sent there.
    """
    keras.utils.set_random_seed(seed)
    return seed, [variable.numpy() for variable in job.build().variables]


class Ensemble:
    """The trainings of a job.

    Raises ModelpressError for a measure that the training has not.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._net = fresh(job.build, 0)
        if job.silent:
            silence(self._net)
        self._net.compile(**{"jit_compile": False, **job.compiling})
        self._loop = Loop(self._net, job.batch_size)
        self._x, self._y = tensor(job.x), tensor(job.y)
        self._net._symbolic_build(data_batch=(self._x[: job.batch_size], self._y[: job.batch_size]))
        self._first_state = [v.numpy() for v in self._net.optimizer.variables]
        self._run = tf.function(self._run_epochs, autograph=False)
        self._part = [tensor(rows) for rows in self._measured_part()]

    def train(self, start: Start) -> float:
        """The measure at the end of one training; NaN where it diverged."""
        seed, first = start
        self._begin(first)
        found = self._run(self._x, self._y, self._orders(seed), self._part)
        figures = {name: float(value) for name, value in found.items()}
        weights = self._net.get_weights()
        finite = math.isfinite(figures["loss"]) and all(np.isfinite(w).all() for w in weights)
        return figures[self._job.measure.removeprefix(VALIDATION)] if finite else math.nan

    def weights(self) -> list[npt.NDArray[np.float32]]:
        """Those that the last training ended with."""
        found: list[npt.NDArray[np.float32]] = self._net.get_weights()
        return found

    def _begin(self, first: State) -> None:
        """The first weights, and an optimizer that has seen nothing."""
        for variable, value in zip(self._net.variables, first, strict=True):
            variable.assign(value)
        state = zip(self._net.optimizer.variables, self._first_state, strict=True)
        for variable, value in state:
            variable.assign(value)

    def _orders(self, seed: int) -> npt.NDArray[np.int32]:
        """The order of the rows in each epoch, (epochs, rows)."""
        job = self._job
        if job.shuffle:
            return np.stack([order(seed, epoch, len(job.x)) for epoch in range(job.epochs)])
        return np.tile(np.arange(len(job.x), dtype=np.int32), (job.epochs, 1))

    def _run_epochs(self, x: Any, y: Any, orders: Any, part: Any) -> Any:
        """The whole training, then the figures over a part's rows: in one call, since entering a
        graph takes as long as several batches."""
        batches = -(-x.shape[0] // self._job.batch_size)

        def run(epoch: Any) -> Any:
            self._loop.run_training(x, y, orders[epoch], 0, batches)
            return epoch + 1

        tf.while_loop(lambda e: e < tf.shape(orders)[0], run, [0], parallel_iterations=1)
        self._net.optimizer.finalize_variable_values(self._net.trainable_weights)
        self._net.reset_metrics()
        return self._loop.run_test(*part)

    def _measured_part(self) -> tuple[Any, Any]:
        """Inputs and targets that the measure is taken over."""
        job = self._job
        validating = job.measure.startswith(VALIDATION)
        names = list(self._net.get_metrics_result())
        known = names + [VALIDATION + name for name in names if job.validation]
        if job.measure not in known:
            raise ModelpressError(
                f"The training has no figure `{job.measure}`.{nearest(job.measure, known)}",
                where="field `seeds.measure`",
                expected=f"one of {', '.join(known)}",
            )
        return job.validation if validating and job.validation else (job.x, job.y)
