"""Progress: plain lines where there is no terminal, a moving line where there is one."""

from __future__ import annotations

import io
import sys

import pytest

from modelpress.core.progress import LiveProgress, PlainProgress, Progress, for_terminal


def epochs(progress: Progress, count: int) -> None:
    progress.event("line", {"event": "step", "step": "train", "detail": ""})
    for epoch in range(1, count + 1):
        figures = {"loss": 1 / epoch}
        event = {"event": "epoch", "epoch": epoch, "epochs": count, "figures": figures}
        progress.event("line", event)
    progress.event("line", {"event": "done", "step": "train", "seconds": 1.25})


def test_errors_are_said_even_quietly(capsys: pytest.CaptureFixture[str]) -> None:
    for progress in (for_terminal(quiet=True), for_terminal(quiet=False)):
        progress.note("A note.")
        progress.error("Error: no luck")
    assert capsys.readouterr().err.splitlines() == ["Error: no luck", "A note.", "Error: no luck"]


def test_plain_lines_are_few() -> None:
    out = io.StringIO()
    progress = PlainProgress(out)
    progress.note("A sentence.")
    epochs(progress, 1000)
    assert out.getvalue().splitlines() == [
        "A sentence.",
        "line: train",
        "line: train: epoch 1000 of 1000, loss 0.001, 0 s",
        "line: train done in 1.2 s",
    ]


def test_a_terminal_shows_what_moves_and_keeps_what_is_done() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Terminal()
    progress = LiveProgress(out)
    progress.note("Before.")
    progress.event("line", {"event": "step", "step": "train", "detail": ""})
    event = {"event": "epoch", "epoch": 2, "epochs": 4, "figures": {"loss": 0.5}}
    progress.event("line", event)
    progress._live.refresh()
    progress.note("[bold]As it is.")
    progress.event("line", {"event": "done", "step": "train", "seconds": 1.25})
    progress.close()
    text = out.getvalue()
    for said in ("Before.", "epoch 2 of 4, loss 0.5", "[bold]As it is.", "train done in 1.2 s"):
        assert said in text


def test_a_download_moves_the_bar() -> None:
    out = io.StringIO()
    progress = PlainProgress(out)
    progress.event("digits", {"event": "step", "step": "train", "detail": "Downloading x"})
    for done in (1, 2, 3):
        detail = f"x.npz, {done} MB of 3 MB"
        event = {"event": "amount", "done": done, "total": 3, "detail": detail}
        progress.event("digits", event)
        state = progress._states["digits"]
        assert (state.epoch, state.epochs) == (done, 3)
    assert out.getvalue().splitlines() == [
        "digits: train: Downloading x, 0 s",
        "digits: train: x.npz, 3 MB of 3 MB, 0 s",
    ]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = for_terminal(quiet=True)
    progress.note("x")
    epochs(progress, 3)
    assert capsys.readouterr().err == ""
    assert type(for_terminal(quiet=False)) is PlainProgress
    assert not sys.stderr.isatty()


def test_a_step_of_the_next_build_counts_from_its_own_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    for finished in (True, False):  # a build that fails leaves its step open
        out = io.StringIO()
        progress = PlainProgress(out)
        progress.event("site", {"event": "step", "step": "pages", "detail": "1 of 2"})
        if finished:
            progress.event("site", {"event": "done", "step": "pages", "seconds": 1})
        progress.close()
        now += 500
        progress.event("site", {"event": "step", "step": "pages", "detail": "1 of 2"})
        assert out.getvalue().splitlines()[-1] == "site: pages: 1 of 2, 0 s"
