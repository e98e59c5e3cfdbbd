"""A course: its lessons are the pages with a question, in the order of the navigation.

Each lesson shows its number; the `course` fence renders the map of all lessons.
`site_assets/src/course/` stores on the reader's device which lessons they have read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from modelpress.core.errors import PageError
from modelpress.site.context import Page, Site
from modelpress.site.fence_kinds import FenceKind
from modelpress.site.fence_syntax import Block

_QUESTION = re.compile(
    r"(?:^|\n)\n*(?P<text>[^\n]+(?:\n[^\n]+)*?)\n\{:?[ ]*\.mp-question[ ]*\}[ ]*(?:\n|$)"
)
_TITLE = re.compile(r"^#[ \t]+(?P<title>.+?)[ \t]*(?:\{.*\})?[ \t]*$", re.MULTILINE)


def lessons_of(pages: Iterable[tuple[str, str, str]]) -> list[dict[str, str]]:
    """Returns the lessons among pages, in order.

    pages: path, URL and Markdown of each page. A lesson is {"page", "url", "title", "question"},
    all text.
    """
    lessons = []
    for page, url, body in pages:
        question, title = _QUESTION.search(body), _TITLE.search(body)
        if question and title:
            lessons.append(
                {
                    "page": page,
                    "url": url,
                    "title": _plain(title["title"]),
                    "question": _plain(question["text"]),
                }
            )
    return lessons


def course_html(site: Site, page: Page, block: Block) -> str:
    """Returns the map: every lesson with its question. Scripts add which lessons have been read."""
    if not site.lessons:
        raise PageError(
            "There is no lesson to show.",
            where=f"{page.path}:{block.line + page.line_offset + 1}",
            expected="a page whose question stands in a paragraph marked { .mp-question }",
        )
    items = [
        f'<li data-lesson="{escape(lesson["url"])}"><a href="{escape(page.url(lesson["url"]))}">'
        f'<span class="mp-course-number" aria-hidden="true">{number}</span>'
        f'<span class="mp-course-title">{escape(lesson["title"])}</span></a>'
        f'<p class="mp-course-question">{escape(lesson["question"])}</p>'
        '<p class="mp-course-state" data-part="state"></p></li>'
        for number, lesson in enumerate(site.lessons, start=1)
    ]
    return (
        f'{course_script(site, page)}<nav class="mp-course" aria-label="Map of the course"'
        f" data-search-exclude><ol>{''.join(items)}</ol>"
        '<div class="mp-course-foot"><p data-part="said" role="status"></p>'
        '<button type="button" class="mp-button" data-part="forget" hidden>'
        "Forget what I have read</button></div></nav>"
    )


def lesson_number(lessons: Sequence[dict[str, str]], page: str) -> int:
    """Returns the number of the lesson on a page, from 1; 0 for other pages."""
    return next((i for i, lesson in enumerate(lessons, start=1) if lesson["page"] == page), 0)


def lesson_top(lessons: Sequence[dict[str, str]], number: int) -> str:
    return f'<p class="mp-eyebrow">Lesson {number} of {len(lessons)}</p>'


def lesson_end(site: Site, page: Page, number: int) -> str:
    """Returns the end of a lesson, which the script observes to mark the lesson as read."""
    lesson = site.lessons[number - 1]
    return (
        f'<p class="mp-lesson-end" data-lesson="{escape(lesson["url"])}" data-search-exclude>'
        f'<span data-part="state">'
        f"Lesson {number} of {len(site.lessons)}.</span>"
        f"{_map_link(site, page)}"
        ' <span class="mp-worksheets">'
        '<a href="#worksheet" data-worksheet-link>Print a worksheet</a>, '
        '<a href="#worksheet=answers" data-worksheet-link>with answers</a></span></p>'
    )


def course_script(site: Site, page: Page) -> str:
    """Returns the script of terms and lessons, once on each page. It runs after parsing."""
    url: Any = site.bundle.get("course")
    if not url or page.coursed:
        return ""
    page.coursed = True
    return f'<script type="module" src="{escape(page.url(url))}"></script>'


def _map_link(site: Site, page: Page) -> str:
    if not site.map_url:
        return ""
    return f' <a href="{escape(page.url(site.map_url))}">The map of the course</a>'


def _plain(text: str) -> str:
    """Returns Markdown as plain text: links become their text, marks are removed."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", " ".join(text.split()))
    return re.sub(r"[*`$\\]", "", text)


FENCE = FenceKind("course", course_html, subject="", every_model=True)
