"""What the guide says exists: messages, commands and options; and its workflows are valid."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from modelpress.cli import cli

GUIDE = Path(__file__).resolve().parents[1] / "docs" / "guide"
PAGES = [*GUIDE.glob("*.md"), GUIDE.parents[1] / "README.md", *GUIDE.parent.glob("reference/*.md")]


def _source() -> str:
    package = GUIDE.parents[1] / "pipeline" / "modelpress"
    texts = "\n".join(path.read_text("utf-8") for path in sorted(package.rglob("*.py")))
    joined = re.sub(r'"\s*\n\s*f?"', "", texts)  # a message may be written in several strings
    return re.sub(r"\{[^{}]*\}", "…", joined)


def test_each_message_is_one_of_the_code() -> None:
    source = _source()
    text = (GUIDE / "troubleshooting.md").read_text("utf-8")
    messages = re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)
    assert len(messages) > 15
    for message in messages:
        words = message.split("…")[0].split(" model ")[0].strip()
        assert words in source, message


def commands() -> list[tuple[str, str]]:
    """Page and line of each command in a shell block."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```(?:sh|console|yaml)\n(.*?)```", page.read_text("utf-8"), re.S):
            for line in re.findall(r"^(?:\$ | *- run: | *- )?(modelpress .*)$", block, re.M):
                found.append((page.name, line.partition(" #")[0]))
    return found


@pytest.mark.parametrize(("page", "line"), commands())
def test_each_command_is_known(page: str, line: str) -> None:
    name, *words = shlex.split(line)[1:]
    command = cli if name.startswith("-") else cli.commands[name]
    known = {option for each in command.params for option in each.opts + each.secondary_opts}
    known |= {"-h", "--help"}
    for word in [name, *words] if command is cli else words:
        assert not word.startswith("-") or word.split("=")[0] in known, (page, line)


def test_there_are_commands() -> None:
    assert len(commands()) >= 8
    assert isinstance(cli, click.Group)


def workflows() -> list[str]:
    text = (GUIDE / "continuous-integration.md").read_text("utf-8")
    return re.findall(r"```yaml\n(.*?)```", text, re.S)


def test_workflows_prove_before_they_publish() -> None:
    github, gitlab = (yaml.safe_load(text) for text in workflows())
    build = github["jobs"]["build"]["steps"]
    runs = [step.get("run", "") for step in build]
    uses = [step.get("uses", "").partition("@")[0] for step in build]
    assert runs.index("modelpress browser --install") < runs.index("modelpress build")
    assert uses.index("actions/cache") < runs.index("modelpress build")
    assert uses.index("actions/upload-pages-artifact") > runs.index("modelpress build")
    assert github["jobs"]["publish"]["needs"] == "build"
    assert "modelpress build" in gitlab["pages"]["script"]
    assert ".modelpress" in gitlab["pages"]["cache"]["paths"]
    for text in workflows():
        assert "--no-browser" not in text
