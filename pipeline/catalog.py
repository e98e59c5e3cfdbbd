"""Finds the models of a project by location and imports one with every fault explained."""

from __future__ import annotations

import importlib.util
import re
import sys
import traceback
from pathlib import Path

from pipeline.errors import ModelpressError, nearest
from pipeline.model import Model
from pipeline.project import Project

SLUG = re.compile(r"[a-z][a-z0-9_]*")


def find_models(project: Project) -> dict[str, Path]:
    """Slug → model file, in order of slug. Every `<slug>.py` of the models folder is a model,
    but for names that start with an underscore (shared helpers)."""
    if not project.models_dir.is_dir():
        raise ModelpressError(
            "The folder of the models doesn't exist.",
            where=project.relative(project.models_dir),
            next_step="Create it, or name the right one in mkdocs.yml:\n"
            "plugins:\n  - modelpress:\n      models: path/to/models",
        )
    found = {}
    for path in sorted(project.models_dir.glob("*.py")):
        if path.name.startswith("_"):
            continue
        if not SLUG.fullmatch(path.stem):
            raise ModelpressError(
                "A model file's name is its slug in pages and addresses, and this can't be one.",
                where=project.relative(path),
                found=path.stem,
                expected="small letters, digits and underscores, a letter first",
            )
        found[path.stem] = path
    return found


def require(slugs: list[str], models: dict[str, Path]) -> None:
    """Raises where one of `slugs` is no model, suggesting the nearest."""
    for slug in slugs:
        if slug not in models:
            raise ModelpressError(
                f"There is no model `{slug}`.{nearest(slug, models)}",
                expected="one of " + (", ".join(models) or "none: the models folder is empty"),
            )


def import_model(path: Path, project: Project) -> Model:
    """Runs the model file and returns its MODEL. For worker processes: this imports Keras.

    Raises ModelpressError naming file, line and field for anything but a valid `MODEL`.
    """
    where = project.relative(path)
    for root in reversed(project.import_roots):
        if str(root) not in sys.path:
            sys.path.insert(0, str(root))
    name = f"modelpress_models.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pickling and Keras' registry look a function's module up by name
    try:
        spec.loader.exec_module(module)
    except ModelpressError as error:
        place = f"{where}:{line}" if (line := failing_line(error, path)) else where
        error.where = f"{place}, {error.where}" if error.where else place
        raise
    except SystemExit as error:
        raise ModelpressError(
            "The model file ended the program instead of defining MODEL.",
            where=_at(error, path, where),
            found=f"sys.exit({error.code!r})",
            next_step='Leave the call out, or put it under `if __name__ == "__main__":`.',
        ) from error
    except Exception as error:
        raise ModelpressError(
            "The model file could not be run.",
            where=_at(error, path, where),
            found=f"{type(error).__name__}: {error}",
            next_step="Correct that line; `python " + where + "` shows the whole traceback.",
        ) from error
    model = getattr(module, "MODEL", None)
    if not isinstance(model, Model):
        raise ModelpressError(
            "The model file defines no MODEL.",
            where=where,
            found="no name MODEL" if model is None else f"MODEL = {model!r:.200}",
            expected="MODEL = Model(title=…, input=…, output=…, expect=…, …)",
        )
    if not model.summary:
        first = (module.__doc__ or "").strip().split("\n\n")[0]
        object.__setattr__(model, "summary", " ".join(first.split()))
    return model


def failing_line(error: BaseException, path: Path) -> int | None:
    """The line of the file `path` that `error` came through last, or None."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return error.lineno
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == str(path)
    ]
    return lines[-1] if lines else None


def _at(error: BaseException, path: Path, where: str) -> str:
    line = failing_line(error, path)
    return f"{where}:{line}" if line else where
