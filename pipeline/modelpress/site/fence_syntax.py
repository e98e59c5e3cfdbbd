"""Finds Modelpress' own fences in Markdown text. Other fences and code stay unchanged.

    ```model color_classifier
    start: "#9bb751"
    ```

The body is YAML: one option on each line; every value is text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from modelpress.core.errors import PageError, nearest, shown
from modelpress.site.fence_kinds import Options, fence_kinds

_OPEN = re.compile(r"(?P<indent>[ ]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^`]*)")
_CONTAINER = re.compile(r"[ ]*(?:[-*+]|\d+[.)])[ ]|[ ]*(?:!!!|\?\?\?\+?|===\+?!?)[ ]")
ELEMENT = "modelpress-"  # the name of an element begins with it, and ends with a fence's name
EXPLORED = ("explore", "layers")  # another spelling of the fence `layers`


@dataclass(frozen=True)
class Fence:
    """One Modelpress fence.

    slug: of the model, failure case or explainer; "" if its kind has none. options: as written.
    page: path relative to the docs folder. line: line of the opening fence in that file, from 1.
    """

    slug: str
    options: dict[str, str]
    page: str
    line: int
    kind: str = "model"


@dataclass
class Block:
    """A run of lines: `text` (with facts), `code` (unchanged), or a Modelpress fence or element.

    line: index of the first line in the given text, from 0. given, places: options of an element,
    and the index of each one's line; None for a fence, whose options are in `lines`.
    """

    kind: str
    line: int
    lines: list[str] = field(default_factory=list)
    indent: str = ""
    slug: str = ""
    given: Mapping[str, str] | None = None
    places: Mapping[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What an error calls it."""
        return f"{self.kind} fence" if self.given is None else f"<{ELEMENT}{self.kind}>"


def scan(docs_dir: Path) -> list[Fence]:
    """Returns the Modelpress fences of all pages below `docs_dir`, in order of pages and lines.

    Raises PageError for a fence with an invalid body, an unknown option or a missing slug.
    """
    fences, kinds = [], fence_kinds()
    for path in sorted(path for path in docs_dir.rglob("*.md") if path.is_file()):
        page = path.relative_to(docs_dir).as_posix()
        for block in blocks(_text(path, page).splitlines(), page):
            if block.kind in kinds:
                kind = kinds[block.kind]
                if kind.body is not None:
                    kind.body(block, page, 0)
                options = {} if kind.body else read_options(block, page)
                known = kind.known_options()
                if known is not None:
                    check_options(options, known, block, page)
                fences.append(Fence(block.slug, options, page, block.line + 1, block.kind))
    return fences


def _text(path: Path, page: str) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PageError(
            "This page is not UTF-8.",
            where=f"{page}:{line}",
            found=f"the byte 0x{content[error.start]:02x}: {error.reason}",
            next_step="Save the page as UTF-8.",
        ) from error


def blocks(lines: list[str], page: str, offset: int = 0) -> Iterator[Block]:
    """Yields the text as blocks, in order. offset: number of lines in the file before `lines`."""
    kinds = fence_kinds()
    pattern = re.compile(rf"(?P<kind>{'|'.join(kinds)})(?:[ \t]+(?P<slug>\S+))?[ \t]*")
    text = Block("text", 0)
    number = 0
    while number < len(lines):
        opening = _OPEN.fullmatch(lines[number].rstrip())
        if opening is None or not _at_block_level(lines, number, len(opening["indent"])):
            text.lines.append(lines[number])
            number += 1
            continue
        if text.lines:
            yield text
        end = _closing(lines, number, opening["ticks"])
        own = pattern.fullmatch(opening["info"].strip())
        where = f"{page}:{number + offset + 1}"
        if own is None:
            stop = len(lines) if end is None else end + 1
            yield Block("code", number, lines[number:stop])
        elif end is None:
            raise PageError(
                f"The {own['kind']} fence is never closed.",
                where=where,
                expected=f"a line with {opening['ticks']} after its options",
            )
        else:
            stop = end + 1
            slug = own["slug"] or ""
            subject = kinds[own["kind"]].subject
            if bool(subject) != bool(slug):
                raise PageError(
                    f"A {own['kind']} fence names {f'one {subject}' if subject else 'no model'}.",
                    where=where,
                    found=lines[number].strip(),
                    expected=f"```{own['kind']}{'' if slug else ' SLUG'}",
                )
            block = Block(own["kind"], number, lines[number + 1 : end], opening["indent"], slug)
            yield layers_block(block, page, offset) if (block.kind, slug) == EXPLORED else block
        text = Block("text", stop)
        number = stop
    if text.lines:
        yield text


def read_options(block: Block, page: str, offset: int = 0) -> dict[str, str]:
    """Returns the options in the YAML body of a fence.

    Every value is text, so that 001122 stays a colour. Raises PageError for an invalid body.
    """
    where = f"{page}:{block.line + offset + 1}"
    if block.given is not None:
        _require_values(block.given, block, page, offset)
        return dict(block.given)
    try:
        loaded = yaml.load("\n".join(block.lines), Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = block.line + offset + 2 + (mark.line if mark else 0)
        raise PageError(
            f"The options of this {block.kind} fence are not YAML: "
            f"{getattr(error, 'problem', None) or error}.",
            where=f"{page}:{line}",
            expected='one option a line, such as: start: "#9bb751"',
        ) from error
    except RecursionError:
        loaded = []  # too many nested lists; rejected below
    if loaded in (None, ""):
        return {}
    if not isinstance(loaded, dict) or not all(isinstance(v, str) for v in loaded.values()):
        raise PageError(
            f"The options of this {block.kind} fence are not one `name: value` a line.",
            where=where,
            found=" / ".join(line.strip() for line in block.lines),
        )
    _require_values(loaded, block, page, offset)
    return loaded


def _require_values(options: Mapping[str, str], block: Block, page: str, offset: int) -> None:
    for name, value in options.items():
        if not value.strip():
            raise PageError(
                f"The option `{name}` is empty.",
                where=option_place(block, name, page, offset),
                next_step="Give it a value, or remove it."
                if block.given is not None
                else 'Quote a value that begins with #, or YAML reads a comment: "#9bb751".',
            )


def check_options(
    options: dict[str, str],
    known: Options,
    block: Block,
    page: str,
    offset: int = 0,
) -> None:
    """Raises PageError for an unknown option, or a value that its option does not allow."""
    for name, value in options.items():
        where = option_place(block, name, page, offset)
        if name not in known:
            raise PageError(
                f"A {block.words} has no option `{name}`.{nearest(name, known)}",
                where=where,
                expected=f"one of {', '.join(sorted(known))}" if known else "no options",
            )
        if known[name] and value not in known[name]:
            raise PageError(
                f"The option `{name}` is {shown(value)}.{nearest(value, known[name])}",
                where=where,
                expected=f"one of {', '.join(known[name])}",
            )


def option_place(block: Block, name: str, page: str, offset: int = 0) -> str:
    """Returns `page:line` of an option in its fence or element."""
    if block.given is not None:
        return f"{page}:{block.places.get(name, block.line) + offset + 1}"
    for i, line in enumerate(block.lines):
        if line.lstrip().startswith(name):
            return f"{page}:{block.line + offset + 2 + i}"
    return f"{page}:{block.line + offset + 1}"


def layers_block(block: Block, page: str, offset: int) -> Block:
    """Returns ```explore layers as a `layers` fence, whose slug is the option `model`."""
    options = read_options(block, page, offset)
    check_options(options, {"model": ()}, block, page, offset)
    if "model" not in options:
        raise PageError(
            "The explainer `layers` needs the option `model`, the slug of a model.",
            where=f"{page}:{block.line + offset + 1}",
            expected="a line such as: model: color_classifier",
        )
    given: dict[str, str] | None = None if block.given is None else {}
    return Block("layers", block.line, [], block.indent, options["model"], given)


def _closing(lines: list[str], start: int, ticks: str) -> int | None:
    closing = re.compile(rf"[ ]*{re.escape(ticks[0])}{{{len(ticks)},}}[ ]*")
    for number in range(start + 1, len(lines)):
        if closing.fullmatch(lines[number]):
            return number
    return None


def _at_block_level(lines: list[str], number: int, indent: int) -> bool:
    """Returns whether an indented fence is a fence, rather than part of an indented code block.

    The nearest less indented line above must open a list item, an admonition or a tab.
    """
    while indent >= 4:
        above = [line for line in lines[:number] if line.strip() and _indent(line) < indent]
        if not above:
            return False
        if _CONTAINER.match(above[-1]):
            return True
        indent = _indent(above[-1])
    return True


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
