"""Declares the steps of one model: the inputs of each and the function that it runs.

train    the author's file, data       → model.keras, training.json, epochs.npz
convert  model.keras, the file         → graph/
golden   model.keras, graph, …         → golden.json, answers.json, sweep.json, spec.json
starts   graph, starts of the pages    → starts.json, if the exact engine covers the graph
layers   model.keras, golden           → layers.json, layers/
report   train, golden                 → report.json, drawing.json, pictures
epochs   train, convert, golden, layers → epochs.json, epochs.bin
record   the author's file, data       → live.json, live.bin, take.keras
seeds    the author's file, data       → seeds.json
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelpress.build.model_data import ModelData
from modelpress.caching import keys
from modelpress.caching.hashes import TOOLS
from modelpress.caching.observing.file_access import ReadFiles
from modelpress.caching.start_field import sources_without_start, written_start
from modelpress.caching.step import KERAS, NotCached, Note, Step, Steps, function_named
from modelpress.caching.store import Entry
from modelpress.core.extensions import extensions
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest, Located, Wanted, fingerprint, locate
from modelpress.kinds.parts import kinds_of
from modelpress.model_files.converters import converter_modules
from modelpress.node.bundle import source_files
from modelpress.processes.cluster import Executor

STARTING = "starting TensorFlow"  # progress of a training before its first data
WORDS = ("limits", "intended", "licence", "date")  # an author's words for the card
GRAPH = ("graph/model.json", "graph/weights.bin")  # the graph model in a conversion's files

LAYERS = "layers/model.json"  # in the files of the step `layers`, if there is a layers model
_INSPECTING = (
    *("package.json", "package-lock.json", "build/inspect.mjs"),
    *("src/runtime/layers.ts", "src/runtime/activations.ts"),
)

# The function of each step, by name.
FUNCTIONS = {
    "train": "modelpress.training.train.train",
    "bring": "modelpress.training.bring.bring",
    "convert": "modelpress.conversion.convert.convert",
    "golden": "modelpress.conversion.golden.golden",
    "starts": "modelpress.conversion.starts.starts",
    "layers": "modelpress.conversion.layers.layers",
    "report": "modelpress.reporting.report.report",
    "epochs": "modelpress.training.checkpoint_export.export_checkpoints",
    "record": "modelpress.recording.record.record",
    "seeds": "modelpress.ensembles.ensemble.seeds",
}


class ModelSteps:
    """Declares the steps of one model.

    starts: text of each starting input on a page → "page.md:line". drawn: those whose activations
    a page shows, None for the model's own. executor: where seeds train.
    model: the author's `Model`, set after its file ran; steps run only with it.
    """

    def __init__(
        self,
        project: Project,
        slug: str,
        path: Path,
        starts: dict[str, str],
        request: DataRequest,
        executor: Executor,
        steps: Steps,
        drawn: Sequence[str | None] = (),
    ) -> None:
        self.project, self.slug, self.request, self.starts = project, slug, request, starts
        self.drawn = drawn
        self.start = written_start(path)  # None: only running the file tells it
        self.sources = sources_without_start(path, project.import_roots)
        self.path = path
        self.model: Any = None
        self._executor, self._steps = executor, steps
        self.data = ModelData(project, request, steps)

    def located(self, note: Note) -> Located | None:
        """Returns the current source of the model's data set."""
        wanted = wanted_by(note)
        return locate(wanted, self.request, self.project.downloads_dir) if wanted else None

    def train(self, note: Note | None) -> Step:
        """Returns the training step. note: of the training; None to look it up.

        Raises NotCached if the data set is missing.
        """

        def arguments(reading: ReadFiles | None) -> Mapping[str, Any]:
            loaded = self.data.own(self.model, "train", reading)
            if self.model.file is not None:
                self._steps.doing("train", f"reading {Path(self.model.file).name}")
                return {"model": self.model, "loaded": loaded, "file": self.file()}
            self._steps.doing("train")
            return {"model": self.model, "loaded": loaded, "progress": self._epoch}

        inputs: dict[str, Any] = {"data": self._data(note)} if note else {}
        brought = self.model.file is not None if self.model else bool(note and note.get("file"))
        function = FUNCTIONS["bring" if brought else "train"]
        if brought:  # by a converter, which an entry point names and no module imports
            inputs["converters"] = keys.kind_sources(*converter_modules())
        step = self._step("train", inputs, arguments, author=self.sources, detail=STARTING)
        return replace(step, function=function)

    def file(self) -> Path:
        """Returns the path in the model's field `file`, which is relative to the model file."""
        return self.path.parent / Path(self.model.file)

    def convert(self, train: Entry, of_model: Mapping[str, Any]) -> Step:
        """Returns the conversion step. of_model: the part of the key for the author's file."""
        shape = train.read_json("training.json")["shapes"]["input"]

        def arguments(reading: ReadFiles | None) -> Mapping[str, Any]:
            function_named(FUNCTIONS["convert"])  # importing tensorflowjs is slow
            self._steps.doing("convert")
            return {
                "keras_file": train.path("model.keras"),
                "shape": shape,
                "storage": storage,
            }

        storage = train.read_json("training.json").get("storage")
        # The graph contains the code of custom activations.
        inputs = {
            "model.keras": train.files["model.keras"],
            "shape": shape,
            "storage": storage,
            **of_model,
        }
        detail = "starting the converter"
        return self._step("convert", inputs, arguments, packages=TOOLS, detail=detail)

    def golden(
        self,
        train: Entry,
        converted: Entry,
        of_model: Mapping[str, Any],
        starts: Mapping[str, Any] | None = None,
    ) -> Step:
        """Returns the step of the golden cases.

        starts: those of `asked`, which are then golden cases, too.
        """
        training = train.read_json("training.json")

        def model() -> Any:
            fixed = starts is None and self.start is not None
            return replace(self.model, start=None) if fixed else self.model

        return self._step(
            "golden",
            {
                "model.keras": train.files["model.keras"],
                "graph": [converted.files[name] for name in GRAPH],
                "training": train.files["training.json"],
                "kinds": keys.kind_sources(*training["kinds"]),
                **({"starts": starts} if starts else {}),
                **of_model,
            },
            lambda reading: {
                "slug": self.slug,
                "model": model(),
                "keras_file": train.path("model.keras"),
                "starts": self.starts if starts else {},
                "seen": training["shapes"],
                "graph": converted.path(GRAPH[0]).parent,
            },
        )

    def asked(self) -> dict[str, Any] | None:
        """Returns the starting inputs of the pages and the model file as a part of a key, None if
        there are none."""
        found = {"pages": sorted(self.starts), "start": self.start}
        return found if self.starts or self.start else None

    def computes_exactly(self, golden: Entry) -> bool:
        """Returns whether the exact engine covers the graph, so that `starts` needs no Keras."""
        return bool(golden.read_json("spec.json").get("exact", {}).get("covered"))

    def computed_starts(self, golden: Entry, converted: Entry) -> Step:
        """Returns the step that predicts for starting inputs without Keras."""
        known = extensions("modelpress.inputs")
        found = kinds_of(golden.read_json("spec.json")["input"])
        kinds = keys.kind_sources(*(known[kind].module for kind in found))
        return self._step(
            "starts",
            {
                "spec": golden.files["spec.json"],
                "graph": [converted.files[name] for name in GRAPH],
                "kinds": kinds,
                "starts": self.asked(),
            },
            lambda reading: {
                "spec": golden.read_json("spec.json"),
                "graph": converted.path(GRAPH[0]).parent,
                "start": self.start,
                "pages": self.starts,
                "source": self.project.relative(self.path),
            },
            packages=("numpy",),
        )

    def layers(self, train: Entry, golden: Entry, of_model: Mapping[str, Any]) -> Step:
        """Returns the step of the layers model, which may find that there is none."""
        inputs = {
            "model.keras": train.files["model.keras"],
            "golden": golden.files["golden.json"],
            "tolerance": golden.read_json("spec.json")["tolerance"],
            # What runs the layers model in Node.
            "scripts": source_files(_INSPECTING),
            **of_model,
        }
        return self._step(
            "layers",
            inputs,
            lambda reading: {
                "keras_file": train.path("model.keras"),
                "golden": golden.read_json("golden.json"),
                "tolerance": inputs["tolerance"],
            },
            packages=TOOLS,
        )

    def report(self, train: Entry, golden: Entry, start: str) -> Step:
        """Returns the step of the report. start: the model's own starting input."""
        training = train.read_json("training.json")
        kinds = keys.kind_sources(*training["kinds"])
        drawn = sorted({start if text is None else text for text in self.drawn})
        return self._step(
            "report",
            {"train": train.key, "golden": golden.key, "kinds": kinds, "drawn": drawn},
            lambda reading: {
                "keras_file": train.path("model.keras"),
                "training": training,
                "spec": golden.read_json("spec.json"),
                "drawn": drawn,
                "data": self.data.own(self.model, "report", reading).data,
                "words": {name: getattr(self.model, name) for name in WORDS},
                "unit": self._unit(),
            },
            packages=(*KERAS, "pillow"),
        )

    def epochs(self, train: Entry, converted: Entry, golden: Entry, layers: Entry) -> Step:
        published = [converted.path(name) for name in GRAPH]
        answers = golden.files["golden.json"]
        tolerance = golden.read_json("spec.json")["tolerance"]
        return self._step(
            "epochs",
            {
                "train": train.key,
                "convert": converted.key,
                "golden": answers,
                "tolerance": tolerance,
                "layers": layers.files,
            },
            lambda reading: {
                "keras_file": train.path("model.keras"),
                "checkpoints_file": train.path("epochs.npz"),
                "training": train.read_json("training.json"),
                "golden": golden.read_json("golden.json"),
                "layers": layers.read_json(LAYERS) if LAYERS in layers.files else None,
                "size_bytes": sum(path.stat().st_size for path in published),
                "unit": self._unit(),
                "tolerance": tolerance,
            },
        )

    def further(self, note: Note, inputs: Mapping[str, Any]) -> list[Step]:
        """Returns the steps of the live run and of the seeds, if the model has them.

        inputs: those of the training.
        """
        steps = [self._record(inputs)] if note["live"] else []
        return [*steps, self._seeds(inputs, note["seeds"])] if note["seeds"] else steps

    def _record(self, inputs: Mapping[str, Any]) -> Step:
        return self._step(
            "record",
            inputs,
            lambda reading: {
                "model": self.model,
                "loaded": self._live_data("record", reading),
                "progress": lambda text: self._steps.doing("record", text),
            },
            author=self.sources,
        )

    def _seeds(self, inputs: Mapping[str, Any], count: int) -> Step:
        def arguments(reading: ReadFiles | None) -> Mapping[str, Any]:
            loaded = self._live_data("seeds", reading)
            assert reading is not None
            reading.stop()  # the rest runs in other processes
            roots, executor = self.project.import_roots, self._executor
            given = {"model": self.model, "loaded": loaded, "executor": executor, "roots": roots}
            return {**given, "progress": self._seed}

        where = f" on {self._executor.cluster}" if self._executor.cluster else ""
        detail = f"{count} seeds{where}"
        return self._step("seeds", inputs, arguments, author=self.sources, detail=detail)

    def _step(
        self,
        name: str,
        inputs: Mapping[str, Any],
        arguments: Callable[[ReadFiles | None], Mapping[str, Any]],
        packages: tuple[str, ...] = KERAS,
        author: Mapping[str, str] | None = None,
        detail: str = "",
    ) -> Step:
        return Step(name, self.slug, FUNCTIONS[name], inputs, packages, author, detail, arguments)

    def _data(self, note: Note) -> list[Any] | None:
        """Returns the part of the key for the model's data set."""
        wanted, located = wanted_by(note), self.located(note)
        if located and located.missing:
            raise NotCached("train")
        return fingerprint(wanted, located) if wanted and located else None

    def _live_data(self, step: str, reading: ReadFiles | None) -> Any:
        """Returns the data of the live run. The model's own data is part of the key already."""
        if self.model.live and self.model.live.data:
            return self.data.live(self.model)
        assert reading is not None
        with reading.paused():
            return self.data.own(self.model, step, reading)

    def _unit(self) -> str:
        return "step" if self.model.train else "epoch"

    def _epoch(self, step: int, steps: int, figures: dict[str, float]) -> None:
        self._steps.tell({"event": "epoch", "epoch": step, "epochs": steps, "figures": figures})

    def _seed(self, done: int, total: int) -> None:
        detail = f"seed {done} of {total}"
        self._steps.tell({"event": "amount", "done": done, "total": total, "detail": detail})


def wanted_by(note: Note | None) -> Wanted | None:
    """Returns the data set in the note of a training."""
    return Wanted.from_dict(note["wanted"]) if note and note["wanted"] else None
