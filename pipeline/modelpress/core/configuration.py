"""Loads a site's configuration with MkDocs, so that INHERIT, !ENV, hooks and themes behave alike.

Loading runs the author's hooks and imports the plugins, once, in the command's process.
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
from modelpress.core.own_configuration import NAME, is_own, read_own
from modelpress.core.project import Project

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig

NAMES = ("mkdocs.yml", "mkdocs.yaml")


def find_project(config_file: Path | None = None, *, strict: bool | None = False) -> Project:
    """Returns the project of `config_file`, or of the nearest configuration in a parent folder.

    In a folder with both, modelpress.yml comes before mkdocs.yml.

    strict: whether MkDocs' warnings about the configuration are errors; None: as configured.
    Raises ModelpressError if there is no configuration, if MkDocs rejects it, or if it doesn't
    list the plugin.
    """
    path = _located(config_file) if config_file else _nearest_config(Path.cwd())
    if not path.is_file():
        raise ModelpressError(
            "This configuration file doesn't exist.",
            where=str(path),
            next_step="Give the path of an existing mkdocs.yml or modelpress.yml with -f.",
        )
    if is_own(path):
        return read_own(path)
    return project_of(load(path, strict=strict))


def project_of(config: MkDocsConfig) -> Project:
    """Returns the project of a configuration that MkDocs has loaded."""
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
        site_name=config.site_name,
        site_url=config.site_url or "",
        offline=options.offline,
        formulas=options.formulas,
        facts=options.delimiters,
    )


def _resolved(config_file: Path, setting: str, path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:
        raise ModelpressError(
            "This folder's path contains a link that leads to itself.",
            where=setting_place(config_file, setting),
            found=str(path),
            next_step="Remove the link, or name another folder.",
        ) from error


def load(path: Path, *, strict: bool | None, site_dir: Path | None = None) -> MkDocsConfig:
    """Returns MkDocs' configuration from the file `path`.

    strict: None for the configured value. site_dir: replaces the configured one. Raises
    ModelpressError with MkDocs' messages.
    """
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")  # hides Material's notice at every build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    require_no_circle(path)
    out = str(site_dir) if site_dir else None
    # Hooks may print; the output of --json stays parseable.
    with collected_messages() as messages, redirect_stdout(sys.stderr):
        try:
            return load_config(str(path), strict=strict, site_dir=out)
        except ModelpressError:
            raise
        except (MkDocsException, SystemExit) as error:  # MkDocs' Abort is a SystemExit
            raise _refused(path, error, messages) from error
        except Exception as error:  # raised by a hook, a plugin or a theme
            if isinstance(error, OSError) and not _raised_at(error, path.parent):
                raise
            raise _failed(path, error) from error


def the_plugin(config: MkDocsConfig) -> Any:
    """Returns the one instance of our plugin, whatever its name in the configuration.

    Raises ModelpressError if there is none, or more than one.
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
    """Makes the next load run the hooks and the project's modules again.

    `modelpress serve` needs this to pick up changes while it runs.
    """
    from mkdocs.config.config_options import Hooks

    Hooks._load_hook.cache_clear()
    for name, module in list(sys.modules.items()):
        if _is_of(root, getattr(module, "__file__", None) or ""):
            del sys.modules[name]


def _is_of(root: Path, file: str) -> bool:
    """Returns whether a file is the project's own: not in a virtual environment within it, and not
    part of this package."""
    return Path(file).is_relative_to(root) and not any(
        Path(file).is_relative_to(place) for place in (sys.prefix, Path(__file__).parents[1])
    )


class MessageLog(logging.Handler):
    """Collects MkDocs' warnings and errors in order, and the errors separately."""

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
def collected_messages() -> Iterator[MessageLog]:
    """Collects the warnings and errors of MkDocs and its plugins within the block."""
    handler = MessageLog()
    log = logging.getLogger("mkdocs")
    log.addHandler(handler)
    try:
        yield handler
    finally:
        log.removeHandler(handler)


def _located(config_file: Path) -> Path:
    """Returns an absolute path. The file may be a link: MkDocs uses the folder with the link."""
    return config_file.parent.resolve() / config_file.name


def _nearest_config(folder: Path) -> Path:
    for place in (folder, *folder.parents):
        for name in (NAME, *NAMES):
            if (place / name).is_file():
                return _located(place / name)
    raise ModelpressError(
        "There is no mkdocs.yml or modelpress.yml here or in any folder above.",
        where=str(folder),
        next_step="Change into a project, or give its configuration file with -f.",
    )


def _refused(path: Path, error: BaseException, messages: MessageLog) -> ModelpressError:
    """Returns MkDocs' error as a ModelpressError."""
    import yaml

    cause = error.__context__
    if isinstance(cause, yaml.YAMLError):
        mark = getattr(cause, "problem_mark", None)
        return ModelpressError(
            "This is not valid YAML.",
            where=f"{mark.name}:{mark.line + 1}" if mark else str(path),
            found=str(getattr(cause, "problem", None) or cause),
            next_step="Correct this line, or the one above it.",
        )
    if not messages.errors and messages.lines:
        return ModelpressError(
            "MkDocs warns about this configuration, and `strict` turns warnings into errors.",
            where=setting_place(path, _key(messages.lines[0])),
            found="\n".join(messages.lines),
            next_step="Correct it, or build with --no-strict.",
        )
    found = "\n".join(messages.errors) or str(error)
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
    """Returns the error for what a hook, a plugin or a theme raised, with the project's line."""
    return ModelpressError(
        "Loading this configuration failed.",
        where=_raised_at(error, path.parent) or str(path),
        found=described(error),
        next_step="Correct the hook or the setting, and run the command again.",
    )


def _raised_at(error: BaseException, root: Path) -> str:
    """Returns `file:line` of the last frame in one of the project's files, or ''."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}"
    frames = [
        f"{frame.f_code.co_filename}:{line}"
        for frame, line in traceback.walk_tb(error.__traceback__)
        if _is_of(root, frame.f_code.co_filename)
    ]
    return frames[-1] if frames else ""


def _key(message: str) -> str:
    """Returns the setting named by a message of MkDocs: these begin with `Config value 'name'`."""
    match = re.match(r"Config value '(\w+)'", message)
    return match[1] if match else ""
