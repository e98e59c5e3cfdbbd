"""Text as whole numbers, as Keras' `TextVectorization` computes them.

Port: `site_assets/src/inputs/widgets/tokens.ts`. Both agree with Keras on
`tests/vectors/text.json`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

STANDARDIZE = ("lower_and_strip_punctuation", "lower", "strip_punctuation", "none")
SPLIT = ("whitespace", "character")
PADDING, UNKNOWN = "", "[UNK]"

# TensorFlow lowers and splits bytes: letters and spaces outside ASCII stay as they are.
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_PUNCTUATION = re.compile(r"""[!"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~']""")
_SPACES = re.compile(r"[ \t\n\v\f\r]+")
_LONE = re.compile("[\ud800-\udfff]")  # halves of a UTF-16 pair, which are no characters


class Tokens:
    """The tokens of a text and their numbers.

    vocabulary: tokens in the order of their numbers, the first two for padding and for unknown
    tokens. length: number of values of a text; further tokens are cut off, and 0 fills the rest.
    standardize: one of `STANDARDIZE`. split: one of `SPLIT`.
    """

    def __init__(
        self, vocabulary: Sequence[str], length: int, standardize: str, split: str
    ) -> None:
        self.vocabulary, self.length = vocabulary, length
        self.standardize, self.split_at = standardize, split
        self._numbers = {token: i for i, token in enumerate(vocabulary) if i > 1}
        self.joint = " " if split == "whitespace" else ""
        self.unknown = self._unknown()

    def split(self, text: str) -> list[str]:
        """Returns the standardised tokens of a text, all of them."""
        text = _LONE.sub("\ufffd", text)
        if "lower" in self.standardize:
            text = text.translate(_LOWER)
        if "punctuation" in self.standardize:
            text = _PUNCTUATION.sub("", text)
        if self.split_at == "character":
            return list(text)
        return [token for token in _SPACES.split(text) if token]

    def number(self, token: str) -> int:
        """Returns a token's number: 1 if it is not in the vocabulary, 0 for the empty one."""
        return self._numbers.get(token, 1 if token else 0)

    def encode(self, text: str) -> npt.NDArray[np.float32]:
        """Returns the numbers of a text, shape (length,)."""
        found = [self.number(token) for token in self.split(text)[: self.length]]
        return np.array(found + [0] * (self.length - len(found)), np.float32)

    def decode(self, numbers: Sequence[float] | npt.NDArray[np.float32]) -> str:
        """Returns a text of these numbers, unknown tokens as `unknown`."""
        found = [round(float(number)) for number in np.ravel(numbers)]
        tokens = [self.unknown if i == 1 else self.vocabulary[i] for i in found if i > 0]
        return self.joint.join(tokens)

    def tidy(self, text: str) -> str:
        """Returns a text with the same numbers, without needless spaces."""
        text = _LONE.sub("\ufffd", text)
        return text if self.split_at == "character" else _SPACES.sub(" ", text).strip(" ")

    def reached(self) -> list[int]:
        """Returns the numbers of the known tokens that a text can have after `standardize`."""
        return [
            i for i, token in enumerate(self.vocabulary) if i > 1 and self.split(token) == [token]
        ]

    def _unknown(self) -> str:
        """Returns a token that is not in the vocabulary."""
        if self.split_at == "whitespace" and self._numbered(UNKNOWN) == [1]:
            return UNKNOWN
        signs = ["\ufffd", *map(chr, range(0x2460, 0x2460 + len(self.vocabulary) + 1))]
        return next(sign for sign in signs if self._numbered(sign) == [1])

    def _numbered(self, text: str) -> list[int]:
        return [self.number(token) for token in self.split(text)]
