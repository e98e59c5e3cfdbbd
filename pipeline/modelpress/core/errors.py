"""Errors with enough detail for an author to act on.

All share one base class. Each error names the problem, its place, what was found, what was expected
and the next step; `str(error)` joins those that are set.
"""

# key: words

from __future__ import annotations

import difflib
import errno
import os
import re
from collections.abc import Iterable

LONGEST_LINE = 500  # characters in a line of an error's text; authors' values have any length


class ModelpressError(Exception):
    """A problem that an author must fix in a file, a page or the machine; exits with `exit_code`.

    what       the problem, as a sentence: "The model file could not be read."
    where      file, page and line, or field: "models/negator.py, field `expect`"
    found      what was there
    expected   what would have been right
    next_step  what to do now
    """

    exit_code = 2  # invalid use: the command, a file or the machine must change

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        found: str = "",
        expected: str = "",
        next_step: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.found = found
        self.expected = expected
        self.next_step = next_step

    def __str__(self) -> str:
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.found:
            lines.append(f"  Found: {_indent(self.found)}")
        if self.expected:
            lines.append(f"  Expected: {_indent(self.expected)}")
        if self.next_step:
            lines.append(f"  Next: {_indent(self.next_step)}")
        text = "\n".join(lines)
        return "\n".join(shortened(line, LONGEST_LINE) for line in text.split("\n"))

    def as_dict(self) -> dict[str, str]:
        """Returns the fields as JSON-compatible values, to pass an error between processes."""
        return {
            "kind": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "next_step": self.next_step,
        }


class NotProven(ModelpressError):
    """No fault was found, but no browser has shown that predictions equal Python's."""

    exit_code = 3


class ModelFailure(ModelpressError):
    """A model missed its tolerance or an expected metric, or could not be trained or converted."""

    exit_code = 1


class PageError(ModelpressError):
    """A page refers to something that does not exist; `where` is "page.md:line"."""


def error_from_dict(fields: dict[str, str]) -> ModelpressError:
    """Returns the error that `as_dict` serialised."""
    kinds = {kind.__name__: kind for kind in (ModelpressError, ModelFailure, PageError)}
    kind = kinds.get(fields["kind"], ModelpressError)
    return kind(
        fields["what"],
        where=fields["where"],
        found=fields["found"],
        expected=fields["expected"],
        next_step=fields["next_step"],
    )


def described(error: BaseException) -> str:
    """Returns the type and message of an author's exception, shortened."""
    try:
        words = str(error).strip()
    except Exception as another:
        words = f"(its message can't be read: {type(another).__name__})"
    return f"{type(error).__name__}: {shortened(words)}"


def shown(value: object, length: int = 200) -> str:
    """Returns the `repr` of an author's value, at most `length` characters."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} that can't be shown ({type(error).__name__})"
    return shortened(text, length)


def shortened(text: str, length: int = 1000) -> str:
    """Returns `text`, cut to `length`; characters that can't be encoded are escaped."""
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode()


def nearest(name: object, known: Iterable[str]) -> str:
    """Returns ' Did you mean `x`?' for the closest of the known names, or '' if none is close."""
    text = name if isinstance(name, str) else shown(name)
    close = difflib.get_close_matches(text[:80], list(known), n=1, cutoff=0.5)
    return f" Did you mean `{close[0]}`?" if close else ""


def _indent(text: str) -> str:
    """Indents the following lines of a field below its first line."""
    return text.replace("\n", "\n    ")


def no_room(error: BaseException) -> OSError | None:
    """Returns the disk-full error behind an exception: libraries report it in their own words."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return error
    words = described(error)
    if os.strerror(errno.ENOSPC) in words or re.search(rf"\berrno = {errno.ENOSPC}\b", words):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return None


def from_os_error(error: OSError) -> ModelpressError:
    """Returns an error of the operating system as a ModelpressError with a next step."""
    next_step = {
        errno.ENOSPC: "Free space on that disk and build again; completed steps are kept.",
        errno.EDQUOT: "Free space within the quota and build again; completed steps are kept.",
        errno.EACCES: "Give yourself the right to write there, or work in a copy of the project.",
        errno.EPERM: "Give yourself the right to write there, or work in a copy of the project.",
        errno.EROFS: "Work in a copy of the project on a file system that can be written.",
        errno.ENOTDIR: "Remove or rename the file that is in the place of a folder.",
        errno.EXDEV: "Let .modelpress and the site lie on one file system, without mount points.",
        errno.EISDIR: "Remove or rename the folder that is in the place of a file.",
        errno.EEXIST: "Remove or rename the file that is in the place of a folder.",
    }.get(error.errno or 0, "Correct this and build again.")
    return ModelpressError(
        "A file or folder can't be read or written.",
        where=str(error.filename or ""),
        found=error.strerror or str(error),
        next_step=next_step,
    )
