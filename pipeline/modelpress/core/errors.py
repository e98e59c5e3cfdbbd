"""What went wrong, said so that an author can act on it.

One base class. Each error names the thing, where it is, what was found, what was expected and
the next step; `str(error)` joins what is known of these into sentences.
"""

# key: words

from __future__ import annotations

import difflib
import errno
import os
import re
from collections.abc import Iterable

LONGEST_LINE = 500  # characters of a line of an error's text; authors' values may be of any length


class ModelpressError(Exception):
    """Something an author, a page or the machine has to change. Ends the command with `exit_code`.

    what       the problem, as a sentence: "The model file could not be read."
    where      file, page and line, or field: "models/negator.py, field `expect`"
    found      what was there
    expected   what would have been right
    next_step  what to do now
    """

    exit_code = 2  # bad use: the command, a file or the machine has to change

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
        """The fields as JSON can carry them, for handing an error from one process to another."""
        return {
            "kind": type(self).__name__,
            "what": self.what,
            "where": self.where,
            "found": self.found,
            "expected": self.expected,
            "next_step": self.next_step,
        }


class NotProven(ModelpressError):
    """Nothing is wrong, but a browser has not shown that predictions equal Python's."""

    exit_code = 3


class ModelFailure(ModelpressError):
    """A model missed its tolerance or an expected metric, or could not be trained or converted."""

    exit_code = 1


class PageError(ModelpressError):
    """A page asks for something that does not exist; `where` is "page.md:line"."""


def error_from_dict(fields: dict[str, str]) -> ModelpressError:
    """The error that `as_dict` described."""
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
    """Type and words of an author's exception, whatever these are, at most some lines of them."""
    try:
        words = str(error).strip()
    except Exception as another:
        words = f"(its words can't be had: {type(another).__name__})"
    return f"{type(error).__name__}: {shortened(words)}"


def shown(value: object, length: int = 200) -> str:
    """An author's value as Python writes it, at most `length` characters of that."""
    try:
        text = repr(value)
    except Exception as error:
        text = f"a {type(value).__name__} that can't be shown ({type(error).__name__})"
    return shortened(text, length)


def shortened(text: str, length: int = 1000) -> str:
    """`text`, or its beginning; characters that no terminal could print are escaped."""
    text = text if len(text) <= length else text[: length - 1] + "…"
    return text.encode("utf-8", "backslashreplace").decode()


def nearest(name: object, known: Iterable[str]) -> str:
    """' Did you mean `x`?' for the nearest of the known names, or '' where none is near."""
    text = name if isinstance(name, str) else shown(name)
    close = difflib.get_close_matches(text[:80], list(known), n=1, cutoff=0.5)
    return f" Did you mean `{close[0]}`?" if close else ""


def _indent(text: str) -> str:
    """Further lines of a field stand under its first."""
    return text.replace("\n", "\n    ")


def no_room(error: BaseException) -> OSError | None:
    """The full disk behind an exception: libraries say it in words of their own."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return error
    words = described(error)
    if os.strerror(errno.ENOSPC) in words or re.search(rf"\berrno = {errno.ENOSPC}\b", words):
        return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    return None


def from_os_error(error: OSError) -> ModelpressError:
    """What the operating system refused, with what to do about it."""
    next_step = {
        errno.ENOSPC: "Make room on that disk and build again; what is complete is kept.",
        errno.EDQUOT: "Make room within the quota and build again; what is complete is kept.",
        errno.EACCES: "Give yourself the right to write there, or work in a copy of the project.",
        errno.EPERM: "Give yourself the right to write there, or work in a copy of the project.",
        errno.EROFS: "Work in a copy of the project on a file system that can be written.",
        errno.ENOTDIR: "Remove or rename the file that stands where a folder is needed.",
        errno.EXDEV: "Let .modelpress and the site lie on one file system, without mount points.",
        errno.EISDIR: "Remove or rename the folder that stands where a file is needed.",
        errno.EEXIST: "Remove or rename the file that stands where a folder is needed.",
    }.get(error.errno or 0, "Correct this and build again.")
    return ModelpressError(
        "A file or folder can't be read or written.",
        where=str(error.filename or ""),
        found=error.strerror or str(error),
        next_step=next_step,
    )
