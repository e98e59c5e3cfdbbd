"""What Node draws for the pages after the models are published: cached, and handed to the
Markdown extension in a file of its own beside `site.json`."""

from __future__ import annotations

import json
from typing import Any

from modelpress.caching.step import Step, Steps
from modelpress.core.progress import SITE
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically


def drawn_in_node(
    name: str, script: str, config: dict[str, Any], sources: dict[str, str], steps: Steps
) -> dict[str, Any]:
    """What a script of `site_assets/build` answers to `config`: a step of the site.

    sources: file → sha256 of all that the script runs.
    """
    step = Step(
        name,
        SITE,
        "modelpress.node.bundle.write_answer",
        inputs={"config": config, "sources": sources},
        arguments=lambda reading: {"script": script, "config": config},
    )
    drawn: dict[str, Any] = steps.run(step).read_json("answer.json")
    return drawn


def hand_over(project: Project, name: str, content: dict[str, Any]) -> None:
    """Writes `<name>.json`, which the plugin adds to the hand-over under that name."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    write_atomically(project.state_dir / f"{name}.json", text)
