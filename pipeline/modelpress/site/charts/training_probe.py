"""Probe of a training: examples with input, target and current prediction."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from modelpress import inputs, outputs
from modelpress.core.number_format import counted, integer, short, significant
from modelpress.schema.model import ModelEntry
from modelpress.site.charts.training_recorded import Recorded


def probes_html(recorded: Recorded, entry: ModelEntry) -> str:
    """Returns the probe as tiles and a table; '' for a model without a probe.

    Tiles are shown if both kinds paint their values as a colour. Ported to
    `figures/trainer/probe.ts`.
    """
    probe = recorded.probe
    if not probe:
        return ""
    kind_in = inputs.from_spec(entry.input.as_dict())
    kind_out = outputs.from_spec(entry.output.as_dict())
    steps = recorded.live.recordings[recorded.live.author].steps
    shown = [
        [_shown(kind_in, given), _shown(kind_out, target), _shown(kind_out, prediction)]
        for given, target, prediction in zip(
            probe["probe_x"], probe["probe_y"], probe["probe"], strict=True
        )
    ]
    painted = all(color for row in shown for color, _ in row)
    tiles = "".join(_tile([color for color, _ in row]) for row in shown) if painted else ""
    table = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for _, text in row)}</tr>" for row in shown
    )
    words = probe_words(probe["probe"], probe["probe_y"])
    return (
        '<div class="mp-probes" data-part="probes">'
        + (f'{_KEY}<div class="mp-tiles" aria-hidden="true">{tiles}</div>' if painted else "")
        + '<p class="mp-chart-reading" data-part="probe-words">'
        f"Python's predictions for these {counted(len(shown), 'input')} after step "
        f"{integer(steps)}: {words}</p>"
        f'<details class="mp-twin"{"" if painted else " open"}><summary>As a table</summary>'
        '<table class="mp-table" aria-label="Predictions while it trains"><thead><tr>'
        '<th scope="col">Input</th><th scope="col">Right answer</th><th scope="col">Answer</th>'
        f'</tr></thead><tbody data-part="probe-rows">{table}</tbody></table></details></div>'
    )


def probe_words(predictions: Sequence[Sequence[float]], targets: Sequence[Sequence[float]]) -> str:
    """Returns the mean absolute error of the predictions, as the end of a sentence."""
    errors = [
        abs(a - b)
        for prediction, target in zip(predictions, targets, strict=True)
        for a, b in zip(prediction, target, strict=True)
    ]
    return f"each number is {significant(sum(errors) / len(errors))} off on average."


_KEY = (
    '<p class="mp-curve-key">Above: the input. Below: left the target, right the prediction so '
    "far.</p>"
)


def _tile(colors: Sequence[str | None]) -> str:
    given, target, prediction = colors
    return (
        f'<span class="mp-tile"><span style="background:{given}"></span>'
        f'<span style="background:{target}"></span>'
        f'<span style="background:{prediction}"></span></span>'
    )


def _shown(kind: inputs.Input | outputs.Output, values: Sequence[float]) -> tuple[str | None, str]:
    """Returns a colour for the values, or None, and the values as text."""
    color = kind.paint(values)
    return color, color or ", ".join(short(value) for value in values)
