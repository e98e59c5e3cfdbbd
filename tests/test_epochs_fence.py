"""The `epochs` fence as plain Python-Markdown: complete without scripts, and its mistakes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import markdown
import numpy as np
import pytest

from modelpress.core.errors import PageError
from modelpress.inputs import Points
from modelpress.outputs import Number
from modelpress.site.fence_syntax import scan
from modelpress.site.markdown import ModelpressExtension
from tests.entries import manifest, model

BASE = "models/gate/0123456789ab/"
FILE = {"url": f"{BASE}x", "size_bytes": 1, "sha256": "0" * 64}


def entry(**changed: Any) -> dict[str, Any]:
    """A gate whose weights were kept before training and after epochs 1 and 3 of 8."""
    kept = {
        "unit": "epoch", "last": 8, "epochs": [0, 1, 3], "first": {"loss": 0.7, "val_loss": 0.8},
        "encoding": "uint8", "rounding": 0.0123, "bin": "epochs/epochs.bin", "size_bytes": 4321,
        "weights": [["answer/kernel", [2, 1]]], "probes": [0], "trains": True, **changed,
    }  # fmt: skip
    fields = {
        "title": "Gate <&>", "base": BASE, "files": {"epochs/epochs.bin": FILE},
        "golden": "golden.json", "cases": 1, "parameters": 2, "tolerance": 1e-5,
        "input": Points().spec(), "output": Number().spec(), "epochs": kept,
        "training": {"history": {
            "loss": [0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01],
            "accuracy": [0.25, 0.5, 0.5, 0.5, 0.75, 0.75, 1.0, 1.0],
            "val_loss": [0.6] * 8,
            "sometimes": [1.0, 2.0],
        }},
    }  # fmt: skip
    return model(**fields)


def rendered(text: str = "```epochs gate\n```", **changed: Any) -> str:
    site = {"manifest": manifest({"gate": entry(**changed)})}
    extension = ModelpressExtension(site=site, public="", page="gate.md", root="../")
    return markdown.markdown(text, extensions=[extension])


def data(html: str) -> Any:
    found = re.search(r"data-part=.kept. value='(.*?)'>", html)
    assert found
    return json.loads(found[1])


def test_each_kept_epoch_has_its_figures() -> None:
    html = rendered()
    found = data(html)
    assert found["epochs"] == [0, 1, 3, 8]
    assert found["names"][:2] == ["before training", "after epoch 1 of 8"]
    assert found["words"][0] == "Before training: validation loss 0.8, loss 0.7."
    # The accuracy of epoch 3 is the third of the history.
    assert found["words"][2] == ("After epoch 3 of 8: accuracy 50%, validation loss 0.6, loss 0.3.")
    rows = re.findall(r'<tr><th scope="row">(\d)</th>(.*?)</tr>', html)
    assert [number for number, _ in rows] == ["0", "1", "3", "8"]
    assert rows[0][1] == "<td>–</td><td>0.8</td><td>0.7</td>"
    assert "sometimes" not in html
    # The chart has no place for what is not known.
    assert found["places"][0] is None
    assert found["places"][-1][0] == 1


def test_it_is_complete_without_scripts() -> None:
    html = rendered()
    assert '<modelpress-epochs model="gate" state="idle"' in html
    assert html.count("<button") == html.count("disabled>") - html.count("<input")
    assert "Gate &lt;&amp;&gt; as it was at 4 epochs" in html
    assert "8 bits each" in html
    assert "up to 0.012" in html
    assert "4.32\u202fkB" in html
    assert "<noscript>" in html
    assert "8 bits" not in rendered(encoding="float32", rounding=0.0)
    assert '"bin": "epochs/epochs.bin"' in html  # what the element reads of the entry
    assert "Own words." in rendered("```epochs gate\ncaption: Own words.\n```")


def test_steps_are_called_steps() -> None:
    html = rendered(unit="step")
    assert data(html)["names"][1] == "after step 1 of 8"
    assert "epoch 0" not in html


def test_a_model_without_kept_epochs_is_a_mistake(tmp_path: Path) -> None:
    site = {"manifest": manifest({"gate": {**entry(), "epochs": None}, "other": entry()})}
    extension = ModelpressExtension(site=site, public="", page="gate.md", root="../")
    with pytest.raises(PageError, match="No weights of the training") as caught:
        markdown.markdown("\n```epochs gate\n```", extensions=[extension])
    assert caught.value.where == "gate.md:2"
    assert "other" in caught.value.expected
    (tmp_path / "a.md").write_text("```epochs gate\nhidden: 3\n```")
    with pytest.raises(PageError, match="no option `hidden`"):
        scan(tmp_path)


def test_the_chart_is_to_scale_and_has_both_lines() -> None:
    html = rendered()
    found = data(html)
    # Accuracy first; it has no validation set here, so there is one line through all eight epochs.
    (line,) = re.findall(r'<path class="mp-python[^"]*" d="([^"]*)"', html)
    assert [float(x) for x in re.findall(r"[ML]([\d.]+) ", line)] == [125 * n for n in range(1, 9)]
    assert [place and place[0] for place in found["places"]] == [None, 0.125, 0.375, 1]


def test_validation_is_drawn_beside_training() -> None:
    fields = entry(last=1000, epochs=[0, 10, 100], best=10)
    falling = [1 / (1 + epoch) for epoch in range(1000)]
    turning = [abs(epoch - 9) / 100 + 0.1 for epoch in range(1000)]
    fields["training"] = {**fields["training"], "history": {"loss": falling, "val_loss": turning}}
    site = {"manifest": manifest({"gate": fields})}
    extension = ModelpressExtension(site=site, public="", page="gate.md", root="../")
    html = markdown.markdown("```epochs gate\n```", extensions=[extension])
    lines = re.findall(r'<path class="(mp-python[^"]*)" d="([^"]*)"', html)
    assert [name for name, _ in lines] == ["mp-python", "mp-python mp-training"]
    assert all(100 < path.count("L") < 300 for _, path in lines)
    assert "validation loss by epoch, both logarithmic<" in html
    assert data(html)["names"][1] == "after epoch 10 of 1000, where the validation loss is lowest"
    (_, ten, hundred, last) = (place[0] for place in data(html)["places"])
    assert ten == pytest.approx(np.log(11) / np.log(1001), abs=1e-4)
    assert hundred == pytest.approx(np.log(101) / np.log(1001), abs=1e-4)
    assert last == 1
