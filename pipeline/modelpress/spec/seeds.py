"""`Seeds`: repeats a training with many random seeds to show the spread of its results.

This module doesn't import Keras.
"""

# key: setting

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelpress.core.errors import shown
from modelpress.spec.expect import AtLeast, AtMost
from modelpress.spec.fields import field_error

if TYPE_CHECKING:
    from modelpress.spec.model import Model

MOST_SEEDS = 1000


@dataclass(frozen=True)
class Seeds:
    """The same training with `count` random seeds: the model's own and those after it.

    Repeats the model's `live` run if it has one, else the model's training. A seed determines the
    initial weights and the order of the examples.

    count    number of trainings, 2 to 1000
    measure  final figure of a training: `loss` or a metric on the training set, or with the prefix
             `val_` on the validation set
    epochs   epochs of each training, to stop earlier; None: all
    build    function returning an uncompiled Keras model, for other initializers than the model's
    reach    `AtLeast(x)` or `AtMost(x)`: the page counts the seeds that meet it; None: no count

    Raises ModelpressError for the first invalid field.
    """

    count: int = 30
    measure: str = "loss"
    epochs: int | None = None
    build: Callable[[], Any] | None = None
    reach: AtLeast | AtMost | None = None

    def __post_init__(self) -> None:
        if not _is_whole(self.count, 2) or self.count > MOST_SEEDS:
            raise field_error(
                "seeds.count", shown(self.count), f"a whole number from 2 to {MOST_SEEDS}"
            )
        if self.epochs is not None and not _is_whole(self.epochs, 1):
            raise field_error("seeds.epochs", shown(self.epochs), "a whole number from 1, or None")
        if not isinstance(self.measure, str) or not re.fullmatch(r"\w+", self.measure):
            raise field_error(
                "seeds.measure", shown(self.measure), 'a name such as "loss" or "val_rmse"'
            )
        if self.build is not None and not callable(self.build):
            raise field_error("seeds.build", shown(self.build), "a function (not its result)")
        if self.reach is not None and not isinstance(self.reach, AtLeast | AtMost):
            raise field_error("seeds.reach", shown(self.reach), "AtLeast(x), AtMost(x) or None")


def check_seeds(model: Model) -> None:
    """Raises ModelpressError if `model.seeds` is not a `Seeds` or the training can't repeat."""
    if model.seeds is None:
        return
    if not isinstance(model.seeds, Seeds):
        raise field_error("seeds", shown(model.seeds), "Seeds(…), or None")
    if model.train is not None and model.live is None:
        raise field_error(
            "seeds",
            "both `seeds` and `train`",
            "`data`, `build`, `compile` and `fit`, or a `live` run made of these",
        )


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
