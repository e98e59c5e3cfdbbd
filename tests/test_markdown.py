"""The Markdown extension, as plain Python-Markdown: fences, facts, figures, cards, errors."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.inputs import Color
from modelpress.outputs import Classes
from modelpress.site.fence_syntax import scan
from modelpress.site.fences.figure import IN_PAGE_BYTES
from modelpress.site.markdown import ModelpressExtension
from tests.entries import manifest, model

START = "#9bb751"
SHARES = [0.25, 0.75]


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public/models/words/0123456789ab"
    folder.mkdir(parents=True)
    golden = {
        "slug": "words", "cases": 2, "groups": ["start", "corners"], "input_shape": [3],
        "output_shape": [2], "inputs": [[0, 0, 0], [155, 183, 81]], "outputs": [[1, 0], SHARES],
    }  # fmt: skip
    (folder / "golden.json").write_text(json.dumps(golden))
    (folder / "source.py").write_text('"""A <b>bold</b> model."""\nMODEL = None\n')
    return tmp_path / "public"


@pytest.fixture
def site() -> dict[str, Any]:
    color, classes = Color(), Classes(["red-ish", "</script>"])
    base = "models/words/0123456789ab/"
    names = ["graph/model.json", "graph/weights.bin", "golden.json", "source.py"]
    fields = {
        "title": "Words & <colours>",
        "summary": "Names a colour.",
        "version": "0123456789ab",
        "base": base,
        "files": {n: {"url": base + n, "size_bytes": 1234, "sha256": "0" * 64} for n in names},
        "golden": "golden.json",
        "cases": 72,
        "parameters": 668672,
        "size_bytes": 5218,
        "tolerance": 1e-5,
        "metrics": {"val_accuracy": 0.7234},
        "expect": {"val_accuracy": "≥ 0.7"},
        "facts": {"weight": -0.99946464, "tiny": 3.836e-6, "odd": "a|b*c_d<e>", "title": "no"},
        "input": color.spec(),
        "output": classes.spec(),
        "start": {"text": START, "input": [155, 183, 81], "output": SHARES},
        "data": {"title": "Survey", "source": "builtin", "rows": 873, "split": "by rater"},
        "training": {"seed": 1, "epochs": 50, "history": {"loss": [20.25, 13.6161]}},
        "parity": {
            "proven": True,
            "browser": "Chromium 1",
            "results": [
                {"backend": b, "format": "graph", "max_diff": 5.1e-8, "passed": True, "cases": 72}
                for b in ("webgl", "cpu")
            ],
        },
        "versions": {"keras": "3"},
    }
    return {
        "manifest": manifest({"words": model(**fields)}),
        "answers": {"words": {"#000000": {"input": [0, 0, 0], "output": [1, 0]}}},
        "bundle": {
            "entry": "assets/modelpress/main-A.js",
            "entry_imports": ["assets/modelpress/first-B.js"],
            "first": {
                "script": "assets/modelpress/first-B.js",
                "scripts": {"assets/modelpress/color-C.js": "assets/modelpress/first-color-D.js"},
            },
            "preload": {
                "input:color": [
                    "assets/modelpress/color-C.js",
                    "assets/modelpress/first-color-D.js",
                ]
            },
        },
    }


@pytest.fixture
def render(site: dict[str, Any], public: Path) -> Any:
    def to_html(text: str, *extensions: str, line_offset: int = 0, root: str = "../") -> str:
        extension = ModelpressExtension(
            site=site,
            public=str(public),
            page="guide/a.md",
            root=root,
            line_offset=line_offset,
            pages={"words": "models/words/"},
        )
        return markdown.markdown(text, extensions=[extension, *extensions])

    return to_html


def fence(*options: str, kind: str = "model words") -> str:
    return "\n".join([f"```{kind}", *options, "```"])


def test_a_figure_is_complete_without_scripts(render: Any) -> None:
    html = render(fence("caption: What *it* says."))
    assert '<modelpress-model model="words" state="prerendered"' in html
    assert "#9bb751 is &lt;/script&gt;, 75" in html
    assert "Figure 1.</span> What <em>it</em> says." in html
    assert "<noscript>" in html
    assert "<p><div" not in html  # raw HTML of its own, not inside a paragraph


def test_the_description_stands_in_its_element_and_cannot_end_early(render: Any) -> None:
    html = render(fence())
    pattern = r"""<data hidden class="mp-spec" data-model="words" value='([^']*)'></data>"""
    spec = re.search(pattern, html)
    assert spec is not None
    assert html.index("<modelpress-model") < spec.start() < html.index("</modelpress-model>")
    loaded = json.loads(spec[1])
    assert loaded["output"]["labels"][1] == "</script>"
    assert set(loaded["files"]) == {"graph/model.json", "graph/weights.bin", "golden.json"}
    assert "training" not in loaded


def test_scripts_once_a_page_and_addresses_relative_to_it(render: Any) -> None:
    html = render(f"{fence()}\n\ntext\n\n{fence('start: 000')}", root="../..")
    # Right behind the first figure, the entry last: neither waits for the rest of the page.
    script = '<script crossorigin fetchpriority="high" src="../../assets/modelpress/'
    first = f'{script}first-color-D.js"></script>{script}first-B.js"></script>'
    assert html.count(first) == 1
    assert html.index("</modelpress-model>" + first) < html.index('data-key="words-2"')
    assert html.count("<script") == 2
    assert "modulepreload" not in html
    assert html.count('class="mp-spec"') == 2  # each figure has its own
    # A file that is not there yet is asked for, and its absence told on the page.
    weights = "../../models/words/0123456789ab/graph/weights.bin"
    assert f'crossorigin fetchpriority="high" href="{weights}"' in html
    assert "Figure 1." in html
    assert "Figure 2." in html
    assert 'data-key="words"' in html
    assert 'data-key="words-2"' in html
    assert not re.search(r'(?:href|src)="(?:/|https?:)', html)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_small_files_are_part_of_the_page(render: Any, site: dict[str, Any], public: Path) -> None:
    """Byte for byte, once a page, whatever is in them; larger ones are preloaded."""
    folder = public / "models/words/0123456789ab"
    (folder / "graph").mkdir(exist_ok=True)
    (folder / "graph/weights.bin").write_bytes(bytes(range(256)))
    nasty = '{"a": "</script><!--<script>\u2028é\\\\"}\n'.encode()
    (folder / "graph/model.json").write_bytes(nasty)
    files = site["manifest"]["models"]["words"]["files"]
    for i, name in enumerate(files):
        files[name]["sha256"] = f"{i:064}"
    html = render(f"{fence()}\n\ntext\n\n{fence('start: 000')}")
    found = re.findall(r"<data ([^>]*class=\"mp-file\"[^>]*) value='([^']*)'", html)
    assert len(found) == 3
    contents = {}
    for attributes, value in found:
        text = json.loads(unescape(value))
        encoded = 'data-encoding="base64"' in attributes
        content = base64.b64decode(text) if encoded else text.encode()
        contents[re.search(r'data-sha256="(\w+)"', attributes)[1]] = content  # type: ignore[index]
    names = ("graph/model.json", "graph/weights.bin", "golden.json")
    assert contents == {files[name]["sha256"]: (folder / name).read_bytes() for name in names}
    assert "preload" not in html.replace("modulepreload", "")
    files["graph/weights.bin"]["size_bytes"] = IN_PAGE_BYTES + 1
    html = render(fence())
    assert html.count('class="mp-file"') == 2
    assert html.count('rel="preload" as="fetch"') == 1


def test_another_start_shows_its_own_answer(render: Any) -> None:
    html = render(fence("start: 000"))
    assert "#000000 is red-ish, 100" in html
    assert 'data-start="#000000"' in html
    assert 'data-answer="[1.0, 0.0]"' in html


PIECES = '''"""A model."""
import keras

# Twice.
@cache
def double(x):
    return 2 * x


MODEL = Model(
    title="M",
    # Three layers:
    build=lambda: keras.Sequential([
        keras.Input((3,)),
    ]),
)
'''


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        ("double", "# Twice.\n@cache\ndef double(x):\n    return 2 * x\n"),
        (
            "MODEL.build",
            "# Three layers:\nbuild=lambda: keras.Sequential([\n    keras.Input((3,)),\n]),\n",
        ),
        ("MODEL.title, double", 'title="M",\n\n# Twice.\n@cache\n'),
    ],
)
def test_a_named_piece_of_the_source(render: Any, public: Path, only: str, shown: str) -> None:
    (public / "models/words/0123456789ab/source.py").write_text(PIECES)
    html = render(fence(f"only: {only}", kind="source words"))
    text = unescape(re.sub(r"<[^>]+>", "", html.split("<pre>")[1]))
    assert text.startswith(shown)
    assert f"models/a.py: {only}</a>" in html


def test_a_piece_that_is_not_there_names_the_nearest(render: Any, public: Path) -> None:
    (public / "models/words/0123456789ab/source.py").write_text(PIECES)
    with pytest.raises(PageError, match=r"Did you mean .double.") as error:
        render("text\n\n" + fence("only: duoble", kind="source words"))
    assert error.value.where == "guide/a.md:4"
    assert "MODEL.build" in error.value.expected


def test_facts(render: Any) -> None:
    for text, shown in {
        "{{ words.parameters }}": "668,672",
        "{{words.val_accuracy}}": "0.723",
        "{{ words.val_accuracy | .1% }}": "72.3%",
        "{{ words.weight | .5f }}": "−0.99946",
        "{{ words.tiny }}": "3.84e-6",
        "{{ words.size_bytes | bytes }}": "5.22\u202fkB",
        "{{ words.training.history.loss.0 | .2f }}": "20.25",
        "{{ words.training.history.loss.-1 }}": "13.6",
        "{{ words.files.graph/model.json.size_bytes }}": "1234",
        "{{ words.input.channels }}": "red, green, blue",
        "{{ words.parity.proven }}": "yes",
        "{{ words.odd }}": "a|b*c_d<e>",
        "{{ words.title }}": "Words & <colours>",  # the card comes before the facts
    }.items():
        html = render(f"It is {text}.")
        assert html.count("<") == 2
        assert unescape(html) == f"<p>It is {shown}.</p>"


def test_facts_reach_headings_tables_and_captions(render: Any) -> None:
    html = render("# {{ words.cases }} cases\n\n|a|\n|-|\n|{{ words.odd }}|", "tables")
    assert "<h1>72 cases</h1>" in html
    assert "<td>a|b*c_d<e></td>" in unescape(html)
    assert "72 of them" in render(fence('caption: "{{ words.cases }} of them"'))


@pytest.mark.parametrize(
    "text",
    [
        "`{{ words.x }}`",
        "``a ` {{ words.x }}``",
        "```text\n{{ words.x }}\n```",
        "~~~~\n```model nothing\n```\n{{ words.x }}\n~~~~",
        "    {{ words.x }}",
        "- item\n\n        {{ words.x }}",
        "- item\n    - inner\n\n            {{ words.x }}",
        "<code>{{ words.x }}</code>",
        "<pre>\n\n{{ words.x }}\n\n</pre>",
        "<!-- {{ words.x }} -->",
        r"\{{ words.x }}",
    ],
)
def test_code_comments_and_escapes_are_left_alone(render: Any, text: str) -> None:
    html = render(text, "fenced_code")
    assert "{{ words.x }}" in html
    assert "modelpress-model" not in html


@pytest.mark.parametrize(
    "text",
    [
        "- item\n\n    {{ words.cases }}",
        "- item\n    - inner\n\n        {{ words.cases }}",
        "- item\n\n        code\n\n    {{ words.cases }}",
        "<pre>code</pre>\n\n{{ words.cases }}",
        "<pre>code {{ words.cases }}",
    ],
)
def test_text_beside_code_holds_facts(render: Any, text: str) -> None:
    assert "72" in render(text)


def test_fences_inside_lists_and_admonitions(render: Any) -> None:
    html = render(f"- item\n\n    {fence().replace(chr(10), chr(10) + '    ')}\n\n- next")
    assert re.search(r"<li>\s*<p>item</p>\s*<div class=\"mp-embed\">", html)
    html = render("!!! note\n\n    " + fence().replace("\n", "\n    "), "admonition")
    assert re.search(r'class="admonition note">.*<modelpress-model', html, re.DOTALL)


def test_our_fences_come_before_those_of_other_extensions(render: Any) -> None:
    for other in ("fenced_code", "pymdownx.superfences"):
        assert "<modelpress-model" in render(fence(), other)


def test_card_source_and_gallery(render: Any) -> None:
    card = render(fence(kind="card words"))
    assert "668,672" in card
    assert "by rater" in card
    assert "6e-8" in card  # 5.1e-8, rounded up so that it stays true
    assert card.index("CPU") < card.index("WebGL")
    source = render(fence(kind="source words"))
    assert "<b>" not in source
    assert "MODEL" in source
    gallery = render(fence(kind="models"))
    assert '<a href="../models/words/">Words &amp; &lt;colours&gt;</a>' in gallery
    assert gallery.count("<circle") == 2
    assert 'data-proven="true"' in gallery


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a\n\n{{ wrds.parameters }}", 13, "Did you mean `words`?"),
        ("a\nb {{ words.parametres }}", 12, "Did you mean `parameters`?"),
        ("{{ words.training.history.loss.9 }}", 11, "list of 2"),
        ("{{ words.files }}", 11, "group of facts"),
        ("{{ words.title | .2f }}", 11, "Only a number"),
        ("{{ words.cases | .2q }}", 11, "no format"),
        ("{{ words }}", 11, "no fact"),
        ("{{ words.cases.x }}", 11, "single value"),
        ("\n```model wrds\n```", 12, "Did you mean `words`?"),
        ("```model\n```", 11, "```model SLUG"),
        ("```models words\n```", 11, "```models"),
        ("```model words\nstart: '#000'\nbackand: cpu\n```", 13, "Did you mean `backend`?"),
        ("```model words\nbackend: gpu\n```", 12, "webgpu"),
        ("```model words\nstart: #9bb751\n```", 12, "quotes"),
        ("```model words\nstart: blue\n```", 12, "#9bb751"),
        ("```model words\nstart: '#123456'\n```", 12, "modelpress build"),
        ("```model words\n- a\n```", 11, "name: value"),
        ("```model words\na: [\n```", 12, "not YAML"),
        ("```card words\nstart: '#000'\n```", 12, "no option `start`"),
        ("```card words\nonly: mistake\n```", 12, "Did you mean `mistakes`"),
        ("```model words\n", 11, "never closed"),
        ("```model words\ncaption: '{{ words.x }}'\n```", 11, "no fact `x`"),
    ],
)
def test_mistakes_name_page_and_line(render: Any, text: str, line: int, words: str) -> None:
    with pytest.raises(PageError) as caught:
        render(text, line_offset=10)
    assert f"guide/a.md:{line}" in str(caught.value)
    assert words.replace("quotes", "Quote") in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "{{ page.title }}",
        "{{ config.site_name | upper }}",
        "{{ macro('words.parameters') }}",
        "{{ unit }}",
        "{% if words %}a{% endif %}",
        "{{ }}",
    ],
)
def test_braces_of_other_plugins_stay(render: Any, text: str) -> None:
    assert unescape(render(f"a {text} b")) == f"<p>a {text} b</p>"


def test_facts_have_a_switch_and_delimiters_of_the_authors_choice(
    render: Any, site: dict[str, Any]
) -> None:
    with pytest.raises(PageError, match="fact_delimiters"):
        render("{{ wrds.cases }}")
    site["fact_delimiters"] = "[[ ]]"
    html = render("{{ wrds.cases }} [[ words.cases ]] `[[ words.cases ]]`")
    assert html == "<p>{{ wrds.cases }} 72 <code>[[ words.cases ]]</code></p>"
    assert "{{ a }} 72" in render(fence('caption: "{{ a }} [[ words.cases ]]"'))
    site["fact_delimiters"] = ""
    text = "{{ wrds.cases }} [[ words.cases ]]"
    assert render(text) == f"<p>{text}</p>"


def test_formulas_have_a_switch(render: Any, site: dict[str, Any]) -> None:
    with pytest.raises(PageError, match="not been drawn"):
        render("$x$")
    site["has_formulas"] = False
    assert render("$x$ $$y$$") == "<p>$x$ $$y$$</p>"
    assert "$x$" in render(fence("caption: $x$"))


def test_scan_finds_every_fence_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.md").write_text("---\ntitle: A\n---\n\n```model one\nstart: 3\n```\n")
    (tmp_path / "sub/b.md").write_text("````\n```model no\n```\n````\n\n```card two\n```\n")
    found = [(f.kind, f.slug, f.options, f.page, f.line) for f in scan(tmp_path)]
    assert found == [
        ("model", "one", {"start": "3"}, "a.md", 5),
        ("card", "two", {}, "sub/b.md", 6),
    ]


def test_scan_stops_at_an_option_that_no_kind_knows(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("\n```model one\npicker: field\nsize: wide\n```\n")
    with pytest.raises(PageError, match="column, screen") as caught:
        scan(tmp_path)
    assert "a.md:4" in str(caught.value)
