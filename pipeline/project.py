"""A project: the folder whose `mkdocs.yml` names the plugin `modelpress`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ModelpressError


@dataclass(frozen=True)
class Project:
    """Where everything of one project lies. All paths are absolute.

    config_file  mkdocs.yml
    models_dir   the author's model files (plugin option `models`)
    look         whether the pages take Modelpress' own look (plugin option `look`)
    """

    config_file: Path
    models_dir: Path
    docs_dir: Path
    site_dir: Path
    look: bool = False

    @property
    def root(self) -> Path:
        return self.config_file.parent

    @property
    def failures_dir(self) -> Path:
        """The author's failures, beside the models; not every project has some."""
        return self.models_dir.parent / "failures"

    @property
    def state_dir(self) -> Path:
        return self.root / ".modelpress"

    @property
    def public_dir(self) -> Path:
        """The tree that is copied into the site as it is."""
        return self.state_dir / "public"

    @property
    def site_json(self) -> Path:
        """What the Markdown extension renders from."""
        return self.state_dir / "site.json"

    @property
    def downloads_dir(self) -> Path:
        return self.state_dir / "downloads"

    @property
    def rows_dir(self) -> Path:
        """Built-in rows that take long to make."""
        return self.state_dir / "rows"

    @property
    def import_roots(self) -> tuple[Path, ...]:
        """Where a model file's imports are looked for before the installed packages."""
        return (self.root, self.models_dir)

    def relative(self, path: Path) -> str:
        """`path` as an author would write it: relative to the project where it lies within."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return str(path)


def find_project(config_file: Path | None = None) -> Project:
    """The project of `config_file`, or of the nearest `mkdocs.yml` above the current folder.

    Raises ModelpressError where there is none, or where it doesn't name the plugin.
    """
    path = config_file.resolve() if config_file else _nearest_config(Path.cwd())
    if not path.is_file():
        raise ModelpressError(
            "There is no such configuration file.",
            where=str(path),
            next_step="Give the path of an existing mkdocs.yml with -f.",
        )
    settings = _read_yaml(path)
    options = _plugin_options(settings, path)
    root = path.parent
    return Project(
        config_file=path,
        models_dir=(root / _text(options, "models", "models", path)).resolve(),
        docs_dir=(root / _text(settings, "docs_dir", "docs", path)).resolve(),
        site_dir=(root / _text(settings, "site_dir", "site", path)).resolve(),
        look=bool(options.get("look", False)),
    )


def _nearest_config(folder: Path) -> Path:
    for place in (folder, *folder.parents):
        for name in ("mkdocs.yml", "mkdocs.yaml"):
            if (place / name).is_file():
                return (place / name).resolve()
    raise ModelpressError(
        "There is no mkdocs.yml here or in any folder above.",
        where=str(folder),
        next_step="Change into a project, or give its configuration file with -f.",
    )


def _read_yaml(path: Path) -> dict[str, Any]:
    try:
        settings = yaml.load(path.read_bytes(), Loader=_Loader)
    except yaml.YAMLError as error:
        raise ModelpressError(
            "This is not readable as YAML.", where=str(path), found=str(error)
        ) from error
    if not isinstance(settings, dict):
        raise ModelpressError("This holds no settings.", where=str(path), found=repr(settings))
    parent = settings.get("INHERIT")
    if isinstance(parent, str) and (path.parent / parent).is_file():
        settings = {**_read_yaml((path.parent / parent).resolve()), **settings}
    return settings


class _Loader(yaml.SafeLoader):
    """Reads what MkDocs reads, without running anything: tags such as !ENV become their content."""


def _content(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _content)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _content)


def _plugin_options(settings: dict[str, Any], path: Path) -> dict[str, Any]:
    plugins = settings.get("plugins") or []
    entries = plugins.items() if isinstance(plugins, dict) else map(_named, plugins)
    for name, options in entries:
        if name == "modelpress":
            return dict(options or {})
    raise ModelpressError(
        "This site doesn't use Modelpress.",
        where=str(path),
        found=f"plugins: {', '.join(str(_named(entry)[0]) for entry in plugins) or 'none'}",
        next_step="Add it to mkdocs.yml:\nplugins:\n  - search\n  - modelpress",
    )


def _named(entry: Any) -> tuple[str, Any]:
    if isinstance(entry, dict) and len(entry) == 1:
        return next(iter(entry.items()))
    return str(entry), {}


def _text(settings: dict[str, Any], name: str, default: str, path: Path) -> str:
    value = settings.get(name, default)
    if not isinstance(value, str) or not value:
        raise ModelpressError(
            "This setting must be the name of a folder.",
            where=f"{path}, `{name}`",
            found=repr(value),
            expected=f"a path relative to the configuration file, such as {default}",
        )
    return value
