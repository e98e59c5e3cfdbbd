"""Names the first layer and operation of a graph that a backend computes otherwise than Python.

Each operation's output in the browser is compared with the exact engine's, in order, within what
rounding to float32 can make there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modelpress.core.operation_names import layer_in
from modelpress.exact.bound import bounds_inside
from modelpress.exact.network import Network
from modelpress.schema.model import Layer, ModelEntry

Ask = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def first_difference(entry: ModelEntry, public_dir: Path, worst: int, ask: Ask) -> str:
    """Returns the place as the end of a sentence, '' if it can't be found.

    worst: number of the golden case that differs most; it is compared alone, then all cases as a
    batch. ask: proves the model once more with the option `trace`, and returns the page's message.
    """
    folder = public_dir / entry.base
    network = Network.read((folder / entry.formats.graph.model).parent)
    golden = json.loads((folder / entry.golden).read_bytes())
    inputs = np.array(golden["inputs"], np.float32).reshape(-1, *golden["input_shape"])
    for cases in ([worst], list(range(len(inputs)))):
        bounds = list(bounds_inside(network, inputs[cases]).items())
        proof = ask({"trace": {"cases": cases, "bounds": bounds}}).get("result")
        found = proof and proof.get("different")
        if found:
            return _words(found, entry.layers)
    return ""


def _words(found: Mapping[str, Any], layers: list[Layer]) -> str:
    far = found["maxDiff"]  # None: JSON has no NaN
    by = "is NaN or of another shape" if far is None else f"differs by {far:.3g}"
    place = f"operation `{found['node']}`"
    kinds = {layer.name: layer.kind for layer in layers}
    name = layer_in(found["node"], kinds)
    if name:
        place = f"layer `{name}` ({kinds[name]}), {place}"
    return f"the first output that differs is that of {place}: it {by}, past {found['bound']:.3g}"
