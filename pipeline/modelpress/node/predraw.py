"""What Node draws for the pages after the models are published: cached, and handed to the
Markdown extension in a file of its own beside `site.json`."""

from __future__ import annotations

import json
from typing import Any

from modelpress.caching.store import Cache, write_atomically
from modelpress.core.progress import SITE, Progress, running
from modelpress.core.project import Project


def drawn_in_node(
    step: str,
    script: str,
    config: dict[str, Any],
    inputs: dict[str, Any],
    cache: Cache,
    progress: Progress,
) -> dict[str, Any]:
    """What a script of `site_assets/build` answers to `config`, from the cache where `inputs`, all
    that the answer depends on, are the same."""
    from modelpress.node import bundle

    name = f"{step}.json"
    entry = cache.find(step, SITE, inputs)
    if entry is None:
        with running(progress, SITE, step), cache.making(step, SITE) as out:
            made = bundle.in_node(script, config)
            (out / name).write_text(json.dumps(made, sort_keys=True), "utf-8")
            entry = cache.commit(step, SITE, inputs, out)
    drawn: dict[str, Any] = entry.read_json(name)
    return drawn


def hand_over(project: Project, name: str, content: dict[str, Any]) -> None:
    """Writes `<name>.json`, which the plugin adds to the hand-over under that name."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    write_atomically(project.state_dir / f"{name}.json", text)
