"""Finds and imports the model files of a project."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from typing import Any

from modelpress.caching.observing.author_frames import failing_place
from modelpress.caching.observing.module_loader import SourceLoader, import_from_sources
from modelpress.core.errors import ModelpressError, described, nearest, shown
from modelpress.core.own_configuration import is_own
from modelpress.core.project import Project
from modelpress.spec.model import Model

SLUG = re.compile(r"[a-z][a-z0-9_]*")


def find_models(project: Project) -> dict[str, Path]:
    """Returns model files by slug, sorted: every `<slug>.py` of the models folder.

    Files whose names start with an underscore are shared helpers, not models.
    Raises ModelpressError if the folder is missing or a name is not a slug.
    """
    if not project.models_dir.is_dir():
        raise ModelpressError(
            "The folder of the models doesn't exist.",
            where=project.relative(project.models_dir),
            next_step="Create it, or name the right one in modelpress.yml:\nmodels: path/to/models"
            if is_own(project.config_file)
            else "Create it, or name the right one in mkdocs.yml:\n"
            "plugins:\n  - modelpress:\n      models: path/to/models",
        )
    return find_files(project.models_dir, "model", project)


def find_files(folder: Path, thing: str, project: Project) -> dict[str, Path]:
    """Returns the author's files in `folder` by slug. thing: what a file describes, for errors."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        if path.name.startswith("_"):
            continue
        if not SLUG.fullmatch(path.stem):
            raise ModelpressError(
                f"A {thing} file's name is its slug in pages and addresses, and this can't be one.",
                where=project.relative(path),
                found=path.stem,
                expected="small letters, digits and underscores, a letter first",
            )
        found[path.stem] = path
    return found


def require(slugs: list[str], models: dict[str, Path]) -> None:
    """Raises ModelpressError for a slug that is not in `models`, with the nearest name."""
    for slug in slugs:
        if slug not in models:
            raise ModelpressError(
                f"There is no model `{slug}`.{nearest(slug, models)}",
                expected="one of " + (", ".join(models) or "none: the models folder is empty"),
            )


def import_model(path: Path, project: Project) -> Model:
    """Runs the model file and returns its MODEL. Call it in worker processes: it imports Keras.

    Raises ModelpressError with file, line and field unless the file defines a valid `MODEL`.
    """
    example = "Model(title=…, input=…, output=…, expect=…, …)"
    model: Model = import_object(path, project, "MODEL", Model, example)
    return model


def import_object(path: Path, project: Project, name: str, kind: type, example: str) -> Any:
    """Runs an author's file and returns its object `name`, an instance of `kind`.

    example: a definition of `name`, for errors. An empty `summary` becomes the first paragraph of
    the file's docstring. Raises ModelpressError with file, line and field for an invalid file.
    """
    where, thing = project.relative(path), kind.__name__.lower()
    import_from_sources((*project.import_roots, path.parent))
    module_name = f"modelpress_{thing}s.{path.stem}"
    loader = SourceLoader(module_name, str(path))
    spec = importlib.util.spec_from_file_location(module_name, path, loader=loader)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Pickle and Keras' registry look up a function's module by name.
    sys.modules[module_name] = module
    try:
        spec.loader.exec_module(module)
    except ModelpressError as error:
        place = _at(error, path, project)
        error.where = f"{place}, {error.where}" if error.where else place
        raise
    except SystemExit as error:
        raise ModelpressError(
            f"The {thing} file ended the program instead of defining {name}.",
            where=_at(error, path, project),
            found=f"sys.exit({shown(error.code)})",
            next_step='Leave the call out, or put it under `if __name__ == "__main__":`.',
        ) from error
    except Exception as error:
        raise ModelpressError(
            f"The {thing} file could not be run.",
            where=_at(error, path, project),
            found=described(error),
            next_step="Correct that line; `python " + where + "` shows the whole traceback.",
        ) from error
    found = vars(module).get(name)
    if not isinstance(found, kind):
        raise ModelpressError(
            f"The {thing} file defines no {name}.",
            where=where,
            found=f"no name {name}" if found is None else f"{name} = {shown(found)}",
            expected=f"{name} = {example}",
        )
    if not found.summary:  # type: ignore[attr-defined]
        first = str(module.__doc__ or "").strip().split("\n\n")[0]
        object.__setattr__(found, "summary", " ".join(first.split()))
    return found


def _at(error: BaseException, path: Path, project: Project) -> str:
    return failing_place(error, path, project) or project.relative(path)
