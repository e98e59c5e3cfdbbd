"""The `check` fence: a sentence that a build makes false stops that build."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.site.context import Site
from modelpress.site.fence_syntax import scan
from modelpress.site.fences.claims import read_claim
from modelpress.site.markdown import ModelpressExtension

ENTRIES: dict[str, Any] = {
    "letters": {
        "parameters": 65,
        "metrics": {"accuracy": 0.9, "test_accuracy": 0.719, "real_accuracy": 0.719},
        "facts": {"answers": [0.1, 0.5, 0.9], "never": None, "word": "adam"},
        "layers": [{"shape": [24]}],
    },
    "waves": {"parameters": 6, "metrics": {}, "facts": {}},
}

TRUE = [
    "letters.accuracy > letters.test_accuracy >= letters.real_accuracy",
    "waves.parameters < letters.parameters",
    "rises(letters.answers) and not falls(letters.answers)",
    "falls(letters.accuracy, letters.test_accuracy)",
    "round(letters.test_accuracy, 2) == 0.72",
    "max(letters.answers) - min(letters.answers) < 1e0",
    "letters.word == 'adam' or letters.parameters == 1",
    "letters.layers.-1.shape.0 == 24",
    "len(letters.answers) == 3 and sum(letters.answers) < 2 * 1.5 / 1",
    "abs(log(letters.accuracy)) < 0.2 and -letters.accuracy < sqrt(letters.accuracy)",
]
FALSE = [
    "letters.test_accuracy > letters.real_accuracy",
    "letters.parameters < waves.parameters",
    "falls(letters.answers)",
    "letters.accuracy > letters.test_accuracy > letters.real_accuracy",
    "letters.word != 'adam'",
]


@pytest.mark.parametrize("text", TRUE)
def test_a_true_claim_holds(text: str) -> None:
    read_claim(text, "a.md:1").require(ENTRIES)


@pytest.mark.parametrize("text", FALSE)
def test_a_false_claim_stops_with_its_place_and_values(text: str) -> None:
    with pytest.raises(PageError, match="false in this build") as caught:
        read_claim(text, "a.md:7").require(ENTRIES)
    assert caught.value.where == "a.md:7"
    assert caught.value.expected == text
    assert "letters." in caught.value.found
    assert " = " in caught.value.found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no expression"),
        ("letters.accuracy >", "no expression"),
        ("accuracy > 0.5", "a fact has a dot"),
        ("1 < 2", "names no fact"),
        ("letters.accuracy", "its value is 0.9"),
        ("letters.accuracy + 1", "its value is"),
        ("letters.accuracy ** 2 > 1", "no operator Pow"),
        ("letters.accuracy in letters.answers", "no operator In"),
        ("__import__('os').system('true') == letters.accuracy", "no"),
        ("exec('1') == letters.accuracy", "no function 'exec'"),
        ("rounded(letters.accuracy) == 1", "Did you mean `round`"),
        ("round(letters.accuracy, ndigits=2) == 1", "no function"),
        ("[letters.accuracy] == [1]", "it contains"),
        ("(lambda: letters.accuracy)() > 1", "no"),
        ("letters.acuracy > 0", "Did you mean `accuracy`"),
        ("leters.accuracy > 0", "no model `leters`"),
        ("letters.word > 3", "can't be computed"),
        ("letters.never > 3", "can't be computed"),
        ("letters.parameters / (waves.parameters - 6) > 1", "can't be computed"),
        ("abs > letters.parameters", "can't be computed"),
        ("log(0 * letters.accuracy) > 1", "can't be computed"),
        ("falls(letters.accuracy)", "can't be computed"),
        ("round(letters.answers) > 1", "can't be computed"),
    ],
)
def test_an_invalid_claim_is_a_sentence(text: str, words: str) -> None:
    with pytest.raises(PageError) as caught:
        read_claim(text, "a.md:7").require(ENTRIES)
    assert caught.value.where == "a.md:7"
    assert words.lower() in str(caught.value).lower()


def _rendered(text: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(Site, "entries", ENTRIES)
    return markdown.markdown(text, extensions=[ModelpressExtension(page="a.md")])


def test_the_fence_shows_nothing_and_names_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    page = (
        "Before.\n\n```check\n# The text says that\nletters.parameters > {} # it is.\n```\n\nAfter."
    )
    html = _rendered(page.replace("{}", "64"), monkeypatch)
    assert html == "<p>Before.</p>\n<p>After.</p>"
    with pytest.raises(PageError) as caught:
        _rendered(page.replace("{}", "65"), monkeypatch)
    assert caught.value.where == "a.md:5"
    assert caught.value.expected == "letters.parameters > 65"


def test_a_fence_in_a_list_or_question_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    page = "- item\n\n    ```check\n    letters.parameters < 1\n    ```\n"
    with pytest.raises(PageError, match="false"):
        _rendered(page, monkeypatch)


@pytest.mark.parametrize("body", ["", "# nothing\n", "letters.accuracy >\n", "a: b\n"])
def test_a_claim_is_parsed_before_anything_is_built(tmp_path: Path, body: str) -> None:
    (tmp_path / "a.md").write_text(f"# A\n\n```check\n{body}```\n")
    with pytest.raises(PageError):
        scan(tmp_path)


def test_a_colour_is_no_comment(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text('```check\nletters.word != "#9bb751" # blue\n```\n')
    assert [fence.kind for fence in scan(tmp_path)] == ["check"]
