"""The examples of a live run, and the binary file for them and the recordings."""

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
PROBES = 48  # most probe examples
_BYTE_MAX = np.float32(255)  # divisor of bytes that represent values from 0 to 1


@dataclass(frozen=True)
class Examples:
    """The published data of a live run, float32.

    x: inputs (examples, …input shape). y: targets (examples, …output shape). validation_x,
    validation_y: the validation set. probe_x, probe_y: examples to watch during training.
    None for parts that are missing.
    """

    x: Floats
    y: Floats
    validation_x: Floats | None = None
    validation_y: Floats | None = None
    probe_x: Floats | None = None
    probe_y: Floats | None = None

    def __len__(self) -> int:
        return len(self.x)

    @property
    def validation_count(self) -> int:
        """Number of validation examples."""
        return 0 if self.validation_x is None else len(self.validation_x)


def select_examples(loaded: Loaded, live: Live, seed: int, net: Any) -> Examples:
    """Returns the data that `live` selects, in the shapes of `net`.

    Raises ModelpressError for data that may not be published or doesn't fit the network.
    """
    data = loaded.data
    if data is None:
        raise refused("no data", "examples, from `data` or `Live(data=…)`")
    _require_public(loaded, data)
    x, y = _fitting(_sample(data.train, live.rows, seed), net)
    none = (None, None)
    held_out = data.validation
    validation = none if held_out is None else _fitting(_sample(held_out, live.rows, seed), net)
    probe = none if live.probe is None else _fitting(_probe_examples(live.probe()), net)
    return Examples(x, y, *validation, *probe)


def _probe_examples(probe: Any) -> Split:
    """Returns the examples of `Live.probe`."""
    if isinstance(probe, tuple) and len(probe) == 2 and 1 <= len(probe[0]) <= PROBES:
        if len(probe[0]) == len(probe[1]):
            return Split(*probe)
        probe = f"{len(probe[0])} inputs and {len(probe[1])} targets"
    elif isinstance(probe, tuple) and len(probe) == 2:
        probe = f"{len(probe[0])} examples"
    raise ModelpressError(
        "The probe examples can't be used.",
        where="field `live.probe`",
        found=f"{probe!s:.80}",
        expected=f"a function that returns (x, y), 1 to {PROBES} inputs and their targets",
    )


def _require_public(loaded: Loaded, data: Data) -> None:
    """Raises ModelpressError for data whose licence, or author, forbids publication."""
    known = data.show_rows
    if known is None and loaded.provenance["source"] not in ("author", "generated"):
        known = bool(loaded.provenance["show_rows"])
    if known is not False:
        return
    name = loaded.provenance["title"] or loaded.provenance["name"] or "the data"
    licence = loaded.provenance["licence"]
    raise ModelpressError(
        "A model that trains in the browser publishes its examples; these may not be published.",
        where="field `live.data`",
        found=f"{name}{f', {licence}' if licence else ''}, with show_rows=False",
        expected="examples whose licence allows showing them",
        next_step="Give Live(data=…) other examples, or leave `live` out.",
    )


def _sample(part: Split, most: int | None, seed: int) -> Split:
    if most is None or len(part) <= most:
        return part
    sampled = np.random.default_rng(seed).permutation(len(part))[:most]
    return Split(np.asarray(part.x)[sampled], np.asarray(part.y)[sampled], part.name)


def _fitting(part: Split, net: Any) -> tuple[Floats, Floats]:
    x, y = np.asarray(part.x, np.float32), np.asarray(part.y, np.float32)
    wanted_x, wanted_y = tuple(net.input_shape[1:]), tuple(net.output_shape[1:])
    if y.ndim == 1 and wanted_y == (1,):
        y = y[:, np.newaxis]  # Keras treats a vector as a column
    for name, examples, shape in (("inputs", x, wanted_x), ("targets", y, wanted_y)):
        if examples.shape[1:] != shape:
            raise refused(f"{name} of shape {examples.shape[1:]}", f"{shape}, the network's")
    return x, y


class Bin:
    """Builds a binary file of little-endian blocks, each aligned to four bytes."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._size = 0

    def add(self, values: npt.NDArray[Any]) -> int:
        """Appends float32 or uint8 values, row-major; returns their offset in bytes."""
        offset = self._size
        block = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
        self._blocks.append(block + b"\0" * (-len(block) % 4))
        self._size += len(self._blocks[-1])
        return offset

    def add_optional_examples(self, values: Floats | None) -> ExampleBlock | None:
        """Appends examples as `add_examples` does; None for None."""
        return None if values is None else self.add_examples(values)

    def add_examples(self, values: Floats) -> ExampleBlock:
        """Appends examples and returns their block.

        Whole numbers from 0 to 255, or these divided by 255, take one byte each.
        """
        if _whole(values):
            return self._block(values.astype(np.uint8))
        bytes_ = np.round(values * _BYTE_MAX)
        # Exact to the bit: the browser divides in float32 too.
        if _whole(bytes_) and np.array_equal(bytes_ / _BYTE_MAX, values):
            return self._block(bytes_.astype(np.uint8), divisor=int(_BYTE_MAX))
        return self._block(values)

    def _block(self, stored: npt.NDArray[Any], divisor: int | None = None) -> ExampleBlock:
        return ExampleBlock(
            offset=self.add(stored),
            dtype="uint8" if stored.dtype == np.uint8 else "float32",
            shape=list(stored.shape),
            divisor=divisor,
        )

    def bytes(self) -> bytes:
        """Returns the content of the file."""
        return b"".join(self._blocks)


def _whole(values: Floats) -> bool:
    return bool(np.all((values >= 0) & (values <= 255) & (values == np.floor(values))))
