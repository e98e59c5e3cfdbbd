"""The Keras file that a reader takes home: the network of a live run with room for its weights.

A .keras file is a zip with the weights in an HDF5 file, one run of bytes each. Here these runs hold
zeros, and live.json says where they are: the browser puts its own weights there and packs it anew.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from modelpress.core.errors import ModelFailure
from modelpress.training.saving import ZIP_EPOCH, save

WEIGHTS = "model.weights.h5"  # in the zip
_TRIES = 8


def template(net: Any, path: Path) -> list[int]:
    """Writes the uncompiled `net` as a .keras file to `path`, its weights zero and all deflated.

    Returns the offset of each weight, in Keras' order, in bytes from the start of `WEIGHTS`:
    float32, little-endian, in row order. The weights of `net` are other ones afterwards.
    Raises ModelFailure where the file has no such place for a weight.
    """
    for seed in range(_TRIES):
        # Values that stand nowhere else in the file tell where each weight is written.
        rng = np.random.default_rng(seed)
        marks = [rng.random(w.shape, np.float32) + np.float32(1) for w in net.get_weights()]
        net.set_weights(marks)
        save(net, path)
        with zipfile.ZipFile(path) as archive:
            content = {name: archive.read(name) for name in archive.namelist()}
        weights = bytearray(content[WEIGHTS])
        runs = [mark.astype("<f4").tobytes() for mark in marks]
        if all(weights.count(run) == 1 for run in runs):
            break
    else:
        raise ModelFailure(
            "Keras wrote the weights of this network in another way than was expected.",
            where="field `live`",
            found=f"no one place for each of its {len(runs)} weights in {WEIGHTS}",
        )
    offsets = [weights.index(run) for run in runs]
    for offset, run in zip(offsets, runs, strict=True):
        weights[offset : offset + len(run)] = bytes(len(run))
    content[WEIGHTS] = bytes(weights)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in content.items():
            archive.writestr(_entry(name), data)
    return offsets


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, ZIP_EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
