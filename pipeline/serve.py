"""Serves the site while it is written: rebuilt by the very same build when something changes."""

from __future__ import annotations

import errno
import logging
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TextIO

from mkdocs.livereload import LiveReloadServer

from pipeline.build import Request, build
from pipeline.catalog import find_models
from pipeline.errors import ModelpressError, from_os_error
from pipeline.keys import PACKAGE
from pipeline.progress import Progress
from pipeline.project import Project
from pipeline.summary import summary

PORTS_TRIED = 20
WORKER = "sw.js"
# The service worker while the site is written: takes itself and what it kept away.
LEAVES = """\
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil((async () => {
  const path = new URL(registration.scope).pathname;
  const names = (await caches.keys()).filter((name) => name.startsWith(`modelpress ${path} `));
  await Promise.all(names.map((name) => caches.delete(name)));
  await registration.unregister();
})()));
"""


def serve(
    project: Project,
    request: Request,
    progress: Progress,
    host: str,
    port: int,
    *,
    open_page: bool,
) -> None:
    """Builds, serves until Ctrl-C and rebuilds on changes. A rebuild that fails says why, and the
    site stays as it was.

    Raises ModelpressError where the first build fails or the port is taken.
    """
    require_free(host, port)
    report = build(project, request, progress)
    progress.note(summary(project, report))

    def rebuild(builder: object = None) -> None:
        del builder
        try:
            report = build(project, request, progress)
        except (ModelpressError, OSError) as error:
            told = from_os_error(error) if isinstance(error, OSError) else error
            progress.note(f"Error: {told}\nThe site is still the last one that could be built.")
        else:
            progress.note(f"Rebuilt in {report.seconds:.1f} s.")
        finally:
            progress.close()

    _log_to(sys.stderr)
    server = _Server(
        builder=rebuild,
        host=host,
        port=port,
        root=str(project.site_dir),
        mount_path=project.site_path,
    )
    server.progress = progress
    for place in watched(project):
        server.watch(str(place))
    try:
        server.serve(open_in_browser=open_page)
    except KeyboardInterrupt:
        progress.note("Stopped.")
    finally:
        server.shutdown()


class _Server(LiveReloadServer):  # type: ignore[misc]
    """Says that it serves once it does: what follows that word can be opened."""

    progress: Progress

    def _serve_request(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes] | None:
        # A page that is kept on the device would hide what its author has just written.
        if environ["PATH_INFO"] == f"{self.mount_path}{WORKER}":
            kind = [("Content-Type", "text/javascript"), ("Cache-Control", "no-store")]
            start_response("200 OK", kind)
            return [LEAVES.encode()]
        answer: Iterable[bytes] | None = super()._serve_request(environ, start_response)
        return answer

    def server_activate(self) -> None:
        super().server_activate()
        self.progress.note(f"Serving {self.url}; Ctrl-C ends it.")
        self.progress.close()


def watched(project: Project) -> list[Path]:
    """What a build reads: pages, settings, model files and the project modules they import, and
    the browser's sources where this is a checkout."""
    from pipeline.exhibit import find_failures
    from pipeline.keys import model_sources
    from pipeline.site.bundle import assets_root

    places = [project.config_file, project.docs_dir, project.models_dir]
    places.append(project.failures_dir)
    for path in (*find_models(project).values(), *find_failures(project).values()):
        for name in model_sources(path, project.import_roots):
            for root in (*project.import_roots, PACKAGE.parent):
                if (root / name).is_file():
                    places.append(root / name)
                    break
    if assets_root().is_relative_to(project.root):
        places += [assets_root() / name for name in ("src", "styles", "build")]
    return list(dict.fromkeys(place for place in places if place.exists()))


def require_free(host: str, port: int) -> None:
    """Raises ModelpressError naming the next free port where `port` is taken."""
    error = _refusal(host, port)
    if error is None:
        return
    if error.errno not in (errno.EADDRINUSE, errno.EACCES):
        raise ModelpressError(
            f"The server can't listen on {host}.", found=error.strerror or str(error)
        ) from error
    start = max(port, 1023) + 1  # ports below 1024 are the administrator's
    candidates = range(start, min(start + PORTS_TRIED, 65536))
    free = next((p for p in candidates if _refusal(host, p) is None), None)
    raise ModelpressError(
        f"Port {port} can't be used: "
        + ("another program has it." if error.errno == errno.EADDRINUSE else "it is privileged."),
        next_step=f"Use the next free one: modelpress serve --port {free}"
        if free
        else "Name another port with --port.",
    )


def _refusal(host: str, port: int) -> OSError | None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _log_to(stream: TextIO) -> None:
    log = logging.getLogger("mkdocs.livereload")
    log.setLevel(logging.WARNING)
    log.addHandler(logging.StreamHandler(stream))
