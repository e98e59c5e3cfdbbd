"""Builds one model in a chain of steps: train, convert, golden, starts, layers, report, epochs.

Models that train in the browser add record; models with many random seeds add seeds. `find` only
looks up the cache, but for `starts`, which takes milliseconds; it imports neither TensorFlow nor
the model file. `make` runs in a worker process. Both use the steps that `model_steps.py` declares.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import Product
from modelpress.build.model_steps import STARTING, ModelSteps, wanted_by
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.start_field import read_inputs
from modelpress.caching.step import NotCached, Note, OnEvent, Step, Steps
from modelpress.caching.store import Entry
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest, Located, Wanted
from modelpress.model_files import recognise
from modelpress.processes.cluster import Executor
from modelpress.processes.worker_pool import Job


class Chain:
    """The chain of one model.

    starts: text of each starting input on a page → "page.md:line". executor: where seeds train.
    drawn: starting inputs whose activations a page shows, None for the model's own.
    """

    def __init__(
        self,
        project: Project,
        slug: str,
        path: Path,
        starts: dict[str, str],
        request: DataRequest,
        tell: OnEvent,
        executor: Executor | None = None,
        drawn: Sequence[str | None] = (),
    ) -> None:
        self.project, self.slug, self.path = project, slug, path
        self.steps = Steps(project, tell)
        self.declared = ModelSteps(
            project, slug, path, starts, request, executor or Executor(), self.steps, drawn
        )

    def find(self) -> Product | None:
        """Returns the product if every step is cached, else None."""
        note = self.note()
        try:
            if note is not None:
                train = self.steps.find(self.declared.train(note))
                return self._product(note, train, self.steps.find)
        except NotCached:
            pass
        return None

    def make(self) -> None:
        """Runs the steps that are not cached. Raises ModelpressError if one fails."""
        self.steps.doing("train", STARTING)
        from modelpress.spec.discovery import import_model

        note, train = self.note(), None
        if note is not None:
            with suppress(NotCached):
                train = self.steps.find(self.declared.train(note))
        reading = None if train else ReadFiles(self.project)
        self.declared.model = import_model(self.path, self.project)
        if reading:
            note, train = self._train(reading)
        assert note is not None
        assert train is not None
        self.declared.data.known = note
        self._product(note, train, self.steps.run)

    def job(self, executor: Executor) -> Job:
        """Returns the job of a worker process."""
        request = asdict(self.declared.request)
        arguments = {
            "starts": self.declared.starts,
            "drawn": list(self.declared.drawn),
            "request": {**request, "path": str(request["path"]) if request["path"] else None},
            "executor": asdict(executor),
        }
        return Job(self.slug, "model", self.slug, self.path, f"{__name__}.make", arguments)

    def note(self) -> Note | None:
        """Returns what the training read and requires, None if no run has recorded it."""
        return self.steps.note(self.declared.train(None))

    def wanted(self) -> Wanted | None:
        """Returns the data set of the model, if known."""
        return wanted_by(self.note())

    def data_source(self) -> Located | None:
        """Returns the current source of the model's data set."""
        note = self.note()
        return self.declared.located(note) if note else None

    def notes(self) -> dict[str, Note | None]:
        """Returns what each training step read: step → note; {} if unknown."""
        note = self.note()
        return {step.name: self.steps.note(step) for step in self._trainings(note)} if note else {}

    def keys(self, notes: dict[str, Note]) -> dict[str, str]:
        """Returns the keys that its training steps would have now, with the reads in `notes`."""
        steps = self._trainings(notes["train"]) if notes else []
        return {step.name: self.steps.key(step, notes[step.name]) for step in steps}

    def _trainings(self, note: Note) -> list[Step]:
        training = self.declared.train(note)
        read = read_inputs(self.project, note)
        return [training, *self.declared.further(note, {**training.inputs, **read})]

    def _product(self, note: Note, train: Entry, run: Callable[[Step], Entry]) -> Product:
        """Returns the product; goes through all steps except the training.

        note: of the training. run: returns the files of a step.
        """
        declared = self.declared
        of_model = {"author": declared.sources, **read_inputs(self.project, note)}
        converted = run(declared.convert(train, of_model))
        golden = run(declared.golden(train, converted, of_model))
        starts, asked = None, declared.asked()
        if declared.computes_exactly(golden):
            starts = self.steps.run(declared.computed_starts(golden, converted))
        elif asked:
            golden = run(declared.golden(train, converted, of_model, asked))
        own = starts.read_json("starts.json") if starts else golden.read_json("spec.json")
        layers = run(declared.layers(train, golden, of_model))
        report = run(declared.report(train, golden, own["start"]["text"]))
        epochs = run(declared.epochs(train, converted, golden, layers))
        made = {step.name: run(step) for step in self._trainings(note)[1:]}
        steps = (train, converted, golden, layers, report, epochs)
        return Product(self.slug, self.path, *steps, starts=starts, **made)

    def _train(self, reading: ReadFiles) -> tuple[Note, Entry]:
        """Trains the model, whose file ran under `reading`; returns the note and the files."""
        from modelpress.data import Dataset

        declared, model = self.declared, self.declared.model
        reading.name(model)
        if model.file is not None:
            reading.name_file(recognise.located(declared.file()))
        wanted = model.data.wanted() if isinstance(model.data, Dataset) else None
        note: Note = {
            "wanted": wanted.as_dict() if wanted else None,
            "live": model.live is not None,
            "seeds": model.seeds.count if model.seeds else 0,
            **({"file": True} if model.file is not None else {}),
        }
        located = declared.located(note)
        if located:
            files = (*located.paths, *(located.real.paths if located.real else ()))
            reading.leave_out(files, declared.request.path)
        # The data set may be downloaded first.
        train = self.steps.make(declared.train(None), reading, note, lambda: declared.train(note))
        return note | reading.stop(), train


def make(
    project: Project,
    tell: OnEvent,
    slug: str,
    path: Path,
    starts: dict[str, str],
    drawn: list[str | None],
    request: dict[str, Any],
    executor: dict[str, Any],
) -> None:
    """Builds one model, in a worker process."""
    folder = request.pop("path")
    data = DataRequest(Path(folder) if folder else None, **request)
    Chain(project, slug, path, starts, data, tell, Executor(**executor), drawn).make()
