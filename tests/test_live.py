"""`Live` refuses what can't work, naming the field; what is left out is the model's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from modelpress import Live, Model
from modelpress.caching import keys
from modelpress.core.errors import ModelpressError
from tests.test_model import fields

OWN: dict[str, Any] = {
    "data": None,
    "build": None,
    "compile": None,
    "fit": {},
    "train": lambda run: None,
}


def test_everything_may_be_left_out() -> None:
    live = Live()
    assert live.tolerances() == {"cpu": 1e-4, "wasm": 1e-4, "webgl": 1e-4}
    assert live.all_rates() == {"sgd": 0.1, "momentum": 0.05, "rmsprop": 0.005, "adam": 0.01}
    assert Model(**fields(live=live)).live is live
    assert Model(**fields()).live is None


def test_a_tolerance_and_a_rate_may_be_given_for_some() -> None:
    live = Live(
        tolerance={"webgl": 1e-3}, tolerance_reason="its own sine", rates={"adam": 1, "sgd": 0.5}
    )
    assert live.tolerances() == {"cpu": 1e-4, "wasm": 1e-4, "webgl": 1e-3}
    assert live.all_rates() == {"sgd": 0.5, "momentum": 0.05, "rmsprop": 0.005, "adam": 1.0}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"data": (1, 2)}, "data"),
        ({"build": 3}, "build"),
        ({"probe": [[1], [2]]}, "probe"),
        ({"compile": "sgd"}, "compile"),
        ({"fit": 3}, "fit"),
        ({"fit": {}}, "fit"),
        ({"fit": {"batch_size": 3}}, "fit"),
        ({"fit": {"epochs": 0}}, "fit"),
        ({"fit": {"epochs": {"builtin": 2.5}}}, "fit"),
        ({"fit": {"epochs": 1, "shuffle": 3}}, "fit"),
        ({"fit": {"epochs": 1, "class_weight": {}}}, "fit"),
        ({"replay": 0}, "replay"),
        ({"replay": None}, "replay"),
        ({"replay": True}, "replay"),
        ({"rows": 0}, "rows"),
        ({"losses": "mse"}, "losses"),
        ({"losses": ["mse", "hinge"]}, "losses"),
        ({"losses": ["mse", "mse"]}, "losses"),
        ({"rates": 0.1}, "rates"),
        ({"rates": {"adamw": 0.1}}, "rates"),
        ({"rates": {"adam": 0}}, "rates"),
        ({"tolerance": 0}, "tolerance"),
        ({"tolerance": {"gpu": 1e-5}}, "tolerance"),
        ({"tolerance": {"cpu": float("inf")}}, "tolerance"),
        ({"tolerance": 1e-3}, "tolerance_reason"),
        ({"tolerance_reason": 3}, "tolerance_reason"),
    ],
)
def test_a_wrong_field_is_named(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(ModelpressError, match=f"field `live.{field}`") as caught:
        Live(**changed)
    assert caught.value.found
    assert caught.value.expected


def test_a_misspelt_name_gets_the_nearest() -> None:
    with pytest.raises(ModelpressError, match="Did you mean `momentum`"):
        Live(rates={"momentun": 0.1})
    with pytest.raises(ModelpressError, match="Did you mean `categorical_crossentropy`"):
        Live(losses=["categorical_cross"])


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"live": {"rows": 3}}, "live"),
        ({"live": Live, **OWN}, "live"),
        ({"live": Live(), **OWN}, "live.data"),
        ({"live": Live(data=lambda: None), **OWN}, "live.build"),
        ({"live": Live(data=lambda: None, build=lambda: None), **OWN}, "live.compile"),
        (
            {"live": Live(data=lambda: None, build=lambda: None, compile={"loss": "mse"}), **OWN},
            "live.fit",
        ),
        ({"live": Live(), "fit": {"epochs": 1, "callbacks": []}}, "live.fit"),
    ],
)
def test_what_a_model_and_its_live_lack_together_is_named(
    changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(ModelpressError, match=f"field `{field}`"):
        Model(**fields(**changed))


def test_a_model_with_a_training_of_its_own_can_have_a_live_run() -> None:
    live = Live(data=lambda: None, build=lambda: None, compile={"loss": "mse"}, fit={"epochs": 1})
    assert Model(**fields(live=live, **OWN)).live is live


def test_settings_of_a_live_run_do_not_make_a_trained_model_stale(tmp_path: Path) -> None:
    """Only the recording reads these modules: the keys of training leave them out."""
    path = tmp_path / "net.py"
    path.write_text("from modelpress import Live, Model\n")
    apart = {
        "modelpress/spec/live.py",
        "modelpress/recording/record.py",
        "modelpress/recording/record_net.py",
    }
    assert not apart & {
        *keys.model_sources(path, (tmp_path,)),
        *keys.module_sources("modelpress.training.train"),
    }
    assert apart | {"modelpress/training/fit.py"} <= set(
        keys.module_sources("modelpress.recording.record")
    )


def test_it_is_imported_without_keras() -> None:
    script = "import sys; from modelpress import Live; Live(); assert 'keras' not in sys.modules"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=keys.PACKAGE.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
