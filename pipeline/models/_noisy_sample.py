"""The sample that the two models of `overfitting` share: a few points of a curve, with noise."""

import numpy as np

from modelpress.data import Data, Split

POINTS = 15
NOISE = 0.3  # standard deviation of what is added to each point


def truth(x):
    """The curve without the noise, for x from −1 to 1."""
    return np.tanh(3 * x)


def sample(rng, points=POINTS):
    x = np.sort(rng.uniform(-1, 1, (points, 1)), axis=0)
    return x, truth(x) + rng.normal(0, NOISE, x.shape)


def data(seed=1):
    """One sample to learn from, and a new one, drawn in the same way, to be measured on."""
    rng = np.random.default_rng(seed)
    return Data(
        train=Split(*sample(rng), f"its own sample, {POINTS} points"),
        validation=Split(*sample(rng, 200), "a new sample, 200 points"),
        description="Points of an S-shaped curve with noise, drawn at random.",
        split=f"{POINTS} points train, a new sample of 200 validates",
    )


def drawn(seed=1):
    """The sample's points, and the curve they come from, for the figure."""
    own = data(seed).train
    x = np.linspace(-1, 1, 101)
    return dict(
        points=np.hstack([own.x, own.y]).round(4).tolist(),
        truth=np.column_stack([x, truth(x)]).round(4).tolist(),
    )
