"""Card: one finished model, as its entry in the manifest."""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelpress.artefacts.product import Product
from modelpress.caching import keys
from modelpress.core.errors import ModelFailure
from modelpress.core.number_format import shortest_float
from modelpress.core.project import Project
from modelpress.schema.document import Json, plain, read
from modelpress.schema.golden import Golden
from modelpress.schema.live import LiveRun
from modelpress.schema.model import (
    FileEntry,
    FormatFiles,
    Formats,
    LeftOut,
    LiveEntry,
    ModelEntry,
    Parity,
    Storage,
)
from modelpress.schema.seeds import SeedsEntry

GRAPH = FormatFiles(model="graph/model.json", weights="graph/weights.bin")
LAYERS = FormatFiles(model="layers/model.json", weights="layers/weights.bin")


@dataclass(frozen=True)
class Card:
    """A model's entry, not yet proven, and its published files by name."""

    slug: str
    entry: ModelEntry
    predictions: dict[str, Json]
    sweep: list[list[float]]  # Python's predictions for the further inputs of the output's picture
    drawing: dict[str, Json]  # charts and activations, used by pages only
    files: dict[str, Path]
    verified_by = "modelpress.proof.verify.verify"  # dotted name of the proof

    def copy_files(self, public: Path) -> None:
        """Copies the files to their places in the public folder."""
        for name, path in self.files.items():
            target = public / self.entry.base / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)


def card(product: Product, project: Project) -> Card:
    """Returns the card of a finished model, from its cached files alone."""
    spec = product.golden.read_json("spec.json")
    training = product.train.read_json("training.json")
    files, checksums = _files(product)
    version = keys.digest(checksums)[:12]
    base = f"models/{product.slug}/{version}/"
    sizes = {name: path.stat().st_size for name, path in files.items()}
    starts = product.starts.read_json("starts.json") if product.starts else None
    entry = {
        **spec,
        **({"start": starts["start"]} if starts else {}),
        "version": version,
        "base": base,
        "files": {
            name: FileEntry(url=base + name, size_bytes=sizes[name], sha256=checksums[name])
            for name in files
        },
        "formats": Formats(graph=GRAPH, layers=LAYERS if LAYERS.model in files else None),
        "golden": "golden.json",
        "cases": _cases(product),
        "parameters": training["parameters"],
        "size_bytes": sum(sizes[name] for name in (GRAPH.model, GRAPH.weights)),
        "metrics": {name: shortest_float(x) for name, x in training["metrics"].items()},
        "facts": training["facts"],
        "expect": {judged["name"]: judged["wanted"] for judged in training["expect"]},
        "data": training["data"],
        **product.report.read_json("report.json"),
        "training": {
            **{name: training[name] for name in ("seed", "epochs", "optimizer", "loss")},
            "history": {
                name: [shortest_float(x) for x in values]
                for name, values in training["history"].items()
            },
        },
        **({"brought": training["brought"]} if "brought" in training else {}),
        **_live(product),
        **_epochs(product),
        **_seeds(product),
        **_storage(product, training.get("storage")),
        **_no_layers(product),
        "parity": Parity.none("No browser replayed it.", _cases(product)),
        "versions": keys.versions(),
        "cache_keys": {
            "train": product.train.key,
            "convert": product.convert.key,
            "golden": product.golden.key,
            **({"starts": product.starts.key} if product.starts else {}),
            "layers": product.layers.key,
            "report": product.report.key,
            "epochs": product.epochs.key,
            **({"record": product.record.key} if product.record else {}),
            **({"seeds": product.seeds.key} if product.seeds else {}),
        },
        "source": project.published_name(product.source),
    }
    predictions = starts["answers"] if starts else product.golden.read_json("answers.json")
    sweep = product.golden.read_json("sweep.json")
    drawing = product.report.read_json("drawing.json")
    typed = read(ModelEntry, plain(entry), product.slug)
    return Card(product.slug, typed, predictions, sweep, drawing, files)


def require_expected(products: list[Product], project: Project) -> None:
    """Raises ModelFailure with a table if models miss figures that their authors expect."""
    missed = []
    for product in products:
        training = product.train.read_json("training.json")
        figures = sorted({**training["metrics"], **training["facts"]})
        for judged in training["expect"]:
            if not judged["met"]:
                found = judged["found"]
                shown = f"{found:.6g}" if found is not None else f"only {', '.join(figures)}"
                missed.append((product.slug, judged["name"], judged["wanted"], shown))
    if not missed:
        return
    lines = [("model", "figure", "expected", "found"), *missed]
    widths = [max(len(line[i]) for line in lines) for i in range(3)]
    table = "\n".join(
        "  ".join([*(f"{line[i]:{widths[i]}}" for i in range(3)), line[3]]) for line in lines
    )
    slugs = sorted({line[0] for line in missed})
    raise ModelFailure(
        "A trained model misses what its author expects of it; the site was left as it was.",
        where=", ".join(project.relative(p.source) for p in products if p.slug in slugs),
        found=table,
        next_step="Train longer or otherwise, or correct `expect` in the model file.",
    )


def _cases(product: Product) -> int:
    """Returns the number of golden cases."""
    return read(Golden, product.golden.read_json("golden.json"), "golden.json").cases


def _storage(product: Product, found: Mapping[str, Any] | None) -> dict[str, Storage]:
    """Returns the field `storage`, for a model with rounded weights. found: by the training."""
    if not found:
        return {}
    specs = [
        spec
        for group in product.convert.read_json(GRAPH.model)["weightsManifest"]
        for spec in group["weights"]
    ]
    stored = product.convert.path(GRAPH.weights).stat().st_size
    saved = sum(_saved(spec) for spec in specs)
    compared = {name: found[name] for name in ("rows", "max_change", "changed") if name in found}
    return {
        "storage": Storage(
            type=found["type"],
            weights_bytes=stored,
            float32_bytes=stored + saved,
            before=found["before"],
            **compared,
        )
    }


def _saved(spec: Mapping[str, Any]) -> int:
    """Returns the bytes that the stored type of a weight saves."""
    width = {"float16": 2, "uint8": 1}.get(spec.get("quantization", {}).get("dtype"), 4)
    return int(math.prod(spec["shape"])) * (4 - width)


def _live(product: Product) -> dict[str, LiveEntry]:
    """Returns the field `live`, for a model that trains in the browser."""
    if product.record is None:
        return {}
    recorded = read(LiveRun, product.record.read_json("live.json"), "live.json")
    return {
        "live": LiveEntry(
            url="live/live.json",
            bin="live/live.bin",
            keras="live/take.keras",
            steps=recorded.recordings[recorded.author].steps,
            rows=recorded.rows,
            validation_rows=recorded.validation_rows,
            tolerance=recorded.tolerance,
        )
    }


def _no_layers(product: Product) -> dict[str, LeftOut]:
    """Returns the field `no_layers`, for a model without the layers format."""
    fault = product.layers.read_json("layers.json")
    return {"no_layers": LeftOut(**fault)} if fault else {}


def _seeds(product: Product) -> dict[str, SeedsEntry]:
    """Returns the field `seeds`, for a model trained from many seeds."""
    if product.seeds is None:
        return {}
    return {"seeds": read(SeedsEntry, product.seeds.read_json("seeds.json"), "seeds.json")}


def _epochs(product: Product) -> dict[str, Any]:
    """Returns the field `epochs`, for a model with checkpoints."""
    checkpoints = product.epochs.read_json("epochs.json")
    if "reason" in checkpoints:
        return {}
    size = sum(product.epochs.path(name).stat().st_size for name in product.epochs.files)
    live = product.record.read_json("live.json")["weights"] if product.record else []
    shapes = [shape for _, shape in checkpoints["weights"]]
    return {
        "epochs": {
            **checkpoints,
            "bin": "epochs/epochs.bin",
            "size_bytes": size,
            # Whether the checkpoints fit the network that trains in the browser.
            "trains": bool(live) and shapes == [weight["shape"] for weight in live],
        }
    }


def _files(product: Product) -> tuple[dict[str, Path], dict[str, str]]:
    """Returns the published files of a model and their SHA-256, by name."""
    files = {name: product.convert.path(name) for name in product.convert.files}
    checksums = dict(product.convert.files)
    published = [(product.golden, "golden.json", ""), (product.train, "model.keras", "")]
    published += [(product.layers, name, "") for name in product.layers.files if "/" in name]
    pictures = [name for name in product.report.files if name.endswith(".png")]
    published += [(product.report, name, "") for name in pictures]
    if product.record:
        published += [(product.record, name, "live/") for name in product.record.files]
    if "epochs.bin" in product.epochs.files:
        published.append((product.epochs, "epochs.bin", "epochs/"))
    for entry, name, folder in published:
        files[folder + name], checksums[folder + name] = entry.path(name), entry.files[name]
    files["source.py"], checksums["source.py"] = product.source, keys.sha256(product.source)
    order = sorted(files)
    return {name: files[name] for name in order}, {name: checksums[name] for name in order}
