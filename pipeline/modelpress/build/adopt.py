"""Writes the model file and the page of a trained model: `modelpress adopt`."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from modelpress.build.guess import Guess, quoted
from modelpress.build.guessing import guessed
from modelpress.core.errors import ModelpressError
from modelpress.core.project import Project
from modelpress.model_files.recognise import located
from modelpress.spec.discovery import SLUG


@dataclass(frozen=True)
class Adopted:
    """slug: of the model. written: the files that were written. notes: what to check."""

    slug: str
    written: list[Path]
    notes: list[str]


def adopt(project: Project, file: Path, slug: str = "", *, trusted: bool = False) -> Adopted:
    """Writes `<slug>.py` into the models folder and `<slug>.md` into the pages.

    A file outside the project is copied into the models folder. slug: default: the file's name.
    Raises ModelpressError if a file exists in the place of one of these, and for a file that can't
    be used; nothing is written then.
    """
    file = located(file)
    slug = slug or slug_of(file)
    if not SLUG.fullmatch(slug):
        raise ModelpressError(
            "This can't be the name of a model.",
            where="SLUG",
            found=slug,
            expected="small letters, digits and underscores, a letter first",
        )
    model_file, page = project.models_dir / f"{slug}.py", project.docs_dir / f"{slug}.md"
    inside = file.resolve().is_relative_to(project.root)
    kept = file.resolve() if inside else project.models_dir / _copied_name(file, slug)
    for path in (model_file, page, *(() if inside else (_top(kept, file),))):
        if os.path.lexists(path):
            raise ModelpressError(
                "This file exists already; nothing was written.",
                where=project.relative(path),
                next_step=f"Give the model another name: modelpress adopt {file} SLUG",
            )
    found = guessed(file, trusted=trusted, plain=False)
    title = slug.replace("_", " ").capitalize()
    text = source(title, os.path.relpath(kept, project.models_dir), found, trusted=trusted)
    project.models_dir.mkdir(parents=True, exist_ok=True)
    written = [model_file, page]
    if not inside:
        _copy(file, kept)
        written.append(_top(kept, file))
    for path, content in ((model_file, text), (page, _page(title, slug))):
        with path.open("x", encoding="utf-8") as target:
            target.write(content)
    return Adopted(slug, written, found.notes)


def source(title: str, file: str, found: Guess, *, trusted: bool = False) -> str:
    """Returns the text of a model file. file: path of the model, relative to it."""
    first = [line for line in found.imports if line.startswith("import ")]
    rest = sorted({"from modelpress import Model", *found.imports} - set(first))
    fields = [f"title={quoted(title)},", f"file={quoted(Path(file).as_posix())},"]
    fields += ["trusted=True,"] if trusted else []
    lines = [
        f'"""{title}, a model that was trained elsewhere."""',
        "",
        *([*first, ""] if first else []),
        *rest,
        "",
        *(f"# {line}" for note in found.notes for line in _wrapped(note)),
        "MODEL = Model(",
        *(f"    {line}" for line in (*fields, *found.fields)),
        ")",
        "",
    ]
    return "\n".join(lines)


def slug_of(file: Path) -> str:
    """Returns a slug for a model file: its name, or for a name such as model.json its folder's."""
    name = file.parent.resolve().name if file.name == "model.json" else file.name
    stem = re.sub(r"(\.weights)?\.(keras|h5|hdf5|onnx|json)$", "", name, flags=re.IGNORECASE)
    found = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")
    return found if SLUG.fullmatch(found) else f"model_{found}".rstrip("_")


def _page(title: str, slug: str) -> str:
    return f"# {title}\n\n```model {slug}\n```\n\n## About the model\n\n```card {slug}\n```\n"


def _copied_name(file: Path, slug: str) -> str:
    if file.name == "model.json":
        return f"{slug}/model.json"
    return slug if file.is_dir() else f"{slug}{''.join(file.suffixes[-1:])}"


def _top(kept: Path, file: Path) -> Path:
    return kept.parent if file.name == "model.json" else kept


def _copy(file: Path, kept: Path) -> None:
    if file.is_dir():
        shutil.copytree(file, kept)
    elif file.name == "model.json":
        kept.parent.mkdir()
        for each in (file, *sorted(file.parent.glob("*.bin"))):
            shutil.copyfile(each, kept.parent / each.name)
    else:
        shutil.copyfile(file, kept)


def _wrapped(text: str, width: int = 96) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
