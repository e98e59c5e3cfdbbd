"""A cached step: declared once, then looked up or run in one way.

    <name>        the files that the step's function writes, found by its key
    <name>_reads  of an observed step: what its last run has read, found by the author's sources

Keys are computed without importing the function or running an author's file.
"""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelpress.caching.hashes import digest, versions
from modelpress.caching.keys import module_sources
from modelpress.caching.observing import file_access
from modelpress.caching.observing.file_access import ReadFiles, as_inputs
from modelpress.caching.store import Cache, Entry
from modelpress.core import determinism
from modelpress.core.project import Project

KERAS = ("tensorflow", "keras", "numpy")  # packages of a step that computes

Note = dict[str, Any]  # what an observed step has read, and what its caller adds
Tell = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Step:
    """One cached step for one subject.

    name       of the step, in the cache and in the progress
    subject    what it is made for: the slug of a model or a failure, or "site"
    function   dotted name of the function that it runs, which writes files into the folder `out`;
               its module, and all that this imports, are in the key
    inputs     what it is made from, as JSON has it: in the key
    packages   those whose versions are in the key
    author     sources of an author's file, where that is what it runs: in the key. The files that
               are read besides are then observed, and in the key, too
    detail     what the progress says when it starts
    arguments  the function's arguments besides `out`, called when it runs. It is given the
               observation of files, None for a step that isn't observed
    """

    name: str
    subject: str
    function: str
    inputs: Mapping[str, Any]
    packages: tuple[str, ...] = ()
    author: Mapping[str, str] | None = None
    detail: str = ""
    arguments: Callable[[ReadFiles | None], Mapping[str, Any]] = field(
        default=lambda reading: {}, compare=False
    )

    def code(self) -> dict[str, str]:
        """File → sha256 of the modules that the function runs."""
        modules = [self.function.rpartition(".")[0]]
        if "tensorflow" in self.packages:
            modules.append(determinism.__name__)  # how a worker's process computes
        return module_sources(*modules)

    def made_from(self, project: Project, note: Note | None) -> dict[str, Any]:
        """All that the key is a hash of, if the step read what `note` says."""
        observed = {"author": self.author, **as_inputs(project, note)} if note else {}
        return {
            "inputs": self.inputs,
            "code": self.code(),
            "versions": versions(*self.packages) if self.packages else {},
            **observed,
        }

    def noted_by(self) -> dict[str, Any]:
        """What the note of an observed step is found by."""
        return {"author": self.author, "observer": module_sources(file_access.__name__)}


class NotCached(Exception):
    """A step has to run."""


class Steps:
    """The steps of a project: looks them up in its cache, and runs them."""

    def __init__(self, project: Project, tell: Tell) -> None:
        """tell: gets the progress, as events."""
        self.project, self.tell = project, tell
        self._at: tuple[str, str] = ("", "")
        self.cache = Cache(project.state_dir, lambda text: tell({"event": "note", "text": text}))

    def note(self, step: Step) -> Note | None:
        """What an observed step has read, where that is known."""
        entry = self.cache.find(f"{step.name}_reads", step.subject, step.noted_by())
        note: Note | None = entry.read_json("reads.json") if entry else None
        return note

    def key(self, step: Step, note: Note | None = None) -> str:
        """The key that it would have now, if it read what `note` says."""
        return digest(step.made_from(self.project, note))

    def find(self, step: Step) -> Entry:
        """The files of a step. Raises NotCached where it has to run."""
        note = self.note(step) if step.author is not None else None
        entry = None
        if note or step.author is None:
            inputs = step.made_from(self.project, note)
            entry = self.cache.find(step.name, step.subject, inputs)
        if entry is None:
            raise NotCached(step.name)
        return entry

    def run(self, step: Step) -> Entry:
        """The files of a step: from the cache, or made now."""
        try:
            return self.find(step)
        except NotCached:
            return self.make(step)

    def make(
        self,
        step: Step,
        reading: ReadFiles | None = None,
        noted: Note | None = None,
        declare: Callable[[], Step] | None = None,
    ) -> Entry:
        """Runs a step and keeps its files.

        reading: the observation of files, where it has begun already. noted: what the note of an
        observed step holds besides. declare: gives the step once it has run, where its inputs are
        known only then. Raises what the function raises; nothing is kept then.
        """
        started = time.monotonic()
        if reading is None and step.author is not None:
            reading = ReadFiles(self.project)
        with self.cache.making(step.name, step.subject) as out:
            self.doing(step.name, step.detail)
            arguments = step.arguments(reading)
            function_named(step.function)(**arguments, out=out)
            note = None
            if reading is not None:
                note = (noted or {}) | reading.stop()
                self._keep_note(step, note)
            inputs = (declare() if declare else step).made_from(self.project, note)
            entry = self.cache.commit(step.name, step.subject, inputs, out)
        seconds = time.monotonic() - started
        self.tell({"event": "done", "step": step.name, "seconds": seconds})
        return entry

    def keep(self, step: Step, files: Mapping[str, str]) -> Entry:
        """Keeps what a step has given that ran together with others. files: name → text."""
        with self.cache.making(step.name, step.subject) as out:
            for name, text in files.items():
                (out / name).write_text(text, "utf-8")
            inputs = step.made_from(self.project, None)
            return self.cache.commit(step.name, step.subject, inputs, out)

    def doing(self, name: str, detail: str = "") -> None:
        """Tells that a step works, and at what, if that is news."""
        if self._at != (name, detail):
            self._at = (name, detail)
            self.tell({"event": "step", "step": name, "detail": detail})

    def _keep_note(self, step: Step, note: Note) -> None:
        name = f"{step.name}_reads"
        with self.cache.making(name, step.subject) as out:
            (out / "reads.json").write_text(json.dumps(note, sort_keys=True), "utf-8")
            self.cache.commit(name, step.subject, step.noted_by(), out)


def function_named(name: str) -> Any:
    """The function of a dotted name, its module imported."""
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)
