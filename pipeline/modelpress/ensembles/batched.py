"""Compiles a network once and trains it again from the initial weights of each seed.

Tracing the graph takes most of a short training; here that happens once. The weights of a seed
equal, to the bit, those of a single training with that seed.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from modelpress.core.errors import ModelpressError, nearest
from modelpress.ensembles.spec import VALIDATION, Job, SeedState, State
from modelpress.recording.record_net import disable_dropout
from modelpress.recording.record_runs import build_seeded
from modelpress.training.fit import Loop, order, tensor


def seed_state(job: Job, seed: int) -> SeedState:
    """Returns a seed with its initial weights and the state of its random layers (Dropout).

    Initialisation uses Python's global random generator, which threads of a cluster's worker use
    too. So call this before sending work to a cluster.
    """
    keras.utils.set_random_seed(seed)
    return seed, [variable.numpy() for variable in job.build().variables]


class Ensemble:
    """The trainings of a job.

    Raises ModelpressError for a measure that the training doesn't compute.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._net = build_seeded(job.build, 0)
        if job.without_dropout:
            disable_dropout(self._net)
        self._net.compile(**{"jit_compile": False, **job.compiling})
        self._loop = Loop(self._net, job.batch_size)
        self._x, self._y = tensor(job.x), tensor(job.y)
        self._net._symbolic_build(data_batch=(self._x[: job.batch_size], self._y[: job.batch_size]))
        self._first_state = [v.numpy() for v in self._net.optimizer.variables]
        self._run = tf.function(self._run_epochs, autograph=False)
        self._part = [tensor(values) for values in self._measured_part()]

    def train(self, state: SeedState) -> float:
        """Returns the measure at the end of one training; NaN if it diverged."""
        seed, initial = state
        self._begin(initial)
        found = self._run(self._x, self._y, self._orders(seed), self._part)
        figures = {name: float(value) for name, value in found.items()}
        weights = self._net.get_weights()
        finite = math.isfinite(figures["loss"]) and all(np.isfinite(w).all() for w in weights)
        return figures[self._job.measure.removeprefix(VALIDATION)] if finite else math.nan

    def weights(self) -> list[npt.NDArray[np.float32]]:
        """Returns the weights at the end of the last training."""
        found: list[npt.NDArray[np.float32]] = self._net.get_weights()
        return found

    def _begin(self, initial: State) -> None:
        """Sets the initial weights and resets the optimizer."""
        for variable, value in zip(self._net.variables, initial, strict=True):
            variable.assign(value)
        state = zip(self._net.optimizer.variables, self._first_state, strict=True)
        for variable, value in state:
            variable.assign(value)

    def _orders(self, seed: int) -> npt.NDArray[np.int32]:
        """Returns the order of the examples in each epoch, (epochs, examples)."""
        job = self._job
        if job.shuffle:
            return np.stack([order(seed, epoch, len(job.x)) for epoch in range(job.epochs)])
        return np.tile(np.arange(len(job.x), dtype=np.int32), (job.epochs, 1))

    def _run_epochs(self, x: Any, y: Any, orders: Any, part: Any) -> Any:
        """Runs the whole training and returns the metrics on `part`.

        One call, because entering a graph takes as long as several batches.
        """
        batches = -(-x.shape[0] // self._job.batch_size)

        def run(epoch: Any) -> Any:
            self._loop.run_training(x, y, orders[epoch], 0, batches)
            return epoch + 1

        tf.while_loop(lambda e: e < tf.shape(orders)[0], run, [0], parallel_iterations=1)
        self._net.optimizer.finalize_variable_values(self._net.trainable_weights)
        self._net.reset_metrics()
        return self._loop.run_test(*part)

    def _measured_part(self) -> tuple[Any, Any]:
        """Returns inputs and targets of the part that the measure uses."""
        job = self._job
        on_validation = job.measure.startswith(VALIDATION)
        names = list(self._net.get_metrics_result())
        known = names + [VALIDATION + name for name in names if job.validation]
        if job.measure not in known:
            raise ModelpressError(
                f"The training has no figure `{job.measure}`.{nearest(job.measure, known)}",
                where="field `seeds.measure`",
                expected=f"one of {', '.join(known)}",
            )
        return job.validation if on_validation and job.validation else (job.x, job.y)
