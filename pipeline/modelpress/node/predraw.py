"""Renders figures in Node after the models are published, as cached steps.

A file beside `site.json` hands the result to the Markdown extension.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from modelpress.caching.step import Step, Steps
from modelpress.core.progress import SITE
from modelpress.core.project import Project
from modelpress.core.writing import write_atomically


def rendered_in_node(
    name: str,
    script: str,
    config: dict[str, Any],
    sources: dict[str, str],
    steps: Steps,
    further: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Returns the result of a script of `site_assets/build` for `config`, as a step of the site.

    sources: file → sha256 of all that the script runs. further: configuration that is not part of
    the key, such as folders.
    """
    given = {**config, **(further or {})}

    step = Step(
        name,
        SITE,
        "modelpress.node.bundle.write_result",
        inputs={"config": config, "sources": sources},
        arguments=lambda reading: {"script": script, "config": given},
    )
    result: dict[str, Any] = steps.run(step).read_json("answer.json")
    return result


def hand_over(project: Project, name: str, content: dict[str, Any]) -> None:
    """Writes `<name>.json`, which the plugin adds to its hand-over under that name."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    write_atomically(project.state_dir / f"{name}.json", text)
