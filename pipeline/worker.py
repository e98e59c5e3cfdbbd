"""The process that runs one model's steps, or makes a project's failures: `python -m
pipeline.worker`, started by the build.

It reads one JSON request from standard input and writes events to standard output, one JSON object
a line. What model files and libraries print goes to standard error. Only here is TensorFlow
imported.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import IO, Any


def main() -> None:
    """Runs the request; the last event is `finished` or `error`."""
    events = _private_stdout()

    def tell(event: dict[str, Any]) -> None:
        events.write(json.dumps(event) + "\n")
        events.flush()

    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from pipeline.errors import ModelpressError, PageError, from_os_error

    try:
        _run(request, tell)
    except PageError as error:
        tell({"event": "error", "error": error.as_dict()})
    except ModelpressError as error:
        if not error.where.startswith(request["name"]):
            error.where = ", ".join(filter(None, (request["name"], error.where)))
        tell({"event": "error", "error": error.as_dict()})
    except OSError as error:
        tell({"event": "error", "error": from_os_error(error).as_dict()})
    except (Exception, SystemExit) as error:
        tell({"event": "error", "error": _explained(error, request).as_dict()})
    else:
        tell({"event": "finished"})
    sys.stderr.flush()
    os._exit(0)  # TensorFlow's threads are not waited for


def _run(request: dict[str, Any], tell: Any) -> None:
    from pipeline.chain import Chain
    from pipeline.data.locate import DataRequest
    from pipeline.machines import Machines
    from pipeline.project import find_project
    from pipeline.repeatable import repeatable

    repeatable()
    project = find_project(Path(request["config_file"]))
    if "failures" in request:
        from pipeline.exhibit import Exhibits

        exhibits = Exhibits(project, tell)
        for slug, file in request["failures"].items():
            exhibits.make(slug, Path(file))
        return
    path = request["data"]
    Chain(
        project,
        request["slug"],
        Path(request["path"]),
        request["starts"],
        DataRequest(Path(path) if path else None, request["download"], request["builtin"]),
        tell,
        Machines(request["processes"], request["cluster"]),
    ).make()


def _explained(error: BaseException, request: dict[str, Any]) -> Any:
    """An author's exception as a sentence with the line of the model file it came through."""
    from pipeline.catalog import failing_line
    from pipeline.errors import ModelFailure

    path = Path(request["path"])
    line = failing_line(error, path)
    if isinstance(error, SystemExit):
        found = f"sys.exit({error.code!r})"
    else:
        found = f"{type(error).__name__}: {str(error).strip():.1000}"
    return ModelFailure(
        f"The model {request['slug']} could not be made.",
        where=f"{request['name']}:{line}" if line else request["name"],
        found=found,
        next_step="Correct the model file and build again; nothing of this run was kept.",
    )


def _private_stdout() -> IO[str]:
    """Standard output for events alone; whatever else writes to it goes to standard error."""
    events = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return events


def _end_with_parent() -> None:
    """The build keeps our standard input open; its end means that the build is gone."""
    sys.stdin.read()
    if os.getpgrp() == os.getpid():  # ours alone: processes that train seeds end too
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
