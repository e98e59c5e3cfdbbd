"""Evaluation, against scikit-learn's own counts."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from sklearn import metrics

from modelpress.data import Data, Split
from modelpress.outputs import Classes, Map, Number
from modelpress.reporting.evaluation import WORST, evaluate, evaluation_part

Array = npt.NDArray[Any]

LABELS = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def guessed() -> tuple[Array, Array]:
    """True classes and probabilities that are often wrong."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 300)
    scores = rng.normal(size=(300, 4)) + 1.5 * np.eye(4)[truth]
    return truth, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("form", ["one-hot", "numbers", "column"])
def test_counts_are_those_of_scikit_learn(guessed: tuple[Array, Array], form: str) -> None:
    truth, shares = guessed
    y = {"one-hot": np.eye(4)[truth], "numbers": truth, "column": truth[:, None]}[form]
    split = Split(np.arange(300.0)[:, None], y, name="strangers")
    found = evaluate("test", split, shares, Classes(LABELS), show=True)
    assert found is not None
    guess = shares.argmax(axis=1)
    summary = found.summary
    assert summary["confusion"] == metrics.confusion_matrix(truth, guess).tolist()
    assert summary["accuracy"] == pytest.approx(metrics.accuracy_score(truth, guess))
    assert summary["per_class"] == pytest.approx(metrics.recall_score(truth, guess, average=None))
    assert (summary["part"], summary["name"], summary["rows"]) == ("test", "strangers", 300)


def test_the_surest_mistakes_come_first(guessed: tuple[Array, Array]) -> None:
    truth, shares = guessed
    split = Split(np.arange(300.0)[:, None], np.eye(4)[truth])
    found = evaluate("test", split, shares, Classes(LABELS), show=True)
    assert found is not None
    assert len(found.examples) == WORST
    lead = [float(shares[i].max() - shares[i, truth[i]]) for i in range(300)]
    wrong = [i for i in range(300) if shares[i].argmax() != truth[i]]
    assert found.examples == sorted(wrong, key=lambda i: -lead[i])[:WORST]
    for row, mistake in zip(found.examples, found.summary["mistakes"], strict=True):
        assert mistake["truth"] == LABELS[truth[row]]
        assert mistake["guess"] == LABELS[int(shares[row].argmax())]
        assert mistake["share"] == pytest.approx(shares[row].max())


def test_rows_stay_unseen_where_they_may_not_be_shown(
    guessed: tuple[Array, Array],
) -> None:
    truth, shares = guessed
    split = Split(np.arange(300.0)[:, None], truth)
    found = evaluate("test", split, shares, Classes(LABELS), show=False)
    assert found is not None
    assert (found.examples, found.summary["mistakes"]) == ([], [])
    assert found.summary["right"] > 0


def test_the_same_row_is_shown_once() -> None:
    split = Split(np.zeros((5, 3)), np.array([1, 1, 1, 2, 2]))
    shares = np.tile([0.7, 0.1, 0.1, 0.1], (5, 1))
    found = evaluate("test", split, shares, Classes(LABELS), show=True)
    assert found is not None
    assert found.examples == [0, 3]
    assert found.summary["per_class"] == [None, 0, 0, None]


def test_a_map_with_labels_decides_midway() -> None:
    split = Split(np.zeros((4, 2)), np.array([[0], [1], [1], [0]]))
    answers = np.array([[-0.9], [0.1], [-0.2], [0.8]])
    kind = Map(-1, 1, labels=("below", "above"))
    found = evaluate("train", split, answers, kind, show=True)
    assert found is not None
    assert found.summary["confusion"] == [[1, 1], [1, 1]]


def test_numbers_are_judged_by_their_distance() -> None:
    rng = np.random.default_rng(4)
    y, answers = rng.normal(size=(50, 1)), rng.normal(size=(50, 1))
    found = evaluate("validation", Split(y, y), answers, Number(), show=True)
    assert found is not None
    summary = found.summary
    assert summary["rmse"] == pytest.approx(metrics.root_mean_squared_error(y, answers))
    assert summary["mean_absolute_error"] == pytest.approx(metrics.mean_absolute_error(y, answers))
    assert summary["largest_error"] == pytest.approx(metrics.max_error(y, answers))
    misses = [abs(m["answer"][0] - m["truth"][0]) for m in summary["misses"]]
    assert misses == sorted(misses, reverse=True)
    assert misses[0] == pytest.approx(summary["largest_error"])


@pytest.mark.parametrize("y", [np.zeros((3, 7)), np.array([0, 1, 9]), np.array([0, 0.5, 1])])
def test_targets_of_another_kind_are_not_compared(y: Array) -> None:
    split = Split(np.zeros((3, 1)), y)
    assert evaluate("test", split, np.ones((3, 4)) / 4, Classes(LABELS), show=True) is None
    assert evaluate("test", split, np.zeros((3, 2)), Number(), show=True) is None


def test_the_best_part_is_the_one_farthest_from_the_training() -> None:
    parts: dict[str, Any] = {
        name: Split([0.0], [0.0]) for name in ("train", "validation", "test", "real")
    }
    for best in ("real", "test", "validation", "train"):
        assert evaluation_part(Data(**parts))[0] == best
        del parts[best]
