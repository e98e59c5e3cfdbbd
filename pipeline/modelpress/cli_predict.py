"""The command `modelpress predict`."""

from __future__ import annotations

from pathlib import Path

import click

from modelpress.cli_options import config_option


@click.command()
@click.argument("slug")
@click.argument("table", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="File for the rows with their predictions; replaced if it exists.",
)
@config_option
def predict(slug: str, table: Path, output: Path, config_file: Path | None) -> None:
    """Predict the rows of FILE.csv with the model SLUG of the last build.

    The exact engine predicts: the page's own table writes the same file, byte for byte.
    """
    from modelpress.artefacts.load import load
    from modelpress.core.number_format import counted

    count = load(slug, config_file).predict_csv(table, output)
    click.echo(f"{counted(count, 'row')} predicted: {output}")
