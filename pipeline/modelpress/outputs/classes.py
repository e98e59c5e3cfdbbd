"""One of several labels, each with its probability."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from modelpress.core.errors import shown
from modelpress.core.number_format import integer, percent, significant
from modelpress.kinds.finder_html import ROWS, finder_html
from modelpress.kinds.registry import Context
from modelpress.outputs import FEWER, Output, Values

if TYPE_CHECKING:
    from typing_extensions import Self

# A label that names a colour has that colour.
_WORN = {
    "red": "#d62d2d", "green": "#3a9d3a", "blue": "#2c66d8", "orange": "#f08a1d",
    "yellow": "#f2d024", "pink": "#f291b8", "purple": "#8745b8", "brown": "#8a5a33",
    "grey": "#8c8c8c", "gray": "#8c8c8c", "black": "#1c1c1c", "white": "#f7f7f7",
}  # fmt: skip
# Okabe and Ito's series, distinguishable with every kind of colour vision.
_SERIES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#7f7f7f")


MOST_LABELS = 10_000
MOST_BARS = 24  # with more labels, the most probable ones alone are shown
_TOP = 5


class Classes(Output):
    """Probabilities of `labels`, shape (number of labels,), which sum to one.

    With more than 24 labels, the picture shows the five most probable, and a list to unfold has all
    of them, with a search. At most 10,000.

    colors: one `#rrggbb` per label; by default, a label that names a colour has that colour and
    other labels use a series that is distinguishable with every kind of colour vision.
    """

    kind: ClassVar[str] = "classes"
    verb: ClassVar[str] = "is"
    default_tolerance: ClassVar[float | None] = 1e-5

    def __init__(self, labels: Sequence[str], colors: Sequence[str] | None = None) -> None:
        if isinstance(labels, str | bytes) or not isinstance(labels, Iterable):
            raise ValueError(f"Classes needs a list of labels; found {shown(labels)}.")
        self.labels = tuple(str(label) for label in labels)
        _check_labels(self.labels)
        self.colors = tuple(colors) if colors is not None else _colors(self.labels)
        wrong = [c for c in self.colors if not re.fullmatch(r"#[0-9a-fA-F]{6}", c)]
        if wrong or len(self.colors) != len(self.labels):
            raise ValueError(
                f"Classes needs one colour #rrggbb for each of {len(self.labels)} labels; "
                f"found {len(self.colors)}{', not a colour: ' + ', '.join(wrong) if wrong else ''}."
            )

    @property
    def shape(self) -> tuple[int, ...]:
        return (len(self.labels),)

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [len(self.labels)],
            "labels": list(self.labels),
            "colors": list(self.colors),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(spec["labels"], spec["colors"])

    def expected(self) -> str:
        return (
            f"Classes with {len(self.labels)} labels expects {self.shape}: one label for each of "
            "the network's outputs, in their order"
        )

    def picture(self, values: Values, context: Context) -> str:
        ranking = self._ranking(values)
        many = len(self.labels) > MOST_BARS
        shown_labels = ranking[:_TOP] if many else range(len(self.labels))
        rows = "".join(
            f'<li class="mp-bar" data-part="bar"{" data-winner" if i == ranking[0] else ""} '
            f'style="--mp-share:{float(values[i]):.4f};--mp-mark:{self.colors[i]}">'
            f'<span data-part="label" class="mp-bar-label">{escape(self.labels[i])}</span>'
            '<span class="mp-bar-track"><span class="mp-bar-fill"></span></span>'
            f'<span class="mp-bar-value" data-part="share">{percent(float(values[i]))}</span></li>'
            for i in shown_labels
        )
        # Short labels need only a narrow column, which leaves room for the bars on a phone.
        narrow = " mp-bars-narrow" if max(map(len, self.labels)) <= 2 else ""
        return (
            '<div class="mp-classes"><p class="mp-word" data-part="word">'
            f'{escape(self.labels[ranking[0]])}</p><ul class="mp-bars{narrow}">{rows}</ul></div>'
            f"{self._list(values, ranking, context) if many else ''}"
        )

    def paint(self, values: Values) -> str | None:
        return self.colors[self._ranking(values)[0]]

    def describe(self, values: Values) -> str:
        first, second = self._ranking(values)[:2]
        return (
            f"{self.labels[first]}, {percent(float(values[first]))}; "
            f"next {self.labels[second]}, {percent(float(values[second]))}"
        )

    def _list(self, values: Values, ranking: Sequence[int], context: Context) -> str:
        """Returns the list of all labels, the most probable first."""
        rows = [
            (self.labels[i], f"{significant(100 * float(values[i]))}%", integer(place + 1))
            for place, i in enumerate(ranking[:ROWS])
        ]
        count = len(self.labels)
        summary = f"All {integer(count)} labels"
        heads = ("Label", "Probability", "Rank")
        return finder_html(context.id, summary, "labels", count, heads, rows)

    def _ranking(self, values: Values) -> list[int]:
        return sorted(range(len(self.labels)), key=lambda i: (-float(values[i]), i))


def _check_labels(labels: Sequence[str]) -> None:
    """Raises ValueError for too few labels, too many, and equal ones."""
    twice = [label for label, count in Counter(labels).items() if count > 1]
    if twice:
        raise ValueError(
            f"Classes needs different labels; found {len(labels)}, with {shown(twice[0], 60)} "
            "several times."
        )
    if len(labels) < 2:
        raise ValueError(f"Classes needs at least two labels; found {shown(list(labels))}.")
    if len(labels) > MOST_LABELS:
        raise ValueError(
            f"Classes shows at most {integer(MOST_LABELS)} labels; found {integer(len(labels))}. "
            f"{FEWER}"
        )


def _colors(labels: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        _WORN.get(re.sub(r"-?ish$", "", label.lower()), _SERIES[i % len(_SERIES)])
        for i, label in enumerate(labels)
    )
