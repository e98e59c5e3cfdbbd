"""Data sets: sources in order, downloads that are whole and checked, the colour survey."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import pytest

from pipeline.data import BuiltIn, Data, Dataset, Download, Local, Split, load
from pipeline.data.color_survey import LABELS, color_survey, one_hot, read_survey
from pipeline.data.color_words import WORDS, named_colors, word_for
from pipeline.data.locate import DataRequest, Wanted, fingerprint, locate
from pipeline.errors import ModelpressError

ROWS = b"x,y\n" + b"1,2\n" * 50_000


class Server(BaseHTTPRequestHandler):
    """Serves ROWS at /rows.csv, with ranges; /short ends too early; /moved has other content."""

    ranges: list[str | None] = []  # noqa: RUF012 (asked for, in order)

    def do_GET(self) -> None:
        self.ranges.append(self.headers["Range"])
        if self.path == "/missing":
            self.send_error(404)
            return
        body, start = ROWS if self.path != "/moved" else b"<html>moved</html>", 0
        if self.headers["Range"]:
            start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            if start >= len(body):
                self.send_error(416)
                return
            self.send_response(206)
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start : len(body) // 2 if self.path == "/short" else None])

    def log_message(self, *_: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def url() -> Iterator[str]:
    Server.ranges.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def read_rows(path: Path) -> Data:
    text = path.read_bytes()
    if not text.startswith(b"x,y"):
        raise ValueError("the header is missing")
    count = text.count(b"\n") - 1
    return Data(train=Split(np.ones((count, 1)), np.ones((count, 1))))


def download(url: str, **fields: Any) -> Download:
    return Download(url, "rows.csv", read_rows, **fields)


def fetch(source: Download, folder: Path) -> tuple[Path, list[str]]:
    said: list[str] = []
    source.fetch(folder / "rows.csv", said.append)
    return folder / "rows.csv", said


def test_a_download_is_checked_kept_and_not_repeated(url: str, tmp_path: Path) -> None:
    source = download(
        f"{url}/rows.csv", sha256=hashlib.sha256(ROWS).hexdigest(), size_bytes=len(ROWS)
    )
    path, said = fetch(source, tmp_path)
    assert path.read_bytes() == ROWS
    assert any("0.2 MB of 0.2 MB" in text for text in said)
    fetch(source, tmp_path)
    assert len(Server.ranges) == 1
    path.write_bytes(ROWS + b"3,4\n")
    with pytest.raises(ModelpressError, match="damaged on disk"):
        fetch(source, tmp_path)


def test_an_interrupted_download_is_resumed(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="kept for resuming") as caught:
        fetch(download(f"{url}/short"), tmp_path)
    assert "127.0.0.1" in str(caught.value)
    assert not (tmp_path / "rows.csv").exists()
    path, said = fetch(download(f"{url}/rows.csv"), tmp_path)
    assert path.read_bytes() == ROWS
    assert Server.ranges == [None, f"bytes={len(ROWS) // 2}-"]
    assert said[0].startswith("Resuming")


def test_a_whole_part_needs_no_more_bytes(url: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv.part").write_bytes(ROWS)
    path, _ = fetch(download(f"{url}/rows.csv"), tmp_path)
    assert path.read_bytes() == ROWS


def test_a_wrong_file_is_not_kept(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="not the one it should be") as caught:
        fetch(download(f"{url}/moved", sha256="0" * 64), tmp_path)
    assert "0" * 64 in caught.value.expected
    assert list(tmp_path.iterdir()) == []


def test_without_a_checksum_the_first_good_file_sets_it(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="not the expected data"):
        fetch(download(f"{url}/moved"), tmp_path)
    assert list(tmp_path.iterdir()) == []
    path, said = fetch(download(f"{url}/rows.csv"), tmp_path)
    assert any("recorded" in text for text in said)
    path.unlink()
    with pytest.raises(ModelpressError, match="not the one it should be"):
        fetch(download(f"{url}/moved"), tmp_path)
    assert fetch(download(f"{url}/rows.csv"), tmp_path)[0].read_bytes() == ROWS


@pytest.mark.parametrize("place", ["http://127.0.0.1:9/rows.csv", "http://no-such-host.invalid/x"])
def test_no_connection_is_a_sentence(place: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError, match="could not be downloaded") as caught:
        fetch(download(place), tmp_path)
    assert "--data" in caught.value.next_step


def test_a_missing_page_is_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(ModelpressError) as caught:
        fetch(download(f"{url}/missing"), tmp_path)
    assert "404" in caught.value.found


WANTED = Wanted("rows", ("rows.csv", "rows.json"), "rows.csv")


def test_local_data_comes_first_then_downloads_then_built_in(tmp_path: Path) -> None:
    downloads, local = tmp_path / "downloads", tmp_path / "local"
    local.mkdir()
    asked = DataRequest(local)
    assert locate(WANTED, asked, downloads).source == "builtin"
    assert locate(WANTED, DataRequest(local, download=True), downloads).missing
    (downloads / "rows").mkdir(parents=True)
    (downloads / "rows" / "rows.csv").write_text("x,y\n")
    assert locate(WANTED, asked, downloads).path == downloads / "rows" / "rows.csv"
    (local / "rows.json").write_text("{}")
    assert locate(WANTED, asked, downloads).path == local / "rows.json"
    assert locate(WANTED, DataRequest(local / "rows.json"), downloads).source == "local"
    (local / "other.csv").write_text("")
    assert locate(WANTED, DataRequest(local / "other.csv"), downloads).source == "download"


def test_the_fingerprint_is_of_content(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rows.csv").write_text("1")
    prints = [
        fingerprint(WANTED, locate(WANTED, DataRequest(tmp_path / name), tmp_path))
        for name in ("a", "b")
    ]
    assert prints[0] == prints[1]
    (tmp_path / "a" / "rows.csv").write_text("2")
    again = locate(WANTED, DataRequest(tmp_path / "a"), tmp_path)
    assert fingerprint(WANTED, again) != prints[0]


def loaded(source: Any, request: DataRequest | None = None, downloads: Path = Path()) -> Any:
    return load(source, request or DataRequest(), downloads, lambda text: None)


def test_a_function_may_give_a_pair() -> None:
    made = loaded(lambda: (np.zeros((3, 2)), np.ones(3)))
    assert made.provenance["source"] == "author"
    assert made.provenance["rows"] == 3
    assert len(made.provenance["sha256"]) == 64
    other = loaded(lambda: (np.zeros((3, 2)), np.zeros(3)))
    assert other.provenance["sha256"] != made.provenance["sha256"]


def test_no_data_means_generated() -> None:
    assert loaded(None).data is None
    assert loaded(None).provenance["source"] == "generated"


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (None, "didn't give data"),
        ((1, 2, 3), "didn't give data"),
        ((np.zeros((3, 1)), np.zeros(2)), "3 inputs and 2 targets"),
        ((np.zeros((0, 1)), np.zeros(0)), "0 inputs"),
        ((np.array([[np.nan]]), np.zeros(1)), "not a finite number"),
        ((np.array([["a"]]), np.zeros(1)), "not a finite number"),
    ],
)
def test_what_is_no_data_is_said(made: Any, said: str) -> None:
    with pytest.raises(ModelpressError, match=said):
        loaded(lambda: made)


def test_a_data_set_uses_its_sources_in_order(url: str, tmp_path: Path) -> None:
    dataset = Dataset(
        "rows",
        "Rows",
        "CC0",
        sources=(
            Local(("rows.csv",), read_rows),
            download(f"{url}/rows.csv"),
            BuiltIn(lambda: Data(train=Split(np.ones((2, 1)), np.ones((2, 1))), title="Few")),
        ),
    )
    builtin = loaded(dataset, None, tmp_path).provenance
    assert (builtin["source"], builtin["rows"], builtin["title"]) == ("builtin", 2, "Few")
    fetched = loaded(dataset, DataRequest(download=True), tmp_path).provenance
    assert (fetched["source"], fetched["rows"], fetched["title"]) == ("download", 50_000, "Rows")
    assert fetched["sha256"] == hashlib.sha256(ROWS).hexdigest()
    (tmp_path / "rows.csv").write_bytes(b"x,y\n1,2\n")
    local = loaded(dataset, DataRequest(tmp_path), tmp_path).provenance
    assert (local["source"], local["rows"], local["path"]) == ("local", 1, "rows.csv")
    (tmp_path / "rows.csv").write_bytes(b"nonsense")
    with pytest.raises(ModelpressError, match="can't be used as the data set rows") as caught:
        loaded(dataset, DataRequest(tmp_path), tmp_path)
    assert str(tmp_path / "rows.csv") in str(caught.value)


def test_nothing_built_in_says_what_to_do(tmp_path: Path) -> None:
    dataset = Dataset("rows", "Rows", "CC0", sources=(Local(("rows.csv",), read_rows),))
    with pytest.raises(ModelpressError, match="nothing built in"):
        loaded(dataset, None, tmp_path)


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
    assert data.split == f"by rater: {len(kept)} train, {len(unseen)} others validate"


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
    ],
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
    from pipeline.catalog import import_model
    from pipeline.project import find_project
    from pipeline.steps.train import trained

    project = find_project(Path(__file__).parent.parent / "mkdocs.yml")
    model = import_model(project.models_dir / "color_classifier.py", project)
    folder = Path(os.environ["MODELPRESS_DATA"])
    unseen = read_survey(folder / "color_survey.csv").validation
    assert unseen is not None
    figures = {}
    for source, request in (("survey", DataRequest(folder)), ("named", DataRequest())):
        rows = loaded(model.data, request, Path("/nowhere"))
        net, _, _ = trained(model, rows, lambda *_: None)
        answers = net.predict(unseen.x, verbose=0).argmax(1)
        figures[source] = float(np.mean(answers == unseen.y.argmax(1)))
    print(f"accuracy on {unseen.name}, {len(unseen)} rows: {figures}")
    assert figures["survey"] >= 0.72
    assert figures["named"] >= 0.70
