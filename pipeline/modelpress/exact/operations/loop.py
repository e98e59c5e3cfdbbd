"""A loop as one operation; graphs express it by Enter, Merge, LoopCond, Switch, NextIteration and
Exit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from modelpress.core.errors import ModelpressError
from modelpress.exact.graph import Node, node_name, ordered, output_number

Values = dict[str, list[Any]]
Evaluate = Callable[[Iterable[Node], Values], None]


@dataclass(frozen=True)
class Loop(Node):
    """inputs: what enters, in the order of `enters`, then what its nodes read from outside. Its
    results are the variables' last values."""

    enters: tuple[str, ...]
    variables: tuple[str, ...]  # names of the Merge nodes
    first: tuple[str, ...]  # of each variable: the Enter node of its first value
    following: tuple[str, ...]  # of each variable: the tensor of its next value
    switches: dict[str, str]  # Switch node → Merge node
    condition: str  # the tensor that holds whether another iteration follows
    asked: tuple[Node, ...]  # nodes of the condition, in order
    body: tuple[Node, ...]  # further nodes of the next values


def structured(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The nodes with each loop as one node; unchanged without a loop."""
    frames: dict[str, list[Node]] = {}
    frame_of: dict[str, str] = {}
    for node in nodes:
        inside = {frame_of[name] for name in map(node_name, node.inputs) if name in frame_of}
        if node.op == "Enter":
            if inside:
                raise ModelpressError(
                    "The exact engine has no loop in a loop.", where=f"operation `{node.name}`"
                )
            inside = {node.text("frame_name")}
        for name in inside:
            frames.setdefault(name, []).append(node)
            if node.op != "Exit":
                frame_of[node.name] = name
    if not frames:
        return nodes
    others = [node for node in nodes if node.name not in frame_of and node.op != "Exit"]
    for name, inside_nodes in frames.items():
        loop = _loop(name, inside_nodes)
        others.append(loop)
        for node in inside_nodes:
            if node.op == "Exit":
                place = loop.variables.index(loop.switches[node_name(node.inputs[0])])
                others.append(Node(node.name, "Identity", (f"{name}:{place}",), {}))
    return ordered(others)


def _loop(name: str, nodes: list[Node]) -> Loop:
    by_name = {node.name: node for node in nodes}
    enters = [node for node in nodes if node.op == "Enter"]
    merges = [node for node in nodes if node.op == "Merge"]
    following = [by_name[node_name(merge.inputs[1])].inputs[0] for merge in merges]
    [condition] = [node.inputs[0] for node in nodes if node.op == "LoopCond"]
    plain = {
        node.name: node
        for node in nodes
        if node.op not in ("Enter", "Merge", "LoopCond", "Switch", "NextIteration", "Exit")
    }
    outside = [
        tensor
        for node in plain.values()
        for tensor in node.inputs
        if node_name(tensor) not in by_name
    ]
    asked = _needed([condition], plain)
    needed = _needed(following, plain)
    return Loop(
        name=name,
        op="Loop",
        inputs=(*(node.inputs[0] for node in enters), *dict.fromkeys(outside)),
        attributes={},
        enters=tuple(node.name for node in enters),
        variables=tuple(node.name for node in merges),
        first=tuple(node_name(merge.inputs[0]) for merge in merges),
        following=tuple(following),
        switches={node.name: node_name(node.inputs[0]) for node in nodes if node.op == "Switch"},
        condition=condition,
        asked=tuple(node for node in nodes if node.name in asked),
        body=tuple(node for node in nodes if node.name in needed - asked),
    )


def _needed(tensors: Iterable[str], nodes: dict[str, Node]) -> set[str]:
    """Names of those of `nodes` that the tensors need."""
    waiting = [node_name(tensor) for tensor in tensors]
    needed: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in nodes and name not in needed:
            needed.add(name)
            waiting += map(node_name, nodes[name].inputs)
    return needed


def run_loop(loop: Loop, given: list[Any], outside: Values, evaluate: Evaluate) -> list[Any]:
    """The variables' values at the end of the loop. outside: all values by name."""
    values = dict(outside)
    values.update({name: [value] for name, value in zip(loop.enters, given, strict=False)})
    state = [values[name][0] for name in loop.first]
    while True:
        for name, value in zip(loop.variables, state, strict=True):
            values[name] = [value]
        for switch, merge in loop.switches.items():
            values[switch] = [values[merge][0]] * 2
        evaluate(loop.asked, values)
        if not _tensor(values, loop.condition):
            return state
        evaluate(loop.body, values)
        state = [_tensor(values, name) for name in loop.following]


def _tensor(values: Values, name: str) -> Any:
    return values[node_name(name)][output_number(name)]
