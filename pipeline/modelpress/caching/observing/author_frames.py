"""Finds the line of an author's file in an error's traceback."""

from __future__ import annotations

import traceback
from pathlib import Path

from modelpress.caching.observing.module_loader import is_authors
from modelpress.core.project import Project


def failing_place(error: BaseException, path: Path, project: Project) -> str:
    """Returns `file:line` of the last frame of `error` in the author's file `path`, else in another
    of the project's files, else ''."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{project.relative(path)}:{error.lineno}"
    frames = [
        (Path(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [(file, line) for file, line in frames if file == path]
    beside = [(file, line) for file, line in frames if is_authors(str(file.parent))]
    for file, line in (own or beside)[-1:]:
        return f"{project.relative(file)}:{line}"
    return ""
