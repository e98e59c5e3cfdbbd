"""Data sets: examples with their provenance, loaded from the first available source."""

from __future__ import annotations

from modelpress.data.download import Download, DownloadGroup
from modelpress.data.loading import Loaded, load
from modelpress.data.locate import DataRequest
from modelpress.data.rows import Data, Split, UnusableFile
from modelpress.data.sources import BuiltIn, Dataset, Local, LocalGroup, Parts

__all__ = [
    "BuiltIn",
    "Data",
    "DataRequest",
    "Dataset",
    "Download",
    "DownloadGroup",
    "Loaded",
    "Local",
    "LocalGroup",
    "Parts",
    "Split",
    "UnusableFile",
    "load",
]
