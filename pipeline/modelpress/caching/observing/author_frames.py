"""The line of an author's file that an error came through."""

from __future__ import annotations

import traceback
from pathlib import Path

from modelpress.caching.observing.module_loader import is_authors
from modelpress.core.project import Project


def failing_place(error: BaseException, path: Path, project: Project) -> str:
    """`file:line` that `error` came through last of the author's file `path`, or else of another
    file of the project's; '' where it came through none."""
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
