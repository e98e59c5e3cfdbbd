"""A worker process, which runs a function for one of the author's files.

The build starts it by `python -m modelpress.processes.worker ALIVE`, or forks it from the process
in `modelpress.processes.worker_server`.

It reads one JSON request from standard input and writes events to standard output, one JSON object
per line. Output of model files and libraries goes to standard error. Only workers import
TensorFlow.
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
    """Runs the request; the last event is `finished` or `error`.

    alive: the reading end of a pipe that the build holds open.
    """
    events = _private_stdout()

    def tell(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    request = json.loads(sys.stdin.readline())
    end = os._exit  # safe if a model file replaces that name
    end_with_parent(alive)
    refuse_forks(events)
    try:
        _run(request, tell)
    except BaseException as error:  # a model file may raise KeyboardInterrupt itself
        tell({"event": "error", "error": _explained(error, request).as_dict()})
    else:
        tell({"event": "finished"})
    end(0)  # doesn't wait for TensorFlow's threads


def _run(request: dict[str, Any], tell: Any) -> None:
    from modelpress.caching.step import function_named
    from modelpress.core.determinism import repeatable
    from modelpress.core.project import Project

    repeatable()
    function = function_named(request["run"])
    project, path = Project.from_dict(request["project"]), Path(request["path"])
    function(project, tell, request["slug"], path, **request["arguments"])


def _explained(error: BaseException, request: dict[str, Any]) -> ModelpressError:
    """Returns any exception as a ModelpressError with the author's line."""
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
        next_step=f"Correct the {request['thing']} file and build again; this run's results were "
        "discarded.",
    )


def _private_stdout() -> IO[str]:
    """Reserves standard output for events; other writers to it reach standard error."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return events


if __name__ == "__main__":
    if len(sys.argv) > 2:
        from modelpress.processes.worker_server import serve

        serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:], main)
    else:
        main(int(sys.argv[1]))
