"""The words of pages and interface: spelling, terms and number formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.prose_rules import faults, in_page, strings_of_typescript, texts_of

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
# Words of others: the key of a layer, the label of a class.
EXCEPTIONS = ("pipeline/modelpress/exact/", "pipeline/modelpress/site/publish/")


@pytest.mark.parametrize(
    "text",
    [
        "The color of it.", "It is gray.", "a labeled example", "we analyze it", "It was learnt.",
        "normalised and quantized", "organizing", "Whoever reads it", "kept out of the training",
        "99 % of them", "99\u202f% of them", "12345 rows", "34 627 pictures", "Train it anew.",
        "in order to see",
    ],
)  # fmt: skip
def test_a_fault_is_found(text: str) -> None:
    (fault,) = faults(f"First.\n{text}", "a.md")
    assert fault.startswith("a.md:2: ")
    assert " → " in fault


@pytest.mark.parametrize(
    "text",
    [
        "The colour of it.", "Use the `color` of it.", "optimizer and initializer",
        "The size, sized",
        "99% of 34,627", "in 2026", "$12345$", "[a](color.md)", "```\ncolor\n```", "#9bb751",
        "{{ a.color | .1% }}", "https://example.org/color", "It is seized.", "1e-5 of 0.00012",
        "resized to 28", "`modelpress`, 255 of 256",
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(text: str) -> None:
    assert faults(text, "a.md") == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_pages(page: Path) -> None:
    assert in_page(page, ROOT) == []


def test_the_interface_from_python() -> None:
    found: list[str] = []
    for path in sorted((ROOT / "pipeline/modelpress").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(EXCEPTIONS):
            for line, text in texts_of(path):
                found += faults(text, name, line)
    assert found == []


def test_the_interface_from_typescript() -> None:
    found: list[str] = []
    for path in sorted((ROOT / "site_assets/src").rglob("*.ts")):
        for line, text in strings_of_typescript(path):
            found += faults(text, path.relative_to(ROOT).as_posix(), line)
    assert found == []
