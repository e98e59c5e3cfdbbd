"""The site's artefacts, and the state of the page being rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from modelpress.schema.document import Json, plain, read
from modelpress.schema.failure import FailureEntry
from modelpress.schema.manifest import Manifest
from modelpress.schema.model import ModelEntry

BRACES = "{{ }}"  # the delimiters of facts unless a site chooses others


@dataclass(frozen=True)
class Site:
    """The build's hand-over to the Markdown extension.

    models, failures: entries by slug.
    predictions: Python's predictions by slug and starting text.
    sweeps: Python's predictions for the further inputs of an output's picture, by slug.
    drawings: charts and activations from the step `report`, by slug.
    bundle: URLs of the scripts, relative to the site root. public: folder copied into the site.
    pages: URL of each model's own page, relative to the site root, by slug.
    explore: rendered figures of explainers, by `explore.key_of`.
    formulas: rendered MathML, by `Formula.key`.
    lessons: lessons of the course in order, from `course.lessons_of`.
    map_url: URL of the first page with a `course` fence, relative to the site root; "" for none.
    archive: whether the pages belong to the archive, which needs no web host.
    address: URL of the published site, ending in a slash; "" if unknown.
    theme: name of the builder's theme in mkdocs.yml.
    has_formulas: whether dollars mark formulas. fact_delimiters: of facts, "" for no facts.
    """

    models: Mapping[str, ModelEntry]
    failures: Mapping[str, FailureEntry] = field(default_factory=dict)
    predictions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sweeps: Mapping[str, Any] = field(default_factory=dict)
    drawings: Mapping[str, Any] = field(default_factory=dict)
    bundle: Mapping[str, Any] = field(default_factory=dict)
    public: Path = Path()
    pages: Mapping[str, str] = field(default_factory=dict)
    explore: Mapping[str, Any] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    lessons: Sequence[dict[str, str]] = ()
    map_url: str = ""
    archive: bool = False
    address: str = ""
    theme: str = "material"
    has_formulas: bool = True
    fact_delimiters: str = BRACES

    @cached_property
    def entries(self) -> Mapping[str, Json]:
        """Models and failure cases as JSON, by slug; facts are looked up here."""
        return _AsJson({**self.models, **self.failures})

    @classmethod
    def from_handover(
        cls,
        handover: Mapping[str, Any],
        public: Path,
        pages: Mapping[str, str],
        lessons: Sequence[dict[str, str]] = (),
        map_url: str = "",
        address: str = "",
    ) -> Site:
        """Returns the site in the content of `.modelpress/site.json`.

        handover: its manifest is JSON or a Manifest. Raises DocumentError if the entries don't
        match this version's schema.
        """
        manifest = handover.get("manifest")
        if manifest and not isinstance(manifest, Manifest):
            manifest = read(Manifest, manifest, "manifest")
        return cls(
            models=manifest.models if manifest else {},
            failures=manifest.failures if manifest else {},
            predictions=handover.get("answers", {}),
            sweeps=handover.get("sweeps", {}),
            drawings=handover.get("drawings", {}),
            bundle=handover.get("bundle", {}),
            public=public,
            pages=pages,
            explore=handover.get("explore", {}),
            formulas=handover.get("formulas", {}),
            lessons=lessons,
            map_url=map_url,
            archive=handover.get("archive", False),
            theme=handover.get("theme", "material"),
            has_formulas=handover.get("has_formulas", True),
            fact_delimiters=handover.get("fact_delimiters", BRACES),
            address=address and address.rstrip("/") + "/",
        )


class _AsJson(Mapping[str, Json]):
    """Entries as JSON, each converted when it is first used, since most pages need few."""

    def __init__(self, entries: Mapping[str, ModelEntry | FailureEntry]) -> None:
        self._entries = entries
        self._converted: dict[str, Json] = {}

    def __getitem__(self, slug: str) -> Json:
        if slug not in self._converted:
            self._converted[slug] = plain(self._entries[slug])
        return self._converted[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@dataclass
class Page:
    """The page being rendered.

    root: relative URL of the site root, ending in a slash. line_offset: number of lines in the file
    before the Markdown (front matter).
    """

    path: str
    root: str = "./"
    line_offset: int = 0
    figures: int = 0
    slugs: list[str] = field(default_factory=list)  # models of the figures so far, in order
    trainings: list[str] = field(default_factory=list)  # models of `train` fences so far, in order
    tapes: list[str] = field(default_factory=list)  # models of `tape` fences so far, in order
    explainers: list[str] = field(default_factory=list)  # explainers so far, in order
    scripted: bool = False  # whether the page links the site's scripts
    coursed: bool = False  # whether the page links the script of terms and lessons
    trained: set[str] = field(default_factory=set)  # models of the trainings so far
    described: set[str] = field(default_factory=set)  # models whose entries are on the page
    starts: dict[str, str] = field(default_factory=dict)  # slug → start of the latest figure

    def url(self, site_url: str) -> str:
        """Returns the URL, given relative to the site root, relative to this page."""
        return self.root + site_url
