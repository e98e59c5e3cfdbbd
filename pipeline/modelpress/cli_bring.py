"""The commands that begin: a site from nothing, and models from files."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from modelpress.cli_options import config_option, quiet_option, trusted_option
from modelpress.core.commands import typed_command


@click.command()
@click.argument(
    "folder", type=click.Path(path_type=Path, file_okay=True), default=".", metavar="[FOLDER]"
)
def new(folder: Path) -> None:
    """Write a new site into FOLDER: configuration, home page, a model and its page.

    FOLDER is this folder by default, and is made if it is missing. No file is overwritten.
    """
    from modelpress.build.new_site import write_site
    from modelpress.proof.browser import find_browser

    for path in write_site(folder):
        click.echo(f"wrote {path}")
    command = typed_command()
    steps = [f"cd {shlex.quote(str(folder))}"] if folder.resolve() != Path.cwd() else []
    steps += [f"{command} browser --install"] if find_browser() is None else []
    click.echo("\nTo train the model, prove it in a browser, and build the site:\n")
    click.echo("  " + " && ".join([*steps, f"{command} build"]))
    click.echo(f"\n`{command} serve` shows the site and rebuilds what you change.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("slug", default="", metavar="[SLUG]")
@trusted_option
@config_option
def adopt(file: Path, slug: str, trusted: bool, config_file: Path | None) -> None:
    """Write the model file and the page of a trained model in FILE.

    FILE is a .keras or .h5 file, a SavedModel folder, model.json of TensorFlow.js, or an .onnx
    file. The kinds of input and output are guessed; the command says what to check. No file is
    overwritten.
    """
    from modelpress.build.adopt import adopt as run
    from modelpress.core.configuration import find_project

    project = find_project(config_file)
    found = run(project, file, slug, trusted=trusted)
    for path in found.written:
        click.echo(f"wrote {project.relative(path)}")
    if found.notes:
        click.echo(f"\nCheck in {project.relative(found.written[0])}:")
    for note in found.notes:
        click.echo(f"- {note}")
    click.echo(f"\nTo prove the model and build the site:\n\n  {typed_command()} build")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("out", type=click.Path(path_type=Path))
@trusted_option
@click.option(
    "--no-browser", is_flag=True, help="Skip the proof; the report says that nothing is proven."
)
@quiet_option
def convert(file: Path, out: Path, trusted: bool, no_browser: bool, quiet: bool) -> None:
    """Convert the trained model in FILE to TensorFlow.js, and prove it in a browser.

    No site is needed. The folder OUT receives graph/model.json for tf.loadGraphModel,
    layers/model.json for tf.loadLayersModel where TensorFlow.js has the same layers, golden.json
    with inputs and Python's predictions, and report.json. OUT must be missing or empty.
    """
    from modelpress.build.convert_file import convert_file, report_text, require_proven
    from modelpress.core.progress import for_terminal

    progress = for_terminal(quiet=quiet)
    try:
        entry = convert_file(file, out, progress, trusted=trusted, use_browser=not no_browser)
    finally:
        progress.close()
    if not quiet:
        click.echo(report_text(entry, out))
    if not no_browser:
        require_proven(entry)
