"""A text, which the vocabulary of Keras' `TextVectorization` turns into numbers."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.number_format import integer
from modelpress.inputs import Input, Values
from modelpress.kinds.registry import Context, attributes
from modelpress.kinds.text_tokens import PADDING, SPLIT, STANDARDIZE, UNKNOWN, Tokens

if TYPE_CHECKING:
    from typing_extensions import Self

MOST_WORDS = 30_000  # each page with the figure carries them
MOST_LENGTH = 2_000
_MOST_SIGNS = 10_000
_MOST_SAID = 60
_DEFAULT_WORDS = 4


class Text(Input):
    """A text, as whole numbers in float32, shape (length,): its tokens' places in a vocabulary.

    The numbers are those of Keras' `TextVectorization` with `output_mode="int"`: 0 fills the end, 1
    is an unknown token. A text without tokens is no input: a masked mean of it would be NaN.
    vocabulary: as `get_vocabulary()` returns it; padding and the unknown token may be left out.
    length: number of tokens that the network reads, `output_sequence_length`.
    standardize: "lower_and_strip_punctuation", "lower", "strip_punctuation" or None. split:
    "whitespace" or "character". default: initial text of a figure. label: of the text's field.
    Text: as the reader types it.
    """

    kind: ClassVar[str] = "text"

    def __init__(
        self,
        vocabulary: Sequence[str],
        length: int,
        *,
        standardize: str | None = "lower_and_strip_punctuation",
        split: str = "whitespace",
        default: str | None = None,
        label: str = "Text",
    ) -> None:
        if isinstance(vocabulary, str):
            raise ValueError("Text needs a list of tokens as vocabulary; found one text.")
        words = [str(word) for word in vocabulary]
        if words[:1] != [PADDING]:
            words = [PADDING, UNKNOWN, *words]
        if not 2 < len(words) <= MOST_WORDS:
            raise ValueError(
                f"Text needs a vocabulary of 1 to {integer(MOST_WORDS - 2)} tokens besides padding "
                f"and the unknown token; found {integer(max(0, len(words) - 2))}. Set max_tokens."
            )
        if len(set(words)) != len(words):
            twice = next(word for i, word in enumerate(words) if word in words[:i])
            raise ValueError(f"Text needs different tokens; {twice!r} is in the vocabulary twice.")
        if not 1 <= length <= MOST_LENGTH:
            raise ValueError(f"Text needs a length of 1 to {MOST_LENGTH} tokens; found {length}.")
        for name, found, known in (
            ("standardize", standardize or "none", STANDARDIZE),
            ("split", split, SPLIT),
        ):
            if found not in known:
                raise ValueError(f"Text has {name} {', '.join(known)}; found {found!r}.")
        self.label = label
        self.tokens = Tokens(words, length, standardize or "none", split)
        self._default = self.canonical(self._words() if default is None else default)

    @property
    def shape(self) -> tuple[int, ...]:
        return (self.tokens.length,)

    @property
    def default(self) -> str:
        return self._default

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": [self.tokens.length],
            "min": 0,
            "max": len(self.tokens.vocabulary) - 1,
            "standardize": self.tokens.standardize,
            "split": self.tokens.split_at,
            "label": self.label,
            "default": self._default,
            "unknown": self.tokens.unknown,
            "vocabulary": list(self.tokens.vocabulary),
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(
            spec["vocabulary"],
            spec["shape"][0],
            standardize=spec["standardize"],
            split=spec["split"],
            default=spec["default"],
            label=spec["label"],
        )

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        if len(text) > _MOST_SIGNS:
            raise ValueError(
                f"The text has {integer(len(text))} characters; at most {integer(_MOST_SIGNS)} are "
                "read."
            )
        values = self.tokens.encode(text)
        if not values.any():
            raise ValueError(f"The text has no words; type some, such as {self._words()!r}.")
        return values

    def format(self, values: Values) -> str:
        return self.tokens.decode(values)

    def canonical(self, text: str) -> str:
        self.parse(text)
        return self.tokens.tidy(text)

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        length = self.tokens.length
        known = self.tokens.reached() or [1]
        some = [1, known[0], known[-1]]
        rows: list[tuple[str, list[int]]] = [("zero", [1]), ("maximum", [known[-1]] * length)]
        rows += [("corner", [each] * length) for each in some]
        rows += [("corner", list(each)) for each in itertools.product(some, repeat=min(2, length))]
        rows += [("edge", [known[0]] * count) for count in {1, max(1, length - 1), length}]
        turns = itertools.cycle(known)
        rows += [("ordinary", list(itertools.islice(turns, 1 + i % length))) for i in range(24)]
        for _ in range(40):
            count = int(rng.integers(1, length + 1))
            rows.append(("random", [int(each) for each in rng.choice([1, *known], count)]))
        return [
            (group, np.array(row + [0] * (length - len(row)), np.float32)) for group, row in rows
        ]

    def picture(self, values: Values, context: Context) -> str:
        tokens = self.tokens.split(context.text or self.format(values))
        read = [(token, self.tokens.number(token)) for token in tokens[: self.tokens.length]]
        items = "".join(
            f"<li{attributes(class_='mp-unknown' if number == 1 else None)}>"
            f"<span>{escape(token)}</span> <small>{number}</small></li>"
            for token, number in read
        )
        return (
            '<div class="mp-tokens"><ol data-part="tokens" tabindex="0" '
            f'aria-label="The tokens and their numbers">{items}</ol>'
            f'<p data-part="tokens-note">{escape(self._note(tokens))}</p></div>'
        )

    def controls(self, values: Values, context: Context) -> str:
        identity = f"{context.id}-text"
        field = attributes(
            id=identity, data_part="text", rows=3, maxlength=_MOST_SIGNS, autocomplete="off"
        )
        return (
            f'<span class="mp-control mp-list mp-written"><label for="{identity}">'
            f"{escape(self.label)}</label><textarea{field}>"
            f"{escape(context.text or self.format(values))}</textarea></span>"
            '<button type="button" class="mp-button" data-part="clear-text">Clear</button>'
        )

    def position(self, values: Values) -> tuple[float, float | None]:
        return float(np.mean(values)) / (len(self.tokens.vocabulary) - 1), None

    def describe(self, values: Values) -> str:
        text = self.format(values).strip()
        if not text:
            return "No text"
        return f"“{text[:_MOST_SAID]}{'…' if len(text) > _MOST_SAID else ''}”"

    def _words(self) -> str:
        known = self.tokens.reached()[: min(_DEFAULT_WORDS, self.tokens.length)]
        return self.tokens.decode(known or [1])

    def _note(self, tokens: Sequence[str]) -> str:
        """Returns how many tokens the network reads and knows."""
        read = tokens[: self.tokens.length]
        unknown = sum(self.tokens.number(token) == 1 for token in read)
        return (
            f"Tokens read: {len(read)} of {len(tokens)}; unknown: {unknown}. "
            f"The network reads at most {integer(self.tokens.length)} and knows "
            f"{integer(len(self.tokens.vocabulary) - 2)}."
        )
