"""Hands drawn by the computer, each showing a letter of the American Sign Language alphabet.

A hand is a few bones with joints (`hand_shape`), in a letter's pose (`hand_poses`), seen from the
front (`hand_picture`) and lit (`hand_light`). Pose, proportions, view, light, skin, sleeve and
background vary at random. The parameters of poses and light were fitted on training pictures of
Sign Language MNIST; no photograph is among the pictures, nor a part of one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from datasets.hand_light import pictures
from datasets.hand_picture import place, surface
from datasets.hand_poses import LETTERS, POSES
from datasets.hand_shape import FINGERS, bones
from modelpress.pixels import stretch_all

Levels = npt.NDArray[np.uint8]

_EXAMPLES = {"train": 600, "validation": 50, "test": 50}  # of each letter
_BATCH = 16  # hands drawn at once: their pixels fit the processor's cache


def drawn_hands(seed: int = 24) -> dict[str, tuple[Levels, Levels]]:
    """Shuffled pictures of all letters: (x, y) for "train", "validation" and "test".

    x: (examples, 28, 28), contrast stretched over 0 to 255. y: (examples,), the index in LETTERS.
    """
    parts = {}
    for number, (part, count) in enumerate(_EXAMPLES.items()):
        x = [
            draw(letter, count, np.random.default_rng([seed, number, index]))
            for index, letter in enumerate(LETTERS)
        ]
        y = np.repeat(np.arange(len(LETTERS), dtype=np.uint8), count)
        order = np.random.default_rng([seed, number]).permutation(len(y))
        parts[part] = (np.concatenate(x)[order], y[order])
    return parts


def draw(letter: str, count: int, rng: np.random.Generator) -> Levels:
    """`count` pictures of hands that show `letter`, (count, 28, 28)."""
    poses = POSES[letter]
    probabilities = np.array([pose.weight for pose in poses]) / sum(pose.weight for pose in poses)
    made = []
    for start in range(0, count, _BATCH):
        pose = poses[int(rng.choice(len(poses), p=probabilities))]
        hands = place(bones(pose, min(_BATCH, count - start), rng), pose, rng)
        finger = hands[:, FINGERS, 6].mean(axis=1)
        made.append(pictures(surface(hands), finger, rng))
    return stretch_all(np.concatenate(made))


def examples(letters: Sequence[str], seed: int = 24) -> dict[str, Levels]:
    """Letter → a drawn hand, (28, 28), as examples for a model."""
    return {
        letter: draw(letter, 1, np.random.default_rng([seed, 9, LETTERS.index(letter)]))[0]
        for letter in letters
    }
