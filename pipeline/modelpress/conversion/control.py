"""Repairs graph models: removes control inputs, which change no value.

They order operations that TensorFlow runs at the same time. TensorFlow.js waits for those of a
loop's body for ever ("Cannot compute the outputs").
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def without_control_inputs(model_json: Json) -> None:
    """Removes control inputs and the NoOps that only they read, in place.

    Leaves a graph with branches unchanged: there, they say which branch a constant belongs to.
    """
    nodes = {node["name"]: node for node in model_json["modelTopology"]["node"]}
    loops = all(
        any(nodes[_node(name)]["op"] == "NextIteration" for name in node["input"])
        for node in nodes.values()
        if node["op"] == "Merge"
    )
    if not loops:
        return
    for node in nodes.values():
        if "input" in node:
            node["input"] = [name for name in node["input"] if not name.startswith("^")]
    kept = [node for node in nodes.values() if node["op"] != "NoOp"]
    model_json["modelTopology"]["node"] = kept


def _node(tensor: str) -> str:
    return tensor.removeprefix("^").partition(":")[0]
