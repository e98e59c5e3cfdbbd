"""`Model`: the contract that an author's file fulfils.

A model file ends with `MODEL = Model(...)`. Nothing here imports Keras: the fields hold functions
that do, and they are called in the worker process only.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.errors import ModelpressError, nearest

if TYPE_CHECKING:
    from pipeline.data import Dataset
    from pipeline.inputs import Input
    from pipeline.outputs import Output

DATA_SOURCES = ("local", "download", "builtin", "author", "generated")


@dataclass(frozen=True)
class AtLeast:
    """Met by figures ≥ `bound`. A plain number in `expect` means this."""

    bound: float

    def met_by(self, figure: float) -> bool:
        return figure >= self.bound

    def __str__(self) -> str:
        return f"≥ {_written(self.bound)}"


@dataclass(frozen=True)
class AtMost:
    """Met by figures ≤ `bound`."""

    bound: float

    def met_by(self, figure: float) -> bool:
        return figure <= self.bound

    def __str__(self) -> str:
        return f"≤ {_written(self.bound)}"


@dataclass(frozen=True)
class Near:
    """Met by figures within `within` (absolute) of `value`."""

    value: float
    within: float

    def met_by(self, figure: float) -> bool:
        return abs(figure - self.value) <= self.within

    def __str__(self) -> str:
        spread = f" ± {_written(self.within)}" if self.within else ""
        return _written(self.value) + spread


def _written(value: float) -> str:
    """3.836e-6 and −0.99946: short, with a true minus sign in front."""
    text = re.sub(r"e([+-])0", r"e\1", f"{value:g}")
    return "−" + text[1:] if text.startswith("-") else text


Expectation = AtLeast | AtMost | Near


@dataclass(frozen=True)
class Model:
    """One model: where its data comes from, how it is built and trained, what it must reach.

    Either Keras' own training (`data`, `build`, `compile`, `fit`) or the author's (`train`).

    title      shown on the page
    input      kind of input, an `Input` such as `Color()`; its shape is the network's, unbatched
    output     kind of output, an `Output` such as `Classes(labels)`
    expect     figures the trained model must reach, by name of a metric or fact: a number (at
               least), `AtLeast`, `AtMost`, `Near`; or a dict of these by data source (`local`,
               `download`, `builtin`) where what can be reached depends on the data. The build
               stops when one is missed
    summary    one sentence; default: first line of the model file's docstring
    data       a `Dataset`, or a function returning `Data` or `(x, y)`
    build      function returning an uncompiled Keras model
    compile    keywords of `keras.Model.compile`, or a function returning them
    fit        keywords of `keras.Model.fit`: epochs, batch_size, …
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
    """

    title: str
    input: Input
    output: Output
    expect: Mapping[str, Any]
    summary: str = ""
    data: Dataset | Callable[[], Any] | None = None
    build: Callable[[], Any] | None = None
    compile: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None
    fit: Mapping[str, Any] = field(default_factory=dict)
    train: Callable[[Any], Any] | None = None
    seed: int = 1
    tolerance: float | None = None
    tolerance_reason: str = ""
    start: str | None = None
    golden: Sequence[Any] = ()
    facts: Callable[[Any, dict[str, list[float]]], dict[str, Any]] | None = None

    def __post_init__(self) -> None:
        self._check_words()
        self._check_kinds()
        self._check_training()
        self._check_expect()
        self._check_tolerance()

    def expectations(self, source: str) -> dict[str, Expectation]:
        """What is expected of a model trained on data from `source`."""
        chosen = {}
        for name, wanted in self.expect.items():
            if isinstance(wanted, Mapping):
                if source not in wanted:
                    continue
                wanted = wanted[source]
            chosen[name] = _expectation(wanted)
        return chosen

    def allowed_difference(self) -> float:
        """The tolerance: the author's, or the output kind's default."""
        tolerance = self.tolerance if self.tolerance is not None else self.output.default_tolerance
        assert tolerance is not None  # __post_init__ has seen to it
        return float(tolerance)

    def _check_words(self) -> None:
        if not isinstance(self.title, str) or not self.title.strip():
            raise _wrong("title", repr(self.title), 'words to show, such as "Colour classifier"')
        for name in ("summary", "tolerance_reason"):
            if not isinstance(getattr(self, name), str):
                raise _wrong(name, repr(getattr(self, name)), "a string")
        if self.start is not None and not isinstance(self.start, str):
            raise _wrong("start", repr(self.start), "a string as a reader would type it, or None")
        if isinstance(self.seed, bool) or not isinstance(self.seed, int) or self.seed < 0:
            raise _wrong("seed", repr(self.seed), "a whole number, 0 or more")

    def _check_kinds(self) -> None:
        from pipeline.inputs import Input
        from pipeline.outputs import Output

        for name, kind, example in (("input", Input, "Color()"), ("output", Output, "Classes(…)")):
            value = getattr(self, name)
            if not isinstance(value, kind):
                hint = " (the class itself: call it)" if isinstance(value, type) else ""
                raise _wrong(
                    name,
                    f"{value!r}{hint}",
                    f"a kind of {name} from pipeline/{name}s/, such as {example}",
                )

    def _check_training(self) -> None:
        callable_fields = ("build", "train", "facts")
        for name in callable_fields:
            if getattr(self, name) is not None and not callable(getattr(self, name)):
                raise _wrong(name, repr(getattr(self, name)), "a function (not its result)")
        if not isinstance(self.fit, Mapping):
            raise _wrong("fit", repr(self.fit), "a dict of the keywords of keras.Model.fit")
        if self.compile is not None and not (
            isinstance(self.compile, Mapping) or callable(self.compile)
        ):
            raise _wrong("compile", repr(self.compile), "a dict, or a function returning one")
        if self.data is not None and not (callable(self.data) or hasattr(self.data, "sources")):
            raise _wrong("data", repr(self.data), "a Dataset, or a function returning (x, y)")
        if self.train is not None:
            for name in ("compile", "fit"):
                if getattr(self, name):
                    raise _wrong(
                        name,
                        f"both `train` and `{name}`",
                        "either `train` (your own loop), or `data`, `build`, `compile` and `fit`",
                    )
            return
        for name in ("data", "build", "compile"):
            if getattr(self, name) is None:
                raise _wrong(
                    name, "nothing", f"`{name}`, because there is no `train` of the author's own"
                )
        for name in ("verbose", "validation_data", "x", "y"):
            if name in self.fit:
                raise _wrong("fit", f"`{name}`", "other keywords: this one is set by the pipeline")
        epochs = self.fit.get("epochs")
        if isinstance(epochs, bool) or not isinstance(epochs, int) or epochs < 1:
            raise _wrong("fit", f"epochs={epochs!r}", "epochs, a whole number from 1")

    def _check_expect(self) -> None:
        if not isinstance(self.expect, Mapping) or not self.expect:
            raise _wrong(
                "expect",
                repr(self.expect),
                'at least one figure the model must reach, such as {"val_accuracy": 0.9}',
            )
        for name, wanted in self.expect.items():
            by_source = wanted if isinstance(wanted, Mapping) else {"builtin": wanted}
            for source, bound in by_source.items():
                if source not in DATA_SOURCES:
                    raise _wrong(
                        f"expect[{name!r}]",
                        f"data source {source!r}",
                        f"one of {', '.join(DATA_SOURCES)}.{nearest(str(source), DATA_SOURCES)}",
                    )
                if not _is_expectation(bound):
                    raise _wrong(
                        f"expect[{name!r}]",
                        repr(bound),
                        "a number (at least), AtLeast(x), AtMost(x) or Near(x, within)",
                    )

    def _check_tolerance(self) -> None:
        if self.tolerance is None:
            if self.output.default_tolerance is None:
                raise _wrong(
                    "tolerance",
                    "nothing",
                    f"the largest difference from Python allowed in the browser, in the units of "
                    f"the output: the kind {self.output.kind!r} has no default",
                )
            return
        if (
            isinstance(self.tolerance, bool)
            or not isinstance(self.tolerance, int | float)
            or not (math.isfinite(self.tolerance) and self.tolerance > 0)
        ):
            raise _wrong("tolerance", repr(self.tolerance), "a number above 0, such as 1e-5")
        default = self.output.default_tolerance
        if default is not None and self.tolerance > default and not self.tolerance_reason:
            raise _wrong(
                "tolerance_reason",
                f"nothing, with a tolerance of {self.tolerance:g}",
                f"the reason for more than the default of {default:g}",
            )


def _wrong(name: str, found: str, expected: str) -> ModelpressError:
    return ModelpressError(
        "This field of Model can't be used.",
        where=f"field `{name}`",
        found=found,
        expected=expected,
    )


def _is_expectation(value: Any) -> bool:
    if isinstance(value, AtLeast | AtMost | Near):
        return True
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _expectation(value: Any) -> Expectation:
    return value if isinstance(value, AtLeast | AtMost | Near) else AtLeast(float(value))
