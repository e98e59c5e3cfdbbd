"""JSON in a page, as data for scripts. Its text never parses as markup.

It is the value of a `<data>` element, not the text of a script: themes that replace a page's
content without loading the page run the scripts in it.
"""

from __future__ import annotations

import json
import re
from typing import Any

from modelpress.kinds.registry import attributes

# In an attribute between apostrophes. `<` has a meaning in scripts of the archive, and the line
# separators end a line in JavaScript before ES2019. A lone surrogate has no UTF-8 encoding.
_UNSAFE = re.compile("[<&'\u2028\u2029\ud800-\udfff]")


def html_json(value: Any) -> str:
    """Returns the JSON of `value`, safe in an attribute between apostrophes."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def json_data(value: Any, **names: object) -> str:
    """Returns a `<data>` element with the JSON of `value`.

    names: further attributes, passed to `modelpress.kinds.registry.attributes`.
    """
    return f"<data hidden{attributes(**names)} value='{html_json(value)}'></data>"
