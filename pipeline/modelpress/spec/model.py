"""`Model`: the contract of an author's model file.

A model file ends with `MODEL = Model(...)`. This module doesn't import Keras: functions in the
fields do, and only worker processes call them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from modelpress.spec.checks import check, join_parts
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
    """A model: its data, how it is built and trained, and what it must reach.

    Keras trains it (`data`, `build`, `compile`, `fit`), or the author's `train` does, or it comes
    trained, in a `file`.

    title      shown on the page
    input      input kind, an `Input` such as `Color()`, with the network's unbatched input shape;
               None: chosen by that shape. For several inputs, a dict: name in the network → kind
    output     output kind, an `Output` such as `Classes(labels)`; None: chosen by the network's
               output shape. For several outputs, a dict: name in the network → kind
    expect     bounds by name of a metric or fact: a number (at least), `AtLeast`, `AtMost` or
               `Near`; or a dict of these by data source (`local`, `download`, `builtin`), if the
               bound depends on the data. The build stops if a figure misses its bound. Optional for
               a `file`
    summary    one sentence; default: first paragraph of the model file's docstring
    data       a `Dataset`, or a function returning `Data` or `(x, y)`
    build      function returning an uncompiled Keras model
    compile    keywords of `keras.Model.compile`, or a function returning them; a parameter `steps`
               of that function receives the number of training steps, for learning rate schedules
    fit        keywords of `keras.Model.fit`: epochs, batch_size, …; each may be a dict by data
               source, as in `expect`, and is omitted for sources missing from the dict
    augment    `augment(x, rng)` returns the augmented training inputs of one epoch: same shape
               and dtype; `rng` is a NumPy generator seeded by `seed`
    train      custom training: `train(run)` returns the trained Keras model; `run.data`,
               `run.net` (the result of `build`), `run.seed`, and `run.log(step, steps, loss=…)`,
               which records the history and shows the progress
    file       a trained model, relative to the folder of the model file: .keras, .h5, .weights.h5
               with `build`, a SavedModel folder, model.json of TensorFlow.js, or .onnx. `data` then
               only measures it, by the metrics of `compile`; `build` may be a function that
               receives the network of the file and returns the one to publish
    trusted    whether Python code in `file`, such as a lambda, may run when it is loaded
    seed       random seed of Python, NumPy, TensorFlow and the golden cases
    weights    type that the weights are published in: "float32", "float16" or "uint8". The
               network is rounded to it after the training, before anything is measured
    tolerance  largest absolute difference from Python allowed in the browser; default: what
               rounding to float32 can make in this network; where the exact engine does not cover
               it, the output kind's
    tolerance_reason  reason for a tolerance above the default
    start      text of the initial input; default: the input kind's
    golden     further inputs to prove, besides those of the input kind
    facts      `facts(net, history)` returns a dict of figures and lists for the page
    limits     known limitations and unsuitable uses, in one or more sentences, for the model card
    intended   whom and what the model is for, in one or more sentences, for the model card
    licence    licence of the trained model, for the model card
    date       when the model was made: "2026", "2026-11" or "2026-11-30", for the model card
    live       how it trains in the reader's browser, a `Live`; None: not at all
    seeds      repeats the training with many random seeds, a `Seeds`, to show the spread of
               results; None: trains with its own seed only
    reads      further files and folders that the training reads, relative to the folder of
               mkdocs.yml, besides those that the build observes: a change retrains the model
    env        names of environment variables whose change retrains the model
    """

    title: str
    expect: Mapping[str, Any] = field(default_factory=dict)
    input: Input | None = None
    output: Output | None = None
    summary: str = ""
    data: Dataset | Callable[[], Any] | None = None
    build: Callable[..., Any] | None = None
    compile: Mapping[str, Any] | Callable[..., Mapping[str, Any]] | None = None
    fit: Mapping[str, Any] = field(default_factory=dict)
    train: Callable[[Any], Any] | None = None
    augment: Callable[[Any, Any], Any] | None = None
    file: str | os.PathLike[str] | None = None
    trusted: bool = False
    seed: int = 1
    weights: str = "float32"
    tolerance: float | None = None
    tolerance_reason: str = ""
    start: str | None = None
    golden: Sequence[Any] = ()
    facts: Callable[[Any, dict[str, list[float]]], dict[str, Any]] | None = None
    limits: str = ""
    intended: str = ""
    licence: str = ""
    date: str = ""
    live: Live | None = None
    seeds: Seeds | None = None
    reads: Sequence[str | os.PathLike[str]] = ()
    env: Sequence[str] = ()

    def __post_init__(self) -> None:
        join_parts(self)
        check(self)

    def expectations(self, source: str) -> dict[str, Expectation]:
        """Returns the bounds by figure, for data from `source`."""
        chosen = {}
        for name, wanted in self.expect.items():
            if isinstance(wanted, Mapping):
                if source not in wanted:
                    continue
                wanted = wanted[source]
            chosen[name] = expectation(wanted)
        return chosen

    def fit_keywords(self, source: str) -> dict[str, Any]:
        """Returns the keywords of `keras.Model.fit` for data from `source`.

        Raises ModelpressError if `epochs` has no value for this source.
        """
        return fit_for(self.fit, source)

    def compile_keywords(self, steps: int) -> dict[str, Any]:
        """Returns the keywords of `keras.Model.compile`. steps: steps of the whole training."""
        return compile_for(self.compile, steps)

    def allowed_difference(self) -> float | None:
        """Returns the author's tolerance, or the output kind's default.

        None for neither: the golden file then has the tolerance.
        """
        tolerance = self.tolerance if self.tolerance is not None else self.default_tolerance()
        return None if tolerance is None else float(tolerance)

    def default_tolerance(self) -> float | None:
        """Returns the output kind's default tolerance, None if the kind isn't set."""
        return self.output.default_tolerance if self.output is not None else None
