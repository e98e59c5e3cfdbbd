"""What an exception of Keras or TensorFlow says, in one line."""

from __future__ import annotations

import re

from modelpress.core.errors import described

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_FRAME = re.compile(
    r"Exception encountered when calling|Could not automatically infer|Arguments received by|"
    r"^\s*•|^Error encountered:|^Original error:"
)


def reason(error: BaseException) -> str:
    """Returns the type of `error` and the first line of its message that tells the cause."""
    text = _COLOURS.sub("", described(error))
    kind, _, message = text.partition(": ")
    lines = [line.strip() for line in message.splitlines()]
    telling = [line for line in lines if line and not _FRAME.search(line)]
    return f"{kind}: {telling[0] if telling else message.strip()}"
