"""Writes the files generated from the document types: `python -m modelpress.schema.generate`.

    docs/reference/schema.json      JSON Schema
    docs/reference/manifest.md      reference page
    docs/reference/plugin-options.md  options of the MkDocs plugin
    site_assets/src/core/schema.ts  TypeScript types

`--check` writes nothing, and exits with 1 if a file is out of date.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from modelpress.schema.json_schema import json_schema
from modelpress.schema.options_page import options_page
from modelpress.schema.page import page
from modelpress.schema.typescript import typescript

PLACE = "site_assets/src"  # identifies the root of the repository


def generated() -> dict[str, str]:
    """Returns path, relative to the root of the repository → content."""
    schema = json.dumps(json_schema(), indent=1, ensure_ascii=False)
    return {
        "docs/reference/schema.json": f"{schema}\n",
        "docs/reference/manifest.md": page(),
        "docs/reference/plugin-options.md": options_page(),
        "site_assets/src/core/schema.ts": typescript(),
    }


def outdated(root: Path) -> dict[str, str]:
    """Returns the `generated` files that differ from those below `root`."""
    return {
        name: text
        for name, text in generated().items()
        if not (root / name).is_file() or (root / name).read_text("utf-8") != text
    }


def repository() -> Path | None:
    """Returns the root of this module's repository; None outside a checkout."""
    folders = Path(__file__).resolve().parents
    return next((folder for folder in folders if (folder / PLACE).is_dir()), None)


def main(arguments: list[str]) -> int:
    """Runs the command and returns its exit code."""
    root = repository()
    if root is None:
        print("The types are made in a checkout of Modelpress; this is none.", file=sys.stderr)
        return 2
    changed = outdated(root)
    if "--check" in arguments:
        for name in changed:
            print(
                f"{name} is out of date. Run `python -m modelpress.schema.generate`.",
                file=sys.stderr,
            )
        return 1 if changed else 0
    for name, text in changed.items():
        (root / name).write_text(text, "utf-8", newline="\n")
        print(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
