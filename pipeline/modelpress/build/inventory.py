"""Lists the data sets of a project's models, with their current sources and missing files.

Opens no data file and fetches nothing. The last build recorded which data set a model file uses.
New or changed model files are imported in a separate process, because they import Keras:
`python -m modelpress.build.inventory`, with a request on standard input and the results on standard
output.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from modelpress.artefacts.manifest import published_manifest
from modelpress.build.model_chain import Chain
from modelpress.caching.keys import PACKAGE, package_version
from modelpress.core.commands import module_command
from modelpress.core.determinism import ENVIRONMENT
from modelpress.core.errors import ModelFailure, ModelpressError, error_from_dict
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest, Wanted, find_local, lacking_files, locate
from modelpress.schema.model import ModelEntry
from modelpress.spec.discovery import find_models


def inventory(
    project: Project, request: DataRequest
) -> tuple[list[dict[str, Any]], list[str], ModelpressError | None]:
    """Returns the data sets by name, the slugs of models without one, and an error.

    The error is that of the first model file that can't be imported, None without one; such models
    are omitted.
    """
    wanted, error = _wanted(project, request)
    manifest = published_manifest(project)
    published = manifest.models if manifest else {}
    sets: dict[str, tuple[Wanted, list[str]]] = {}
    for slug, each in wanted.items():
        if each:
            sets.setdefault(each.dataset, (each, []))[1].append(slug)
    listed = [
        _described(*sets[name], request, project.downloads_dir)
        | {"last_build": _last_build(published, sets[name][1])}
        for name in sorted(sets)
    ]
    return listed, [slug for slug, each in wanted.items() if each is None], error


def _described(
    wanted: Wanted, slugs: list[str], request: DataRequest, downloads_dir: Path
) -> dict[str, Any]:
    problem = ""
    try:
        now = locate(wanted, request, downloads_dir)
    except ModelpressError as error:
        problem = str(error)
        now = locate(wanted, replace(request, path=None), downloads_dir)
    local = find_local(wanted, request.path)
    files = [downloads_dir / wanted.dataset / name for name in wanted.download]
    nothing = now.source == "builtin" and not wanted.builtin
    return {
        "name": wanted.dataset,
        "title": wanted.title,
        "licence": wanted.licence,
        "url": wanted.url,
        "models": slugs,
        "source": None if nothing or problem else now.source,
        "paths": [str(path) for path in now.paths],
        "measured_on": [str(path) for path in now.real.paths] if now.real else [],
        "problem": problem,
        "local": {
            "takes": [[list(names) for names in files] for files in wanted.local],
            "folder": str(request.path) if request.path else None,
            "found": [str(path) for path in local.paths] if local else [],
            "lacking": [list(names) for names in lacking_files(wanted, request.path)],
        },
        "download": {
            "urls": list(wanted.download_urls),
            "size_bytes": wanted.download_bytes or None,
            "found": [str(path) for path in files if path.is_file()],
        },
        "builtin": {name: package_version(name) for name in wanted.packages}
        if wanted.builtin
        else None,
        "how_to_get": wanted.how_to_get,
    }


def _last_build(published: Mapping[str, ModelEntry], slugs: list[str]) -> dict[str, Any] | None:
    """Returns the data that the last build of the first published model used."""
    for slug in slugs:
        if slug in published:
            data = published[slug].data
            return {name: getattr(data, name) for name in ("source", "rows", "path", "sha256")}
    return None


def inventory_text(listed: list[dict[str, Any]], without: list[str]) -> str:
    """Returns the inventory as text: a block per data set."""
    blocks = []
    for each in listed:
        lines = [
            ("for", ", ".join(each["models"])),
            ("used now", _used_now(each)),
            *([("measures", " + ".join(each["measured_on"]))] if each["measured_on"] else []),
            ("local", _local(each)),
            ("download", _download(each)),
            ("built in", "yes" if each["builtin"] is not None else "nothing"),
            *([("get it", each["how_to_get"])] if each["how_to_get"] else []),
            *(
                [("problem", each["problem"].replace("\n", "\n             "))]
                * bool(each["problem"])
            ),
        ]
        heading = f"{each['name']}: {each['title']}; {each['licence']}"
        blocks.append("\n".join([heading, *(f"  {name:9}  {text}" for name, text in lines)]))
    if without:
        blocks.append(f"Without a data set: {', '.join(without)}.")
    return "\n\n".join(blocks) or "There are no models yet: write one into the models folder."


def _used_now(each: dict[str, Any]) -> str:
    if each["source"] is None:
        return "nothing: the build will stop here"
    if each["paths"]:
        words = {"local": "local", "download": "downloaded"}[each["source"]]
        text = f"{words}, {' + '.join(each['paths'])}"
    else:
        text = "built-in data, a substitute"
    last = each["last_build"]
    if last and last["source"] == each["source"]:
        text += f"; {last['rows']:,} examples in the last build"
    elif last:
        text += f"; the last build used: {last['source']}"
    return text


def _local(each: dict[str, Any]) -> str:
    local = each["local"]
    if local["found"]:
        return f"found: {' + '.join(local['found'])}"
    if not local["takes"]:
        return "takes none"
    takes = [
        " or ".join(files[0]) if len(files) == 1 else " + ".join(names[0] for names in files)
        for files in local["takes"]
    ]
    if local["lacking"]:
        return "incomplete: " + " and ".join(names[0] for names in local["lacking"]) + " missing"
    where = f"in {local['folder']}" if local["folder"] else "because --data names no folder"
    return f"missing {where}. --data takes a folder with " + ", or ".join(takes)


def _download(each: dict[str, Any]) -> str:
    download = each["download"]
    if not download["urls"]:
        return "there is none"
    if len(download["found"]) == len(download["urls"]):
        return f"here: {' + '.join(download['found'])}"
    size = f" {download['size_bytes'] / 1e6:.1f} MB" if download["size_bytes"] else " it"
    return f"not here. --download fetches{size} from {urlsplit(download['urls'][0]).hostname}"


def _wanted(
    project: Project, request: DataRequest
) -> tuple[dict[str, Wanted | None], ModelpressError | None]:
    """Returns the data set of each model, None for a model without one."""
    models = find_models(project)
    wanted: dict[str, Wanted | None] = {}
    unknown = {}
    for slug, path in models.items():
        chain = Chain(project, slug, path, {}, request, lambda _: None)
        if chain.note() is not None:
            wanted[slug] = chain.wanted()
        else:
            unknown[slug] = path
    error = None
    for slug, result in _query(project, unknown).items() if unknown else ():
        if "error" in result:
            error = error or error_from_dict(result["error"])
        else:
            wanted[slug] = Wanted.from_dict(result["wanted"]) if result["wanted"] else None
    return {slug: wanted[slug] for slug in models if slug in wanted}, error


def _query(project: Project, models: dict[str, Path]) -> dict[str, Any]:
    """Imports the model files in a separate process; returns slug → `wanted` or `error`."""
    request = {
        "project": project.as_dict(),
        "models": {slug: str(path) for slug, path in models.items()},
    }
    paths = os.pathsep.join(filter(None, (str(PACKAGE.parent), os.environ.get("PYTHONPATH", ""))))
    done = subprocess.run(
        module_command("modelpress.build.inventory"),
        input=json.dumps(request),
        capture_output=True,
        text=True,
        cwd=project.root,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": paths},
        check=False,
    )
    try:
        results: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise ModelFailure(
            "The process that imports the model files to find their data sets ended too early.",
            where=project.relative(project.models_dir),
            found=f"exit status {done.returncode}; its last output:\n{done.stderr[-1000:]}",
            next_step="Run `modelpress build`, which names the file.",
        ) from error
    return results


def _respond() -> None:
    """Runs in the process that `_query` starts."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # output of model files goes to standard error
    from modelpress.data import Dataset
    from modelpress.processes.isolation import refuse_forks
    from modelpress.spec.discovery import import_model

    refuse_forks(out)
    request = json.load(sys.stdin)
    project = Project.from_dict(request["project"])
    results: dict[str, Any] = {}
    for slug, path in request["models"].items():
        try:
            data = import_model(Path(path), project).data
        except ModelpressError as error:
            results[slug] = {"error": error.as_dict()}
        else:
            wanted = data.wanted().as_dict() if isinstance(data, Dataset) else None
            results[slug] = {"wanted": wanted}
    json.dump(results, out)
    out.flush()


if __name__ == "__main__":
    _respond()
