"""Data sets: rows with their provenance, taken from the first source that has them."""

from __future__ import annotations

from pipeline.data.download import Download, DownloadGroup
from pipeline.data.kept import KeptRows
from pipeline.data.loading import Loaded, load
from pipeline.data.locate import DataRequest
from pipeline.data.rows import Data, Split, UnusableFile
from pipeline.data.sources import BuiltIn, Dataset, Local, LocalGroup, Parts

__all__ = [
    "BuiltIn",
    "Data",
    "DataRequest",
    "Dataset",
    "Download",
    "DownloadGroup",
    "KeptRows",
    "Loaded",
    "Local",
    "LocalGroup",
    "Parts",
    "Split",
    "UnusableFile",
    "load",
]
