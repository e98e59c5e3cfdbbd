"""The manifest of a site's models and failure cases, and the public folder that it describes.

<public>/models/manifest.json            all entries, without their long fields
<public>/models/schema.json              JSON Schema of the manifest and all other documents
<public>/models/<slug>/card.json         one model's entry
<public>/models/<slug>/<version>/…       one model's files, and details/ with the long fields
<public>/failures/<slug>/<version>/…     one failure case's files
<public>/assets/modelpress/…             the scripts
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelpress.artefacts.failure_entry import FailureCard
from modelpress.artefacts.model_entry import Card
from modelpress.caching.keys import sha256, versions
from modelpress.caching.store import Entry
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.core.version import __version__
from modelpress.core.writing import write_atomically
from modelpress.files import marks
from modelpress.schema.detail_files import slim, whole
from modelpress.schema.document import DocumentError, Json, plain, read, text
from modelpress.schema.failure import FailureEntry, FailureParity
from modelpress.schema.json_schema import json_schema
from modelpress.schema.manifest import SCHEMA, Manifest
from modelpress.schema.model import ModelEntry, Parity

ASSETS = "assets/modelpress"
MANIFEST = "models/manifest.json"


@dataclass(frozen=True)
class Proof:
    """The proof of a model or failure case. key: of its cache entry; "" if not cached."""

    parity: Parity | FailureParity
    key: str = ""


@dataclass(frozen=True)
class Published:
    """A manifest and its files: name in the public folder → content.

    manifest: complete entries, which also list `details` and the detail files.
    """

    manifest: Manifest
    files: dict[str, bytes]


def manifest(
    cards: list[Card], failures: list[FailureCard], parities: Mapping[str, Proof], bundle: Entry
) -> Published:
    """Returns the manifest of these models and failure cases.

    parities: the proof of each, by slug. Two builds of the same content give the same manifest.
    """
    description = bundle.read_json("bundle.json")
    generator = {
        "modelpress": __version__,
        **versions(),
        "tfjs": description.get("tfjs", ""),
    }
    content: dict[str, Json] = {"schema": SCHEMA, "generator": generator}
    complete: dict[str, Json] = dict(content)
    files: dict[str, bytes] = {"models/schema.json": text(json_schema()).encode()}
    for kind, listed in (("models", cards), ("failures", failures)):
        content[kind], complete[kind] = {}, {}
        for card in listed:
            entry = plain(_with_parity(card, parities[card.slug], bundle))
            short = slim(entry)
            files |= short.files
            content[kind][card.slug] = short.entry
            added = {name: short.entry[name] for name in ("files", "details")}
            complete[kind][card.slug] = entry | added
            if kind == "models":
                one = {"schema": SCHEMA, **short.entry}
                files[f"models/{card.slug}/card.json"] = text(one).encode()
    files[MANIFEST] = text(content).encode()
    return Published(read(Manifest, complete), files)


def _with_parity(
    card: Card | FailureCard, proof: Proof, bundle: Entry
) -> ModelEntry | FailureEntry:
    keys = {**card.entry.cache_keys, "bundle": bundle.key, "verify": proof.key}
    changed: dict[str, Any] = {"parity": proof.parity, "cache_keys": keys}
    return replace(card.entry, **changed)


def lay_out(public: Path, cards: Sequence[Card | FailureCard], bundle: Entry) -> None:
    """Copies the scripts and the files of all models and failure cases into `public`."""
    for card in cards:
        card.copy_files(public)
    shutil.copytree(bundle.path("assets"), public / ASSETS)


def write_manifest(public: Path, published: Published) -> None:
    """Writes the manifest, each model's card and all detail files into `public`."""
    for name, content in published.files.items():
        write_atomically(public / name, content.decode())


def handover(published: Published, cards: list[Card], bundle: Entry) -> str:
    """Returns the text of site.json, from which the Markdown extension renders."""
    site = {
        "manifest": published.manifest,
        "answers": {card.slug: card.predictions for card in cards},
        "sweeps": {card.slug: card.sweep for card in cards if card.sweep},
        "drawings": {card.slug: card.drawing for card in cards},
        "bundle": bundle.read_json("bundle.json"),
        "sources": {card.slug: card.entry.source for card in cards},
    }
    return text(site)


def is_published(project: Project, published: Published, site: str, bundle: Entry) -> bool:
    """Returns whether the public folder and site.json are current. Every file is hashed."""
    wanted = {
        f"{ASSETS}/{name.removeprefix('assets/')}": checksum
        for name, checksum in bundle.files.items()
        if name.startswith("assets/")
    }
    for entry in published.manifest.entries().values():
        wanted |= {file.url: file.sha256 for file in entry.files.values()}
    wanted |= {
        name: hashlib.sha256(content).hexdigest() for name, content in published.files.items()
    }
    public = project.public_dir
    try:
        mark = marks.text(marks.Mark(wanted, made=True))
        return (
            (public / marks.MARK).read_text("utf-8") == mark
            and project.site_json.read_text("utf-8") == site
            and all(sha256(public / name) == checksum for name, checksum in wanted.items())
        )
    except (OSError, UnicodeDecodeError):
        return False


class OtherSchema(DocumentError):
    """The manifest has another version of the schema."""


def read_manifest(folder: Path) -> Manifest:
    """Returns the manifest of a built site or public folder, with complete entries.

    Raises OSError if it can't be read, and DocumentError if it is invalid or has another version of
    the schema.
    """
    content = json.loads((folder / MANIFEST).read_bytes())
    found = content.get("schema") if isinstance(content, dict) else None
    if found != SCHEMA:
        raise OtherSchema("schema", found, f"{SCHEMA}, the version that this Modelpress reads")
    for kind in ("models", "failures"):
        entries = content.get(kind, {})
        content[kind] = {
            slug: whole(entry, lambda url: (folder / url).read_bytes())
            for slug, entry in entries.items()
        }
    return read(Manifest, content)


def published_manifest(project: Project) -> Manifest | None:
    """Returns the manifest of the last build, or None. Raises ModelpressError if it is damaged."""
    path = project.public_dir / MANIFEST
    if not path.is_file():
        return None
    try:
        return read_manifest(project.public_dir)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelpressError(
            "The manifest of the last build was written by another version of Modelpress."
            if isinstance(error, OtherSchema)
            else "The manifest of the last build is damaged.",
            where=project.relative(path),
            found=str(error),
            next_step="Run `modelpress build`, which writes it again.",
        ) from error
