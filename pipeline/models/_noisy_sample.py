"""The data of the two overfitting models: a few points of a curve, with noise."""

import numpy as np

from modelpress.data import Data, Split

POINTS = 15
NOISE = 0.3  # standard deviation of the noise of each point


def truth(x):
    """The curve without noise, for x from −1 to 1."""
    return np.tanh(3 * x)


def sample(rng, points=POINTS):
    """Random points of the curve with noise: x and y, (points, 1) each, sorted by x."""
    x = np.sort(rng.uniform(-1, 1, (points, 1)), axis=0)
    return x, truth(x) + rng.normal(0, NOISE, x.shape)


def data(seed=1):
    """One sample for training, and a new one of the same kind for validation."""
    rng = np.random.default_rng(seed)
    return Data(
        train=Split(*sample(rng), f"its own sample, {POINTS} points"),
        validation=Split(*sample(rng, 200), "a new sample, 200 points"),
        description="Points of an S-shaped curve with noise, drawn at random.",
        split=f"{POINTS} points for training, a new sample of 200 for validation",
    )


def points_and_truth(seed=1):
    """The training points and the curve without noise, as arguments of `Curve`."""
    own = data(seed).train
    x = np.linspace(-1, 1, 101)
    return dict(
        points=np.hstack([own.x, own.y]).round(4).tolist(),
        truth=np.column_stack([x, truth(x)]).round(4).tolist(),
    )
