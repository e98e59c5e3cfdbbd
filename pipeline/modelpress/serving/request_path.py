"""Parses request targets strictly: targets that no browser sends are refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

_ABSOLUTE = re.compile(r"(?i)https?://([^/?#]*)(.*)", re.DOTALL)
_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HIDDEN = (".git", ".hg", ".svn")  # a repository's data in the site folder is not served


class BadRequest(Exception):
    """A refused request, with a sentence that gives the reason."""

    def __init__(self, sentence: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Target:
    """A parsed request target.

    segments: parts of the decoded path. folder: whether it ends with a slash. authority: host and
    port of an absolute URL.
    """

    segments: list[str]
    folder: bool
    query: str
    authority: str | None


def split_target(raw: str) -> Target:
    """Returns the parts of a request target, one character per byte. Raises BadRequest."""
    authority = None
    if match := _ABSOLUTE.fullmatch(raw):
        authority, raw = match[1], match[2] or "/"
    path, _, query = raw.partition("#")[0].partition("?")
    if not path.startswith("/"):
        raise BadRequest("The path must begin with a slash.")
    if _BROKEN.search(path):
        raise BadRequest("The path has a % without two hexadecimal digits after it.")
    try:
        decoded = unquote_to_bytes(path.encode("latin-1")).decode()
    except UnicodeError:
        raise BadRequest("The path is not UTF-8.") from None
    if _CONTROL.search(decoded):
        raise BadRequest("The path has a control character.")
    segments = [part for part in decoded.split("/") if part not in ("", ".")]
    if ".." in segments:
        raise BadRequest("The path contains `..`.")
    if any(part.lower() in _HIDDEN for part in segments):
        raise BadRequest("This is not part of the site.", HTTPStatus.NOT_FOUND)
    return Target(segments, decoded.endswith("/"), query, authority)
