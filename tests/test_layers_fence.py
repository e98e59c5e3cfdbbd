"""The fence `layers` under the name of an explainer."""

from __future__ import annotations

import pytest

from modelpress.core.errors import PageError
from modelpress.site.fence_syntax import blocks


def _only(text: str) -> list[tuple[str, str, list[str]]]:
    return [(block.kind, block.slug, block.lines) for block in blocks(text.splitlines(), "p.md")]


def test_it_is_the_layers_of_its_model() -> None:
    assert _only("```explore layers\nmodel: xor\n```") == [("layers", "xor", [])]
    assert _only("```explore network\nmodel: xor\n```") == [("explore", "network", ["model: xor"])]


def test_what_it_cannot_take_is_named_with_its_line() -> None:
    with pytest.raises(PageError, match="needs the option `model`") as missing:
        _only("Text.\n\n```explore layers\n```")
    assert "p.md:3" in str(missing.value)
    with pytest.raises(PageError, match="no option `colour`") as unknown:
        _only("```explore layers\nmodel: xor\ncolour: red\n```")
    assert "p.md:3" in str(unknown.value)
