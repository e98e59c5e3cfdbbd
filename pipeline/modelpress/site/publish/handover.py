"""Reads the hand-over of `modelpress build` to the plugin: `site.json` in the state folder."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

from modelpress.schema.document import read
from modelpress.schema.manifest import Manifest
from modelpress.site.publish.archive import without_host


def read_handover(state_dir: Path, *, archive: bool) -> dict[str, Any]:
    """Returns the last build's hand-over, for the pages of the site or of its archive.

    Raises PluginError if there is none, or if it is not readable.
    """
    path = state_dir / "site.json"
    try:
        handover: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        handover["manifest"] = read(Manifest, handover["manifest"], "manifest")
    except FileNotFoundError as error:
        raise PluginError(
            f"modelpress: there is no {path.name} in {path.parent}: the models are not built.\n"
            "  Next: run `modelpress build`, which trains, proves and then calls MkDocs itself."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PluginError(
            f"modelpress: {path} cannot be read: {error}\n"
            "  Next: run `modelpress build`, which writes it again."
        ) from error
    for name in ("explore", "formulas"):  # rendered after the hand-over is written
        rendered = state_dir / f"{name}.json"
        if rendered.is_file():
            handover[name] = json.loads(rendered.read_text(encoding="utf-8"))
    if archive:
        handover |= {"archive": True, "bundle": without_host(handover["bundle"])}
    return handover
