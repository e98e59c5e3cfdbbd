"""Loads a model file and guesses its kinds in a separate process, which imports Keras.

`python -m modelpress.build.guessing`, with a request on standard input and the result on standard
output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from modelpress.build.guess import Guess
from modelpress.build.guess_several import guess
from modelpress.caching.keys import PACKAGE
from modelpress.core.commands import module_command
from modelpress.core.determinism import ENVIRONMENT
from modelpress.core.errors import ModelpressError, error_from_dict


def guessed(file: Path, *, trusted: bool, plain: bool) -> Guess:
    """Returns the guess of `guess` for the model in `file`.

    trusted: whether Python code in the file may run. Raises ModelpressError for a file that can't
    be used.
    """
    request = {"file": str(file), "trusted": trusted, "plain": plain}
    paths = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        module_command(__name__),
        input=json.dumps(request),
        capture_output=True,
        text=True,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": paths},
        check=False,
    )
    try:
        found = json.loads(done.stdout)
    except ValueError as error:
        raise ModelpressError(
            "The process that loads the model file ended too early.",
            where=str(file),
            found=f"exit status {done.returncode}; its last output:\n{done.stderr[-1000:]}",
            next_step="If the model is large, free memory and try again.",
        ) from error
    if "error" in found:
        raise error_from_dict(found["error"])
    return Guess(**found["guess"])


def _respond() -> None:
    """Runs in the process that `guessed` starts."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # output of libraries goes to standard error
    from modelpress.model_files.load import load

    request = json.load(sys.stdin)
    file = Path(request["file"])
    try:
        brought = load(file, trusted=request["trusted"])
        text = brought.seen.get("text")
        found = guess(brought.net, file, plain=request["plain"], text=text)
        result = {"guess": asdict(found)}
    except ModelpressError as error:
        result = {"error": error.as_dict()}
    json.dump(result, out)
    out.flush()


if __name__ == "__main__":
    _respond()
