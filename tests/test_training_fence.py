"""The `train` fence as plain Python-Markdown: complete without scripts, and its mistakes."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import markdown
import numpy as np
import pytest

from modelpress.core.errors import PageError
from modelpress.inputs import Points
from modelpress.outputs import Number
from modelpress.schema.document import read
from modelpress.schema.live import LiveRun
from modelpress.site.charts.training_names import steps_of
from modelpress.site.fence_syntax import scan
from modelpress.site.markdown import ModelpressExtension
from tests.entries import live, manifest, model
from tests.twins import twin

STEPS = 40
CHECKED = [1, 20, 40]  # steps after which validation rows were measured
# Two rows to look at (0, 1) and (1, 1), their right answers 1 and 0, and Python's 0.75 and 0.25.
HEAD = bytes([0, 1, 1, 1, 255, 0, 0, 0]) + np.array([0.75, 0.25], "<f4").tobytes()
BASE = "models/gate/0123456789ab/"


def losses(rate: float) -> Any:
    """A curve over less than two decades, as float32 has it."""
    return (0.7 * np.exp(-rate * np.arange(STEPS))).astype("<f4")


def live_json() -> dict[str, Any]:
    """As the step `record` writes it, for a gate of two inputs and sixteen hidden neurons."""
    optimizers = [
        {"name": "adam", "learning_rate": 0.2, "beta_1": 0.9},
        {"name": "sgd", "learning_rate": 0.1},
    ]
    fields = {
        "input_shape": [2],
        "layers": [
            {
                "kind": "dense",
                "name": "hidden",
                "units": 16,
                "use_bias": True,
                "activation": "relu",
            },
            {
                "kind": "dense",
                "name": "answer",
                "units": 1,
                "use_bias": True,
                "activation": "linear",
            },
        ],
        "left_out": ["Dropout"],
        "loss": "mse",
        "losses": ["mse", "binary_crossentropy"],
        "metrics": ["accuracy"],
        "optimizer": optimizers[0],
        "rates": None,
        "batch_size": 32,
        "epochs": 500,
        "shuffle": True,
        "seed": 1,
        "rows": 4,
        "validation_rows": 2,
        "validation_steps": CHECKED,
        "data": {
            "probe_x": {"offset": 0, "dtype": "uint8", "shape": [2, 2]},
            "probe_y": {"offset": 4, "dtype": "uint8", "shape": [2, 1], "divisor": 255},
        },
        "recordings": [
            {
                "optimizer": optimizer,
                "rates": None,
                "steps": STEPS,
                "losses": {"offset": 16 + 4 * STEPS * i},
                "metrics": {"accuracy": {"offset": 16 + 4 * STEPS * i}},
                "validation": {"loss": {"offset": 16}, "accuracy": {"offset": 24}},
                "probe": {"offset": 8},
                "checks": [],
            }
            for i, optimizer in enumerate(optimizers)
        ],
        "author": 0,
        "files": {"live.bin": 16 + 8 * STEPS},
        "tolerance": {"cpu": 1e-4, "wasm": 1e-4, "webgl": 1e-4},
        "tolerance_reason": "",
    }
    return live(**fields)


@pytest.fixture
def public(tmp_path: Path) -> Path:
    folder = tmp_path / "public" / BASE / "live"
    folder.mkdir(parents=True)
    (folder / "live.json").write_text(json.dumps(live_json()))
    (folder / "live.bin").write_bytes(HEAD + losses(0.05).tobytes() + losses(0.01).tobytes())
    return tmp_path / "public"


@pytest.fixture
def site() -> dict[str, Any]:
    points = Points(x=(0, 1), y=(0, 1), names=("a", "b"))
    names = [
        "graph/model.json",
        "graph/weights.bin",
        "golden.json",
        "live/live.json",
        "live/live.bin",
    ]
    fields = {
        "title": "Exclusive <or>",
        "version": "0123456789ab",
        "base": BASE,
        "files": {n: {"url": BASE + n, "size_bytes": 12, "sha256": "0" * 64} for n in names},
        "golden": "golden.json",
        "cases": 72,
        "parameters": 65,
        "size_bytes": 5218,
        "tolerance": 1e-5,
        "input": points.spec(),
        "output": Number("Answer").spec(),
        "start": {"text": "0,1", "input": [0, 1], "output": [0.9]},
    }
    live = {"url": "live/live.json", "bin": "live/live.bin"}
    return {
        "manifest": manifest({"gate": model(**fields, live=live), "still": model(**fields)}),
        "bundle": {"first": {"script": "assets/modelpress/first-A.js", "scripts": {}}},
    }


@pytest.fixture
def render(site: dict[str, Any], public: Path) -> Any:
    def to_html(text: str, *, line_offset: int = 0) -> str:
        extension = ModelpressExtension(
            site=site, public=str(public), page="guide/a.md", root="../", line_offset=line_offset
        )
        return markdown.markdown(text, extensions=[extension])

    return to_html


def fence(*options: str, kind: str = "train gate") -> str:
    return "\n".join([f"```{kind}", *options, "```"])


def data(html: str) -> Any:
    found = re.search(r"data-part=.recorded. value='(.*?)'>", html)
    assert found is not None
    return json.loads(found[1])


def test_the_figure_is_complete_without_scripts(render: Any) -> None:
    html = render(fence())
    assert '<modelpress-trainer model="gate" state="idle" step="0"' in html
    assert 'data-part="state">Step 0 of 500 · loss 0.7<' in html
    assert (
        "Python's loss goes from 0.7 to 0.0996 in 40 steps. On the 2 validation examples, from 0.7 "
        "to 0.633." in html
    )
    assert "Python's accuracy goes from 70% to 10% in 40 steps." in html
    assert 'data-part="validated">Validation: Python\'s loss 0.633, accuracy 57' in html
    assert "Exclusive &lt;or&gt;, trained here: 4 rows of data" in html
    assert "Both leave out Dropout." in html
    assert "<noscript>" in html
    path = re.search(r'data-part="python" d="([^"]+)"', html)
    assert path is not None
    assert path[1].startswith("M0 ")
    assert path[1].count("L") == STEPS - 1
    rows = re.findall(r'<tr><th scope="row">(\d+)</th>((?:<td>[^<]+</td>)+)</tr>', html)
    assert rows[0] == ("1", "<td>0.7</td><td>–</td><td>0.7</td><td>–</td>")
    assert [int(step) for step, _ in rows] == [*CHECKED, *CHECKED]
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'<label for="([^"]+)"', html)) <= set(ids)


def test_curves_of_validation_go_through_what_was_measured(render: Any) -> None:
    """Each point where the axes put it: accuracy from none to all, steps from 1."""
    html = render(fence())
    path = re.search(r'data-part="metric-python-validation" d="([^"]+)"', html)
    assert path is not None
    places = [tuple(map(float, node.split())) for node in re.split("[ML]", path[1])[1:]]
    values = losses(0.05)[2:5]  # 24 bytes into the file
    for (x, y), step, value in zip(places, CHECKED, values, strict=True):
        assert (x, y) == pytest.approx((1000 * (step - 1) / 39, 1000 * (1 - value)), abs=0.06)


def test_rows_to_look_at_are_a_table_where_they_have_no_colors(render: Any) -> None:
    html = render(fence())
    assert "mp-tile" not in html
    table = html.split('data-part="probe-rows">')[1].split("</tbody>")[0]
    assert re.findall(r"<td>([^<]*)</td>", table) == ["0, 1", "1", "0.75", "1, 1", "0", "0.25"]
    assert "Python's predictions for these 2 inputs after step 40: each number is 0.250 off" in html


def test_each_training_of_a_page_has_an_address_of_its_own(render: Any) -> None:
    html = render(f"{fence()}\n\n{fence()}")
    assert re.findall(r'data-key="([^"]+)"', html) == ["gate.train", "gate.train-2"]
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_every_control_waits_for_its_script(render: Any) -> None:
    html = render(fence("hidden: 16"))
    controls = re.findall(r"<(?:button|input|select)\b[^>]*>", html)
    assert len(controls) > 12
    assert all(" disabled" in control for control in controls)


def test_the_page_knows_the_recorded_losses_to_the_bit(render: Any) -> None:
    known = data(render(fence()))
    for recording, rate in zip(known["recordings"], (0.05, 0.01), strict=True):
        assert np.array(recording["losses"], np.float32).tolist() == losses(rate).tolist()
    assert [recording["optimizer"] for recording in known["recordings"]] == ["adam", "sgd"]
    assert (known["batch"], known["total"], known["hidden"]) == (4, 500, [])
    assert known["losses"] == {
        "mse": "mean squared error",
        "binary_crossentropy": "binary cross-entropy",
    }


def test_the_reader_may_change_what_the_fence_allows(render: Any) -> None:
    plain, open_ = render(fence()), render(fence("hidden: 16"))
    assert 'data-part="hidden"' not in plain
    assert re.search(
        r'data-part="hidden"[^>]* value="16"|value="16"[^>]* data-part="hidden"', open_
    )
    assert data(open_)["hidden"] == [16]
    assert re.findall(r'<option value="(\w+)"', open_.split("First weights")[0]) == [
        "adam", "sgd", "1", "2", "4", "mse", "binary_crossentropy",
    ]  # fmt: skip


def test_the_caption_takes_facts(render: Any) -> None:
    html = render(fence('caption: "{{ gate.parameters }} *numbers*"'))
    assert "Figure 1.</span> 65 <em>numbers</em>" in html


def test_scripts_and_description_once_a_page(render: Any) -> None:
    model = fence(kind="model gate")
    # A model's figure has its own description, a training one only if the page has none yet.
    for text, count in ((f"{model}\n\n{fence()}", 1), (f"{fence()}\n\n{model}", 2)):
        html = render(text)
        assert html.count('src="../assets/modelpress/first-A.js"') == 1
        assert html.count('class="mp-spec"') == count
        assert "live/live.bin" in html
        assert html.index("Figure 1.") < html.index("Figure 2.")
    assert "Use the published model" in render(f"{model}\n\n{fence()}")
    assert "Use the published model" not in render(fence())


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (fence(kind="train still"), 11, "a recorded run: gate"),
        (fence(kind="train gat"), 11, "Did you mean `gate`?"),
        (fence("hiden: 16"), 12, "Did you mean `hidden`?"),
        (fence("hidden: 8"), 12, "16"),
        (fence("hidden: many"), 12, "16"),
        (fence("hidden:"), 12, "empty"),
    ],
)
def test_mistakes_name_page_and_line(render: Any, text: str, line: int, words: str) -> None:
    with pytest.raises(PageError) as caught:
        render(text, line_offset=10)
    assert f"guide/a.md:{line}" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["live.json", "live.bin"])
def test_a_missing_recording_says_what_to_do(render: Any, public: Path, name: str) -> None:
    (public / BASE / "live" / name).unlink()
    with pytest.raises(PageError, match="Run `modelpress build`"):
        render(fence())


def test_a_recording_cut_short_is_found(render: Any, public: Path) -> None:
    path = public / BASE / "live/live.bin"
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(PageError, match="ends too early"):
        render(fence())


def test_scan_knows_the_fence_and_its_options(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(fence("hidden: 16"))
    assert [(f.kind, f.slug, f.options) for f in scan(tmp_path)] == [
        ("train", "gate", {"hidden": "16"})
    ]
    (tmp_path / "a.md").write_text(fence("start: 1"))
    with pytest.raises(PageError, match="no option `start`"):
        scan(tmp_path)


def test_the_axis_is_logarithmic_past_two_decades(tmp_path: Path) -> None:
    cases = [[1, 0.1, 0.02], [1, 0.1, 0.009], [2.5, 1e-9, 0.0], [1e9, 1e-9], [0.0]]
    body = """
      const axes = twin.axesFor({ python: each, own: [], others: [] }, each.length);
      return { ...axes, ups: each.map(axes.up), ticks: twin.ticksOf(axes) };"""
    plain, log, zero, wide, one = twin("figures/charts/axes", body, cases, tmp_path)
    assert not plain["log"]
    assert log["log"]
    assert log["ticks"] == [0.01, 0.1, 1.0]
    low, high = math.log(log["low"]), math.log(log["high"])
    assert log["ups"][1] == pytest.approx((math.log(0.1) - low) / (high - low))
    assert zero["ups"][2] == 0  # no logarithm: the lower edge
    assert len(wide["ticks"]) <= 5
    assert not one["log"]


def test_rows_and_steps(tmp_path: Path) -> None:
    one, many = twin("figures/charts/table", "return twin.evenlySpaced(each);", [1, 200], tmp_path)
    assert one == [1]
    assert many[:2] == [1, 21]
    assert many[-1] == 200
    assert steps_of(read(LiveRun, live(rows=1000, batch_size=48, epochs=3))) == 63


def test_speeds_and_batches(tmp_path: Path) -> None:
    words = twin("figures/trainer/words", "return twin.speedWords(each);", [1, 5, 0], tmp_path)
    assert words == ["1 step a frame", "5 steps a frame", "as fast as it goes"]
    speeds = [200, 28_125, 10**6]
    first = twin("figures/trainer/speed", "return twin.firstSpeed(each);", speeds, tmp_path)
    assert first == [0, 5, 7]
    sizes = [{"rows": 1000, "batch": 48}, {"rows": 5000, "batch": 5000}]
    few, many = twin("figures/trainer/controls", "return twin.batchSizes(each);", sizes, tmp_path)
    assert few == [1, 2, 4, 8, 16, 32, 48, 64, 128, 256, 512, 1000]
    assert many[-2:] == [1024, 5000]
