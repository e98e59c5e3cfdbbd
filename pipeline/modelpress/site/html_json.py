"""JSON inside a page: data that scripts read, written so that no text in it is taken for markup."""

from __future__ import annotations

import json
import re
from typing import Any

from modelpress.kinds.registry import attributes

# `<` could close the script element or open a comment in it. The line separators end a line where
# JavaScript is older than ES2019, and half a surrogate pair has no UTF-8.
_UNSAFE = re.compile("[<\u2028\u2029\ud800-\udfff]")


def html_json(value: Any) -> str:
    """JSON of `value`, safe between the tags of a `<script>` element."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def json_script(value: Any, **names: object) -> str:
    """A `<script type="application/json">` element that holds `value`.

    names: its further attributes, as `modelpress.kinds.registry.attributes` takes them.
    """
    return f'<script type="application/json"{attributes(**names)}>{html_json(value)}</script>'
