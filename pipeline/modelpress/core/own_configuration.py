"""Reads modelpress.yml, the configuration of a project whose pages another builder makes.

    models: models                       folder of the model files
    site_name: Digits                    default: the folder's name
    site_url: https://example.org/docs/
    site_dir: site                       folder that `modelpress build` writes the site into
    with: sphinx-build docs OUT          the builder's command
    offline: true                        let readers take the site offline

All are optional, and paths are relative to the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from modelpress.core.errors import ModelpressError, nearest, shown
from modelpress.core.inheriting import setting_place
from modelpress.core.project import Project

NAME = "modelpress.yml"
_KEYS: dict[str, type] = {
    "models": str,
    "site_name": str,
    "site_url": str,
    "site_dir": str,
    "with": str,
    "offline": bool,
}


def read_own(path: Path) -> Project:
    """Returns the project of a modelpress.yml.

    Raises ModelpressError for invalid YAML, an unknown key or a value of another type.
    """
    found = _loaded(path)
    root = path.parent
    models = (root / found.get("models", "models")).resolve()
    url = found.get("site_url", "")
    return Project(
        config_file=path,
        models_dir=models,
        docs_dir=models,  # the pages are another builder's
        site_dir=(root / found.get("site_dir", "site")).resolve(),
        site_path=(urlsplit(url).path.rstrip("/") or "") + "/",
        site_name=found.get("site_name", root.name),
        site_url=url,
        offline=found.get("offline", False),
        builder=found.get("with", ""),
    )


def is_own(path: Path) -> bool:
    """Returns whether a configuration file is a modelpress.yml."""
    return path.stem == Path(NAME).stem


def _loaded(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_bytes()) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise ModelpressError(
            "This is not valid YAML.",
            where=f"{path}:{mark.line + 1}" if mark else str(path),
            found=str(getattr(error, "problem", None) or error),
            next_step="Correct this line, or the one above it.",
        ) from error
    if not isinstance(found, dict):
        raise ModelpressError(
            "This configuration is not one `name: value` a line.",
            where=str(path),
            found=shown(found),
            expected=f"some of {', '.join(_KEYS)}, such as: site_name: Digits",
            next_step="Correct the file.",
        )
    for key, value in found.items():
        _require_valid(path, key, value)
    return found


def _require_valid(path: Path, key: object, value: object) -> None:
    if not isinstance(key, str) or key not in _KEYS:
        raise ModelpressError(
            f"There is no setting `{key}`.{nearest(key, _KEYS)}",
            where=setting_place(path, str(key)),
            expected=f"some of {', '.join(_KEYS)}",
            next_step="Correct its name, or remove it.",
        )
    expected = _KEYS[key]
    if not isinstance(value, expected) or value == "":
        words = {str: "text", bool: "true or false"}[expected]
        raise ModelpressError(
            f"The setting `{key}` is not {words}.",
            where=setting_place(path, key),
            found=shown(value),
            expected=words,
            next_step="Correct it, or remove it for the default.",
        )
    if key == "site_url" and not urlsplit(str(value)).netloc:
        raise ModelpressError(
            "The setting `site_url` is not an address.",
            where=setting_place(path, key),
            found=str(value),
            expected="an address such as https://example.org/docs/",
            next_step="Correct it, or remove it if the address is not known.",
        )
