"""Whatever stands in a page: a page, or our own error with the page and its line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import markdown
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from modelpress.site.fence_kinds import fence_kinds
from modelpress.site.fence_syntax import scan
from modelpress.site.markdown import ModelpressExtension
from tests.nonsense import only_our_errors

OPTIONS = sorted(
    {"model", "modle", "<<", "? ", "é"}.union(
        *(kind.known_options() or () for kind in fence_kinds().values())
    )
)
WORDS = st.one_of(
    st.sampled_from(
        [
            "", "0", "0.5", "-1e400", "nan", "'", '"', "#001122", "auto", "cpu", "column", "facts",
            "[1, 2]", "{a: b}", "&a [*a]", "*a", "!!python/object:os.system x", "!!binary x", "|",
            ">", "- x", "? [a]: b", "a: b: c", "\t", "%", "@", "`", "\u2028", "\x85", "\x07",
            "\ufeff",
            "[" * 5000, "x" * 20_000, "ü" * 300, "9" * 5000, "𝔘", "<script>", "../../x", "|||",
        ]
    ),
    st.text(max_size=20),
    st.floats().map(str),
)  # fmt: skip
SLUGS = st.one_of(st.sampled_from(["line", "words", "xor", "nex", "softmax", "layers"]), WORDS)
OPTION = st.builds(
    "{}{}:{}{}".format,
    st.sampled_from(["", "", "  ", "\t", "- "]),
    st.one_of(st.sampled_from(OPTIONS), WORDS),
    st.sampled_from([" ", " ", "", "\n  "]),
    WORDS,
)
FACTS = st.builds(
    "{{{{ {}.{} }}}}{}".format,
    SLUGS,
    st.one_of(
        st.sampled_from(["parameters", "metrics.loss", "training.history.loss.0", "facts"]),
        WORDS,
        st.sampled_from(
            ["parameters | .3f", "parameters | >99999999999", "parameters | %", "title | d"]
        ),
    ),
    st.sampled_from(["", " $x^2$ ", " $$", "$"]),
)
FENCE = st.builds(
    "{0}{1}{2} {3}\n{4}\n{0}{5}\n{6}\n".format,
    st.sampled_from(["", "", "", "  ", "    ", "\t"]),
    st.sampled_from(["```", "```", "~~~", "`````"]),
    st.one_of(st.sampled_from(list(fence_kinds())), st.sampled_from(["python", "modle", ""])),
    st.one_of(SLUGS, st.just("")),
    st.lists(OPTION, max_size=3).map("\n".join),
    st.sampled_from(["```", "```", "~~~", "`````", ""]),
    st.one_of(FACTS, WORDS),
)
PAGES = st.lists(st.one_of(FENCE, FENCE, FACTS, WORDS), min_size=1, max_size=4).map("".join)


class Built:
    """The hand-over of a built site, its public folder, and a folder for one page."""

    def __init__(self, site: dict[str, Any], public: Path, docs: Path) -> None:
        self.site, self.public, self.docs = site, public, docs


@pytest.fixture(scope="module")
def built(training_project: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    state = training_project / ".modelpress"
    site = json.loads((state / "site.json").read_text())
    return Built(site, state / "public", tmp_path_factory.mktemp("docs"))


def render(built: Built, text: str) -> str:
    """The HTML of a page with this text."""
    (built.docs / "page.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    # The build draws these first, or refuses them.
    assume(not any(fence.kind in ("explore", "explainers") for fence in scan(built.docs)))
    extension = ModelpressExtension(site=built.site, public=str(built.public), page="page.md")
    return markdown.markdown(text, extensions=[extension])


def fenced(*options: str, kind: str = "model") -> str:
    return "\n".join([f"```{kind} line", *options, "```", ""])


@settings(max_examples=50)
@given(PAGES)
@example(fenced("start: " + "[" * 5000))
@example(fenced("&a [*a]"))
@example(fenced("start: &a 1", "caption: *a"))
@example(fenced("x" * 100_000))
@example(fenced("a\x00b: c"))
@example("{{ line.parameters | >99999999999 }}\n")
@example("{{ line.training.history.loss." + "9" * 5000 + " }}\n")
@example("\ud800\n" + fenced())
def test_any_page(built: Built, text: str) -> None:
    only_our_errors(lambda: render(built, text), where=r"page\.md(:\d+)?$")


@pytest.mark.slow
@settings(max_examples=1500)
@given(PAGES)
def test_any_page_and_many(built: Built, text: str) -> None:
    only_our_errors(lambda: render(built, text), where=r"page\.md(:\d+)?$")
