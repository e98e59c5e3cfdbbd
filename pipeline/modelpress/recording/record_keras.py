"""Writes the Keras file that a reader exports: the network of a live run, with zero weights.

A .keras file is a zip with an HDF5 file of weights, each a contiguous run of bytes. Here the runs
are zeros, and live.json has their offsets: the browser inserts its weights and zips again.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from modelpress.core.errors import ModelFailure
from modelpress.training.saving import ZIP_EPOCH, save

WEIGHTS = "model.weights.h5"  # file name in the zip
_TRIES = 8


def template(net: Any, path: Path) -> list[int]:
    """Writes the uncompiled `net` as .keras to `path`, with zero weights and all files deflated.

    Returns the offset of each weight, in Keras' order, in bytes from the start of `WEIGHTS`:
    float32, little-endian, row-major. Changes the weights of `net`.
    Raises ModelFailure if the file has no unique place for a weight.
    """
    for seed in range(_TRIES):
        # Values that occur nowhere else in the file mark the place of each weight.
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
            "Keras wrote the weights of this network in an unexpected format.",
            where="field `live`",
            found=f"no unique place for each of its {len(runs)} weights in {WEIGHTS}",
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
