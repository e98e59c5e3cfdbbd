"""The configuration of a site, loaded by MkDocs itself: INHERIT, !ENV, hooks and themes mean here
what they mean to MkDocs.

Loading runs the author's hooks and imports the plugins, once in the process of the command.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from modelpress.core.errors import ModelpressError, described, nearest
from modelpress.core.inheriting import require_no_circle, setting_place
from modelpress.core.project import Project

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

NAMES = ("mkdocs.yml", "mkdocs.yaml")


def find_project(config_file: Path | None = None, *, strict: bool | None = False) -> Project:
    """The project of `config_file`, or of the nearest `mkdocs.yml` above the current folder.

    strict: whether a warning of MkDocs about the configuration is an error; None: as the
    configuration says. Raises ModelpressError where there is no configuration, where MkDocs can't
    use it, and where it doesn't name the plugin.
    """
    path = _located(config_file) if config_file else _nearest_config(Path.cwd())
    if not path.is_file():
        raise ModelpressError(
            "There is no such configuration file.",
            where=str(path),
            next_step="Give the path of an existing mkdocs.yml with -f.",
        )
    return project_of(load(path, strict=strict))


def project_of(config: MkDocsConfig) -> Project:
    """The project of a configuration that MkDocs has loaded."""
    path = Path(config.config_file_path)
    path = path.parent.resolve() / path.name
    options = the_plugin(config).config
    hooks = [Path(module.__file__) for module in config.hooks.values() if module.__file__]
    return Project(
        config_file=path,
        models_dir=_resolved(path, "models", path.parent / options.models),
        docs_dir=_resolved(path, "docs_dir", Path(config.docs_dir)),
        site_dir=_resolved(path, "site_dir", Path(config.site_dir)),
        look=options.look,
        strict=config.strict,
        custom_dir=Path(config.theme.custom_dir).resolve() if config.theme.custom_dir else None,
        site_path=(urlsplit(config.site_url or "").path.rstrip("/") or "") + "/",
        dev_addr=(str(config.dev_addr.host), config.dev_addr.port),
        watch=(*map(Path, config.watch), *hooks),
    )


def _resolved(config_file: Path, setting: str, path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise ModelpressError(
            "This folder's path has a link that leads to itself.",
            where=setting_place(config_file, setting),
            found=str(path),
            next_step="Remove the link, or name another folder.",
        ) from error


def load(path: Path, *, strict: bool | None, site_dir: Path | None = None) -> MkDocsConfig:
    """MkDocs' configuration from the file `path`.

    strict: None for what the file says. site_dir: in place of the configured one. Raises
    ModelpressError with what MkDocs says.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # Material's notice, at every build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    require_no_circle(path)
    out = str(site_dir) if site_dir else None
    with heard() as said, redirect_stdout(sys.stderr):  # hooks may print; --json is parsed
        try:
            return load_config(str(path), strict=strict, site_dir=out)
        except ModelpressError:
            raise
        except (MkDocsException, SystemExit) as error:  # MkDocs' Abort is a SystemExit
            raise _refused(path, error, said) from error
        except Exception as error:  # a hook's, a plugin's or a theme's own
            if isinstance(error, OSError) and not _raised_at(error, path.parent):
                raise
            raise _failed(path, error) from error


def the_plugin(config: MkDocsConfig) -> Any:
    """The one instance of our plugin, whatever its name in the configuration.

    Raises ModelpressError where there is none, or more than one.
    """
    from modelpress.core.plugin_options import ModelpressConfig

    found = {
        name: plugin
        for name, plugin in config.plugins.items()
        if isinstance(getattr(plugin, "config", None), ModelpressConfig)
    }
    path = Path(config.config_file_path)
    if not found:
        raise ModelpressError(
            "This site doesn't use Modelpress.",
            where=setting_place(path, "plugins"),
            found=f"plugins: {', '.join(config.plugins) or 'none'}",
            next_step="Add it to mkdocs.yml:\nplugins:\n  - search\n  - modelpress",
        )
    if len(found) > 1:
        raise ModelpressError(
            "The plugin modelpress is listed more than once.",
            where=setting_place(path, "plugins"),
            found=", ".join(found),
            expected="one entry with all its options",
            next_step="Remove the other entries.",
        )
    return next(iter(found.values()))


def forget_hooks(root: Path) -> None:
    """Hooks, and modules of the project's that they import, are run again when the configuration
    is loaded next. `modelpress serve` sees them change while it runs."""
    from mkdocs.config.config_options import Hooks

    Hooks._load_hook.cache_clear()
    for name, module in list(sys.modules.items()):
        if _is_of(root, getattr(module, "__file__", None) or ""):
            del sys.modules[name]


def _is_of(root: Path, file: str) -> bool:
    """Whether a file is the project's own: neither a package's in an environment within it, nor of
    this package."""
    return Path(file).is_relative_to(root) and not any(
        Path(file).is_relative_to(place) for place in (sys.prefix, Path(__file__).parents[1])
    )


class Heard(logging.Handler):
    """Keeps MkDocs' warnings and errors, in their order; errors also apart."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage().strip()
        self.lines.append(line)
        if record.levelno >= logging.ERROR:
            self.errors.append(line)


@contextmanager
def heard() -> Iterator[Heard]:
    """What MkDocs and its plugins warn of within the block."""
    handler = Heard()
    log = logging.getLogger("mkdocs")
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)


def _located(config_file: Path) -> Path:
    """Absolute. The file itself may be a link: MkDocs takes the folder that holds the link."""
    return config_file.parent.resolve() / config_file.name


def _nearest_config(folder: Path) -> Path:
    for place in (folder, *folder.parents):
        for name in NAMES:
            if (place / name).is_file():
                return _located(place / name)
    raise ModelpressError(
        "There is no mkdocs.yml here or in any folder above.",
        where=str(folder),
        next_step="Change into a project, or give its configuration file with -f.",
    )


def _refused(path: Path, error: BaseException, said: Heard) -> ModelpressError:
    """MkDocs' refusal in words of ours."""
    import yaml

    cause = error.__context__
    if isinstance(cause, yaml.YAMLError):
        mark = getattr(cause, "problem_mark", None)
        return ModelpressError(
            "This is not readable as YAML.",
            where=f"{mark.name}:{mark.line + 1}" if mark else str(path),
            found=str(getattr(cause, "problem", None) or cause),
            next_step="Correct this line, or the one above it.",
        )
    if not said.errors and said.lines:
        return ModelpressError(
            "MkDocs warns of this configuration, and with `strict` that is an error.",
            where=setting_place(path, _key(said.lines[0])),
            found="\n".join(said.lines),
            next_step="Correct it, or build with --no-strict.",
        )
    found = "\n".join(said.errors) or str(error)
    if found == str(error) and type(error) is SystemExit:
        return _failed(path, error)
    return ModelpressError(
        "MkDocs can't use this configuration.",
        where=setting_place(path, _key(found)),
        found=found,
        next_step=_next_step(found),
    )


def _next_step(found: str) -> str:
    if "'docs_dir'" in found and "existing directory" in found:
        return "Create the folder with an index.md, or set `docs_dir` in mkdocs.yml."
    if match := re.search(r'The "(.+?)" plugin is not installed', found):
        from mkdocs.plugins import get_plugins

        guess = nearest(match[1], get_plugins()).strip()
        return f"{guess} Install the package of the plugin, or remove its entry.".strip()
    return "Correct this setting and run the command again."


def _failed(path: Path, error: BaseException) -> ModelpressError:
    """What a hook, a plugin or a theme raised, with the line of the project's file it came from."""
    return ModelpressError(
        "Loading this configuration failed.",
        where=_raised_at(error, path.parent) or str(path),
        found=described(error),
        next_step="Correct the hook or the setting, and run the command again.",
    )


def _raised_at(error: BaseException, root: Path) -> str:
    """`file:line` of the last frame in a file of the project's; '' where there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [
        f"{frame.f_code.co_filename}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_of(root, frame.f_code.co_filename)
    ]
    return frames[-1] if frames else ""


def _key(said: str) -> str:
    """The setting that MkDocs speaks of: its messages begin with `Config value 'name'`."""
    match = re.match(r"Config value '(\w+)'", said)
    return match[1] if match else ""
