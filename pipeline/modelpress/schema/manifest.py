"""models/manifest.json and models/embed.json: the models and failure cases of a site."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from modelpress.schema.failure import FailureEntry
from modelpress.schema.model import FileEntry, ModelEntry

SCHEMA = 2
"""Version of all documents of a site; readers refuse other versions."""


@dataclass(frozen=True, kw_only=True)
class Generator:
    """Versions of the programs that made a site."""

    modelpress: str
    """Modelpress."""
    python: str
    """Python."""
    tensorflow: str
    """TensorFlow."""
    keras: str
    """Keras."""
    numpy: str
    """NumPy."""
    tensorflowjs: str
    """The converter."""
    tfjs: str
    """TensorFlow.js in the browser."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """Every model and failure case of a site."""

    schema: Literal[2]
    """Version of the schema."""
    generator: Generator
    """The programs that made the site."""
    models: dict[str, ModelEntry] = field(default_factory=dict)
    """The models, by slug."""
    failures: dict[str, FailureEntry] = field(default_factory=dict)
    """The failure cases, by slug."""

    def entries(self) -> dict[str, ModelEntry | FailureEntry]:
        """Returns all models and failure cases, by slug."""
        return {**self.models, **self.failures}


@dataclass(frozen=True, kw_only=True)
class EmbeddedModel(FileEntry):
    """A model for pages of other sites: the file with its figure."""

    title: str
    """Title for people."""
    page: str
    """URL of its own page, relative to the root of the site."""


@dataclass(frozen=True, kw_only=True)
class EmbedListing:
    """models/embed.json: the files that pages of other sites load."""

    format: Literal[1]
    """Version of this file."""
    entry: str
    """The script, relative to the root of the site."""
    styles: FileEntry
    """The style sheet."""
    models: dict[str, EmbeddedModel]
    """The models, by slug."""
