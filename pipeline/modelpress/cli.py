"""The `modelpress` command line: options, exit codes and closing messages.

Exit codes: 0 success; 1 a model missed its tolerance or an expected metric; 2 invalid use, or a
page or file that must change; 3 the site is built but not proven in a browser; 130 interrupted.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from modelpress.cli_bring import adopt, convert, new
from modelpress.cli_options import config_option, json_option, quiet_option
from modelpress.cli_predict import predict
from modelpress.core.errors import ModelpressError, NotProven, from_os_error
from modelpress.core.version import __version__

INTERRUPTED = 130

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, exists=True),
    envvar="MODELPRESS_DATA",
    show_envvar=True,
    help="Folder or file of local data, used before any other source.",
)
builtin_option = click.option(
    "--builtin",
    is_flag=True,
    help="Train on built-in data; real data that is present is used for evaluation only.",
)


def build_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options that `build` and `serve` share."""
    options = [
        data_option,
        click.option("--download", is_flag=True, help="Download public data that is missing."),
        builtin_option,
        click.option(
            "--jobs",
            type=click.IntRange(min=1),
            default=os.cpu_count() or 1,
            show_default="number of cores",
            help="Models built in parallel.",
        ),
        click.option(
            "--dask",
            "cluster",
            metavar="ADDRESS",
            default="",
            envvar="MODELPRESS_DASK",
            show_envvar=True,
            help="Dask scheduler whose workers make the models.",
        ),
        click.option(
            "--no-browser",
            is_flag=True,
            help="Skip the proof; figures say that parity is not proven.",
        ),
        click.option(
            "--strict/--no-strict",
            default=None,
            help="Whether a warning of MkDocs stops the build; default: `strict` in mkdocs.yml.",
        ),
        config_option,
        quiet_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="modelpress")
def cli() -> None:
    """Neural networks on pages: train, convert, prove and publish models that run in the reader's
    browser."""


@cli.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option(
    "--archive",
    is_flag=True,
    help="Also write modelpress-site.zip: unpacked anywhere, it opens by double-click.",
)
@click.option(
    "--with",
    "builder",
    metavar="COMMAND",
    default="",
    help="Command of another builder that makes the pages, such as 'sphinx-build docs OUT'; "
    "default: `with` in modelpress.yml, or MkDocs.",
)
@build_options
def build(slugs: tuple[str, ...], quiet: bool, builder: str, **options: Any) -> None:
    """Train, convert and prove what has changed, and build the site.

    With SLUGs, only these models are trained; the site is built if all others are up to date.
    """
    from modelpress.build.sources import source_of
    from modelpress.core.configuration import find_project

    project = find_project(options.pop("config_file"), strict=options.pop("strict"))
    source = source_of(project, builder, archive=options["archive"])
    _build(project, slugs, quiet, options, source)


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@build_options
def press(folder: Path, quiet: bool, **options: Any) -> None:
    """Put live figures into FOLDER, pages of HTML that any program made.

    Train, convert and prove what has changed, as `build` does. Then replace the elements of the
    pages, such as <modelpress-model model="SLUG"></modelpress-model>, by their figures, and add
    the files that these need. Nothing else of a page changes.
    """
    from modelpress.build.pressing import FolderSource
    from modelpress.core.configuration import find_project

    project = find_project(options.pop("config_file"), strict=options.pop("strict"))
    source = FolderSource(project, folder)
    _build(source.written, (), quiet, options, source)


def _build(
    project: Any, slugs: tuple[str, ...], quiet: bool, options: dict[str, Any], source: Any
) -> None:
    from modelpress.build.build import build as run
    from modelpress.build.summary import summary
    from modelpress.core.progress import for_terminal
    from modelpress.proof.prove import require_proven

    progress = for_terminal(quiet=quiet)
    try:
        report = run(project, _request(slugs, options), progress, source)
    finally:
        progress.close()
    if not quiet:
        click.echo(summary(project, report))
    if not options["no_browser"]:
        require_proven(report.manifest)


@cli.command()
@build_options
@click.option("--host", help="Address to listen on; default: that of `dev_addr` in mkdocs.yml.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Port to listen on; default: that of `dev_addr`, or 8000.",
)
@click.option(
    "--allow-host",
    "allowed",
    metavar="NAME",
    multiple=True,
    help="Additional host name that the server accepts, such as a proxy's; may be repeated.",
)
@click.option("--no-open", is_flag=True, help="Don't open the address in a browser.")
def serve(
    host: str | None,
    port: int | None,
    allowed: tuple[str, ...],
    no_open: bool,
    quiet: bool,
    **options: Any,
) -> None:
    """Build the site, serve it, and rebuild what depends on a changed page or model file."""
    from modelpress.build.serve import Address
    from modelpress.build.serve import serve as run
    from modelpress.build.sources import require_mkdocs
    from modelpress.core.configuration import find_project
    from modelpress.core.progress import for_terminal

    strict = options.pop("strict")
    project = find_project(options.pop("config_file"), strict=strict)
    require_mkdocs(project)
    progress = for_terminal(quiet=quiet)
    try:
        run(
            project,
            _request((), options),
            progress,
            Address(host, port, allowed),
            strict=strict,
            open_page=not no_open,
        )
    finally:
        progress.close()


@cli.command("list")
@json_option
@config_option
def list_models(as_json: bool, config_file: Path | None) -> None:
    """List the models with the figures of their last build."""
    from modelpress.build.summary import model_list, model_table
    from modelpress.core.configuration import find_project

    models = model_list(find_project(config_file))
    click.echo(json.dumps(models, indent=1) if as_json else model_table(models))


@cli.command("data")
@data_option
@builtin_option
@json_option
@config_option
def list_data(data: Path | None, builtin: bool, as_json: bool, config_file: Path | None) -> None:
    """List the data sets: the source of each, what is missing, and how to get it."""
    from modelpress.build.inventory import inventory, inventory_text
    from modelpress.core.configuration import find_project
    from modelpress.data.locate import DataRequest

    request = DataRequest(data.resolve() if data else None, builtin=builtin)
    listed, without, error = inventory(find_project(config_file), request)
    click.echo(json.dumps(listed, indent=1) if as_json else inventory_text(listed, without))
    if error:
        raise error


@cli.command()
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@json_option
@config_option
@quiet_option
def verify(slugs: tuple[str, ...], as_json: bool, config_file: Path | None, quiet: bool) -> None:
    """Prove the models of the last build again in this machine's browser."""
    from modelpress.core.configuration import find_project
    from modelpress.core.progress import for_terminal
    from modelpress.proof.prove import parity_table, prove_again
    from modelpress.schema.document import plain

    progress = for_terminal(quiet=quiet or as_json)
    try:
        parities, entries, error = prove_again(find_project(config_file), slugs, progress)
    finally:
        progress.close()
    click.echo(
        json.dumps(plain(parities), indent=1) if as_json else parity_table(parities, entries)
    )
    if error:
        raise error


@cli.command()
@click.option("--install", is_flag=True, help="Install a browser if none is found.")
def browser(install: bool) -> None:
    """Print the browser that proves the models.

    It is the one in MODELPRESS_CHROMIUM, else Playwright's own, else a Chromium, Chrome or Edge of
    this system. With --install, if none is found, Playwright downloads its own. If that fails,
    Debian's package is installed, provided that this user is root.
    """
    from modelpress.proof.browser import VARIABLE, install_browser, require_browser

    if not install:
        found = require_browser()
    else:
        installed = install_browser(lambda text: click.echo(text, err=True))
        if installed is None:
            raise NotProven(
                "No Chromium could be installed.",
                found="Playwright could not download its own, and apt-get is not here, needs "
                "root or has no package",
                next_step=f"Install Chrome or Chromium, or name one in {VARIABLE}. "
                "`modelpress build --no-browser` builds without a proof; figures say so.",
            )
        found = installed
    click.echo(f"{found.version}, {found.path}")


@cli.command()
@click.option("--keep-downloads", is_flag=True, help="Keep downloaded data.")
@config_option
def clean(keep_downloads: bool, config_file: Path | None) -> None:
    """Remove build results and caches, and nothing else, without confirmation."""
    from modelpress.build.cleaning import clean as run
    from modelpress.core.configuration import find_project

    for line in run(find_project(config_file), keep_downloads=keep_downloads):
        click.echo(line)


for _command in (new, adopt, convert, predict):
    cli.add_command(_command)


def main(arguments: list[str] | None = None) -> None:
    """Runs the command line; every failure becomes a message and an exit code."""
    try:
        status = cli.main(arguments, prog_name="modelpress", standalone_mode=False)
    except ModelpressError as error:
        _fail(f"Error: {error}", error.exit_code)
    except click.Abort:  # click turns Ctrl-C into this
        _fail("Interrupted. What was complete is kept; the site is as it was.", INTERRUPTED)
    except KeyboardInterrupt:
        _fail("Interrupted. What was complete is kept; the site is as it was.", INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the pipe's reader has exited: `modelpress list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"Error: {from_os_error(error)}", ModelpressError.exit_code)
    sys.exit(status or 0)


def _request(slugs: tuple[str, ...], options: dict[str, Any]) -> Any:
    from modelpress.build.build import Request
    from modelpress.data.locate import DataRequest

    path: Path | None = options["data"]
    return Request(
        slugs=slugs,
        data=DataRequest(path.resolve() if path else None, options["download"], options["builtin"]),
        jobs=options["jobs"],
        cluster=options["cluster"].strip(),
        use_browser=not options["no_browser"],
        archive=options.get("archive", False),
    )


def _fail(text: str, status: int) -> None:
    click.echo(text, err=True)
    sys.exit(status)
