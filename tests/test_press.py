"""The press: elements in pages of HTML that any program made."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from modelpress.build.builders import names_out, run_builder
from modelpress.build.pressing import BuilderSource, FolderSource, PressedPages
from modelpress.build.sources import require_mkdocs, source_of
from modelpress.core.configuration import find_project
from modelpress.core.errors import ModelpressError, PageError
from modelpress.core.project import Project
from modelpress.files.marks import MARK
from modelpress.inputs import Number as NumberInput
from modelpress.outputs import Number
from modelpress.site.press.elements import find_elements
from modelpress.site.press.pages import _pressed, block_of, find_pages, home_urls
from modelpress.site.press.unrendered import unrendered
from tests.entries import manifest, model

BASE = "models/halver/0123456789ab/"
FIGURE = '<modelpress-model model="halver"></modelpress-model>'
PAGE = "<!doctype html>\r\n<html><head><title>A</title></head>\r\n<body>\n{}\n</body></html>"
GOLDEN = {
    "slug": "halver", "cases": 1, "groups": ["start"], "input_shape": [1], "output_shape": [1],
    "inputs": [[0]], "outputs": [[0]],
}  # fmt: skip


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project with modelpress.yml whose models are built, by hand-made artefacts."""
    names = ["graph/model.json", "graph/weights.bin", "golden.json", "source.py"]
    fields: dict[str, Any] = {
        "title": "Halver",
        "base": BASE,
        "files": {n: {"url": BASE + n, "size_bytes": 2, "sha256": "0" * 64} for n in names},
        "golden": "golden.json",
        "cases": 64,
        "parameters": 1234,
        "size_bytes": 4,
        "tolerance": 1e-5,
        "input": NumberInput(-1, 1).spec(),
        "output": Number().spec(),
        "start": {"text": "0", "input": [0], "output": [0]},
    }
    assets = "assets/modelpress"
    script = f"{assets}/main.js"
    bundle = {
        "first": {"script": script, "scripts": {}}, "styles": f"{assets}/styles.css",
        "offline": f"{assets}/offline.js", "service_worker": f"{assets}/worker.js",
    }  # fmt: skip
    site = {
        "manifest": manifest({"halver": model(**fields)}),
        "answers": {"halver": {"0.5": {"input": [0.5], "output": [0.25]}}},
        "bundle": bundle,
    }
    state = tmp_path / ".modelpress"
    urls = [script, *(url for url in bundle.values() if isinstance(url, str))]
    for name in [f"{BASE}{name}" for name in names] + urls:
        path = state / "public" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(GOLDEN) if name.endswith(".json") else "# a file\n")
    (state / "site.json").write_text(json.dumps(site))
    (tmp_path / "models").mkdir()
    (tmp_path / "modelpress.yml").write_text("site_name: Halves\n")
    return find_project(tmp_path / "modelpress.yml")


def write(project: Project, name: str, html: str) -> Path:
    path = project.root / "out" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(html.encode())
    return path


def press(project: Project) -> list[str]:
    """Presses the folder `out` with the artefacts that are there; returns the notes."""
    notes: list[str] = []
    source = FolderSource(project, project.root / "out")
    source.check()
    with source.opened(notes.append) as pages:
        pages.publish(notes.append)
    return notes


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_only_the_elements_bytes_change_and_a_second_press_changes_none(project: Project) -> None:
    before = PAGE.format("<p class='é'>a & b</p>\r\n{}<br>\t<modelpress-card model=halver />")
    page = write(project, "deep/er/a.html", before.format(FIGURE))
    other = write(project, "b.html", PAGE.format("<p>No figure</p>"))
    others = other.read_bytes()
    assert press(project) == []
    after = page.read_bytes().decode()
    start, end = before.split("{}")
    middle, last = end.split("<modelpress-card model=halver />")
    assert after.startswith(start + '<modelpress-pressed data-element="model" model="halver">')
    assert f'</modelpress-pressed>{middle}<modelpress-pressed data-element="card"' in after
    assert after.endswith("</modelpress-pressed>" + last)
    assert 'src="../../assets/modelpress/main.js"' in after
    assert after.count('<link rel="stylesheet" href="../../assets/modelpress/styles.css">') == 1
    assert '<modelpress-model model="halver" state="prerendered"' in after
    assert other.read_bytes() == others
    assert (project.root / "out" / BASE / "golden.json").is_file()
    once = contents(project.root / "out")
    press(project)
    assert contents(project.root / "out") == once


def test_options_of_a_pressed_element_can_be_changed_in_place(project: Project) -> None:
    page = write(project, "a.html", PAGE.format(FIGURE))
    press(project)
    changed = page.read_text("utf-8").replace('model="halver">', 'model="halver" start="0.5">', 1)
    page.write_bytes(changed.encode())
    press(project)
    text = page.read_text("utf-8")
    assert 'data-element="model" model="halver" start="0.5">' in text
    assert 'data-start="0.5"' in text
    assert text.count("<figure") == 1


@pytest.mark.parametrize(
    "html",
    [
        "<pre>{}</pre>",
        "<p><code>{}</code></p>",
        "<!-- {} -->",
        "<template>{}</template>",
        "<script>const html = `{}`</script>",
        "<textarea>{}</textarea>",
        "<style>/* {} */</style>",
        "<noscript>{}</noscript>",
        '<p title="{}">a</p>'.replace('"', "'"),
    ],
)
def test_an_element_that_is_text_stays(project: Project, html: str) -> None:
    text = PAGE.format(html.format(FIGURE))
    page = write(project, "a.html", text)
    press(project)
    assert page.read_bytes().decode() == text


def test_a_figure_ends_the_paragraph_around_it_and_a_fact_does_not(project: Project) -> None:
    fact = '<modelpress-fact of="halver.parameters" format=".1e"></modelpress-fact>'
    body = f'<p id="i" class="c">It has {fact} and {FIGURE} too</p><p>{FIGURE}'
    page = write(project, "a.html", PAGE.format(body))
    press(project)
    text = page.read_text("utf-8")
    assert ">1.2e3</modelpress-pressed> and </p><modelpress-pressed data-el" in text
    assert '</modelpress-pressed><p class="c"> too</p><p></p><modelpress-pressed' in text
    once = page.read_bytes()
    press(project)
    assert page.read_bytes() == once


def test_attributes_of_all_elements_stay_and_options_may_share_their_names(
    project: Project,
) -> None:
    body = (
        '<modelpress-model model="halver" id="m" title="T &amp; &quot;U&quot;" data-x="1" hidden>'
    )
    page = write(project, "a.html", PAGE.format(body + "</modelpress-model>"))
    press(project)
    kept = 'model="halver" id="m" title="T &amp; &quot;U&quot;" data-x="1" hidden="">'
    assert kept in page.read_text("utf-8")
    elements = find_elements('<modelpress-train model="a" hidden="2"></modelpress-train>', "a")
    assert block_of(elements[0], "a").given == {"hidden": "2"}
    pressed = _pressed(elements[0], "")
    assert 'data-option-hidden="2"' in pressed
    assert " hidden=" not in pressed
    assert block_of(find_elements(pressed, "a")[0], "a").given == {"hidden": "2"}


@pytest.mark.parametrize(
    ("html", "line", "words"),
    [
        ('<modelpress-model model="halvr"></modelpress-model>', 5, "Did you mean `halver`?"),
        ("<modelpress-modle></modelpress-modle>", 5, "Did you mean `model`?"),
        ("<modelpress-model></modelpress-model>", 5, "names no model"),
        ('<modelpress-model model="halver">', 5, "never closed"),
        (f'<modelpress-model model="halver">\n{FIGURE}', 5, "never closed"),
        (f'<modelpress-card model="halver">\n{FIGURE}</modelpress-card>', 6, "inside another"),
        ('<modelpress-model model="halver"\n strat="1"></modelpress-model>', 6, "`start`?"),
        ('<modelpress-model model="halver"\n\n start="9"></modelpress-model>', 7, "`start`"),
        ('<modelpress-model model="halver"\n backend="gpu"></modelpress-model>', 6, "`webgpu`?"),
        ('<modelpress-model model="halver" caption></modelpress-model>', 5, "`caption` is empty"),
        ('<modelpress-fact of="halver.cses"></modelpress-fact>', 5, "Did you mean `cases`?"),
        ("<modelpress-fact></modelpress-fact>", 5, "has no `of`"),
    ],
)
def test_a_mistake_is_an_error_with_its_line_and_changes_nothing(
    project: Project, html: str, line: int, words: str
) -> None:
    write(project, "good.html", PAGE.format(FIGURE))
    write(project, "deep/a.html", PAGE.format("\n" + html))
    before = contents(project.root / "out")
    with pytest.raises(PageError) as error:
        press(project)
    assert error.value.where == f"out/deep/a.html:{line}"
    assert words in str(error.value)
    assert contents(project.root / "out") == before


def test_a_page_with_an_element_that_is_not_utf_8_is_an_error(project: Project) -> None:
    write(project, "a.html", "").write_bytes(f"<p>ok\n\xe9</p>{FIGURE}".encode("latin-1"))
    write(project, "b.html", "").write_bytes("<p>\xe9</p>".encode("latin-1"))
    with pytest.raises(PageError, match=r"out/a\.html:2"):
        press(project)


def test_added_files_are_listed_replaced_and_cleaned_and_others_are_never_lost(
    project: Project,
) -> None:
    out = project.root / "out"
    write(project, "a.html", PAGE.format(FIGURE))
    write(project, "models/mine.txt", "mine")
    press(project)
    listed = json.loads((out / MARK).read_text())["files"]
    assert f"{BASE}golden.json" in listed
    assert not {"a.html", "models/mine.txt"} & set(listed)
    (project.public_dir / BASE / "source.py").unlink()
    (project.public_dir / "assets/modelpress/new.js").write_text("new")
    press(project)
    assert not (out / BASE / "source.py").exists()
    assert (out / "assets/modelpress/new.js").read_text() == "new"
    (out / "assets/modelpress/main.js").write_text("changed by hand")
    (project.public_dir / "assets/modelpress/main.js").write_text("newer")
    with pytest.raises(ModelpressError, match=r"main\.js"):
        press(project)
    assert (out / "assets/modelpress/main.js").read_text() == "changed by hand"
    assert (out / "models/mine.txt").read_text() == "mine"


def test_a_file_of_the_generator_is_not_overwritten(project: Project) -> None:
    page = write(project, "a.html", PAGE.format(FIGURE))
    write(project, "assets/modelpress/main.js", "mine")
    before = page.read_bytes()
    with pytest.raises(ModelpressError, match=r"assets/modelpress/main\.js"):
        press(project)
    assert page.read_bytes() == before
    assert not (project.root / "out" / MARK).exists()


def test_a_folder_that_holds_the_project_is_refused(project: Project) -> None:
    with pytest.raises(ModelpressError, match="holds more than pages"):
        FolderSource(project, project.root).check()
    with pytest.raises(ModelpressError, match="no such folder"):
        FolderSource(project, project.root / "nowhere").check()
    (project.root / "out").mkdir()
    with pytest.raises(ModelpressError, match="no page of HTML"):
        press(project)


def test_the_offline_copy_is_written_when_asked_for(project: Project) -> None:
    offline = replace(project, offline=True)
    write(project, "deep/a.html", PAGE.format(FIGURE))
    write(project, "b.html", PAGE.format("<p>No figure</p>"))
    press(offline)
    out = project.root / "out"
    assert 'href="../site.webmanifest"' in (out / "deep/a.html").read_text()
    assert 'href="./site.webmanifest"' in (out / "b.html").read_text()
    listing = json.loads((out / "offline.json").read_text())
    pages = json.loads((out / f"offline-{listing['build']}.json").read_text())["pages"]
    assert set(pages) == {"b.html", "deep/a.html"}
    assert "assets/modelpress/main.js" in pages["deep/a.html"]
    assert f"{BASE}golden.json" not in pages["deep/a.html"]  # the page itself holds it
    assert 'class="mp-file"' in (out / "deep/a.html").read_text()
    once = contents(out)
    press(offline)
    assert contents(out) == once


def test_relative_addresses_follow_the_pages_base(project: Project) -> None:
    page = write(project, "a/b/c.html", f'<head><base href="../"></head>{FIGURE}')
    site = write(project, "a/b/d.html", f'<head><base href="/"></head>{FIGURE}')
    press(replace(project, site_path="/docs/"))
    assert 'src="../assets/modelpress/main.js"' in page.read_text()
    assert 'src="/docs/assets/modelpress/main.js"' in site.read_text()


def test_a_models_own_page_is_named_after_it(project: Project) -> None:
    write(project, "a.html", FIGURE)
    write(project, "z/halver/index.html", FIGURE)
    assert home_urls(find_pages(project.root / "out")) == {"halver": "z/halver/"}


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<pre><code class="language-model">start: 1\n</code></pre>', True),  # markdown-it, Hugo
        ("<p><code>model halver\nstart: 1</code></p>", True),  # Python-Markdown, Zensical
        ('<div class="highlight-model notranslate"><div class="highlight"><pre>', True),  # Sphinx
        ("<p>```model halver", True),
        ('<pre><code class="language-markdown">```model halver\n```</code></pre>', False),
        ('<div class="highlight-source-python"><pre>', False),
        ("<p>Write <code>model halver</code>.</p>", False),
    ],
)
def test_fences_left_as_code_are_named(project: Project, html: str, found: bool) -> None:
    write(project, "deep/a.html", PAGE.format(html))
    notes = list(unrendered(project.root / "out", "out/", ["halver"]))
    assert bool(notes) == found
    assert not found or notes[0].startswith("out/deep/a.html:4: ")


def test_a_builders_output_becomes_the_site(project: Project) -> None:
    write(project, "deep/a.html", PAGE.format(FIGURE))
    source = BuilderSource(project, "cp -r out/. OUT")
    source.check()
    with source.opened(print) as pages:
        assert [fence.slug for fence in pages.fences] == ["halver"]
        pages.publish(print)
    assert "<figure" in (project.site_dir / "deep/a.html").read_text()
    assert "<figure" not in (project.root / "out/deep/a.html").read_text()
    with pytest.raises(ModelpressError, match="modelpress build` wrote this folder"):
        FolderSource(project, project.site_dir).check()


def test_a_failing_builder_leaves_the_site_as_it_was(project: Project) -> None:
    project.site_dir.mkdir()
    command = "sh -c 'echo early; seq 50; echo the reason; exit 3; # OUT'"
    source = BuilderSource(project, command)
    with pytest.raises(ModelpressError) as error, source.opened(print):
        pass
    assert "exit code 3" in str(error.value)
    assert "the reason" in error.value.found
    assert "early" not in error.value.found
    assert list(project.site_dir.iterdir()) == []
    for wrong, words in (("no-such-program OUT", "can't be run"), ("a 'b OUT", "closing quot")):
        with pytest.raises(ModelpressError, match=words):
            run_builder(project, wrong, project.site_dir)


def test_a_mistake_in_a_builders_output_names_the_page_in_out(project: Project) -> None:
    write(project, "a.html", PAGE.format("<modelpress-modle></modelpress-modle>"))
    source = BuilderSource(project, "cp -r out/. OUT")
    with pytest.raises(PageError, match=r"^OUT/a\.html:4"), source.opened(print):
        pass
    assert not project.site_dir.exists()


@pytest.mark.parametrize(
    ("command", "named"),
    [("b docs OUT", True), ("b -d OUT/x", True), ("b --to=OUT", True), ("b OUTPUT", False)],
)
def test_out_is_a_word_of_the_command(command: str, named: bool) -> None:
    assert names_out(command) == named


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("modles: x\n", r"modelpress\.yml:2.*Did you mean `models`"),
        ("offline: maybe\n", r"modelpress\.yml:2.*not true or false"),
        ("site_url: here\n", r"modelpress\.yml:2.*not an address"),
        ("with: [a, b]\n", r"modelpress\.yml:2.*not text"),
        ("a: [\n", r"modelpress\.yml.*not valid YAML"),
        ("- a\n", "not one `name: value` a line|not valid YAML"),
    ],
)
def test_a_mistake_in_the_configuration_names_its_line(
    tmp_path: Path, text: str, words: str
) -> None:
    lead = "" if text.startswith("-") else "site_name: A\n"
    (tmp_path / "modelpress.yml").write_text(lead + text)
    with pytest.raises(ModelpressError) as error:
        find_project(tmp_path / "modelpress.yml")
    assert re.search(words, str(error.value).replace("\n", " "))


def test_the_configuration_names_folders_and_builder(tmp_path: Path) -> None:
    (tmp_path / "modelpress.yml").write_text(
        "models: nets\nsite_dir: public\nwith: b OUT\nsite_url: https://a.example/docs/\n"
        "offline: true\n"
    )
    found = find_project(tmp_path / "modelpress.yml")
    assert found.models_dir == tmp_path / "nets"
    assert found.site_dir == tmp_path / "public"
    assert (found.builder, found.offline, found.site_path) == ("b OUT", True, "/docs/")
    assert found.site_name == tmp_path.name
    assert Project.from_dict(found.as_dict()) == found
    assert isinstance(source_of(found), BuilderSource)
    with pytest.raises(ModelpressError, match="archive"):
        source_of(found, archive=True)
    with pytest.raises(ModelpressError, match="names no builder"):
        source_of(replace(found, builder=""))
    with pytest.raises(ModelpressError, match="serve"):
        require_mkdocs(found)


def test_an_interrupted_press_leaves_each_page_whole(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modelpress.files import overlaying

    names = ["a.html", "b.html"]
    before = {name: write(project, name, PAGE.format(FIGURE)).read_bytes() for name in names}
    written = overlaying._write

    def interrupted(source: Path, target: Path) -> None:
        if target.name == "b.html":
            raise KeyboardInterrupt
        written(source, target)

    monkeypatch.setattr(overlaying, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        press(project)
    out = project.root / "out"
    assert "<figure" in (out / "a.html").read_text()
    assert (out / "b.html").read_bytes() == before["b.html"]
    monkeypatch.undo()
    press(project)
    assert "<figure" in (out / "b.html").read_text()
    listed = json.loads((out / MARK).read_text())["files"]
    assert set(listed) == set(contents(out)) - {*names, MARK}


def test_pressed_pages_know_their_project(project: Project) -> None:
    write(project, "a.html", FIGURE)
    pages = PressedPages(project, project.root / "out", project.root / "out", in_place=True)
    assert not pages.every_model
    assert pages.formulas() == []
