"""The process that runs a function for one file of the author's: `python -m
modelpress.processes.worker ALIVE`, started by the build, or a fork of the process that
`modelpress.processes.worker_server` describes.

It reads one JSON request from standard input and writes events to standard output, one JSON object
a line. What model files and libraries print goes to standard error. Only here is TensorFlow
imported.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import IO, Any

from modelpress.core.errors import (
    ModelFailure,
    ModelpressError,
    PageError,
    described,
    from_os_error,
    no_room,
    shown,
)
from modelpress.processes.isolation import end_with_parent, refuse_forks


def main(alive: int) -> None:
    """Runs the request; the last event is `finished` or `error`. alive: the reading end of a pipe
    that the build holds open."""
    events = _private_stdout()

    def tell(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    request = json.loads(sys.stdin.readline())
    end = os._exit  # whatever a model file makes of that name
    end_with_parent(alive)
    refuse_forks(events)
    try:
        _run(request, tell)
    except BaseException as error:  # a model file may raise KeyboardInterrupt itself
        tell({"event": "error", "error": _explained(error, request).as_dict()})
    else:
        tell({"event": "finished"})
    end(0)  # TensorFlow's threads are not waited for


def _run(request: dict[str, Any], tell: Any) -> None:
    from modelpress.caching.step import function_named
    from modelpress.core.determinism import repeatable
    from modelpress.core.project import Project

    repeatable()
    function = function_named(request["run"])
    project, path = Project.from_dict(request["project"]), Path(request["path"])
    function(project, tell, request["slug"], path, **request["arguments"])


def _explained(error: BaseException, request: dict[str, Any]) -> ModelpressError:
    """Any exception as a sentence, with the line of the author's file it came through."""
    from modelpress.caching.observing.author_frames import failing_place
    from modelpress.core.project import Project

    if isinstance(error, PageError):
        return error
    if full := no_room(error):
        return from_os_error(full)
    project, name = Project.from_dict(request["project"]), request["name"]
    place = ""
    cause: BaseException | None = error
    while cause is not None and not place:
        place = failing_place(cause, Path(request["path"]), project)
        cause = cause.__cause__
    if isinstance(error, ModelpressError):
        if not error.where.startswith(name):
            error.where = ", ".join(filter(None, (place or name, error.where)))
        return error
    if isinstance(error, OSError) and not place:
        return from_os_error(error)
    found = described(error)
    if isinstance(error, SystemExit):
        found = f"sys.exit({shown(error.code)})"
    return ModelFailure(
        f"The {request['thing']} {request['slug']} could not be made.",
        where=place if place.startswith(name) else ", ".join(filter(None, (name, place))),
        found=found,
        next_step=f"Correct the {request['thing']} file and build again; nothing of this run was "
        "kept.",
    )


def _private_stdout() -> IO[str]:
    """Standard output for events alone; whatever else writes to it goes to standard error."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return events


if __name__ == "__main__":
    if len(sys.argv) > 2:
        from modelpress.processes.worker_server import serve

        serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:], main)
    else:
        main(int(sys.argv[1]))
