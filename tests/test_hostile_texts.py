"""A text is a text wherever it stands: HTML with hostile words has the elements it has with plain
ones, and shows the words as they are."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import markdown
import numpy as np
import pytest

from modelpress import inputs, outputs
from modelpress.core.errors import PageError
from modelpress.inputs import Color, Number, Numbers, Picture, Points
from modelpress.kinds.registry import Context
from modelpress.outputs import Classes, Curve, Map
from modelpress.outputs import Number as OneNumber
from modelpress.outputs import Numbers as SeveralNumbers
from modelpress.site.html_json import html_json, json_data
from modelpress.site.markdown import ModelpressExtension
from modelpress.site.publish.embed import figure_for_others
from tests.entries import manifest, model
from tests.hostile_site import HOSTILE, PAGES, PLAIN
from tests.markup import Markup

ROOT = Path(__file__).resolve().parents[1]
# Python-Markdown's and the HTML parser's own: what a reader sees of it is the same.
SEEN = HOSTILE.replace("\u2028\u2029", "").replace("  ", " ")

Make = Callable[[str], tuple[Any, Any]]
KINDS: dict[str, Make] = {
    "number": lambda w: (Number(-1, 1, label=w, unit=w), OneNumber(label=w, unit=w)),
    "numbers": lambda w: (
        Numbers({w: (0, 1), f"{w}2": (0, 1)}, units={w: w}),
        SeveralNumbers([w, f"{w}2"], unit=w),
    ),
    "points": lambda w: (
        Points((0, 1), (0, 1), names=(w, f"{w}2"), marks=[(0, 0, w), (1, 1, f"{w}2")]),
        Map(labels=(w, f"{w}2"), marks=[(0, 1, w), (1, 0, f"{w}2")]),
    ),
    "curve": lambda w: (Number(-1, 1, label=w, unit=w), Curve(label=w)),
    "classes": lambda w: (Color(), Classes([w, f"{w}2", f"{w}3"])),
    "picture": lambda w: (
        Picture(2, 2, examples={w: np.zeros((2, 2), np.uint8)}),
        Classes([w, f"{w}2"]),
    ),
}


def kind_html(kind_in: inputs.Input, kind_out: outputs.Output) -> str:
    given = kind_in.parse(kind_in.default)
    answer = np.linspace(0.1, 0.9, int(np.prod(kind_out.shape)), dtype=np.float32)
    sweep = kind_out.sweep(kind_in)
    context = Context(
        "mp-a",
        input=kind_in.spec(),
        given=np.ravel(given).tolist(),
        text=kind_in.default,
        sweep=[] if sweep is None else [[0.5]] * len(sweep),
        plane=kind_out.plane,
    )
    return (
        kind_in.picture(given, context)
        + kind_in.controls(given, context)
        + kind_out.picture(answer, context)
    )


@pytest.mark.parametrize("name", KINDS)
def test_words_of_a_kind(name: str) -> None:
    hostile, plain = (Markup(kind_html(*KINDS[name](words))) for words in (HOSTILE, PLAIN))
    assert hostile.elements == plain.elements
    for found, expected in ((hostile.texts, plain.texts), (hostile.values, plain.values)):
        assert found == [words.replace(PLAIN, HOSTILE) for words in expected]
    assert any(HOSTILE in text for text in hostile.texts)


@pytest.fixture(scope="module")
def handover(hostile_project: Path) -> dict[str, Any]:
    state = hostile_project / ".modelpress"
    found: dict[str, Any] = json.loads((state / "site.json").read_text("utf-8"))
    for name in ("explore", "formulas"):
        found[name] = json.loads((state / f"{name}.json").read_text("utf-8"))
    return found


def in_plain_words(value: Any) -> Any:
    """The same with plain words in the place of all hostile ones."""
    text = json.dumps(value, ensure_ascii=False)
    inner = json.dumps(HOSTILE, ensure_ascii=False)[1:-1]
    twice = json.dumps(inner, ensure_ascii=False)[1:-1]
    drawn = json.dumps(_escaped(HOSTILE), ensure_ascii=False)[1:-1]
    for each in (twice, inner, drawn):
        text = text.replace(each, PLAIN)
    return json.loads(text)


def _escaped(text: str) -> str:
    """As `explore/html.ts` writes it."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text.replace("'", "&#39;")


def page_html(handover: dict[str, Any], project: Path, text: str) -> Markup:
    public = str(project / ".modelpress/public")
    extension = ModelpressExtension(site=handover, public=public)
    return Markup(markdown.markdown(text, extensions=[extension, "tables"]))


@pytest.mark.parametrize("page", [page for page in PAGES if page != "facts"])
def test_words_in_every_fence(page: str, handover: dict[str, Any], hostile_project: Path) -> None:
    text = re.sub(r"```source \w+\n```|!\[.*?\]\(.*?\)", "", PAGES[page])
    hostile = page_html(handover, hostile_project, text)
    plain = page_html(in_plain_words(handover), hostile_project, text)
    assert hostile.elements == plain.elements
    # Both have what is read from the recordings.
    assert not any("onerror" in element for element in hostile.elements)
    assert any(HOSTILE in text for text in hostile.texts)
    assert len(hostile.scripts) == len(plain.scripts)
    for script in hostile.scripts:
        assert not set(script) & set("<\u2028\u2029")
        json.loads(script or "null")


@pytest.mark.parametrize(
    "around",
    [
        "{}", "# {}", "- {}", "> {}", "**{}**", "[{}](a.md)", '[a](b.md "{}")', "![{}](a.png)",
        '<p title="{}">a</p>', "<p title='{}'>a</p>", "<p>{}</p>", "<div>\n\n{}\n\n</div>",
        "| a |\n|---|\n| {} |", "{}\n{}", "a {} b {}", "*{}*",
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", [HOSTILE, "# a", "1. a", "- a", "> a", "===", "    a", "a\n\nb"])
def test_a_fact_is_text(around: str, words: str) -> None:
    def html(words: str) -> Markup:
        site = {"manifest": manifest({"m": model(title=words)})}
        text = around.replace("{}", "{{ m.title }}")
        extension = ModelpressExtension(site=site, public="")
        return Markup(markdown.markdown(text, extensions=[extension, "tables", "smarty"]))

    hostile, plain = html(words), html(PLAIN)
    assert hostile.elements == plain.elements
    found = " ".join("".join([*hostile.texts, *hostile.values]).split())
    assert " ".join(re.sub("[\u2028\u2029]", " ", words).split()) in found


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("models/a_b/c.json", "models/a_b/c.json"),
        ("https://example.org/a?b=1#c", "https://example.org/a?b=1#c"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("JaVaScRiPt:x", "JaVaScRiPt%3Ax"),
        ("data:text/html,<b>", "data%3Atext/html,%3Cb%3E"),
        ('a" onclick="b', "a%22%20onclick=%22b"),
        ("a) b", "a%29%20b"),
    ],
)
def test_a_fact_in_the_target_of_a_link(words: str, address: str) -> None:
    site = {"manifest": manifest({"m": model(title=words)})}
    extension = ModelpressExtension(site=site, public="")
    html = markdown.markdown("[a]({{ m.title }})", extensions=[extension])
    assert unescape(html) == f'<p><a href="{address}">a</a></p>'


def test_a_text_is_no_placeholder_of_markdown() -> None:
    """It would be replaced by itself, without an end."""
    classes = Classes(["\x02wzxhzdk:0\x03", "b"])
    assert "\x02" in kind_html(Color(), classes)
    color = Color()
    base = "m/"
    fields = {
        "title": "\x02wzxhzdk:0\x03",
        "base": base,
        "files": {},
        "golden": "c",
        "cases": 1,
        "tolerance": 1e-5,
        "input": color.spec(),
        "output": classes.spec(),
        "start": {"text": "#000000", "input": [0, 0, 0], "output": [1, 0]},
    }
    site = {"manifest": manifest({"m": model(**fields)})}
    extension = ModelpressExtension(site=site, public="")
    html = markdown.markdown("```model m\n```", extensions=[extension])
    assert html.count("<modelpress-model") == 1


def test_the_name_of_a_site_in_an_embedded_figure(
    handover: dict[str, Any], hostile_project: Path
) -> None:
    from modelpress.site.context import Site

    def html(handover: dict[str, Any], words: str) -> Markup:
        public = hostile_project / ".modelpress/public"
        pages = {"classes": f"{words}/"}
        return Markup(
            figure_for_others(Site.from_handover(handover, public, pages), words, "classes")
        )

    hostile, plain = html(handover, HOSTILE), html(in_plain_words(handover), PLAIN)
    assert hostile.elements == plain.elements
    assert any(HOSTILE in text for text in hostile.texts)


def test_json_in_a_page() -> None:
    value = {HOSTILE: [HOSTILE, "</script>", "<!--", "]]>", "\ud800", "\u2028", None, 1.5, "é"]}
    text = html_json(value)
    assert not re.search("[<&'\u2028\u2029\ud800-\udfff]", text)
    assert json.loads(text) == value
    assert "é" in text
    assert json_data([1], data_part="a") == "<data hidden data-part=\"a\" value='[1]'></data>"


def test_only_the_helper_writes_json_into_html() -> None:
    """No string of the generator's opens a script that holds data, and none takes JSON as HTML."""
    wrong = []
    for path in sorted((ROOT / "pipeline").rglob("*.py")):
        source = path.read_text("utf-8")
        if path.name == "html_json.py" or not re.search(
            r"json\.dumps|application/json|<\\", source
        ):
            continue
        for node in ast.walk(ast.parse(source)):
            where = f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if 'type="application/json' in node.value or "<\\/" in node.value:
                    wrong.append(where)
            elif isinstance(node, ast.JoinedStr):
                literal = "".join(str(p.value) for p in node.values if isinstance(p, ast.Constant))
                calls = [ast.unparse(n.func) for n in ast.walk(node) if isinstance(n, ast.Call)]
                if "json.dumps" in calls and re.search(r"[<>]", literal):
                    wrong.append(where)
    assert wrong == []


def test_the_scripts_write_html_in_few_places() -> None:
    """Where a script hands HTML to the browser, its words have gone through `escape`."""
    sinks = re.compile(
        r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|parseFromString|srcdoc|"
        r"createContextualFragment|setHTMLUnsafe|morphdom\()"
    )
    found = {
        path.relative_to(ROOT / "site_assets/src").as_posix()
        for path in (ROOT / "site_assets/src").rglob("*.ts")
        if sinks.search(path.read_text("utf-8"))
    }
    assert found == {
        "core/dom.ts",
        "embed/mount.ts",
        "explore/element.ts",
        "explore/live/surface-live.ts",
    }


def test_an_unknown_slug_stays_an_error(handover: dict[str, Any], hostile_project: Path) -> None:
    with pytest.raises(PageError, match="There is no model"):
        page_html(handover, hostile_project, "```model <img>\n```\n")
