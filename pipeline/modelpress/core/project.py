"""A project: the folder of a site's configuration, and the paths of a build.

`modelpress.core.configuration` reads it from the configuration. Workers receive it in their
request, so only the command's process loads MkDocs and runs the author's hooks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Project:
    """The paths and settings of one project. All paths are absolute.

    config_file  mkdocs.yml, or modelpress.yml where another builder makes the pages
    models_dir   the author's model files (plugin option `models`)
    look         whether pages use Modelpress' own theme styles (plugin option `look`)
    strict       whether a warning of MkDocs stops the build (`strict`, or `--strict`)
    custom_dir   the author's changes to the theme (`theme.custom_dir`)
    site_path    path of `site_url`, with a slash at both ends
    dev_addr     host and port that `serve` listens on unless an option says otherwise
    watch        further files and folders whose changes make `serve` rebuild (`watch`, `hooks`)
    site_name    name of the site
    site_url     address at which it is published; "" if unknown
    offline      whether readers can take the site offline (option `offline`)
    formulas     whether dollars mark formulas (option `formulas`)
    facts        delimiters of facts; "" for no facts (options `facts`, `fact_delimiters`)
    builder      command that makes the pages (`with` in modelpress.yml); "" for MkDocs
    """

    config_file: Path
    models_dir: Path
    docs_dir: Path
    site_dir: Path
    look: bool = False
    strict: bool = False
    custom_dir: Path | None = None
    site_path: str = "/"
    dev_addr: tuple[str, int] = ("127.0.0.1", 8000)
    watch: tuple[Path, ...] = ()
    site_name: str = ""
    site_url: str = ""
    offline: bool = False
    builder: str = ""
    formulas: bool = True
    facts: str = "{{ }}"

    @property
    def root(self) -> Path:
        return self.config_file.parent

    @property
    def failures_dir(self) -> Path:
        """The folder of the author's failures, beside the models; may not exist."""
        return self.models_dir.parent / "failures"

    @property
    def explainers_dir(self) -> Path:
        """The folder of the author's explainers (their Python part); may not exist."""
        return self.models_dir.parent / "explainers"

    @property
    def state_dir(self) -> Path:
        return self.root / ".modelpress"

    @property
    def public_dir(self) -> Path:
        """The tree that is copied unchanged into the site."""
        return self.state_dir / "public"

    @property
    def site_json(self) -> Path:
        """The data that the Markdown extension renders from."""
        return self.state_dir / "site.json"

    @property
    def downloads_dir(self) -> Path:
        return self.state_dir / "downloads"

    @property
    def rows_dir(self) -> Path:
        """Built-in examples that take long to generate."""
        return self.state_dir / "rows"

    @property
    def import_roots(self) -> tuple[Path, ...]:
        """The folders searched for a model file's imports before the installed packages: the
        project, the folder of models and its parent."""
        roots = (self.root, self.models_dir, self.models_dir.parent)
        return tuple(dict.fromkeys(roots))

    def relative(self, path: Path) -> str:
        """Returns `path` relative to the project if it lies within, else unchanged."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)

    def published_name(self, path: Path) -> str:
        """Returns the name of an author's file in published files.

        It is relative to the project, or the bare file name elsewhere, so that no folder of this
        machine is published.
        """
        return (
            path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.name
        )

    def as_dict(self) -> dict[str, Any]:
        """Returns the fields as JSON-compatible values, to pass a project between processes."""
        return {
            "config_file": str(self.config_file),
            "models_dir": str(self.models_dir),
            "docs_dir": str(self.docs_dir),
            "site_dir": str(self.site_dir),
            "look": self.look,
            "strict": self.strict,
            "custom_dir": str(self.custom_dir) if self.custom_dir else None,
            "site_path": self.site_path,
            "dev_addr": list(self.dev_addr),
            "watch": [str(path) for path in self.watch],
            "site_name": self.site_name,
            "site_url": self.site_url,
            "offline": self.offline,
            "builder": self.builder,
            "formulas": self.formulas,
            "facts": self.facts,
        }

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Project:
        """Returns the project that `as_dict` serialised."""
        host, port = fields["dev_addr"]
        return cls(
            **{
                **fields,
                **{name: Path(fields[name]) for name in _PATHS},
                "custom_dir": Path(fields["custom_dir"]) if fields["custom_dir"] else None,
                "dev_addr": (host, port),
                "watch": tuple(map(Path, fields["watch"])),
            }
        )


_PATHS = ("config_file", "models_dir", "docs_dir", "site_dir")
