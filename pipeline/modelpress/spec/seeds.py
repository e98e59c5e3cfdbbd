"""`Seeds`: a model trained again from many seeds, since one training is one draw of many.

Nothing here imports Keras.
"""

# key: setting

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from modelpress.core.errors import shown
from modelpress.spec.expect import AtLeast, AtMost
from modelpress.spec.fields import wrong

if TYPE_CHECKING:
    from modelpress.spec.model import Model

MOST_SEEDS = 1000


@dataclass(frozen=True)
class Seeds:
    """The same training from `count` seeds: the model's own and those after it.

    What is trained is what a reader trains: the model's `live` run where it has one, else the model
    itself. A seed decides the first weights and the order of the rows.

    count    trainings, 2 to 1000
    measure  what each is measured by at its end: `loss` or the name of a metric, over the training
             rows; with `val_` before it over the validation rows
    epochs   of each training, where fewer than all tell more; None: all
    build    function returning an uncompiled Keras model, where the first weights are to be drawn
             otherwise than by the model's own initializers
    reach    `AtLeast(x)` or `AtMost(x)`: how many seeds meet it is counted; None: nothing is

    Raises ModelpressError naming the first field that can't work.
    """

    count: int = 30
    measure: str = "loss"
    epochs: int | None = None
    build: Callable[[], Any] | None = None
    reach: AtLeast | AtMost | None = None

    def __post_init__(self) -> None:
        if not _is_whole(self.count, 2) or self.count > MOST_SEEDS:
            raise wrong("seeds.count", shown(self.count), f"a whole number from 2 to {MOST_SEEDS}")
        if self.epochs is not None and not _is_whole(self.epochs, 1):
            raise wrong("seeds.epochs", shown(self.epochs), "a whole number from 1, or None")
        if not isinstance(self.measure, str) or not re.fullmatch(r"\w+", self.measure):
            raise wrong("seeds.measure", shown(self.measure), 'a name such as "loss" or "val_rmse"')
        if self.build is not None and not callable(self.build):
            raise wrong("seeds.build", shown(self.build), "a function (not its result)")
        if self.reach is not None and not isinstance(self.reach, AtLeast | AtMost):
            raise wrong("seeds.reach", shown(self.reach), "AtLeast(x), AtMost(x) or None")


def check_seeds(model: Model) -> None:
    """Raises ModelpressError where `model.seeds` is no `Seeds` or nothing can be trained by it."""
    if model.seeds is None:
        return
    if not isinstance(model.seeds, Seeds):
        raise wrong("seeds", shown(model.seeds), "Seeds(…), or None")
    if model.train is not None and model.live is None:
        raise wrong(
            "seeds",
            "both `seeds` and `train`",
            "`data`, `build`, `compile` and `fit`, or a `live` run of the kind",
        )


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
