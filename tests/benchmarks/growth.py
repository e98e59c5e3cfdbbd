"""How builds grow: projects of 10 and of 50 tiny models, with ten pages a model, against MkDocs.

`python -m tests.benchmarks.growth MODELS…` measures other sizes, such as `1 2`.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.benchmarks.build import seconds
from tests.benchmarks.making import line_models
from tests.tiny import CONFIG, tiny_project

SIZES = (10, 50)  # models
PAGES = 10  # for each model, its own among them
ROUNDS = 3  # of the builds that take little; the median counts
WORDS = "A model learns from examples, and its predictions are numbers like any others. " * 12

Times = dict[str, tuple[float, float]]  # kind of build → seconds of ours, and of plain MkDocs


def growing_project(folder: Path, models: int) -> None:
    """Writes a project of so many tiny models, and ten times as many pages."""
    tiny_project(folder, line_models(models))
    for number in range(models * (PAGES - 1) - 1):  # besides the home page
        following = (number + 1) % (models * (PAGES - 1) - 1)
        text = f"# Page {number}\n\n{WORDS}\n\n## More\n\n[Next](page_{following}.md). {WORDS}\n"
        (folder / f"docs/page_{number}.md").write_text(text)


def times(models: int, rounds: int = ROUNDS) -> Times:
    """Seconds of each kind of build of such a project, and of `mkdocs build` of its pages.

    The plain build has the same pages and theme, and no plugin: a fence is a block of code there.
    It runs in turns with ours.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "project"
        growing_project(folder, models)
        plain = Path(scratch) / "plain"
        shutil.copytree(folder / "docs", plain / "docs")
        (plain / "mkdocs.yml").write_text(CONFIG[: CONFIG.index("plugins:")])

        def measured(change: Path | None, old: str = "", new: str = "") -> tuple[float, float]:
            """One build of each, after a change of a file of ours."""
            if change:
                text = change.read_text()
                assert old in text
                change.write_text(text.replace(old, new, 1))
            ours = seconds([sys.executable, "-m", "modelpress", "build", "-q"], folder)
            theirs = seconds([sys.executable, "-m", "mkdocs", "build", "-q"], plain)
            return ours, theirs

        page, model = folder / "docs/page_0.md", folder / "models/line_0.py"
        return {
            "cold": measured(None),
            "no change": _median([measured(None) for _ in range(rounds)]),
            "one page": _median([measured(page, "learns", "learns well") for _ in range(rounds)]),
            "one model": measured(model, '"epochs": 4', '"epochs": 5'),
        }


def show_growth(console: Console, sizes: tuple[int, ...] = SIZES) -> None:
    """Measures the projects of these sizes and prints how each kind of build grows."""
    found = {models: times(models) for models in sizes}
    table = Table(title="Tiny models with ten pages each, all proven", title_justify="left")
    table.add_column("build")
    for models in sizes:
        for column in (f"{models} models, s", "mkdocs, s", "ours / mkdocs"):
            table.add_column(column, justify="right")
    for column in ("ours grows", "mkdocs grows"):
        table.add_column(column, justify="right")
    for kind in found[sizes[0]]:
        cells = []
        for models in sizes:
            ours, theirs = found[models][kind]
            cells += [f"{ours:,.4g}", f"{theirs:,.4g}", f"{ours / theirs:.2f}"]
        first, last = found[sizes[0]][kind], found[sizes[-1]][kind]
        grows = (f"× {after / before:.2f}" for before, after in zip(first, last, strict=True))
        table.add_row(kind, *cells, *grows)
    console.print(table)


def _median(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    ours, theirs = zip(*rounds, strict=True)
    return statistics.median(ours), statistics.median(theirs)


if __name__ == "__main__":
    show_growth(Console(), tuple(map(int, sys.argv[1:])) or SIZES)
