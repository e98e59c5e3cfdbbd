"""Rows to look at while a model trains: input, right answer, and the answer so far."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from modelpress import inputs, outputs
from modelpress.core.number_format import counted, integer, short, significant
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_recorded import Recorded


def probes_html(recorded: Recorded, entry: ModelEntry) -> str:
    """A tile for each row where both kinds have a colour that stands for their values, and a table
    of all; nothing for a model without such rows. `elements/trainer-probe.ts` is the twin.
    """
    rows = recorded.rows
    if not rows:
        return ""
    kind_in = inputs.from_spec(entry.input.as_dict())
    kind_out = outputs.from_spec(entry.output.as_dict())
    steps = recorded.live.recordings[recorded.live.author].steps
    shown = [
        [_shown(kind_in, given), _shown(kind_out, right), _shown(kind_out, answer)]
        for given, right, answer in zip(
            rows["probe_x"], rows["probe_y"], rows["probe"], strict=True
        )
    ]
    painted = all(color for row in shown for color, _ in row)
    tiles = "".join(_tile([color for color, _ in row]) for row in shown) if painted else ""
    table = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for _, text in row)}</tr>" for row in shown
    )
    words = probe_words(rows["probe"], rows["probe_y"])
    return (
        '<div class="mp-probes" data-part="probes">'
        + (f'{_KEY}<div class="mp-tiles" aria-hidden="true">{tiles}</div>' if painted else "")
        + '<p class="mp-chart-reading" data-part="probe-words">'
        f"Python's answers to these {counted(len(shown), 'input')} after step {integer(steps)}: "
        f"{words}</p>"
        f'<details class="mp-twin"{"" if painted else " open"}><summary>As a table</summary>'
        '<table class="mp-table" aria-label="Answers while it trains"><thead><tr>'
        '<th scope="col">Input</th><th scope="col">Right answer</th><th scope="col">Answer</th>'
        f'</tr></thead><tbody data-part="probe-rows">{table}</tbody></table></details></div>'
    )


def probe_words(answers: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> str:
    """How far the answers are off, as the end of a sentence."""
    apart = [
        abs(a - b)
        for one, other in zip(answers, right, strict=True)
        for a, b in zip(one, other, strict=True)
    ]
    return f"each number is {significant(sum(apart) / len(apart))} off on average."


_KEY = (
    '<p class="mp-curve-key">Above: the input. Below: left the right answer, right the answer so '
    "far.</p>"
)


def _tile(colors: Sequence[str | None]) -> str:
    given, right, answer = colors
    return (
        f'<span class="mp-tile"><span style="background:{given}"></span>'
        f'<span style="background:{right}"></span>'
        f'<span style="background:{answer}"></span></span>'
    )


def _shown(kind: inputs.Input | outputs.Output, values: Sequence[float]) -> tuple[str | None, str]:
    """A colour for the values, where the kind has one, and the values as text."""
    color = kind.paint(values)
    return color, color or ", ".join(short(value) for value in values)
