"""The rows of a live run, and the file that they and the recordings are written into."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from modelpress.core.errors import ModelpressError
from modelpress.data import Data, Loaded, Split
from modelpress.recording.record_refusal import refused
from modelpress.schema.live import Rows as ExampleBlock
from modelpress.spec.live import Live

Floats = npt.NDArray[np.float32]
PROBES = 48  # rows to look at while a model trains, at most
_SHARE = np.float32(255)  # that bytes are divided by to be shares of one


@dataclass(frozen=True)
class Rows:
    """float32 inputs (rows, …input shape) and targets (rows, …output shape); the same to validate,
    and to look at while it trains, None where there are none."""

    x: Floats
    y: Floats
    validation_x: Floats | None = None
    validation_y: Floats | None = None
    probe_x: Floats | None = None
    probe_y: Floats | None = None

    def __len__(self) -> int:
        return len(self.x)

    @property
    def validating(self) -> int:
        """How many rows validate."""
        return 0 if self.validation_x is None else len(self.validation_x)


def chosen(loaded: Loaded, live: Live, seed: int, net: Any) -> Rows:
    """The rows that `live` asks for, in the shapes of `net`.

    Raises ModelpressError for rows that may not be published or don't fit the network.
    """
    data = loaded.data
    if data is None:
        raise refused("no data", "rows, from `data` or `Live(data=…)`")
    _require_public(loaded, data)
    x, y = _fitting(_some(data.train, live.rows, seed), net)
    none = (None, None)
    held_out = data.validation
    validation = none if held_out is None else _fitting(_some(held_out, live.rows, seed), net)
    probe = none if live.probe is None else _fitting(_probed(live.probe()), net)
    return Rows(x, y, *validation, *probe)


def _probed(made: Any) -> Split:
    """The rows that `Live.probe` gave."""
    if isinstance(made, tuple) and len(made) == 2 and 1 <= len(made[0]) <= PROBES:
        if len(made[0]) == len(made[1]):
            return Split(*made)
        made = f"{len(made[0])} inputs and {len(made[1])} right answers"
    elif isinstance(made, tuple) and len(made) == 2:
        made = f"{len(made[0])} rows"
    raise ModelpressError(
        "The rows to look at while the model trains are not usable.",
        where="field `live.probe`",
        found=f"{made!s:.80}",
        expected=f"a function that returns (x, y), 1 to {PROBES} inputs and their right answers",
    )


def _require_public(loaded: Loaded, data: Data) -> None:
    """An author's own rows are theirs to give; a data set's licence has its say."""
    known = data.show_rows
    if known is None and loaded.provenance["source"] not in ("author", "generated"):
        known = bool(loaded.provenance["show_rows"])
    if known is not False:
        return
    name = loaded.provenance["title"] or loaded.provenance["name"] or "the data"
    licence = loaded.provenance["licence"]
    raise ModelpressError(
        "The rows of a model that trains in the browser are published, and these may not be.",
        where="field `live.data`",
        found=f"{name}{f', {licence}' if licence else ''}, with show_rows=False",
        expected="rows whose licence allows showing them",
        next_step="Give Live(data=…) other rows, or leave `live` out.",
    )


def _some(part: Split, most: int | None, seed: int) -> Split:
    if most is None or len(part) <= most:
        return part
    picked = np.random.default_rng(seed).permutation(len(part))[:most]
    return Split(np.asarray(part.x)[picked], np.asarray(part.y)[picked], part.name)


def _fitting(part: Split, net: Any) -> tuple[Floats, Floats]:
    x, y = np.asarray(part.x, np.float32), np.asarray(part.y, np.float32)
    wanted_x, wanted_y = tuple(net.input_shape[1:]), tuple(net.output_shape[1:])
    if y.ndim == 1 and wanted_y == (1,):
        y = y[:, np.newaxis]  # Keras takes a column for a list of numbers
    for name, rows, shape in (("inputs", x, wanted_x), ("targets", y, wanted_y)):
        if rows.shape[1:] != shape:
            raise refused(f"{name} of shape {rows.shape[1:]}", f"{shape}, the network's")
    return x, y


class Bin:
    """A binary file in the making: little-endian blocks, each at a multiple of four bytes."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._size = 0

    def add(self, values: npt.NDArray[Any]) -> int:
        """Appends float32 or uint8 values in row order; returns their offset in bytes."""
        offset = self._size
        block = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
        self._blocks.append(block + b"\0" * (-len(block) % 4))
        self._size += len(self._blocks[-1])
        return offset

    def some_rows(self, values: Floats | None) -> ExampleBlock | None:
        """Appends rows as `rows` does; None for None."""
        return None if values is None else self.rows(values)

    def rows(self, values: Floats) -> ExampleBlock:
        """Appends rows, a byte a value where all are whole numbers from 0 to 255, or such numbers
        divided by 255."""
        if _whole(values):
            return self._block(values.astype(np.uint8))
        bytes_ = np.round(values * _SHARE)
        # To the bit: the browser divides again, in float32.
        if _whole(bytes_) and np.array_equal(bytes_ / _SHARE, values):
            return self._block(bytes_.astype(np.uint8), divisor=int(_SHARE))
        return self._block(values)

    def _block(self, kept: npt.NDArray[Any], divisor: int | None = None) -> ExampleBlock:
        return ExampleBlock(
            offset=self.add(kept),
            dtype="uint8" if kept.dtype == np.uint8 else "float32",
            shape=list(kept.shape),
            divisor=divisor,
        )

    def bytes(self) -> bytes:
        """All blocks."""
        return b"".join(self._blocks)


def _whole(values: Floats) -> bool:
    return bool(np.all((values >= 0) & (values <= 255) & (values == np.floor(values))))
