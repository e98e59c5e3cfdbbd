"""The figure that counts answers and requests: what it counts, and what it says of them."""

from __future__ import annotations

from typing import Any

from modelpress.node.bundle import in_node

NOTHING = {"predictions": 0, "predictionsOffline": 0, "requests": 0, "online": True}


def test_counts_and_words() -> None:
    events = [
        "prediction",
        "request",
        "prediction",
        "offline",
        "prediction",
        "prediction",
        "online",
        "offline",
    ]
    counts: list[dict[str, Any]] = [NOTHING]
    for event in events:
        call = {"name": "no-network", "fn": "counted", "args": [counts[-1], event]}
        counts.append(in_node("explore.mjs", {"calls": [call]})[0])
    assert counts[3] == {"predictions": 2, "predictionsOffline": 0, "requests": 1, "online": True}
    assert counts[6] == {"predictions": 4, "predictionsOffline": 2, "requests": 1, "online": False}
    assert counts[7]["predictionsOffline"] == 2
    assert counts[8]["predictionsOffline"] == 0, "each time without a connection counts by itself"

    shown = [counts[0], counts[1], counts[3], counts[6]]
    calls = [{"name": "no-network", "fn": "words", "args": [count]} for count in shown]
    said = in_node("explore.mjs", {"calls": calls})
    assert said[0] == "0 predictions here, 0 requests over the network. Move a colour."
    assert "1 prediction here" in said[1]
    assert "None of these predictions came from a server." in said[1]
    assert "None of these" not in said[2]
    assert said[3].endswith("The connection is off, and the model has made 2 predictions since.")
