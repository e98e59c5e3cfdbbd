"""Facts: replaces `{{ slug.path }}` and `{{ slug.path | .5f }}` in prose by manifest values.

Other plugins use braces, too: those that name no model, nor nearly one, stay. A site may choose
other delimiters, or none.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any
from urllib.parse import quote

from modelpress.core.errors import PageError, nearest
from modelpress.core.number_format import fixed, integer, short, size
from modelpress.site.context import BRACES
from modelpress.site.fences.prose import CODE, change_paragraphs

_FACT = re.compile(r"(?P<slug>[A-Za-z0-9_]+)\.(?P<path>[^|\s]+)\s*(?:\|\s*(?P<format>\S+))?")

# Characters that Markdown or HTML could parse as markup; also two dashes or dots, which some
# extensions join.
_MARKUP = re.compile(r"""[!"#$&'()*+:<=>@\[\\\]^_`{|}~]|--+|\.\.+|\A-""")
_LIST_ITEM = re.compile(r"\A(\d+)(\.)(?=\s)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_TARGET = re.compile(r"\]\([^)\s]*\Z|\A\[[^\]]+\]:[ ]*\S*\Z")  # start of a link's target

_OTHERS = (
    "To show two braces as they are, write \\{{. If they are another plugin's, set the option "
    "`fact_delimiters` of modelpress, such as '[[ ]]', or `facts: false`."
)
_NEARLY = 0.8  # similarity from which another name is a misspelt model

_WEB = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


def replace_facts(
    lines: list[str],
    models: Mapping[str, Any],
    page: str,
    first_line: int,
    delimiters: str = BRACES,
) -> list[str]:
    """Returns lines of text with all facts replaced by values.

    first_line: line number of the first of `lines`, from 1. delimiters: the two, separated by a
    space; "" for no facts. Raises PageError for an unknown fact.
    """

    def value(text: str, where: str, in_target: bool) -> str | None:
        if is_foreign(text, models):
            return None
        found = fact(text, models, where)
        return _as_address(found) if in_target else _as_text(found)

    return change_facts(lines, value, page, first_line, delimiters)


Change = Callable[[str, str, bool], str | None]


def change_facts(
    lines: list[str], change: Change, page: str, first_line: int, delimiters: str = BRACES
) -> list[str]:
    """Returns lines of text with each fact replaced by `change(content, where, in_target)`.

    A fact stays as it is where that is None. in_target: whether it is part of a link's target.
    """
    if not delimiters:
        return list(lines)
    opening = delimiters.split()[0]
    token = _token(delimiters)

    def replaced(text: str, line: int) -> str:
        def swap(found: re.Match[str]) -> str:
            if found["fact"] is None:
                return found[0]  # code, a comment, or \\{{, which Markdown renders as {{
            at = line + text.count("\n", 0, found.start())
            in_target = _TARGET.search(text, 0, found.start()) is not None
            changed = change(found["fact"], f"{page}:{at}", in_target)
            return found[0] if changed is None else changed

        return token.sub(swap, text) if opening in text else text

    return change_paragraphs(lines, replaced, first_line)


@functools.cache
def _token(delimiters: str) -> re.Pattern[str]:
    opening, closing = map(re.escape, delimiters.split())
    escaped = rf"(?P<escaped>\\{opening})"
    return re.compile(f"{CODE}|{escaped}|{opening}(?P<fact>.*?){closing}", re.DOTALL)


def fact(text: str, models: Mapping[str, Any], where: str) -> str:
    """Returns the value of one fact as text. text: content of its braces.

    Raises PageError for an unknown fact or an invalid format.
    """
    parsed = _FACT.fullmatch(text.strip())
    if parsed is None:
        raise PageError(
            "This is no fact.",
            where=where,
            found="{{" + text + "}}",
            expected="{{ slug.path }} or {{ slug.path | .5f }}",
            next_step=_OTHERS,
        )
    value = fact_value(f"{parsed['slug']}.{parsed['path']}", models, where)
    return _formatted(value, parsed["format"], text, where)


def fact_value(name: str, models: Mapping[str, Any], where: str) -> Any:
    """Returns the value of a fact. name: `slug.path`. Raises PageError for an unknown fact."""
    slug, _, path = name.partition(".")
    if slug not in models:
        raise PageError(
            f"There is no model `{slug}`.{nearest(slug, models)}",
            where=where,
            expected=f"one of {', '.join(sorted(models)) or '(no models yet)'}",
            next_step=_OTHERS,
        )
    return _look_up(models[slug], path, slug, where)


def fact_parts(text: str) -> tuple[str, str] | None:
    """Returns `slug.path` and the format ("" for none) in the content of braces; None if it is no
    fact."""
    parsed = _FACT.fullmatch(text.strip())
    return parsed and (f"{parsed['slug']}.{parsed['path']}", parsed["format"] or "")


def is_foreign(text: str, models: Mapping[str, Any]) -> bool:
    """Returns whether the content of braces is none of ours: it names no model, nor nearly one.

    Other plugins use braces, too.
    """
    parsed = _FACT.fullmatch(text.strip())
    if parsed is None:
        named = re.match(r"\s*([A-Za-z0-9_]+)\s*(?:[.|]|\Z)", text)
        return named is None or named[1] not in models
    return parsed["slug"] not in models and not _is_nearly(parsed["slug"], models)


def _is_nearly(slug: str, models: Mapping[str, Any]) -> bool:
    return bool(get_close_matches(slug, list(models), n=1, cutoff=_NEARLY))


def known_facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Returns first name of a path → value: the card's keys, then metrics, then facts."""
    return {**entry.get("facts", {}), **entry.get("metrics", {}), **entry}


def _look_up(entry: Mapping[str, Any], path: str, slug: str, where: str) -> Any:
    found: Any = known_facts(entry)
    parts = path.split(".")
    done: list[str] = []
    while parts:
        if isinstance(found, Mapping):
            # Keys such as file names contain dots: the longest matching key is used.
            keys = [".".join(parts[:n]) for n in range(len(parts), 0, -1)]
            key = next((k for k in keys if k in found), None)
            if key is None:
                names = [str(name) for name in found]
                raise PageError(
                    f"`{'.'.join([slug, *done])}` has no fact `{parts[0]}`."
                    f"{nearest(parts[0], names)}",
                    where=where,
                    expected=f"one of {', '.join(sorted(names))}",
                )
            found, used = found[key], key.count(".") + 1
        elif isinstance(found, Sequence) and not isinstance(found, str):
            index = int(parts[0]) if re.fullmatch(r"-?\d{1,9}", parts[0]) else len(found)
            if not -len(found) <= index < len(found):
                raise PageError(
                    f"`{'.'.join([slug, *done])}` is a list of {len(found)}.",
                    where=where,
                    found=parts[0],
                    expected=f"a number from 0 to {len(found) - 1}, or -1 for the last",
                )
            found, used = found[index], 1
        else:
            raise PageError(
                f"`{'.'.join([slug, *done])}` is a single value and has no parts.",
                where=where,
                found=parts[0],
            )
        done.extend(parts[:used])
        parts = parts[used:]
    return found


def _formatted(value: Any, format_spec: str | None, text: str, where: str) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, Mapping):
        raise PageError(
            f"`{text.strip()}` is a group of facts.",
            where=where,
            expected=f"one of its parts: {', '.join(sorted(map(str, value)))}",
        )
    if format_spec is None:
        return show(value)
    if not number:
        raise PageError(
            f"Only a number takes a format, and this fact is {show(value)!r}.",
            where=where,
            found=text.strip(),
        )
    if format_spec == "bytes":
        return size(int(value))
    try:
        if re.search(r"\d{3}", format_spec):
            raise ValueError("more than 99 places")
        return fixed(value, format_spec)
    except (ValueError, OverflowError) as error:
        raise PageError(
            f"`{format_spec}` is no format for a number: {error}.",
            where=where,
            expected="a Python format such as .5f, .2e or .1%, or the word bytes",
        ) from error


def show(value: Any) -> str:
    """Returns a value as prose without a format: 668,672, 0.769, 3.84e-6, or "a, b, c"."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return integer(value)
    if isinstance(value, float):
        return short(value)
    if value is None:
        return "none"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(show(item) for item in value)
    return str(value)


def _as_text(text: str) -> str:
    """Returns text escaped for Markdown and HTML, between tags and in attributes.

    Character references are the only notation that works in all of these.
    """
    text = _CONTROL.sub(" ", text).strip(" ")
    text = _MARKUP.sub(lambda found: "".join(f"&#{ord(c)};" for c in found[0]), text)
    return _LIST_ITEM.sub(lambda found: f"{found[1]}&#{ord(found[2])};", text)


def _as_address(text: str) -> str:
    """Returns text escaped for a link's target, which does not parse references. No script URL."""
    safe = "/?#@!&*+,;=%~"
    return quote(text, safe=safe + ":" if _WEB.match(text) else safe)
