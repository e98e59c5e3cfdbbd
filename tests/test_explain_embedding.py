"""The explainer `embedding` against numpy: its steps downhill, and where they end."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from explainers.embedding import LEVELS, POINTS, SIDE, pca_loss, resource
from modelpress.node.bundle import in_node
from modelpress.site.context import Site

Floats = npt.NDArray[np.float64]
HIDDEN = 16
STEPS = 12


def _calls(fn: str, arguments: list[list[Any]]) -> list[Any]:
    calls = [{"name": "embedding", "fn": fn, "args": args} for args in arguments]
    found: list[Any] = in_node("explore.mjs", {"calls": calls})
    return found


def _first(width: int, bends: bool, rng: np.random.Generator) -> list[Floats]:
    sizes = [(width, HIDDEN), (HIDDEN, 2), (2, HIDDEN), (HIDDEN, width)]
    if not bends:
        return [rng.normal(0, 0.5, (width, 2)), rng.normal(0, 0.5, (2, width))]
    drawn = [(rng.normal(0, 0.3, size), rng.normal(0, 0.1, size[1])) for size in sizes]
    return [part for kernel_and_bias in drawn for part in kernel_and_bias]


def _gradients(x: Floats, w: list[Floats], bends: bool) -> tuple[float, Floats, list[Floats]]:
    """Loss, codes and gradients, written out by the chain rule."""
    if not bends:
        codes = x @ w[0]
        off = codes @ w[1] - x
        delta = 2 * off / x.size
        return float((off**2).mean()), codes, [x.T @ (delta @ w[1].T), codes.T @ delta]
    before = np.tanh(x @ w[0] + w[1])
    codes = before @ w[2] + w[3]
    after = np.tanh(codes @ w[4] + w[5])
    off = after @ w[6] + w[7] - x
    delta = 2 * off / x.size
    d_after = (delta @ w[6].T) * (1 - after**2)
    d_codes = d_after @ w[4].T
    d_before = (d_codes @ w[2].T) * (1 - before**2)
    parts = [(x, d_before), (before, d_codes), (codes, d_after), (after, delta)]
    return float((off**2).mean()), codes, [g for a, d in parts for g in (a.T @ d, d.sum(axis=0))]


def _descend(x: Floats, w: list[Any], bends: bool, adam: bool, rate: float) -> tuple[Any, ...]:
    w = [part.astype(np.float64) for part in w]
    first, second = ([np.zeros_like(part) for part in w] for _ in range(2))
    losses = []
    for step in range(1, STEPS + 1):
        loss, _, gradients = _gradients(x, w, bends)
        losses.append(loss)
        for i, g in enumerate(gradients):
            if not adam:
                w[i] -= rate * g
                continue
            first[i] += (g - first[i]) * (1 - 0.9)
            second[i] += (g**2 - second[i]) * (1 - 0.999)
            alpha = rate * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            w[i] -= alpha * first[i] / (np.sqrt(second[i]) + 1e-7)
    loss, codes, _ = _gradients(x, w, bends)
    return [*losses, loss], codes, np.concatenate([part.ravel() for part in w])


def test_every_step_is_numpys() -> None:
    cases, arguments = [], []
    for seed in range(240):
        rng = np.random.default_rng(seed)
        rows, width = int(rng.integers(4, 14)), int(rng.integers(3, 9))
        bends, adam = bool(seed % 2), bool(seed // 2 % 2)
        x = rng.random((rows, width)).astype(np.float32).astype(np.float64)
        w = [part.astype(np.float32) for part in _first(width, bends, rng)]
        rate = float(rng.uniform(0.001, 0.02) if adam else rng.uniform(0.01, 0.5))
        flat = np.concatenate([part.ravel() for part in w]).tolist()
        cases.append((x - x.mean(axis=0), w, bends, adam, rate))
        arguments.append([x.tolist(), bends, "adam" if adam else "sgd", rate, flat, STEPS])
    for case, found in zip(cases, _calls("descend", arguments), strict=True):
        losses, codes, weights = _descend(*case)
        np.testing.assert_allclose(found["losses"], losses, rtol=2e-4, atol=1e-7)
        np.testing.assert_allclose(found["codes"], codes.ravel(), rtol=2e-3, atol=2e-4)
        np.testing.assert_allclose(found["weights"], weights, rtol=2e-3, atol=2e-4)
        assert losses[-1] < losses[0]


@pytest.mark.parametrize("data", ["colors", "digits"])
def test_straight_axes_end_at_the_principal_components(data: str) -> None:
    pack = resource({}, Site(models={}))[data]
    packed = {name: pack[name] for name in ("values", "digits", "top")}
    (values,) = _calls("unpacked", [[packed]])
    x = np.reshape(values, (POINTS, -1))
    centred = x - x.mean(axis=0)
    w = [part.astype(np.float32) for part in _first(x.shape[1], False, np.random.default_rng(1))]
    flat = np.concatenate([part.ravel() for part in w]).tolist()
    (found,) = _calls("descend", [[x.tolist(), False, "adam", 0.02, flat, 1000]])
    left = np.linalg.svd(centred, compute_uv=False)[2:]
    best = float((left**2).sum() / x.size)
    assert pack["best"] == pytest.approx(best, rel=1e-4)
    assert found["losses"][-1] == pytest.approx(best, rel=3e-3)  # Adam hovers around it
    assert min(found["losses"]) > best * (1 - 1e-5)  # nothing straight can do better


def test_the_best_two_axes_are_known_where_all_lies_in_a_plane() -> None:
    rng = np.random.default_rng(2)
    flat = rng.random((30, 2)) @ rng.random((2, 7))
    assert pca_loss(flat) == pytest.approx(0, abs=1e-12)
    assert pca_loss(np.eye(3)[[0, 0, 1, 1, 2, 2]]) == pytest.approx(0, abs=1e-12)
    assert pca_loss(np.eye(4)) == pytest.approx(1 / 16)  # of three equal axes one is lost


def test_both_sets_are_even_and_whole() -> None:
    packs = resource({}, Site(models={}))
    for name, kinds, width in (("colors", 9, 3), ("digits", 10, SIDE * SIDE)):
        pack = packs[name]
        assert len(pack["names"]) == kinds
        assert sorted(pack["classes"]) == sorted(list(range(kinds)) * (POINTS // kinds))
        assert len(pack["values"]) == POINTS * width * pack["digits"]
    ink = np.array([int(level, 16) for level in packs["digits"]["values"]])
    assert ink.max() == LEVELS
    assert ink.min() == 0
    assert 0.1 < ink.mean() / LEVELS < 0.5


def test_a_point_is_found_by_pointer_and_by_key() -> None:
    codes = [0, 0, 1, 0, 0, 2, -1, -1]
    pointer, *keys = _calls(
        "nearest",
        [[codes, [0.9, 0.3], -1]]
        + [[codes, [dx, dy], 0] for dx, dy in ((0.1, 0), (0, 0.1), (-0.1, 0), (0, -0.1))],
    )
    assert pointer == 1
    assert keys == [1, 2, 3, 3]
    assert _calls("nearest", [[codes, [0, 2.1], 2]]) == [2]  # nothing lies farther up
