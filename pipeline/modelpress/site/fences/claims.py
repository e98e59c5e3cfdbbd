"""Claims: conditions on facts, such as `a.accuracy > b.accuracy`, that a page relies on.

The syntax is a part of Python's: comparisons, `and`, `or`, `not`, + − · /, numbers, text and the
functions in FUNCTIONS. A fact is written without braces.
"""

from __future__ import annotations

import ast
import itertools
import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import PageError, nearest
from modelpress.site.fences.facts import fact_value, show

_FACT = re.compile(
    r"""(?P<text>"[^"]*"|'[^']*')|(?<![\w.])(?P<fact>[A-Za-z_]\w*(?:\.(?:-?\d+|\w+))+)"""
)
_NAME = "fact_"  # stands for a fact in the parsed expression, followed by its index


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    """Returns a function of a list, or of several values, that compares each with the next."""

    def holds(*values: Any) -> bool:
        series = values[0] if len(values) == 1 else values
        return all(compare(a, b) for a, b in itertools.pairwise(series))

    return holds


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "falls": _ordered(operator.gt),
    "len": len,
    "log": math.log,
    "max": max,
    "min": min,
    "rises": _ordered(operator.lt),
    "round": round,
    "sqrt": math.sqrt,
    "sum": sum,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPUTE: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_EXAMPLE = "a comparison of facts, such as: a.accuracy > b.accuracy"


@dataclass(frozen=True)
class Claim:
    """A condition that must hold.

    text: as written. facts: the facts that it names, in order. condition: its expression, with a
    name in place of each fact. where: "page.md:line".
    """

    text: str
    facts: tuple[str, ...]
    condition: ast.expr
    where: str

    def require(self, entries: Mapping[str, Any]) -> None:
        """Raises PageError if the claim is false for these models and failures, or unknown."""
        values = {
            f"{_NAME}{i}": fact_value(fact, entries, self.where)
            for i, fact in enumerate(self.facts)
        }
        found = ", ".join(
            f"{fact} = {show(value)}"
            for fact, value in zip(self.facts, values.values(), strict=True)
        )
        try:
            holds = _value(self.condition, values)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise PageError(
                f"This claim can't be computed: {error}.", where=self.where, found=found
            ) from error
        if holds is not True and holds is not False:
            raise _invalid(self.text, self.where, f"its value is {show(holds)}")
        if not holds:
            raise PageError(
                "This claim is false in this build.",
                where=self.where,
                found=found,
                expected=self.text,
                next_step="Correct what the page says beside it, or the model.",
            )


def read_claim(text: str, where: str) -> Claim:
    """Returns the claim in a line of text. Raises PageError if it is none."""
    facts: list[str] = []

    def name(token: re.Match[str]) -> str:
        if token["text"]:
            return token[0]
        facts.append(token["fact"])
        return f"{_NAME}{len(facts) - 1}"

    try:
        condition = ast.parse(_FACT.sub(name, text), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _invalid(text, where, "it is no expression") from error
    _require_known(condition, len(facts), text, where)
    if not facts:
        raise _invalid(text, where, "it names no fact")
    return Claim(text, tuple(facts), condition, where)


def _require_known(node: ast.expr, facts: int, text: str, where: str) -> None:
    """Raises PageError for anything that `_value` does not compute."""
    allowed = {f"{_NAME}{i}" for i in range(facts)}
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            name = part.func.id if isinstance(part.func, ast.Name) else ""
            if name not in FUNCTIONS or part.keywords:
                raise _invalid(text, where, f"no function {name!r}", nearest(name, FUNCTIONS))
        elif isinstance(part, ast.Name):
            if part.id not in allowed and part.id not in FUNCTIONS:
                raise _invalid(text, where, f"`{part.id}` is no fact: a fact has a dot")
        elif isinstance(part, ast.Constant):
            if not isinstance(part.value, int | float | str):
                raise _invalid(text, where, f"{part.value!r} is neither a number nor text")
        elif not isinstance(
            part,
            ast.Compare | ast.BoolOp | ast.BinOp | ast.UnaryOp | ast.expr_context | ast.boolop
            | ast.unaryop | ast.operator | ast.cmpop,
        ):  # fmt: skip
            raise _invalid(text, where, f"it contains {ast.unparse(part)!r}")
        elif (isinstance(part, ast.operator) and type(part) not in _COMPUTE) or (
            isinstance(part, ast.cmpop) and type(part) not in _COMPARE
        ):
            raise _invalid(text, where, f"no operator {type(part).__name__}")


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant():
            return node.value
        case ast.Name() if node.id in values:
            return values[node.id]
        case ast.Call(func=ast.Name(id=name)):
            return FUNCTIONS[name](*(_value(each, values) for each in node.args))
        case ast.Compare():
            terms = [_value(each, values) for each in (node.left, *node.comparators)]
            pairs = zip(node.ops, itertools.pairwise(terms), strict=True)
            return all(_COMPARE[type(op)](a, b) for op, (a, b) in pairs)
        case ast.BoolOp():
            found = [bool(_value(each, values)) for each in node.values]
            return all(found) if isinstance(node.op, ast.And) else any(found)
        case ast.BinOp():
            return _COMPUTE[type(node.op)](_value(node.left, values), _value(node.right, values))
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, values)
        case ast.UnaryOp(op=ast.USub()):
            return -_value(node.operand, values)
    raise TypeError(f"{ast.unparse(node)} has no value")


def _invalid(text: str, where: str, reason: str, hint: str = "") -> PageError:
    return PageError(
        f"This is no claim: {reason}.{hint}", where=where, found=text, expected=_EXAMPLE
    )
