"""The manifest of a site's models and failures, and the public folder it describes.

<public>/models/manifest.json            all entries
<public>/models/<slug>/card.json         one model's entry
<public>/models/<slug>/<version>/…       its files
<public>/failures/<slug>/<version>/…     the files of a failure
<public>/assets/modelpress/…             the scripts
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
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

FORMAT_VERSION = 1
ASSETS = "assets/modelpress"


def manifest(
    cards: list[Card], failures: list[FailureCard], parities: dict[str, Any], bundle: Entry
) -> dict[str, Any]:
    """The manifest as JSON has it. Nothing in it differs between two builds of the same content."""
    description = bundle.read_json("bundle.json")
    return {
        "format_version": FORMAT_VERSION,
        "generator": {
            "modelpress": __version__,
            **versions(),
            "tfjs": description.get("tfjs", ""),
        },
        "models": {card.slug: _proven(card, parities[card.slug], bundle) for card in cards},
        "failures": {card.slug: _proven(card, parities[card.slug], bundle) for card in failures},
    }


def _proven(card: Card | FailureCard, proof: dict[str, Any], bundle: Entry) -> dict[str, Any]:
    """An entry with its parity."""
    keys = {**card.entry["cache_keys"], "bundle": bundle.key, "verify": proof["key"]}
    return {**card.entry, "parity": proof["parity"], "cache_keys": keys}


def lay_out(public: Path, cards: Sequence[Card | FailureCard], bundle: Entry) -> None:
    """Copies the files of all models and failures and the scripts into `public`."""
    for card in cards:
        card.copy_files(public)
    shutil.copytree(bundle.path("assets"), public / ASSETS)


def write_manifest(public: Path, content: dict[str, Any]) -> None:
    """Writes the manifest and each model's card into `public`."""
    write_json(public / "models" / "manifest.json", content)
    for slug, entry in content["models"].items():
        write_json(public / "models" / slug / "card.json", entry)


def handover(content: dict[str, Any], cards: list[Card], bundle: Entry) -> str:
    """Text of site.json: all that the Markdown extension renders from."""
    site = {
        "manifest": content,
        "answers": {card.slug: card.answers for card in cards},
        "sweeps": {card.slug: card.sweep for card in cards if card.sweep},
        "drawings": {card.slug: card.drawing for card in cards},
        "bundle": bundle.read_json("bundle.json"),
        "sources": {card.slug: card.entry["source"] for card in cards},
    }
    return _dumps(site)


def is_published(project: Project, content: dict[str, Any], site: str, bundle: Entry) -> bool:
    """Whether the public folder and site.json hold exactly this already: every file is checked."""
    wanted = {
        f"{ASSETS}/{name.removeprefix('assets/')}": checksum
        for name, checksum in bundle.files.items()
        if name.startswith("assets/")
    }
    for entry in (*content["models"].values(), *content["failures"].values()):
        wanted |= {file["url"]: file["sha256"] for file in entry["files"].values()}
    texts = {"models/manifest.json": _dumps(content)} | {
        f"models/{slug}/card.json": _dumps(entry) for slug, entry in content["models"].items()
    }
    public = project.public_dir
    try:
        written = wanted | {
            name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()
        }
        mark = marks.text(marks.Mark(written, made=True))
        return (
            (public / marks.MARK).read_text("utf-8") == mark
            and project.site_json.read_text("utf-8") == site
            and all((public / name).read_text("utf-8") == text for name, text in texts.items())
            and all(sha256(public / name) == checksum for name, checksum in wanted.items())
        )
    except (OSError, UnicodeDecodeError):
        return False


def write_json(path: Path, content: Any) -> None:
    """Sorted keys, shortest numbers; whole or not at all."""
    write_atomically(path, _dumps(content))


def _dumps(content: Any) -> str:
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def published_manifest(project: Project) -> dict[str, Any]:
    """The manifest of the last build; {} where there was none."""
    path = project.public_dir / "models" / "manifest.json"
    if not path.is_file():
        return {}
    try:
        content: dict[str, Any] = json.loads(path.read_bytes())
    except ValueError as error:
        raise ModelpressError(
            "The manifest of the last build is damaged.",
            where=project.relative(path),
            found=str(error),
            next_step="Run `modelpress build`, which writes it again.",
        ) from error
    return content
