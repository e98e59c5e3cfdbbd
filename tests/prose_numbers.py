"""Numbers typed into prose that a fact knows: they would go on saying what was true once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelpress.site.fence_syntax import blocks
from modelpress.site.fences.facts import known_facts
from modelpress.site.fences.prose import CODE

_PASSED_OVER = re.compile(
    CODE + r"|\{\{.*?\}\}|\$\$.+?\$\$|\$(?![\s$]).+?\$|\]\([^)]*\)|\{[^}]*\}|https?://\S+",
    re.DOTALL,
)
_NUMBER = re.compile(
    r"(?<![\w.,#/−-])(?P<sign>[−-]?)(?P<digits>\d{1,3}(?:[, \u202f]\d{3})+|\d+)(?P<decimals>\.\d+)?"
    r"(?P<exponent>e[−-]?\d+)?(?![\w]|\.\d)(?P<percent>\s?%)?"
)
# Too common to be known for a figure: small counts, and a year or a byte's largest value.
LEAST_DIGITS = 3
COMMON = {255, 100, 1000}
# Parts of an entry that are no figures of the model: settings, places, long lists.
_NOT_FACTS = {
    "cache_keys", "files", "formats", "golden", "history", "input", "output", "layers", "limits",
    "probes", "start", "values", "versions", "weights", "bin", "url", "seed", "first_seed",
    "results", "confusion", "mistakes", "misses", "per_class",
}  # fmt: skip


def typed_facts(text: str, entries: Mapping[str, Any], page: str) -> list[str]:
    """`page.md:line: 668 672 is {{ digits.connections }}` for each, given a page's Markdown.

    Only the facts of models and failures that the page itself names are looked at.
    """
    named = [slug for slug in entries if re.search(rf"\b{slug}\b", text)]
    known = {
        f"{slug}.{path}": value
        for slug in named
        for path, value in _flat(known_facts(entries[slug]))
    }
    found = []
    for block in blocks(text.splitlines(), page):
        if block.kind != "text":
            continue
        prose = _PASSED_OVER.sub(
            lambda token: "\n" * token[0].count("\n") or " ", "\n".join(block.lines)
        )
        for number in _NUMBER.finditer(prose):
            fact = next((path for path, value in known.items() if _is(number, value)), None)
            if fact:
                line = block.line + 1 + prose.count("\n", 0, number.start())
                found.append(f"{page}:{line}: {number[0].strip()} is {{{{ {fact} }}}}")
    return found


def _is(number: re.Match[str], value: float) -> bool:
    """Whether a typed number is that fact, rounded as it is typed."""
    whole = re.sub(r"\D", "", number["digits"])
    decimals = number["decimals"] or ""
    digits = (whole + decimals[1:]).lstrip("0")
    if len(digits) < LEAST_DIGITS:
        return False
    typed = float(whole + decimals + (number["exponent"] or "").replace("−", "-"))
    if not decimals and (typed in COMMON or not float(value).is_integer()):
        return False
    scale = 100 if number["percent"] else 1
    half = (
        0.5
        * 10.0 ** -(len(decimals[1:]))
        * 10.0 ** int((number["exponent"] or "e0")[1:].replace("−", "-"))
    )
    return abs(abs(value) * scale - typed) <= half * (1 + 1e-9) if decimals else abs(value) == typed


def _flat(found: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, float]]:
    for name, value in found.items():
        if name in _NOT_FACTS:
            continue
        if isinstance(value, Mapping):
            yield from _flat(value, f"{path}{name}.")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{path}{name}", value
