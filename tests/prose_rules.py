"""Rules of prose: spelling, words that the project does not use, and how numbers are written.

Applied to the Markdown of the site and to the texts of the interface. Code, names and addresses are
left alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from modelpress.site.fence_syntax import blocks
from modelpress.site.fences.prose import CODE

# What is found → what to write.
RULES: dict[str, str] = {
    # Spelling: British, with -ise. Keras' names (`optimizer`, `normalize`) are exceptions.
    r'\b[Cc]olor(?:s|ed|ing|ful)?\b(?![-"])': "colour",
    r"\b[Gg]r[a]y(?:ish|scale)?\b": "grey",
    r"\b[Bb]ehavior\b": "behaviour",
    r"\b[Cc]enter(?:s|ed|ing)?\b": "centre",
    r"\b[Ff]avor(?:s|ed|ite)?\b": "favour",
    r"\b[Nn]eighbor(?:s|ing)?\b": "neighbour",
    r"\b[Ll]abel(?:ed|ing)\b": "labelled",
    r"\b[Mm]odel(?:ed|ing)\b": "modelled",
    r"\b[Ll]earnt\b": "learned",
    r"\b(?:[Aa]naly|[Pp]araly)z(?:e|es|ed|ing)\b": "-yse",
    r"\b\w+(?<![Ss])(?<!pr)(?<!resi)(?<!se)iz(?:es|ed|ing|ation|ations|er|ers)\b": "-ise",
    # Words that are riddles, archaic, or another term's place.
    r"\banew\b": "again",
    r"\b[Nn]obody\b": "no one, or name who",
    r"\b[Ww]hoever\b": "readers who, …",
    r"\bbe it\b": "whether",
    r"\bthere where\b": "where",
    r"\bis no number\b": "is NaN",
    r"\bsurest\b": "most confident",
    r"\b[Tt]ake it home\b": "export",
    r"\bkept out\b": "held out",
    r"\bkept epochs?\b": "checkpoints",
    r"\bfirst weights\b": "initial weights",
    r"\bthat validates?\b": "validation set",
    r"\bdraws? of the weights\b": "random seed",
    r"\b[Tt]he art of\b": "how to",
    r"\bto and fro\b": "back and forth",
    r"\bbeforehand\b": "in advance",
    r"\butili[sz]e": "use",
    r"\bin order to\b": "to",
    r"\b(?:[Ss]imply|[Oo]bviously|[Ee]asily) (?:run|put|add|press)\b": "leave the word out",
    # Numbers.
    r"(?<![\w.#])\d+[ \u00a0\u202f]%": "99% without a space",
    r"(?<![\w.,#–-])(?!4294967295)\d{5,}(?![\w.%]*[\w])": "thousands with commas: 34,627",
    r"(?<![\w.])\d{1,3}[ \u00a0\u202f]\d{3}(?![\w,]|[ \u00a0\u202f]\d{3})(?= [a-z])": "34,627",
    r"\b0x[0-9A-F]*[A-F]": "hexadecimal digits in small letters",
}
ALLOWED = re.compile(
    r"[Oo]ptimizers?|[Ii]nitializers?|\w*[Nn]ormali[sz]\w*|\w+Regularization|[Tt]okenizers?|TextVectorization|[Ss]ized?|[Pp]rizes?|resiz\w+"
    r"|Resizing|Color\b|downsized?"
)
_LEFT = re.compile(
    CODE + r"|\{\{.*?\}\}|\$\$.+?\$\$|\$(?![\s$]).+?\$|\]\([^)]*\)|\{[^}]*\}|https?://\S+"
    r"|^\[[^\]]+\]:.*$|\bMODELPRESS_\w+|#[0-9a-f]{6}\b",
    re.DOTALL | re.MULTILINE,
)


def faults(text: str, where: str, first_line: int = 1) -> list[str]:
    """`where:line: found → expected` for each place where the text breaks a rule."""
    prose = _LEFT.sub(lambda token: "\n" * token[0].count("\n") or " ", text)
    found = []
    for rule, better in RULES.items():
        for match in re.finditer(rule, prose):
            if not ALLOWED.fullmatch(match[0]):
                line = first_line + prose.count("\n", 0, match.start())
                found.append(f"{where}:{line}: {match[0].strip()!r} → {better}")
    return found


def in_page(path: Path, root: Path) -> list[str]:
    """The faults of a page's text, captions included."""
    where = path.relative_to(root).as_posix()
    lines = path.read_text("utf-8").splitlines()
    found: list[str] = []
    for block in blocks(lines, where):
        if block.kind == "code":
            continue
        found += faults(
            "\n".join(block.lines), where, block.line + (1 if block.kind == "text" else 2)
        )
    return found


def texts_of(path: Path) -> Iterator[tuple[int, str]]:
    """Line and content of each string of a Python file that a person may read.

    These are strings with a space, without the markup in them; docstrings are not among them.
    """
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            text = re.sub(r"<[^>]*>?|[^<]*>(?=[^<>]*<)|&#?\w+;", " ", node.value)
            if " " in text.strip():
                yield node.lineno, text


def strings_of_typescript(path: Path) -> Iterator[tuple[int, str]]:
    """Line and content of each string of a TypeScript file that holds a space."""
    source = path.read_text("utf-8")
    source = re.sub(
        r"/\*.*?\*/|(?m:^\s*//.*$)", lambda c: "\n" * c[0].count("\n"), source, flags=re.S
    )
    for match in re.finditer(r'"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`', source):
        text = re.sub(r"\$\{(?:[^{}]|\{[^{}]*\})*\}", " x ", match[1] or match[2] or "")
        text = re.sub(r"<[^>]*>?|^[\w.]+ === ", " ", text)
        if " " in text.strip():
            yield 1 + source.count("\n", 0, match.start()), text
