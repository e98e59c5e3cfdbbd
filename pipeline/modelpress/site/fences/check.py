"""The `check` fence: conditions that a page's text relies on; it shows nothing.

    ```check
    letters.accuracy > letters.test_accuracy   # the text says that the accuracy falls
    ```

A build in which one is false stops.
"""

from __future__ import annotations

import re

from modelpress.core.errors import PageError
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block
from modelpress.site.fences.claims import Claim, read_claim

_COMMENT = re.compile(r"""("[^"]*"|'[^']*')|#.*""")


def check_html(site: Site, page: Page, block: Block) -> str:
    """Returns no HTML. Raises PageError for a claim that is false."""
    for claim in claims(block, page.path, page.line_offset):
        claim.require(site.entries)
    return ""


def claims(block: Block, page: str, offset: int = 0) -> list[Claim]:
    """Returns the claims of a fence, one a line; text after # is a comment.

    Raises PageError for a line that is none, and for a fence without any.
    """
    first = block.line + offset + 1
    found = [
        read_claim(text, f"{page}:{number}")
        for number, line in enumerate(block.lines, first + 1)
        if (text := _COMMENT.sub(lambda part: part[1] or "", line).strip())
    ]
    if not found:
        raise PageError(
            "This check fence has no claim.",
            where=f"{page}:{first}",
            expected="a comparison of facts on each line, such as: a.accuracy > b.accuracy",
        )
    return found


FENCE = FenceKind("check", check_html, options=None, subject="", body=claims)
