"""`Model`: the contract that an author's file fulfils.

A model file ends with `MODEL = Model(...)`. Nothing here imports Keras: the fields hold functions
that do, and they are called in the worker process only.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelpress.spec.checks import check
from modelpress.spec.expect import AtLeast, AtMost, Expectation, Near, expectation
from modelpress.spec.fields import compile_for, fit_for

if TYPE_CHECKING:
    from modelpress.data import Dataset
    from modelpress.inputs import Input
    from modelpress.outputs import Output
    from modelpress.spec.live import Live
    from modelpress.spec.seeds import Seeds

__all__ = ["AtLeast", "AtMost", "Model", "Near"]


@dataclass(frozen=True)
class Model:
    """One model: where its data comes from, how it is built and trained, what it must reach.

    Either Keras' own training (`data`, `build`, `compile`, `fit`) or the author's (`train`).

    title      shown on the page
    input      kind of input, an `Input` such as `Color()`; its shape is the network's, unbatched;
               None: one that fits the network's input shape
    output     kind of output, an `Output` such as `Classes(labels)`; None: one that fits the
               network's output shape
    expect     figures the trained model must reach, by name of a metric or fact: a number (at
               least), `AtLeast`, `AtMost`, `Near`; or a dict of these by data source (`local`,
               `download`, `builtin`) where what can be reached depends on the data. The build
               stops when one is missed
    summary    one sentence; default: first line of the model file's docstring
    data       a `Dataset`, or a function returning `Data` or `(x, y)`
    build      function returning an uncompiled Keras model
    compile    keywords of `keras.Model.compile`, or a function returning them; a function with a
               parameter `steps` is given the number of training steps, for a learning rate that
               follows them
    fit        keywords of `keras.Model.fit`: epochs, batch_size, …; each may be a dict by data
               source, as in `expect`, and is left out for a source the dict doesn't name
    augment    `augment(x, rng)` returns the training inputs of one epoch, varied: same shape and
               dtype; `rng` is a NumPy generator seeded by `seed`
    train      the author's own training: `train(run)` returns the trained Keras model; `run.data`,
               `run.net` (what `build` made), `run.seed`, and `run.log(step, steps, loss=…)`,
               which records the history and shows the progress
    seed       of Python's, NumPy's and TensorFlow's generators, and of the golden cases
    tolerance  largest absolute difference from Python allowed in the browser; default: the output
               kind's
    tolerance_reason  why this tolerance, where it is not the default
    start      text of the input shown first; default: the input kind's
    golden     further inputs to prove, besides the input kind's own
    facts      `facts(net, history)` returns a dict of figures and lists for the page
    limits     what the model should not be used for and where it fails, in a sentence or more,
               for the card
    live       how it trains in the reader's browser, a `Live`; None: it doesn't
    seeds      the same training from many seeds, a `Seeds`, for the spread of what comes of it;
               None: from its own alone
    reads      files and folders that the training reads besides those that the build notices, as
               seen from the folder of mkdocs.yml: a change in one trains the model again
    env        names of environment variables of which the same is true
    """

    title: str
    expect: Mapping[str, Any]
    input: Input | None = None
    output: Output | None = None
    summary: str = ""
    data: Dataset | Callable[[], Any] | None = None
    build: Callable[[], Any] | None = None
    compile: Mapping[str, Any] | Callable[..., Mapping[str, Any]] | None = None
    fit: Mapping[str, Any] = field(default_factory=dict)
    train: Callable[[Any], Any] | None = None
    augment: Callable[[Any, Any], Any] | None = None
    seed: int = 1
    tolerance: float | None = None
    tolerance_reason: str = ""
    start: str | None = None
    golden: Sequence[Any] = ()
    facts: Callable[[Any, dict[str, list[float]]], dict[str, Any]] | None = None
    limits: str = ""
    live: Live | None = None
    seeds: Seeds | None = None
    reads: Sequence[str | os.PathLike[str]] = ()
    env: Sequence[str] = ()

    def __post_init__(self) -> None:
        check(self)

    def expectations(self, source: str) -> dict[str, Expectation]:
        """What is expected of a model trained on data from `source`."""
        chosen = {}
        for name, wanted in self.expect.items():
            if isinstance(wanted, Mapping):
                if source not in wanted:
                    continue
                wanted = wanted[source]
            chosen[name] = expectation(wanted)
        return chosen

    def fit_keywords(self, source: str) -> dict[str, Any]:
        """Keywords of `keras.Model.fit` for training on data from `source`.

        Raises ModelpressError where none of the epochs is for this source.
        """
        return fit_for(self.fit, source)

    def compile_keywords(self, steps: int) -> dict[str, Any]:
        """Keywords of `keras.Model.compile`; `steps`: optimizer steps of the whole training."""
        return compile_for(self.compile, steps)

    def allowed_difference(self) -> float | None:
        """The tolerance: the author's, or the output kind's default; None where the output kind was
        chosen by the network's shape and the golden answers will say."""
        tolerance = self.tolerance if self.tolerance is not None else self.default_tolerance()
        return None if tolerance is None else float(tolerance)

    def default_tolerance(self) -> float | None:
        """The output kind's, where it is known already."""
        return self.output.default_tolerance if self.output is not None else None
