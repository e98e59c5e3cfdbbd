"""Several outputs of one network, each of its own kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from modelpress.kinds.parts import PART_OUT, checked_parts, slices_of
from modelpress.kinds.registry import Context
from modelpress.outputs import Output, Values, from_spec

if TYPE_CHECKING:
    from typing_extensions import Self

    from modelpress.inputs import Input


class Several(Output):
    """The outputs of a network with several, by their names in the network.

    parts: name → kind, except `Curve` and `Map`, which show predictions for many inputs at once. A
    dict as the field `output` of a `Model` is the same. The shape is that of one vector, (n,): the
    values of all parts, flattened, in the order of `parts`.
    """

    kind: ClassVar[str] = "several"

    def __init__(self, parts: Mapping[str, Output]) -> None:
        self.parts: dict[str, Output] = checked_parts("Several", parts, Output)
        for name, part in self.parts.items():
            if type(part).sweep is not Output.sweep:
                raise ValueError(
                    f"{type(part).__name__} shows predictions for many inputs at once, so it can't "
                    f"be one of several outputs, as {name!r} is."
                )
        self._slices = slices_of(self.parts)

    @property
    def shape(self) -> tuple[int, ...]:
        return (self._slices[-1].stop,)

    def spec(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "shape": list(self.shape),
            "names": list(self.parts),
            "parts": [part.spec() for part in self.parts.values()],
        }

    @classmethod
    def from_spec(cls, spec: Mapping[str, Any]) -> Self:
        return cls(dict(zip(spec["names"], map(from_spec, spec["parts"]), strict=True)))

    def picture(self, values: Values, context: Context) -> str:
        drawn = []
        for number, (name, part, own) in enumerate(self._each(values)):
            identity = f"{context.id}-o{number}"
            picture = part.picture(own, replace(context, id=identity, sweep=(), plane=False))
            drawn.append(
                f'<div class="mp-several-part" role="group" aria-labelledby="{identity}-name" '
                f'data-part="{PART_OUT}{number}" data-output="{part.kind}">'
                f'<p class="mp-several-name" id="{identity}-name">{escape(name)}</p>'
                f'<div class="mp-picture-out">{picture}</div></div>'
            )
        return f'<div class="mp-several">{"".join(drawn)}</div>'

    def describe(self, values: Values) -> str:
        return "; ".join(f"{name}: {part.describe(own)}" for name, part, own in self._each(values))

    def check_input(self, input: Input) -> None:
        for part in self.parts.values():
            part.check_input(input)

    def expected(self) -> str:
        parts = ", ".join(f"{name} {part.shape}" for name, part in self.parts.items())
        return f"several outputs expect {self.shape}, the values of {parts} side by side"

    def _each(self, values: Values) -> Iterator[tuple[str, Output, npt.NDArray[np.float32]]]:
        """Yields name, kind and values of each part, in its shape."""
        flat = np.ravel(np.asarray(values, np.float32))
        for (name, part), place in zip(self.parts.items(), self._slices, strict=True):
            yield name, part, flat[place].reshape(part.shape)
