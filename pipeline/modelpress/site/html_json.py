"""JSON in a page, as data for scripts. Its text never parses as markup."""

from __future__ import annotations

import json
import re
from typing import Any

from modelpress.kinds.registry import attributes

# `<` could close the script element or open a comment in it. The line separators end a line in
# JavaScript before ES2019. A lone surrogate has no UTF-8 encoding.
_UNSAFE = re.compile("[<\u2028\u2029\ud800-\udfff]")


def html_json(value: Any) -> str:
    """Returns the JSON of `value`, safe between the tags of a `<script>` element."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def json_script(value: Any, **names: object) -> str:
    """Returns a `<script type="application/json">` element with `value`.

    names: further attributes, passed to `modelpress.kinds.registry.attributes`.
    """
    return f'<script type="application/json"{attributes(**names)}>{html_json(value)}</script>'
