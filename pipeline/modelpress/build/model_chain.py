"""One model's chain, train → convert → golden → report, record for one that trains in the browser
and seeds for one that is trained from many: what of it is cached, and running the rest.

`find` only looks and imports neither TensorFlow nor the model file. `make` runs in a worker
process. Both compute keys in the same way:

    reads    model sources                          → which data, files and kinds the model uses
    train    model sources, data, step, versions    → model.keras, training.json, epochs.npz
    convert  model.keras, model sources, step, …    → graph/, layers/
    golden   model.keras, kinds, starts, step, …    → golden.json, answers.json, sweep.json,
                                                      spec.json
    report   train, golden, step, versions          → report.json, drawing.json, pictures
    epochs   train, convert, golden, step, …        → epochs.json, epochs.bin
    record   as recording.py has it                 → live.json, live.bin, take.keras
    seeds    as ensembles.py has it                 → seeds.json
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import Product
from modelpress.build.ensembles import EnsembleStep
from modelpress.build.recording import Recording
from modelpress.caching import keys
from modelpress.caching.observing.file_access import ReadFiles, as_inputs
from modelpress.caching.store import Cache, Entry
from modelpress.core.project import Project
from modelpress.data.locate import DataRequest, Located, Wanted, fingerprint, locate
from modelpress.processes.cluster import Machines

Tell = Callable[[dict[str, Any]], None]


class Chain:
    """The chain of one model. starts: text of each starting input on a page → "page.md:line".
    machines: where seeds are trained."""

    def __init__(
        self,
        project: Project,
        slug: str,
        path: Path,
        starts: dict[str, str],
        request: DataRequest,
        tell: Tell,
        machines: Machines | None = None,
    ) -> None:
        self.project, self.slug, self.path = project, slug, path
        self.starts, self.request, self.tell = starts, request, tell
        self.machines = machines or Machines()
        self.cache = Cache(project.state_dir, lambda text: tell({"event": "note", "text": text}))
        self.sources = keys.model_sources(path, project.import_roots)
        self._loaded: Any = None  # rows that training has read, for the report

    def find(self) -> Product | None:
        """The product, where every part of it is cached."""
        reads = self._find_reads()
        train = reads and self._find_train(reads)
        if not reads or not train:
            return None
        convert = self.cache.find("convert", self.slug, self._convert_inputs(train))
        golden = self.cache.find("golden", self.slug, self._golden_inputs(train, reads))
        if not convert or not golden:
            return None
        report = self.cache.find("report", self.slug, self._report_inputs(train, golden, reads))
        epochs = self.cache.find("epochs", self.slug, self._epochs_inputs(train, convert, golden))
        record = self._recording(reads).find() if reads["live"] else None
        seeds = self._ensemble(reads).find() if reads["seeds"] else None
        if not report or not epochs or (reads["live"] and not record):
            return None
        if reads["seeds"] and not seeds:
            return None
        made = (train, convert, golden, report, epochs, record, seeds)
        return Product(self.slug, self.path, *made)

    def is_known(self) -> bool:
        """Whether an earlier run has found out what the model asks for."""
        return self._find_reads() is not None

    def wanted(self) -> Wanted | None:
        """The data set that the model asks for, as far as an earlier run has found out."""
        reads = self._find_reads()
        return Wanted.from_dict(reads["wanted"]) if reads and reads["wanted"] else None

    def data_source(self) -> Located | None:
        """Where the model's data set would come from now."""
        wanted = self.wanted()
        return locate(wanted, self.request, self.project.downloads_dir) if wanted else None

    def notes(self) -> dict[str, Any]:
        """What its trainings have read, step → note; {} where that isn't known."""
        reads = self._find_reads()
        if reads is None:
            return {}
        found: dict[str, Any] = {"train": reads}
        if reads["live"]:
            found["record"] = self._recording(reads).note()
        if reads["seeds"]:
            found["seeds"] = self._ensemble(reads).note()
        return found

    def keys(self, notes: dict[str, Any]) -> dict[str, str]:
        """The keys that its trainings would have now, if they read what `notes` says."""
        if not notes:
            return {}
        reads = notes["train"]
        found = {"train": keys.digest(self._train_inputs(reads))}
        if reads["live"]:
            found["record"] = self._recording(reads).key(notes["record"])
        if reads["seeds"]:
            found["seeds"] = self._ensemble(reads).key(notes["seeds"])
        return found

    def make(self) -> None:
        """Runs the steps that are not cached. Raises ModelpressError where one can't be done."""
        self._doing("train", "starting TensorFlow")
        from modelpress.conversion.golden import golden as write_golden
        from modelpress.spec.discovery import import_model

        read_files = ReadFiles(self.project)
        model = import_model(self.path, self.project)
        read_files.name(model)
        with read_files.paused():
            reads = self._find_reads()
            train = reads and self._find_train(reads)
        if not reads or not train:
            reads, train = self._train(model, read_files)
        read_files.stop()
        inputs = self._convert_inputs(train)
        converted = self.cache.find("convert", self.slug, inputs)
        if not converted:
            # Imported where it is needed: tensorflowjs takes as long to import as TensorFlow.
            self._doing("convert", "starting the converter")
            from modelpress.conversion.convert import convert

            converted = self._run(
                "convert", inputs, lambda out: convert(train.path("model.keras"), out)
            )
        inputs = self._golden_inputs(train, reads)
        golden = self.cache.find("golden", self.slug, inputs)
        if not golden:
            golden = self._run(
                "golden",
                inputs,
                lambda out: write_golden(
                    self.slug,
                    model,
                    train.path("model.keras"),
                    self.starts,
                    out,
                    train.read_json("training.json")["shapes"],
                ),
            )
        inputs = self._report_inputs(train, golden, reads)
        if not self.cache.find("report", self.slug, inputs):
            self._run("report", inputs, lambda out: self._report(model, train, golden, out))
        inputs = self._epochs_inputs(train, converted, golden)
        if not self.cache.find("epochs", self.slug, inputs):
            unit = "step" if model.train else "epoch"
            self._run("epochs", inputs, lambda out: _epochs(train, converted, golden, unit, out))
        if model.live and not self._recording(reads).find():
            self._record(model, reads)
        if model.seeds and not self._ensemble(reads).find():
            self._train_seeds(model, reads)

    def _report(self, model: Any, train: Entry, golden: Entry, out: Path) -> None:
        from modelpress.reporting.report import report

        loaded = self._loaded or self.load_data(model, "report")
        report(
            train.path("model.keras"),
            train.read_json("training.json"),
            golden.read_json("spec.json"),
            golden.read_json("answers.json"),
            loaded.data,
            model.limits,
            "step" if model.train else "epoch",
            out,
        )

    def _record(self, model: Any, reads: dict[str, Any]) -> None:
        self._doing("record", "")
        started = time.monotonic()
        self._recording(reads).make(
            model,
            lambda: self._loaded or self.load_data(model, "record"),
            lambda text: self._doing("record", text),
        )
        self._done("record", started)

    def _train_seeds(self, model: Any, reads: dict[str, Any]) -> None:
        started, count = time.monotonic(), model.seeds.count

        def show(done: int, total: int) -> None:
            words = f"seed {done} of {total}"
            self.tell({"event": "amount", "done": done, "total": total, "detail": words})

        def load() -> Any:
            if model.live and model.live.data:
                return self._recording(reads).own_rows(model)
            return self._loaded or self.load_data(model, "seeds")

        where = f" on {self.machines.cluster}" if self.machines.cluster else ""
        self._doing("seeds", f"{count} seeds{where}")
        self._ensemble(reads).make(model, load, self.machines, show)
        self._done("seeds", started)

    def _train(self, model: Any, read_files: Any) -> tuple[dict[str, Any], Entry]:
        from modelpress import data
        from modelpress.training.train import train

        def show(step: int, steps: int, figures: dict[str, float]) -> None:
            self.tell({"event": "epoch", "epoch": step, "epochs": steps, "figures": figures})

        started = time.monotonic()
        wanted = model.data.wanted() if isinstance(model.data, data.Dataset) else None
        with self.cache.making("train", self.slug) as out:
            if wanted:
                read_files.leave_out(self._data_files(wanted), self.request.path)
            loaded = self.load_data(model)
            self._doing("train", "")
            train(model, loaded, out, show)
            self._loaded = loaded
            reads = {
                "wanted": wanted.as_dict() if wanted else None,
                **read_files.stop(),
                "kinds": _kind_modules(model, out),
                "live": model.live is not None,
                "seeds": model.seeds is not None,
            }
            with self.cache.making("reads", self.slug) as note:
                (note / "reads.json").write_text(json.dumps(reads, sort_keys=True), "utf-8")
                self.cache.commit("reads", self.slug, self._reads_inputs(), note)
            entry = self.cache.commit("train", self.slug, self._train_inputs(reads), out)
        self._done("train", started)
        return reads, entry

    def _data_files(self, wanted: Wanted) -> list[Path]:
        located = locate(wanted, self.request, self.project.downloads_dir)
        return [*located.paths, *(located.real.paths if located.real else ())]

    def load_data(self, model: Any, step: str = "train") -> Any:
        """The rows of the model's `data` field, as a `Loaded`; what takes long is shown."""
        from modelpress import data

        def show(done: int, total: int, text: str) -> None:
            self.tell({"event": "amount", "done": done, "total": total, "detail": text})

        return data.load(
            model.data,
            self.request,
            self.project.downloads_dir,
            lambda text: self._doing(step, text),
            show=show,
            kept=data.KeptRows(self.project.rows_dir, self.project.import_roots),
        )

    def _run(self, step: str, inputs: dict[str, Any], work: Callable[[Path], None]) -> Entry:
        self._doing(step, "")
        started = time.monotonic()
        with self.cache.making(step, self.slug) as out:
            work(out)
            entry = self.cache.commit(step, self.slug, inputs, out)
        self._done(step, started)
        return entry

    def _doing(self, step: str, detail: str) -> None:
        self.tell({"event": "step", "step": step, "detail": detail})

    def _done(self, step: str, started: float) -> None:
        self.tell({"event": "done", "step": step, "seconds": time.monotonic() - started})

    def _find_reads(self) -> dict[str, Any] | None:
        entry = self.cache.find("reads", self.slug, self._reads_inputs())
        if entry is None:
            return None
        reads: dict[str, Any] = entry.read_json("reads.json")
        return reads

    def _find_train(self, reads: dict[str, Any]) -> Entry | None:
        located = self.data_source()
        if located and located.missing:
            return None
        return self.cache.find("train", self.slug, self._train_inputs(reads))

    def _recording(self, reads: dict[str, Any]) -> Recording:
        sources = self._source_inputs(reads)
        return Recording(self.project, self.slug, self.cache, self._reads_inputs(), sources)

    def _ensemble(self, reads: dict[str, Any]) -> EnsembleStep:
        sources = self._source_inputs(reads)
        return EnsembleStep(self.project, self.slug, self.cache, self._reads_inputs(), sources)

    def _reads_inputs(self) -> dict[str, Any]:
        return {"model": self.sources, "step": keys.step_sources("reads")}

    def _source_inputs(self, reads: dict[str, Any]) -> dict[str, Any]:
        wanted = Wanted.from_dict(reads["wanted"]) if reads["wanted"] else None
        located = wanted and locate(wanted, self.request, self.project.downloads_dir)
        return {
            "model": self.sources,
            "data": fingerprint(wanted, located) if wanted and located else None,
            **as_inputs(self.project, reads),
        }

    def _train_inputs(self, reads: dict[str, Any]) -> dict[str, Any]:
        return {
            **self._source_inputs(reads),
            "step": keys.step_sources("train"),
            "versions": _versions("python", "tensorflow", "keras", "numpy"),
        }

    def _convert_inputs(self, train: Entry) -> dict[str, Any]:
        return {
            "model.keras": train.files["model.keras"],
            "model": self.sources,  # a custom activation's code is in the graph
            "step": keys.step_sources("convert"),
            "versions": keys.versions(),
        }

    def _golden_inputs(self, train: Entry, reads: dict[str, Any]) -> dict[str, Any]:
        return {
            "model.keras": train.files["model.keras"],
            "training": train.files["training.json"],
            "model": self.sources,
            "kinds": keys.kind_sources(*reads["kinds"]),
            "starts": sorted(self.starts),
            "step": keys.step_sources("golden"),
            "versions": _versions("python", "tensorflow", "keras", "numpy"),
        }

    def _epochs_inputs(self, train: Entry, converted: Entry, golden: Entry) -> dict[str, Any]:
        return {
            "train": train.key,
            "convert": converted.key,
            "golden": golden.files["golden.json"],
            "step": keys.step_sources("epochs"),
            "versions": _versions("python", "tensorflow", "keras", "numpy"),
        }

    def _report_inputs(self, train: Entry, golden: Entry, reads: dict[str, Any]) -> dict[str, Any]:
        return {
            "train": train.key,
            "golden": golden.key,
            "kinds": keys.kind_sources(*reads["kinds"]),
            "step": keys.step_sources("report"),
            "versions": {
                **_versions("python", "tensorflow", "keras", "numpy"),
                "pillow": keys.package_version("pillow"),
            },
        }


def _epochs(train: Entry, converted: Entry, golden: Entry, unit: str, out: Path) -> None:
    from modelpress.training.checkpoint_export import epochs

    published = ("graph/model.json", "graph/weights.bin")
    epochs(
        train.path("model.keras"),
        train.path("epochs.npz"),
        train.read_json("training.json"),
        golden.read_json("golden.json"),
        converted.read_json("layers/model.json"),
        sum(converted.path(name).stat().st_size for name in published),
        unit,
        out,
    )


def _kind_modules(model: Any, trained: Path) -> list[str]:
    """The modules of a trained model's kinds; all kinds where the one that fits is chosen."""
    from modelpress import inputs, outputs
    from modelpress.training.shapes import resolved

    training = json.loads((trained / "training.json").read_bytes())
    found = resolved(model, training["shapes"])
    named = type(found.input).__module__, type(found.output).__module__
    return [
        inputs.__name__ if model.input is None else named[0],
        outputs.__name__ if model.output is None else named[1],
    ]


def _versions(*names: str) -> dict[str, str]:
    return {name: version for name, version in keys.versions().items() if name in names}
