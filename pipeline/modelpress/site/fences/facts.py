"""Facts: `{{ slug.path }}` and `{{ slug.path | .5f }}` in prose, looked up in the manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from modelpress.core.errors import PageError, nearest
from modelpress.core.number_format import fixed, integer, short, size
from modelpress.site.fences.prose import CODE, change_paragraphs

_TOKEN = re.compile(
    CODE + r"|(?P<escaped>\\\{\{)|\{\{(?P<fact>.*?)\}\}",
    re.DOTALL,
)
_FACT = re.compile(r"(?P<slug>[A-Za-z0-9_]+)\.(?P<path>[^|\s]+)\s*(?:\|\s*(?P<format>\S+))?")

# What Markdown or HTML could take for more than text; two dashes or dots, too, which some
# extensions join.
_MARKUP = re.compile(r"""[!"#$&'()*+:<=>@\[\\\]^_`{|}~]|--+|\.\.+|\A-""")
_LIST_ITEM = re.compile(r"\A(\d+)(\.)(?=\s)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")
_TARGET = re.compile(r"\]\([^)\s]*\Z|\A\[[^\]]+\]:[ ]*\S*\Z")  # of a link, up to here

_WEB = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


def replace_facts(
    lines: list[str], models: Mapping[str, Any], page: str, first_line: int
) -> list[str]:
    """Lines of text with every fact in place. `first_line`: number of the first, from 1.

    Raises PageError naming page, line and the nearest known name for a fact that does not exist.
    """
    return change_paragraphs(
        lines,
        lambda text, line: _replace(text, models, page, line) if "{{" in text else text,
        first_line,
    )


def fact(text: str, models: Mapping[str, Any], where: str) -> str:
    """The text of one fact, given what stands between its braces."""
    parsed = _FACT.fullmatch(text.strip())
    if parsed is None:
        raise PageError(
            "This is no fact.",
            where=where,
            found="{{" + text + "}}",
            expected="{{ slug.path }} or {{ slug.path | .5f }}",
            next_step="To show two braces as they are, write \\{{.",
        )
    slug, path = parsed["slug"], parsed["path"]
    if slug not in models:
        raise PageError(
            f"There is no model `{slug}`.{nearest(slug, models)}",
            where=where,
            expected=f"one of {', '.join(sorted(models)) or '(no models yet)'}",
        )
    return _formatted(_look_up(models[slug], path, slug, where), parsed["format"], text, where)


def known_facts(entry: Mapping[str, Any]) -> dict[str, Any]:
    """What a path may begin with: the card's keys, then metrics, then the model's facts."""
    return {**entry.get("facts", {}), **entry.get("metrics", {}), **entry}


def _replace(text: str, models: Mapping[str, Any], page: str, line: int) -> str:
    def swap(token: re.Match[str]) -> str:
        if token["fact"] is None:
            return token[0]  # code, a comment, or \{{, which Markdown itself shows as {{
        at = line + text.count("\n", 0, token.start())
        told = fact(token["fact"], models, f"{page}:{at}")
        in_target = _TARGET.search(text, 0, token.start())
        return _as_address(told) if in_target else _as_text(told)

    return _TOKEN.sub(swap, text)


def _look_up(entry: Mapping[str, Any], path: str, slug: str, where: str) -> Any:
    found: Any = known_facts(entry)
    parts = path.split(".")
    done: list[str] = []
    while parts:
        if isinstance(found, Mapping):
            # A key may hold dots itself (a file's name): the longest that is there counts.
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
    """A value as prose shows it without a format: 668 672, 0.769, 3.84e-6, a, b and c."""
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
    """Shown as it is, in Markdown and in HTML, between tags as well as inside an attribute.

    Character references are the one notation that all of these read alike.
    """
    text = _CONTROL.sub(" ", text).strip(" ")
    text = _MARKUP.sub(lambda found: "".join(f"&#{ord(c)};" for c in found[0]), text)
    return _LIST_ITEM.sub(lambda found: f"{found[1]}&#{ord(found[2])};", text)


def _as_address(text: str) -> str:
    """Inside the target of a link, where a reference would not be read. Never a script."""
    safe = "/?#@!&*+,;=%~"
    return quote(text, safe=safe + ":" if _WEB.match(text) else safe)
