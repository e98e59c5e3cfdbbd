"""The course: which pages are lessons, their frame, and the map."""

from __future__ import annotations

import re

import markdown
import pytest

from modelpress.core.errors import PageError
from modelpress.site.lessons.course import lessons_of
from modelpress.site.markdown import ModelpressExtension

ASKS = "# One *weight*\n\nWhat does a [step](b.md) do,\nand when?\n{ .mp-question }\n\nText.\n"
PAGES = [
    ("index.md", "./", "# Home\n\nNo question.\n"),
    ("learn/a.md", "learn/a/", ASKS),
    ("learn/b.md", "learn/b/", "# B & C { #b }\n\nWhy <so>?\n{: .mp-question }\n"),
    ("learn/c.md", "learn/c/", "No title.\n{ .mp-question }\n"),
]


def rendered(text: str, page: str, lessons: list[dict[str, str]]) -> str:
    extension = ModelpressExtension(
        site={"bundle": {"course": "assets/course.js"}},
        page=page,
        root="../../",
        lessons=lessons,
        map_url="learn/",
    )
    return markdown.markdown(text, extensions=[extension, "attr_list"])


def test_pages_with_a_question_are_the_lessons_in_their_order() -> None:
    assert lessons_of(PAGES) == [
        {
            "page": "learn/a.md",
            "url": "learn/a/",
            "title": "One weight",
            "question": "What does a step do, and when?",
        },
        {"page": "learn/b.md", "url": "learn/b/", "title": "B & C", "question": "Why <so>?"},
    ]


def test_a_lesson_says_which_it_is_and_marks_its_end() -> None:
    html = rendered(ASKS, "learn/a.md", lessons_of(PAGES))
    assert re.match(r'<h1>.*</h1>\n<p class="mp-eyebrow">Lesson 1 of 2</p>', html)
    assert '<p class="mp-lesson-end" data-lesson="learn/a/"' in html
    assert '<a href="../../learn/">The map of the course</a>' in html
    assert html.count('src="../../assets/course.js"') == 1
    assert '<p class="mp-question">' in html


def test_another_page_is_left_alone() -> None:
    assert rendered("# Home\n", "index.md", lessons_of(PAGES)) == "<h1>Home</h1>"


def test_the_map_names_every_lesson_with_its_question() -> None:
    html = rendered("# Learn\n\n```course\n```\n", "learn/index.md", lessons_of(PAGES))
    assert html.count("<li data-lesson=") == 2
    assert '<a href="../../learn/b/">' in html
    assert "B &amp; C" in html
    assert "Why &lt;so&gt;?" in html
    assert 'data-part="forget" hidden' in html


def test_a_map_without_lessons_is_refused() -> None:
    with pytest.raises(PageError, match="no lesson to show") as error:
        rendered("# Learn\n\n```course\n```\n", "learn/index.md", [])
    assert error.value.where == "learn/index.md:3"
