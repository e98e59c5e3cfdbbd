"""Serves the site and rebuilds it on changes, with the same build."""

from __future__ import annotations

import errno
import socket
import threading
import time
import webbrowser
from collections.abc import Iterable
from dataclasses import dataclass

from modelpress.build.build import Request, build
from modelpress.build.summary import summary
from modelpress.build.watching import Watch
from modelpress.core.configuration import find_project, forget_hooks
from modelpress.core.errors import ModelpressError, described, from_os_error
from modelpress.core.progress import Progress
from modelpress.core.project import Project
from modelpress.files.site_folder import require_site_folder
from modelpress.serving.web_server import SiteServer, family

PORTS_TRIED = 20


@dataclass(frozen=True)
class Address:
    """Where to listen; None for the configured values. allowed: further host names to accept."""

    host: str | None = None
    port: int | None = None
    allowed: tuple[str, ...] = ()


def serve(
    project: Project,
    request: Request,
    progress: Progress,
    address: Address,
    *,
    strict: bool | None,
    open_page: bool,
) -> None:
    """Builds, serves until Ctrl-C and rebuilds on changes.

    A failing build prints its error, shows it in the browser and leaves the site unchanged.
    Raises ModelpressError if the port is in use or the site folder can't be used.
    """
    require_site_folder(project)
    host = address.host if address.host is not None else project.dev_addr[0]
    port = address.port if address.port is not None else project.dev_addr[1]
    require_free(host, port)
    watch = Watch(project)
    server = None
    error: ModelpressError | None = None
    first_page = ""
    try:
        report = build(project, request, progress)
        first_page = report.first_page or ""
        progress.note(summary(project, report))
    except (ModelpressError, OSError) as caught:
        error = from_os_error(caught) if isinstance(caught, OSError) else caught
        progress.error(f"Error: {error}")
    server = _listening(host, port, project, progress, address.allowed)
    _show(server, project, error, first_page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    progress.note(f"Serving {server.url}; Ctrl-C ends it.")
    progress.close()
    if open_page:
        webbrowser.open(server.url)
    try:
        while True:
            watch.follow(project)
            noticed = watch.wait()
            project = _rebuild(project, request, progress, server, strict, noticed)
    except KeyboardInterrupt:
        progress.note("Stopped.")
    finally:
        server.live.end()
        server.shutdown()
        server.server_close()


def _listening(
    host: str, port: int, project: Project, progress: Progress, allowed: Iterable[str]
) -> SiteServer:
    try:
        return SiteServer(host, port, project.site_path, progress.note, allowed)
    except OSError as error:  # another program took the port during the first build
        raise ModelpressError(
            f"The server can't listen on {host}, port {port}.",
            found=error.strerror or str(error),
            next_step="Use another port: modelpress serve --port …",
        ) from error


def _rebuild(
    project: Project,
    request: Request,
    progress: Progress,
    server: SiteServer,
    strict: bool | None,
    noticed: float,
) -> Project:
    """Builds with the current configuration; returns the current project."""
    error: ModelpressError | None = None
    first_page = ""
    try:
        forget_hooks(project.root)
        project = find_project(project.config_file, strict=strict)
        first_page = build(project, request, progress).first_page or ""
    except ModelpressError as caught:
        error = caught
    except OSError as caught:
        error = from_os_error(caught)
    except Exception as caught:  # a bug of ours must not end the server
        error = ModelpressError("The rebuild failed.", found=described(caught))
    _show(server, project, error, first_page)
    if error:
        progress.error(f"Error: {error}\nThe site is still that of the last successful build.")
    else:
        progress.note(f"Rebuilt in {time.monotonic() - noticed:.1f} s.")
    progress.close()
    return project


def _show(
    server: SiteServer, project: Project, error: ModelpressError | None, first_page: str
) -> None:
    """Reloads pages for a new site, or shows the error.

    Serves only folders that this process built: others may belong to the author.
    """
    if error:
        server.live.failed(error)
        return
    server.root, server.mount, server.first_page = project.site_dir, project.site_path, first_page
    server.live.built()


def require_free(host: str, port: int) -> None:
    """Raises ModelpressError with the next free port if `port` is in use."""
    error = _refusal(host, port)
    if error is None:
        return
    if error.errno not in (errno.EADDRINUSE, errno.EACCES):
        raise ModelpressError(
            f"The server can't listen on {host}.",
            found=error.strerror or str(error),
            next_step="Name an address of this machine with --host, such as 127.0.0.1.",
        ) from error
    start = max(port, 1023) + 1  # ports below 1024 are privileged
    candidates = range(start, min(start + PORTS_TRIED, 65536))
    free = next((p for p in candidates if _refusal(host, p) is None), None)
    raise ModelpressError(
        f"Port {port} can't be used: "
        + ("another program uses it." if error.errno == errno.EADDRINUSE else "it is privileged."),
        next_step=f"Use the next free one: modelpress serve --port {free}"
        if free
        else "Name another port with --port.",
    )


def _refusal(host: str, port: int) -> OSError | None:
    with socket.socket(family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
        except UnicodeError as error:  # not a host name
            return OSError(errno.EADDRNOTAVAIL, str(error))
    return None
