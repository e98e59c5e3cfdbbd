"""``make bench``: ours against what a user would do today, both measured in this one run.

Only the ratios mean something: the times are this machine's, and without a GPU the WebGL times are
those of a software renderer.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from modelpress.node.bundle import assets_root
from tests.benchmarks import page as pages
from tests.benchmarks.archive import compare as compare_archive
from tests.benchmarks.build import no_change
from tests.benchmarks.canary import compare as compare_canary
from tests.benchmarks.growth import show_growth
from tests.benchmarks.live import compare as compare_live
from tests.benchmarks.making import TINY, from_nothing, tiny_models
from tests.benchmarks.many import FEW, MANY, TABS
from tests.benchmarks.many import compare as compare_many
from tests.benchmarks.training import compare as compare_training
from tests.benchmarks.varying import varying

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("color_classifier", "digits")
PAGE, SLUG = "models/color_classifier/index.html", "color_classifier"


def show(console: Console, title: str, rows: dict[str, tuple[float, float]], theirs: str) -> None:
    """Print one comparison; a ratio below 1 is in our favour."""
    table = Table(title=title, title_justify="left")
    table.add_column("measure")
    for column in ("ours", theirs, "ours / theirs"):
        table.add_column(column, justify="right")
    for measure, (our, their) in rows.items():
        table.add_row(measure, f"{our:,.4g}", f"{their:,.4g}", f"{our / their:.2f}")
    console.print(table)


def show_page(console: Console, title: str, rows: pages.Table, former: Mapping[str, float]) -> None:
    """Print a page's measures beside its aims; a ratio below 1 is in our favour."""
    table = Table(title=title, title_justify="left")
    table.add_column("measure")
    for column in ("ours", "stock tf.min.js", "ours / stock", "aim", "before"):
        table.add_column(column, justify="right")
    for measure, (our, their) in rows.items():
        ratio, aim, before = our / their, pages.AIMS.get(measure), former.get(measure)
        missed = aim is not None and ratio > aim
        table.add_row(
            measure,
            f"{our:,.4g}",
            f"{their:,.4g}",
            f"[bold red]{ratio:.2f}[/]" if missed else f"{ratio:.2f}",
            "" if aim is None else f"≤ {aim:.1f}",
            "" if before is None else f"{before:.2f}",
        )
    console.print(table)


def show_pages(console: Console) -> None:
    """Measure pages of the built site against the stock ones, print and keep the ratios."""
    tfjs = assets_root() / "node_modules/@tensorflow/tfjs/dist/tf.min.js"
    for slug in SLUGS:
        tables = pages.compare(ROOT / "site", f"models/{slug}/index.html", slug, tfjs)
        former = pages.keep(slug, tables)
        for line, rows in tables.items():
            show_page(console, f"The page of {slug}, cold, {line}", rows, former.get(line, {}))


def show_live(console: Console, rates: dict[str, dict[str, float]]) -> None:
    """Print steps a second; a ratio above 1 is in our favour."""
    table = Table(title="Training in the browser, cpu, steps a second", title_justify="left")
    table.add_column("model")
    for column in ("ours", "stock fit", "Keras fit", "ours / stock", "ours / Keras"):
        table.add_column(column, justify="right")
    for slug, rate in rates.items():
        ours, stock, keras = rate["ours"], rate["stock"], rate["keras"]
        table.add_row(
            slug,
            *(f"{each:,.4g}" for each in (ours, stock, keras)),
            *(f"{ours / each:.1f}" for each in (stock, keras)),
        )
    console.print(table)


def show_canary(console: Console, rates: dict[str, tuple[float, float]]) -> None:
    """Print predictions a second; what the ratio lacks to 1 is the canary's cost."""
    table = Table(
        title="Golden cases between predictions, predictions a second", title_justify="left"
    )
    table.add_column("model and backend")
    for column in ("with", "without", "with / without"):
        table.add_column(column, justify="right")
    for measure, (with_it, without) in rates.items():
        table.add_row(measure, f"{with_it:,.4g}", f"{without:,.4g}", f"{with_it / without:.3f}")
    console.print(table)


def show_steps(console: Console, found: dict[str, dict[str, float]], seconds: float) -> None:
    """Print the seconds of each step of each model; models are made side by side."""
    steps = list(dict.fromkeys(step for ran in found.values() for step in ran))
    title = f"The site from nothing, seconds by step; {seconds:.0f} s in all"
    models = {subject: ran for subject, ran in found.items() if "train" in ran}
    shown = [step for step in steps if any(step in ran for ran in models.values())]
    table = Table(title=title, title_justify="left")
    for column in ("model", *shown, "all"):
        table.add_column(column, justify="left" if column == "model" else "right")
    for subject, ran in models.items():
        cells = [f"{ran[step]:.1f}" if step in ran else "" for step in shown]
        table.add_row(subject, *cells, f"{sum(ran.values()):.1f}")
    console.print(table)
    for subject in found.keys() - models.keys():
        console.print(f"{subject}: " + ", ".join(f"{k} {v:.1f}" for k, v in found[subject].items()))


def main() -> int:
    console = Console()
    subprocess.run(
        [sys.executable, "-m", "modelpress", "build", "--builtin", "-q"], cwd=ROOT, check=True
    )
    tfjs = assets_root() / "node_modules/@tensorflow/tfjs/dist/tf.min.js"
    show_pages(console)
    show_canary(console, compare_canary(ROOT / "site", PAGE, SLUG))
    for page, rows in compare_archive(ROOT).items():
        show(console, f"{page} from a folder, and over HTTP from this machine", rows, "over HTTP")
    figures, tabs = compare_many(ROOT)
    show(console, f"A page with {MANY} figures of {FEW} models", figures, f"{FEW} figures")
    show(console, f"{TABS} tabs with a figure each", tabs, "one tab")
    for slug, rows in compare_training().items():
        show(console, f"Training {slug}", rows, "plain fit")
    title = "Pictures varied by chance, all cores busy with other models"
    show(console, title, {"4,096 pictures, s": varying()}, "plain NumPy's threads")
    title = f"{TINY} tiny models from nothing, all proven (11 s each before workers were forked)"
    show(console, title, {"a model, s": tiny_models()}, "plain Keras, unproven")
    show_growth(console)
    show_steps(console, *from_nothing(ROOT))
    show_live(console, compare_live(ROOT / "site", tfjs))
    show(
        console,
        "Nothing changed",
        {"build, s": no_change(ROOT)},
        "plain mkdocs build",
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
