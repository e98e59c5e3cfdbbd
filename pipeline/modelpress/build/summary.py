"""Formats the summary of a build and the table of `modelpress list`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from modelpress.artefacts.manifest import published_manifest
from modelpress.build.archive import archive_path
from modelpress.core.number_format import within
from modelpress.core.progress import FAILURES
from modelpress.core.project import Project
from modelpress.schema.model import ModelEntry, Provenance
from modelpress.spec.discovery import find_models

if TYPE_CHECKING:
    from modelpress.build.build import Report

STEPS = ("train", "convert", "golden", "report", "epochs", "record", "verify")


def summary(project: Project, report: Report) -> str:
    """Returns sentences: steps that ran, cached models, parity, place of the site."""
    lines = [_ran(slug, report) for slug in sorted(set(report.ran) - {"site"})]
    if report.stale:
        stale = ", ".join(report.stale)
        return "\n".join(
            [
                *lines,
                f"The site was left as it was: {stale} "
                f"{'is' if len(report.stale) == 1 else 'are'} not up to date. "
                "Run `modelpress build` without names to build all of them and the site.",
            ]
        )
    models = report.manifest.models if report.manifest else {}
    cached = sorted(set(models) - set(report.ran))
    if cached:
        lines.append(f"Up to date: {', '.join(cached)}.")
    for slug, entry in models.items():
        data = entry.data
        if data.source in ("local", "download", "builtin"):
            lines.append(f"{slug} is trained on: {_source(data)}.")
    site = report.ran.get("site", {})
    if site:
        lines.append("site: " + ", ".join(f"{step} {s:.1f} s" for step, s in site.items()))
    lines.append(_parity(models))
    older = archive_path(project)
    if not report.archive and older.exists():
        lines.append(f"{project.relative(older)} is from an earlier build; --archive renews it.")
    if report.archive:
        size = report.archive.stat().st_size / 1e6
        lines.append(
            f"{project.relative(report.archive)}, {size:.1f} MB, is the site in one file: "
            "unpacked anywhere, its index.html opens by double-click."
        )
    folder = project.relative(project.site_dir)
    shows = (
        "modelpress serve"
        if report.first_page is not None
        else f"python -m http.server -d {folder}"
    )
    lines.append(f"The site is in {folder}/ after {report.seconds:.1f} s; `{shows}` shows it.")
    return "\n".join(lines)


def model_list(project: Project) -> list[dict[str, Any]]:
    """Returns each model file with its entry of the last build (None for missing values)."""
    manifest = published_manifest(project)
    published = manifest.models if manifest else {}
    listed = []
    for slug, path in find_models(project).items():
        entry = published.get(slug)
        listed.append(
            {
                "slug": slug,
                "source": project.relative(path),
                "title": entry and entry.title,
                "version": entry and entry.version,
                "parameters": entry and entry.parameters,
                "size_bytes": entry and entry.size_bytes,
                "metrics": entry and entry.metrics,
                "data": entry and entry.data.source,
                "parity_proven": entry and entry.parity.proven,
            }
        )
    return listed


def model_table(models: list[dict[str, Any]]) -> str:
    """Returns a table with a line per model."""
    if not models:
        return "There are no models yet: write one into the models folder."
    lines = [("slug", "title", "parameters", "bytes", "data", "parity", "metrics")]
    for model in models:
        if model["version"] is None:
            lines.append((model["slug"], "not built yet", "", "", "", "", ""))
            continue
        metrics = ", ".join(f"{name} {value:.4g}" for name, value in model["metrics"].items())
        lines.append(
            (
                model["slug"],
                model["title"],
                str(model["parameters"]),
                str(model["size_bytes"]),
                model["data"],
                "proven" if model["parity_proven"] else "NOT PROVEN",
                metrics,
            )
        )
    widths = [max(len(line[i]) for line in lines) for i in range(6)]
    return "\n".join(
        "  ".join([*(f"{line[i]:{widths[i]}}" for i in range(6)), line[6]]).rstrip()
        for line in lines
    )


def _ran(slug: str, report: Report) -> str:
    ran = report.ran[slug]
    parts = [f"{step} {ran[step]:.1f} s" for step in ran]
    cached = [step for step in STEPS[:3] if step not in ran] if slug != FAILURES else []
    if cached:
        parts.append(f"cached: {', '.join(cached)}")
    return f"{slug}: {', '.join(parts)}"


def _source(data: Provenance) -> str:
    where = {
        "local": f"local file {data.path}",
        "download": f"public download {data.path}",
        "builtin": "built-in data",
    }[data.source]
    measured = data.measured_on.path
    on = f"; measured on real data, {measured}" if measured else ""
    return f"{where}, {data.rows} examples ({data.split}){on}"


def _parity(models: Mapping[str, ModelEntry]) -> str:
    proven = {slug: entry for slug, entry in models.items() if entry.parity.proven}
    missing = sorted(set(models) - set(proven))
    if missing:
        reason = models[missing[0]].parity.reason
        return f"PARITY NOT PROVEN for {', '.join(missing)}: {reason}"
    results = [result for entry in proven.values() for result in entry.parity.results]
    if not results:
        return "Parity: no models."
    worst = max(result.max_diff or 0 for result in results)
    backends = ", ".join(dict.fromkeys(result.backend for result in results))
    browser = next(iter(proven.values())).parity.browser
    who = "1 model equals" if len(models) == 1 else f"{len(models)} models equal"
    how = f"within {within(worst)}" if worst else "exactly"
    return f"Parity proven in {browser}: {who} Python {how} on {backends}."
