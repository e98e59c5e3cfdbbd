"""Several inputs of one network, each of its own kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import nearest
from modelpress.inputs import Input, Values, from_spec
from modelpress.kinds.parts import PART, checked_parts, slices_of
from modelpress.kinds.registry import Context

if TYPE_CHECKING:
    from typing_extensions import Self

_MIXED = 48  # golden cases whose parts are drawn independently
_LIMITS = {"zero", "maximum", "corner", "edge"}


class Several(Input):
    """The inputs of a network with several, by their names in the network.

    parts: name → kind. A dict as the field `input` of a `Model` is the same. The shape is that of
    one vector, (n,): the values of all parts, flattened, in the order of `parts`.
    Text: `age=4; colour=#9bb751`. A part that the text leaves out has its default.
    """

    kind: ClassVar[str] = "several"

    def __init__(self, parts: Mapping[str, Input]) -> None:
        self.parts: dict[str, Input] = checked_parts("Several", parts, Input)
        self._slices = slices_of(self.parts)

    @property
    def shape(self) -> tuple[int, ...]:
        return (self._slices[-1].stop,)

    @property
    def default(self) -> str:
        return _joined({name: part.default for name, part in self.parts.items()})

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": list(self.shape),
            "names": list(self.parts),
            "parts": [part.spec() for part in self.parts.values()],
            "default": self.default,
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(dict(zip(spec["names"], map(from_spec, spec["parts"]), strict=True)))

    def parse(self, text: str) -> npt.NDArray[np.float32]:
        texts = self._texts(text)
        return np.concatenate(
            [self._read(name, part, texts[name]).ravel() for name, part in self.parts.items()]
        )

    def format(self, values: Values) -> str:
        return _joined({name: part.format(own) for name, part, own in self._each(values)})

    def canonical(self, text: str) -> str:
        texts, found = self._texts(text), {}
        for name, part in self.parts.items():
            self._read(name, part, texts[name])
            found[name] = part.canonical(texts[name])
        return _joined(found)

    def golden(self, rng: np.random.Generator) -> list[tuple[str, npt.NDArray[np.float32]]]:
        lists = [part.golden(rng) for part in self.parts.values()]
        cases = []
        for number in range(max(map(len, lists))):
            chosen = [each[number % len(each)] for each in lists]
            cases.append((_group([group for group, _ in chosen]), _row(chosen)))
        for _ in range(_MIXED):
            chosen = [each[int(rng.integers(len(each)))] for each in lists]
            cases.append(("random", _row(chosen)))
        return cases

    def picture(self, values: Values, context: Context) -> str:
        return ""  # each part has its picture beside its controls

    def controls(self, values: Values, context: Context) -> str:
        texts = self._texts(context.text) if context.text else {}
        drawn = []
        for number, (name, part, own) in enumerate(self._each(values)):
            inner = replace(
                context,
                id=f"{context.id}-p{number}",
                input=part.spec(),
                given=own.ravel().tolist(),
                text=texts.get(name, part.format(own)),
                sweep=(),
                plane=False,
            )
            drawn.append(
                f'<fieldset class="mp-several-part" data-part="{PART}{number}" '
                f'data-input="{part.kind}"><legend>{escape(name)}</legend>'
                f'<div class="mp-picture-in">{part.picture(own, inner)}</div>'
                f'<div class="mp-controls">{part.controls(own, inner)}</div></fieldset>'
            )
        return f'<div class="mp-several">{"".join(drawn)}</div>'

    def position(self, values: Values) -> tuple[float, float | None]:
        across = [part.position(own)[0] for _, part, own in self._each(values)]
        return (across[0], across[1]) if len(across) == 2 else (float(np.mean(across)), None)

    def describe(self, values: Values) -> str:
        return ", ".join(f"{name} {part.describe(own)}" for name, part, own in self._each(values))

    def _each(self, values: Values) -> Iterator[tuple[str, Input, npt.NDArray[np.float32]]]:
        """Yields name, kind and values of each part, in its shape."""
        flat = np.ravel(np.asarray(values, np.float32))
        for (name, part), place in zip(self.parts.items(), self._slices, strict=True):
            yield name, part, flat[place].reshape(part.shape)

    def _texts(self, text: str) -> dict[str, str]:
        """Returns the text of each part."""
        marks = list(re.finditer(r"(?:^|;)\s*([^=;]*?)\s*=", text.strip()))
        if not marks or marks[0].start() != 0:
            raise ValueError(f"{text.strip()[:80]!r} has no name: write {self.default:.200}.")
        ends = [mark.start() for mark in marks[1:]] + [None]
        found: dict[str, str] = {}
        for mark, end in zip(marks, ends, strict=True):
            name = mark[1]
            if name not in self.parts:
                known = ", ".join(self.parts)
                hint = nearest(name, self.parts)
                raise ValueError(f"{name!r} is not an input; the inputs are {known}.{hint}")
            if name in found:
                raise ValueError(f"{name!r} is written twice.")
            found[name] = text.strip()[mark.end() : end].strip()
        return {name: found.get(name, part.default) for name, part in self.parts.items()}

    def _read(self, name: str, part: Input, text: str) -> npt.NDArray[np.float32]:
        try:
            return part.parse(text)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error


def _joined(texts: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={text}" for name, text in texts.items())


def _row(chosen: list[tuple[str, npt.NDArray[np.float32]]]) -> npt.NDArray[np.float32]:
    return np.concatenate([np.asarray(values, np.float32).ravel() for _, values in chosen])


def _group(groups: list[str]) -> str:
    """Returns the group of a case whose parts are of these groups."""
    if len(set(groups)) == 1:
        return groups[0]
    return "edge" if _LIMITS & set(groups) else "ordinary"
