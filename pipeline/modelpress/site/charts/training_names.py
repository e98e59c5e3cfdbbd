"""Names of what a training is made of, and its number of steps."""

from __future__ import annotations

from modelpress.schema.live import LiveRun

OPTIMIZERS = {
    "sgd": "Gradient descent (SGD)",
    "momentum": "SGD with momentum",
    "rmsprop": "RMSprop",
    "adam": "Adam",
}
LOSSES = {
    "mse": "mean squared error",
    "mae": "mean absolute error",
    "binary_crossentropy": "binary cross-entropy",
    "categorical_crossentropy": "cross-entropy",
}
METRICS = {"accuracy": "accuracy", "rmse": "root mean squared error", "mae": "mean error"}


def own_batch(live: LiveRun) -> int:
    """Returns the author's batch size, limited to the number of examples."""
    return min(live.batch_size, live.rows)


def steps_of(live: LiveRun) -> int:
    """Returns the number of optimizer steps of the author's whole training."""
    return live.epochs * -(-live.rows // own_batch(live))
