"""Reports the progress of a build: live on a terminal, plain lines elsewhere.

`Progress` is silent. Other modules call its methods and never print.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TextIO

SITE = "site"  # the subject of steps that concern all models, such as the bundle
FAILURES = "failures"  # the subject of the steps of all failures

LINE_EVERY_S = 5.0  # interval between plain lines about one step


class Progress:
    """Prints errors only: for `--quiet`, and for tests."""

    def note(self, text: str) -> None:
        """Prints a line that stays on the screen."""

    def error(self, text: str) -> None:
        """Prints an error that does not end the command, even with `--quiet`."""
        print(text, file=sys.stderr, flush=True)

    def event(self, subject: str, event: dict[str, Any]) -> None:
        """Receives an event of `subject` (a model, or "site"): `step` when one starts, `epoch` of a
        training, `amount` of a download, `done`."""

    def close(self) -> None:
        """Ends the reports; no events follow."""


@dataclass
class _State:
    """The current step of a subject."""

    step: str = ""
    detail: str = ""
    started: float = field(default_factory=time.monotonic)
    printed_at: float = 0.0
    epoch: int = 0
    epochs: int = 0

    def text(self) -> str:
        elapsed = f"{time.monotonic() - self.started:.0f} s"
        return ", ".join(part for part in (self.detail, elapsed) if part)


class PlainProgress(Progress):
    """Prints a line when a step starts or ends, and at intervals during long steps."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._states: dict[str, _State] = {}
        self._lock = threading.Lock()  # models are built in parallel

    def note(self, text: str) -> None:
        with self._lock:
            self._print(text)

    def error(self, text: str) -> None:
        self.note(text)

    def event(self, subject: str, event: dict[str, Any]) -> None:
        with self._lock:
            state = _advance(self._states, subject, event)
            if event["event"] == "done":
                self._states.pop(subject, None)
                self._print(f"{subject}: {event['step']} done in {event['seconds']:.1f} s")
            elif self._is_due(state, event):
                state.printed_at = time.monotonic()
                more = f": {state.text()}" if state.detail else ""
                self._print(f"{subject}: {state.step}{more}")

    def close(self) -> None:
        with self._lock:
            self._states.clear()  # the next build's steps count from their own start

    def _is_due(self, state: _State, event: dict[str, Any]) -> bool:
        if event["event"] == "step":
            return True
        return state.epoch == state.epochs or time.monotonic() - state.printed_at >= LINE_EVERY_S

    def _print(self, text: str) -> None:
        print(text, file=self._out, flush=True)


class LiveProgress(PlainProgress):
    """Redraws one line for each active model in place; notes and finished steps scroll above.

    rich is imported when the first step runs, so a fully cached build doesn't load it.
    """

    def __init__(self, out: TextIO | None = None) -> None:
        super().__init__(out)
        self._live: Any = None

    def event(self, subject: str, event: dict[str, Any]) -> None:
        with self._lock:
            if self._live is None:
                self._start()
        super().event(subject, event)

    def close(self) -> None:
        super().close()
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _is_due(self, state: _State, event: dict[str, Any]) -> bool:
        return False

    def _start(self) -> None:
        from rich.console import Console
        from rich.live import Live

        self._live = Live(
            console=Console(file=self._out),
            get_renderable=self._table,
            refresh_per_second=8,
            transient=True,
        )
        self._live.start()

    def _print(self, text: str) -> None:
        if self._live is None:
            super()._print(text)
        else:
            self._live.console.print(text, markup=False, highlight=False)

    def _table(self) -> Any:
        from rich.progress_bar import ProgressBar
        from rich.spinner import Spinner
        from rich.table import Table

        table = Table.grid(padding=(0, 2))
        for subject, state in list(self._states.items()):
            bar = ProgressBar(total=state.epochs or 1, completed=state.epoch, width=24)
            moving = bar if state.epochs else Spinner("dots")
            table.add_row(subject, state.step, moving, state.text())
        return table


def for_terminal(*, quiet: bool) -> Progress:
    """Returns the progress reporter that fits standard error."""
    if quiet:
        return Progress()
    return LiveProgress() if sys.stderr.isatty() else PlainProgress()


def _advance(states: dict[str, _State], subject: str, event: dict[str, Any]) -> _State:
    state = states.setdefault(subject, _State())
    if event["event"] == "step":
        started = state.started if event["step"] == state.step else time.monotonic()
        state = states[subject] = _State(event["step"], event["detail"], started)
    elif event["event"] == "epoch":
        loss = event["figures"].get("loss")
        state.epoch, state.epochs = event["epoch"], event["epochs"]
        state.detail = f"epoch {state.epoch} of {state.epochs}"
        if loss is not None:
            state.detail += f", loss {loss:.4g}"
    elif event["event"] == "amount":
        state.epoch, state.epochs, state.detail = event["done"], event["total"], event["detail"]
    return state


@contextmanager
def running(progress: Progress, subject: str, step: str) -> Iterator[None]:
    """Reports the start of a step and, unless it fails, its duration."""
    started = time.monotonic()
    progress.event(subject, {"event": "step", "step": step, "detail": ""})
    yield
    seconds = time.monotonic() - started
    progress.event(subject, {"event": "done", "step": step, "seconds": seconds})
