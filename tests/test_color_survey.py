"""The colour survey and the named colours that stand in for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from datasets.color_survey import LABELS, color_survey, one_hot, read_survey
from datasets.color_words import WORDS, named_colors, word_for
from modelpress.data import DataRequest, load


def loaded(source: Any, request: DataRequest | None = None, downloads: Path = Path()) -> Any:
    return load(source, request or DataRequest(), downloads, lambda text: None)


def survey_csv(rows: int = 200) -> str:
    lines = [f"{i % 256},0,0,{LABELS[i % 9]},{i % 20}" for i in range(rows)]
    return "r,g,b,label,rater\n" + "\n".join(lines) + "\n"


def survey_json(rows: int = 200) -> str:
    entries = [
        {"r": i % 256, "g": 0, "b": 0, "label": LABELS[i % 9], "uid": str(i % 20)}
        for i in range(rows)
    ]
    return json.dumps({"entries": entries})


def test_both_forms_of_the_survey_are_the_same_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(survey_csv())
    (tmp_path / "a.json").write_text(survey_json())
    one, other = read_survey(tmp_path / "a.csv"), read_survey(tmp_path / "a.json")
    for part in ("train", "validation"):
        assert np.array_equal(one.parts()[part].x, other.parts()[part].x)
        assert np.array_equal(one.parts()[part].y, other.parts()[part].y)


def test_no_rater_is_on_both_sides(tmp_path: Path) -> None:
    # Rater k answers colours with red = k alone, so the inputs tell the rater.
    lines = [f"{i % 20},0,0,{LABELS[i % 9]},{i % 20}" for i in range(400)]
    (tmp_path / "a.csv").write_text("r,g,b,label,rater\n" + "\n".join(lines))
    data = read_survey(tmp_path / "a.csv")
    assert data.validation is not None
    kept, unseen = set(data.train.x[:, 0]), set(data.validation.x[:, 0])
    assert not kept & unseen
    assert len(kept | unseen) == 20
    assert 0.15 < len(data.validation) / 400 < 0.3
    assert data.split == f"by rater: {len(kept)} for training, {len(unseen)} others for validation"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("r,g,b,label\n1,2,3,red-ish\n", "lacks rater"),
        (survey_csv().replace("red-ish", "reddish"), "'reddish' is none of"),
        (survey_csv().replace("\n5,", "\n555,"), "leave the range"),
        (survey_csv().replace("\n5,", "\nfive,"), "must be numbers"),
        (survey_csv(50), "50 rows"),
        ('{"entries": 3}', "expected"),
        ('{"rows": []}', "entries"),
        ("<html>", "lacks"),
        ("", "lacks r|lacks b"),
        (survey_csv().replace("\n5,", "\n\0,"), "must be numbers|NUL"),
        (survey_csv()[:-4], "line 201 is not complete"),
    ],
    ids=range(11),
)
def test_a_file_that_is_no_survey(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "survey").write_text(text)
    with pytest.raises(ValueError, match=said):
        read_survey(tmp_path / "survey")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("blue", "blue"),
        ("greenish blue", "blue"),
        ("blue/green", "green"),
        ("darkgreen", "green"),
        ("bluegrey", "grey"),
        ("purplish", "purple"),
        ("dark purplish pink", "pink"),
        ("reddish", "red"),
        ("orangeish", "orange"),
        ("bluish", "blue"),
        ("pinky", "pink"),
        ("purpley", "purple"),
        ("teal", "green"),
        ("burnt sienna", "brown"),
        ("robin's egg blue", "blue"),
        ("almost black", "grey"),
        ("dust", None),
        ("bruise", None),
    ],
)
def test_the_rule_for_named_colors(name: str, word: str | None) -> None:
    assert word_for(name) == word


def test_the_built_in_rows() -> None:
    colors, words = named_colors()
    assert len(colors) == len(words) > 850
    assert set(words) == set(WORDS)
    assert all(0 <= value <= 255 for color in colors for value in color)
    assert words[colors.index((0xE5, 0x00, 0x00))] == "red"
    made = loaded(color_survey)
    assert made.provenance["source"] == "builtin"
    assert made.provenance["licence"] == "CC0"
    assert made.provenance["rows"] == len(colors)
    assert made.data.train.y.shape[1] == len(LABELS)


def test_the_survey_measures_what_named_colors_train(tmp_path: Path) -> None:
    (tmp_path / "color_survey.csv").write_text(survey_csv())
    made = loaded(color_survey, DataRequest(tmp_path, builtin=True))
    survey = read_survey(tmp_path / "color_survey.csv")
    assert survey.validation is not None
    assert np.array_equal(made.data.real.x, survey.validation.x)
    assert np.array_equal(made.data.real.y, survey.validation.y)
    assert np.array_equal(made.data.train.x, loaded(color_survey).data.train.x)
    assert made.provenance["source"] == "builtin"
    assert made.provenance["parts"]["real"] == survey.validation.name
    assert made.provenance["measured_on"]["path"] == "color_survey.csv"


def test_one_hot() -> None:
    assert one_hot(["red-ish", "grey-ish"]).argmax(1).tolist() == [0, 8]


@pytest.mark.slow
@pytest.mark.skipif(
    not (Path(os.environ.get("MODELPRESS_DATA", "/nowhere")) / "color_survey.csv").is_file(),
    reason="MODELPRESS_DATA names no folder with color_survey.csv",
)
def test_both_trainings_name_unseen_raters_colors() -> None:
    """Accuracy on held-out raters of the survey: trained on the other raters, and on named colours
    alone. The rows that decide are in neither training."""
    from modelpress.core.configuration import find_project
    from modelpress.spec.discovery import import_model
    from modelpress.training.train import trained

    project = find_project(Path(__file__).parent.parent / "mkdocs.yml")
    model = import_model(project.models_dir / "color_classifier.py", project)
    folder = Path(os.environ["MODELPRESS_DATA"])
    figures = {}
    for metric, request in (
        ("val_accuracy", DataRequest(folder)),
        ("real_accuracy", DataRequest(folder, builtin=True)),
    ):
        _, _, metrics = trained(model, loaded(model.data, request), lambda *_: None)
        figures[metric] = metrics[metric]
    print(f"accuracy on unseen raters: {figures}")
    assert figures["val_accuracy"] >= 0.72
    assert figures["real_accuracy"] >= 0.70
