"""The files of a configuration, mkdocs.yml and those it inherits from, and the lines of their
settings."""

from __future__ import annotations

import os
import re
from pathlib import Path

from modelpress.core.errors import ModelpressError


def inherited(path: Path) -> list[Path]:
    """Returns the files that `path` inherits from by INHERIT, nearest first, existing or not.

    A cycle ends with the file that is repeated.
    """
    files = [path]
    while files[-1].is_file() and files[-1] not in files[:-1]:
        above = _parent(files[-1])
        if above is None:
            break
        files.append(above)
    return files[1:]


def require_no_circle(path: Path) -> None:
    """Raises ModelpressError if the inherited files form a cycle."""
    files = [path, *inherited(path)]
    if files[-1] in files[:-1]:
        raise ModelpressError(
            "The inherited configuration files form a cycle.",
            where=setting_place(files[-2], "INHERIT"),
            found=" → ".join(file.name for file in files),
            expected="a last file without INHERIT",
            next_step="Remove one INHERIT.",
        )


def _parent(path: Path) -> Path | None:
    """Returns the file named by INHERIT, resolved as MkDocs does; None if there is none."""
    content = path.read_bytes()
    if b"INHERIT" not in content:
        return None
    import yaml
    from mkdocs.utils.yaml import get_yaml_loader

    loader = get_yaml_loader()(content)
    try:
        node = loader.get_single_node()
        for key, value in node.value if isinstance(node, yaml.MappingNode) else ():
            if key.value == "INHERIT":
                name = loader.construct_object(value, deep=True)
                return Path(os.path.normpath(path.parent / str(name)))
    except yaml.YAMLError:  # MkDocs reports it, with the line
        return None
    finally:
        loader.dispose()
    return None


def setting_place(path: Path, key: str) -> str:
    """Returns `file:line` of the setting `key` in the configuration or a file it inherits from."""
    for file in (path, *inherited(path)) if key else ():
        lines = file.read_bytes().decode("utf-8", "replace").splitlines() if file.is_file() else ()
        for number, line in enumerate(lines, 1):
            if re.match(rf"['\"]?{re.escape(key)}['\"]?\s*:", line):
                return f"{file}:{number}"
    return str(path)
