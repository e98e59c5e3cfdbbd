"""Cached steps: each is declared once, then looked up in the cache or run.

    <name>        the files that the step's function writes, found by its key
    <name>_reads  the reads of an observed step's last run, found by the author's sources

Computing a key neither imports the function nor runs an author's file.
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
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.start_field import read_inputs
from modelpress.caching.store import Cache, Entry
from modelpress.core import determinism
from modelpress.core.project import Project

KERAS = ("tensorflow", "keras", "numpy")  # packages of steps that compute

Note = dict[str, Any]  # the reads of an observed step, and fields that its caller adds
OnEvent = Callable[[dict[str, Any]], None]


@dataclass(frozen=True)
class Step:
    """One cached step for one subject.

    name       of the step, in the cache and in the progress
    subject    slug of the model or failure, or "site"
    function   dotted name of the function to run, which writes files into the folder `out`; its
               module and all modules imported from there are part of the key
    inputs     JSON-compatible inputs, part of the key
    packages   packages whose versions are part of the key
    author     sources of the author's file that the step runs, part of the key; other files that
               it reads are then observed and become part of the key, too
    detail     shown in the progress when the step starts
    arguments  returns the function's arguments besides `out`, called when the step runs with the
               observation of files (None for a step that isn't observed)
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
        """Returns file → sha256 of the modules that the function runs."""
        modules = [self.function.rpartition(".")[0]]
        if "tensorflow" in self.packages:
            modules.append(determinism.__name__)  # sets up a worker's computation
        return module_sources(*modules)

    def made_from(self, project: Project, note: Note | None) -> dict[str, Any]:
        """Returns the inputs of the key, given the reads in `note`."""
        observed = {"author": self.author, **read_inputs(project, note)} if note else {}
        return {
            "inputs": self.inputs,
            "code": self.code(),
            "versions": versions(*self.packages) if self.packages else {},
            **observed,
        }

    def note_inputs(self) -> dict[str, Any]:
        """Returns the inputs of the key that an observed step's reads are cached under."""
        return {"author": self.author, "observer": module_sources(file_access.__name__)}


class NotCached(Exception):
    """The step must run: its result is not in the cache."""


class Steps:
    """Looks up a project's steps in its cache, and runs them."""

    def __init__(self, project: Project, tell: OnEvent) -> None:
        """tell: receives progress events."""
        self.project, self.tell = project, tell
        self._at: tuple[str, str] = ("", "")
        self.cache = Cache(project.state_dir, lambda text: tell({"event": "note", "text": text}))

    def note(self, step: Step) -> Note | None:
        """Returns the cached reads of an observed step, or None."""
        entry = self.cache.find(f"{step.name}_reads", step.subject, step.note_inputs())
        note: Note | None = entry.read_json("reads.json") if entry else None
        return note

    def key(self, step: Step, note: Note | None = None) -> str:
        """Returns the step's current key, given the reads in `note`."""
        return digest(step.made_from(self.project, note))

    def find(self, step: Step) -> Entry:
        """Returns the cached files of a step. Raises NotCached if it must run."""
        note = self.note(step) if step.author is not None else None
        entry = None
        if note or step.author is None:
            inputs = step.made_from(self.project, note)
            entry = self.cache.find(step.name, step.subject, inputs)
        if entry is None:
            raise NotCached(step.name)
        return entry

    def run(self, step: Step) -> Entry:
        """Returns the files of a step, from the cache or from a run."""
        try:
            return self.find(step)
        except NotCached:
            return self.make(step)

    def make(
        self,
        step: Step,
        reading: ReadFiles | None = None,
        extra: Note | None = None,
        declare: Callable[[], Step] | None = None,
    ) -> Entry:
        """Runs a step and caches its files.

        reading: the observation of files, if it has already begun. extra: further fields to cache
        with an observed step's reads. declare: returns the step after the run, for inputs known
        only then. Raises what the function raises; nothing is cached then.
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
                note = (extra or {}) | reading.stop()
                self._keep_note(step, note)
            inputs = (declare() if declare else step).made_from(self.project, note)
            entry = self.cache.commit(step.name, step.subject, inputs, out)
        seconds = time.monotonic() - started
        self.tell({"event": "done", "step": step.name, "seconds": seconds})
        return entry

    def keep(self, step: Step, files: Mapping[str, str]) -> Entry:
        """Caches the result of a step that ran together with others. files: name → text."""
        with self.cache.making(step.name, step.subject) as out:
            for name, text in files.items():
                (out / name).write_text(text, "utf-8")
            inputs = step.made_from(self.project, None)
            return self.cache.commit(step.name, step.subject, inputs, out)

    def doing(self, name: str, detail: str = "") -> None:
        """Reports the current step and detail, unless unchanged."""
        if self._at != (name, detail):
            self._at = (name, detail)
            self.tell({"event": "step", "step": name, "detail": detail})

    def _keep_note(self, step: Step, note: Note) -> None:
        name = f"{step.name}_reads"
        with self.cache.making(name, step.subject) as out:
            (out / "reads.json").write_text(json.dumps(note, sort_keys=True), "utf-8")
            self.cache.commit(name, step.subject, step.note_inputs(), out)


def function_named(name: str) -> Any:
    """Imports and returns the function of a dotted name."""
    module, _, function = name.rpartition(".")
    return getattr(importlib.import_module(module), function)
