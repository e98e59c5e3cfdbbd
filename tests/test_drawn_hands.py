"""Drawn hands: geometry against brute force and known turns, and letters that differ."""

from __future__ import annotations

import numpy as np
import pytest

from datasets import drawn_hands as hands
from datasets.hand_light import pictures
from datasets.hand_picture import FINE, Surface, place, surface
from datasets.hand_poses import LETTERS, POSES
from datasets.hand_shape import _LENGTHS, _finger, bones, rotation
from datasets.sign_mnist import LABELS


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def test_every_label_of_the_real_set_has_a_pose() -> None:
    assert LETTERS == LABELS == tuple(POSES)


@pytest.mark.parametrize(
    ("view", "of", "becomes"),
    [
        ((90, 0, 0), (0, 0, 1), (1, 0, 0)),  # the palm turns to the right
        ((0, 90, 0), (0, 1, 0), (0, 0, 1)),  # fingertips towards the viewer
        ((0, 0, 90), (0, 1, 0), (-1, 0, 0)),  # counterclockwise
        ((90, 0, 90), (0, 0, 1), (0, 1, 0)),  # yaw first, roll last
    ],
)
def test_turns_of_the_view(
    view: tuple[int, int, int], of: tuple[int, int, int], becomes: tuple[int, int, int]
) -> None:
    turn = rotation(np.array([view], float))[0]
    np.testing.assert_allclose(turn @ np.array(of), becomes, atol=1e-12)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)


def test_a_finger_bends_in_the_plane_that_it_leans_in() -> None:
    one = np.ones(1)
    straight = _finger(1, np.zeros((1, 3)), np.zeros(1), one, one)
    tip, knuckle = straight[2][0, 3:6], straight[0][0, :3]
    np.testing.assert_allclose(tip - knuckle, [0, _LENGTHS[1].sum(), 0], atol=1e-12)
    # Base, middle and end joint at right angles: out of the palm, down, back into it.
    bent = _finger(1, np.full((1, 3), 90.0), np.zeros(1), one, one)
    first, second, third = _LENGTHS[1]
    np.testing.assert_allclose(bent[2][0, 3:6] - knuckle, [0, -second, first - third], atol=1e-12)
    leaning = _finger(1, np.zeros((1, 3)), np.array([30.0]), one, one)[2][0, 3:6] - knuckle
    assert np.degrees(np.arctan2(leaning[0], leaning[1])) == pytest.approx(30)


def test_a_bone_is_seen_as_its_spheres_are() -> None:
    """The closed form against two thousand spheres along the bone; equal radii make it exact."""
    bone = np.array([18, 40, -5, 37, 22, 21, 6, 6], np.float32)
    seen = surface(bone[None, None])
    y, x = np.indices((FINE, FINE)) + 0.5
    best = np.full((FINE, FINE), -np.inf)
    for u in np.linspace(0, 1, 2001):
        cx, cy, cz = bone[:3] + u * (bone[3:6] - bone[:3])
        inside = 36 - (x - cx) ** 2 - (y - cy) ** 2
        best = np.maximum(best, np.where(inside > 0, cz + np.sqrt(np.maximum(inside, 0)), -np.inf))
    shown = seen.bone[0] == 0
    assert (shown != np.isfinite(best)).sum() <= 2  # pixels that the edge just touches
    both = shown & np.isfinite(best)
    np.testing.assert_allclose(seen.depth[0][both], best[both], atol=0.02)


def test_the_nearer_bone_hides_the_other() -> None:
    far = [20, 28, 0, 20, 28.5, 0, 9, 9]
    near = [30, 28, 12, 30, 28.5, 12, 9, 9]
    for order in ([far, near], [near, far]):
        seen = surface(np.array([order], np.float32))
        assert seen.bone[0, 28, 25] == order.index(near)
        assert seen.bone[0, 28, 14] == order.index(far)
        assert seen.bone[0, 5, 5] == -1


def test_the_hand_fills_the_picture(rng: np.random.Generator) -> None:
    for letter in "BGQ":
        pose = POSES[letter][0]
        seen = surface(place(bones(pose, 32, rng), pose, rng))
        hand = (seen.bone >= 2).mean(axis=(1, 2))
        assert 0.12 < np.median(hand) < 0.7, letter


def test_light_falls_on_what_faces_it() -> None:
    """A ball has a bright and a dark side: round its middle the brightness changes."""
    ball = np.array([[[28, 28, 0, 28, 28.5, 0, 20, 20]]] * 8, np.float32)
    seen = surface(ball)
    seen = Surface(seen.depth, seen.x, seen.y, np.where(seen.bone == 0, 20, -1).astype(np.int8))
    levels = pictures(seen, np.full(8, 6, np.float32), np.random.default_rng(0)).astype(float)
    y, x = np.indices((28, 28)) - 13.5
    ring = levels[:, np.abs(np.hypot(x, y) - 7) < 0.7]
    assert (np.ptp(ring, axis=1) > 25).all()


def test_rows_are_levels_and_the_same_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "_EXAMPLES", {"train": 3, "test": 2})
    parts, again = hands.drawn_hands(), hands.drawn_hands()
    for part, rows in (("train", 3), ("test", 2)):
        x, y = parts[part]
        assert x.shape == (24 * rows, 28, 28)
        assert x.dtype == y.dtype == np.uint8
        assert np.bincount(y).tolist() == [rows] * 24
        assert (x.min(axis=(1, 2)) == 0).all()
        assert (x.max(axis=(1, 2)) == 255).all()
        np.testing.assert_array_equal(x, again[part][0])
    assert not np.array_equal(parts["train"][0], hands.drawn_hands(seed=25)["train"][0])
    assert len(np.unique(np.concatenate([x for x, _ in parts.values()]), axis=0)) == 24 * 5


def test_letters_can_be_told_apart() -> None:
    """A linear reader, trained on 60 hands a letter, reads others better than one in 24."""
    made = {
        part: np.stack([hands.draw(letter, n, np.random.default_rng([7, n])) for letter in LETTERS])
        for part, n in (("train", 60), ("test", 10))
    }
    x, t = (part.reshape(-1, 784) / 255 - 0.5 for part in made.values())
    wanted = np.repeat(np.eye(24), 60, axis=0)
    weights = np.linalg.solve(x.T @ x + 30 * np.eye(784), x.T @ wanted)
    right = (t @ weights).argmax(axis=1) == np.repeat(np.arange(24), 10)
    assert right.mean() > 0.15  # by chance 0.042, with a standard deviation of 0.013


def test_examples_show_the_letters_asked_for() -> None:
    made = hands.examples("LV")
    assert list(made) == ["L", "V"]
    assert made["L"].shape == (28, 28)
    assert not np.array_equal(made["L"], made["V"])
