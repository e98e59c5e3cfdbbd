"""Our training against the plain `keras.Model.fit` that a user would write.

Same model file, same rows, same epochs, shuffling off on both sides, built-in data. Each side
trains in a process of its own: ours as the workers of a build do (one thread, equal from run to
run), theirs with whatever Keras and TensorFlow choose by default. Timed is the training alone,
without imports and data.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SLUGS = ("xor", "color_classifier", "complementary_color", "two_waves", "digits")
MOST_STEPS = 4000  # of the optimizer; fewer epochs are run where a model has more
MOST_STEPS_OF_IMAGES = 400
# Rounding grows over thousands of steps, and with XLA dropout draws other numbers.
LOSS_WITHIN = 0.05


def compare() -> dict[str, dict[str, tuple[float, float]]]:
    """Model → {"… epochs, s": (ours, theirs)}, and what the two final losses are.

    Raises AssertionError where they did not come to the same result.
    """
    found = {}
    for slug in SLUGS:
        ours, theirs = (_run(slug, way) for way in ("ours", "theirs"))
        difference = abs(ours["loss"] - theirs["loss"])
        assert difference <= LOSS_WITHIN * theirs["loss"] + 1e-4, (slug, ours, theirs)
        assert ours["steps"] == theirs["steps"]
        found[slug] = {
            f"{ours['epochs']} epochs, {ours['steps']} steps, s": (ours["s"], theirs["s"]),
            "loss reached": (ours["loss"], theirs["loss"]),
        }
    return found


def _run(slug: str, way: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.training", slug, way],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"},
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def train(slug: str, way: str) -> dict[str, Any]:
    """Trains one model one way, and says how long it took and what loss was reached."""
    import keras

    from modelpress.core.configuration import find_project
    from modelpress.core.determinism import repeatable
    from modelpress.data import DataRequest, Split, load
    from modelpress.data.kept_rows import CachedExamples
    from modelpress.spec.discovery import import_model
    from modelpress.training.fit import KERAS_BATCH_SIZE, Loop

    if way == "ours":
        repeatable()
    project = find_project(ROOT / "mkdocs.yml")
    model = import_model(project.models_dir / f"{slug}.py", project)
    loaded = load(
        model.data,
        DataRequest(builtin=True),
        project.downloads_dir,
        lambda text: None,
        kept=CachedExamples(project),
    )
    assert loaded.data is not None
    assert model.build is not None
    keywords = model.fit_keywords(loaded.provenance["source"])
    batch_size = keywords.get("batch_size") or KERAS_BATCH_SIZE
    rows = loaded.data.train
    most = MOST_STEPS_OF_IMAGES if rows.x[0].size > 64 else MOST_STEPS
    rows = Split(rows.x[: most * batch_size], rows.y[: most * batch_size])
    steps = -(-len(rows) // batch_size)
    epochs = min(keywords["epochs"], max(1, most // steps))
    keras.utils.set_random_seed(model.seed)
    net = model.build()
    compiling = model.compile_keywords(epochs * steps)
    began = time.perf_counter()
    if way == "ours":
        net.compile(**{"jit_compile": False, **compiling})
        history = Loop(net, batch_size).fit(rows, epochs=epochs, seed=model.seed, shuffle=False)
    else:
        net.compile(**compiling)
        recorded = net.fit(
            rows.x, rows.y, batch_size=batch_size, epochs=epochs, shuffle=False, verbose=0
        )
        history = recorded.history
    seconds = time.perf_counter() - began
    return {"s": seconds, "loss": history["loss"][-1], "epochs": epochs, "steps": epochs * steps}


if __name__ == "__main__":
    print(json.dumps(train(*sys.argv[1:])))
