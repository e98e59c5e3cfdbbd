"""What the site's artefacts say, and where the page being rendered stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modelpress.schema.document import Json, plain, read
from modelpress.schema.failure import FailureEntry
from modelpress.schema.manifest import Manifest
from modelpress.schema.model import ModelEntry


@dataclass(frozen=True)
class Site:
    """The build's hand-over to the Markdown extension.

    models, failures: entries by slug. answers: Python's answers by slug and start
    text.
    sweeps: Python's answers to the further inputs of an output's picture, a row each, by slug.
    drawings: charts and activations, as the step `report` drew them, by slug.
    bundle: URLs of the scripts, relative to the site root. public: the folder copied into the site.
    pages: URL of the page to go to for a model, relative to the site root, by slug.
    explore: explainers' figures as the build drew them, by `explore.key_of`.
    formulas: MathML as the build drew it, by `Formula.key`.
    lessons: of the course, in their order, as `course.lessons_of` found them.
    map_url: of the first page with a `course` fence, relative to the site root; "" for none.
    archive: whether these are the pages of the archive, which needs no web host.
    address: at which the site is published, with a slash at its end; "" where nobody has said.
    theme: name of the builder's theme, as mkdocs.yml has it.
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

    @property
    def entries(self) -> Mapping[str, Json]:
        """Models and failures by slug, as JSON has them: what facts are looked up in."""
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
        """From the content of `.modelpress/site.json`, whose manifest may have been read already.
        Raises DocumentError where its entries are not of this version's schema."""
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
            address=address and address.rstrip("/") + "/",
        )


class _AsJson(Mapping[str, Json]):
    """Entries as JSON has them, made when one is asked for: most pages ask for few."""

    def __init__(self, entries: Mapping[str, ModelEntry | FailureEntry]) -> None:
        self._entries = entries

    def __getitem__(self, slug: str) -> Json:
        return plain(self._entries[slug])

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


@dataclass
class Page:
    """The page being rendered. root: relative URL of the site root, ending in a slash.

    line_offset: lines of the file before the Markdown (front matter).
    """

    path: str
    root: str = "./"
    line_offset: int = 0
    figures: int = 0
    slugs: list[str] = field(default_factory=list)  # of the figures so far, in order
    trainings: list[str] = field(default_factory=list)  # models that are trained so far, in order
    tapes: list[str] = field(default_factory=list)  # models on a tape so far, in order
    explainers: list[str] = field(default_factory=list)  # so far, in order
    scripted: bool = False  # whether its scripts are linked already
    coursed: bool = False  # whether the script of terms and lessons is linked already
    trained: set[str] = field(default_factory=set)  # models of the trainings so far
    described: set[str] = field(default_factory=set)  # models whose entries are on the page
    starts: dict[str, str] = field(default_factory=dict)  # of each model's latest figure, by slug

    def url(self, site_url: str) -> str:
        """A URL relative to the site root, as this page has to write it."""
        return self.root + site_url
