"""Measures subjects in Python: `python -m tests.coverage.measure FOLDER ID …`.

Each gets a folder with row.json, the files of its graph and layers models, and golden.json. A
process that a subject ends leaves the rows of those before it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import keras
import numpy as np

from modelpress.conversion.convert import convert
from modelpress.conversion.exact_record import Reference
from modelpress.conversion.layers import layers
from modelpress.conversion.starts import flat
from modelpress.core.errors import ModelpressError
from modelpress.network.publishable import require_publishable
from modelpress.recording.record_net import described
from modelpress.schema import document
from modelpress.schema.golden import Golden
from modelpress.training.saving import save
from tests.coverage import LARGEST, Row, Subject

RELATIVE = 1e-5  # of the largest prediction, where the exact engine gives no bound


def all_subjects() -> dict[str, Subject]:
    from tests.coverage import layers as of_layers
    from tests.coverage import other

    found = [*of_layers.subjects(), *other.subjects()]
    return {subject.id: subject for subject in found}


def measure(subject: Subject, folder: Path) -> Row:
    """Returns the row of a subject, and leaves its files in `folder`."""
    row = Row(subject.name, subject.group, subject.role)
    keras.utils.set_random_seed(1)
    try:
        net = subject.build()
        require_publishable(net)
    except ModelpressError as error:
        return replace(row, converts=said(error))
    if subject.group != "applications":
        _randomise(net)
    row = replace(row, parameters=net.count_params(), live=_live(net))
    folder.mkdir(parents=True, exist_ok=True)
    keras_file = folder / "model.keras"
    save(net, keras_file)
    try:
        convert(keras_file, subject.shape, folder)
    except ModelpressError as error:
        return replace(row, converts=said(error))
    if net.count_params() > LARGEST:
        reason = f"Not tried: {net.count_params() / 1e6:.0f} million weights."
        return replace(row, exact=reason, layers=reason)
    inputs = _inputs(subject)
    outputs = np.asarray(net.predict(inputs, batch_size=len(inputs), verbose=0), np.float32)
    reference = Reference(folder / "graph", inputs)
    try:
        exact = reference.record(outputs)
    except ModelpressError as error:
        return replace(row, exact=said(error))
    largest = float(np.abs(outputs).max(initial=0))
    allowed = exact.bound if exact.covered else RELATIVE * max(1.0, largest)
    assert allowed is not None
    expected = reference.predictions if exact.covered else outputs
    _write_golden(folder, subject, inputs, expected)
    (folder / "digest").write_text(exact.digest or "")
    golden = json.loads((folder / "golden.json").read_text())
    layers(keras_file, golden, allowed, folder)
    keras_file.unlink()
    fault = json.loads((folder / "layers.json").read_text())
    return replace(
        row,
        exact=exact.reason or "",
        layers=fault.get("reason", ""),
        largest=exact.max_diff,
        allowed=allowed,
    )


def said(error: Exception) -> str:
    """Returns one line about a refusal."""
    if not isinstance(error, ModelpressError):
        return f"{type(error).__name__}: {str(error).strip().splitlines()[0]:.160}"
    what = str(getattr(error, "what", "") or error).splitlines()[0]
    found = " ".join(str(error.found or "").split())
    # Keras counts the tensors and layers of a process.
    return re.sub(r"_\d+\b", "", f"{what} {found:.200}").strip()


def _randomise(net: Any) -> None:
    random = np.random.default_rng(1)
    for weight in net.weights:
        if "float" in weight.dtype:
            values = random.normal(0, 0.5, weight.shape)
            weight.assign(np.abs(values) + 0.1 if "variance" in weight.path else values)


def _inputs(subject: Subject) -> Any:
    random = np.random.default_rng(2)
    size = (subject.cases, *subject.shape)
    if subject.whole:
        return random.integers(0, subject.whole, size).astype("float32")
    return random.normal(size=size).astype("float32")


def _live(net: Any) -> str:
    """Returns why the browser can't train a network that continues this one; "" if it can."""
    try:
        flat_ = keras.layers.Flatten()(net.outputs[0])
        if isinstance(net, keras.Sequential):
            longer = keras.Sequential([net.inputs[0], *net.layers])
            longer.add(keras.layers.Flatten())
            longer.add(keras.layers.Dense(2))
        else:
            longer = keras.Model(net.inputs[0], keras.layers.Dense(2)(flat_))
        described(longer)
    except ModelpressError as error:
        return re.sub(r"_\d+\b", "", " ".join(str(error.found).split()))[:160]
    except Exception as error:  # from Keras, for an output that is no tensor of numbers
        return said(error)
    return ""


def _write_golden(folder: Path, subject: Subject, inputs: Any, outputs: Any) -> None:
    golden = Golden(
        slug=slug(subject.id),
        cases=len(inputs),
        groups=["start", *["author"] * (len(inputs) - 1)],
        input_shape=list(inputs.shape[1:]),
        output_shape=list(outputs.shape[1:]),
        inputs=[flat(each) for each in inputs],
        outputs=[flat(each) for each in outputs],
    )
    (folder / "golden.json").write_text(document.text(golden), "utf-8")


def slug(identity: str) -> str:
    return identity.replace("/", "_").lower()


def rows_in(folder: Path, subject: Subject) -> Path:
    return folder / slug(subject.id) / "row.json"


def _measured(subjects: list[Subject], folder: Path) -> Iterator[Row]:
    for subject in subjects:
        try:
            row = measure(subject, folder / slug(subject.id))
        except Exception as error:  # an error that no sentence tells of yet
            row = Row(subject.name, subject.group, subject.role, converts=said(error))
        path = rows_in(folder, subject)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(row)))
        keras.backend.clear_session()
        yield row


def main(folder: str, names: list[str]) -> None:
    known = all_subjects()
    for row in _measured([known[name] for name in names], Path(folder)):
        fault = row.converts or row.exact
        print(f"{row.id}: {fault or 'converts, exact'}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
