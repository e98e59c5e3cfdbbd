"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

config_option = click.option(
    "-f",
    "--config-file",
    type=click.Path(path_type=Path),
    help="Configuration file of the site; default: modelpress.yml or mkdocs.yml here or in a "
    "folder above.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print errors only.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
trusted_option = click.option(
    "--trusted",
    is_flag=True,
    help="Run Python code in FILE, such as a lambda: only for a file whose author you trust.",
)
