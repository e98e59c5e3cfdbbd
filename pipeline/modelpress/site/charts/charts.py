"""Training curves of the model card as HTML: charts and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from modelpress.core.number_format import integer, short
from modelpress.kinds.registry import attributes
from modelpress.schema.document import plain
from modelpress.schema.model import ModelEntry
from modelpress.site.html_json import json_data

_ROWS = 15  # most rows of a table: evenly spaced, with the first and last step


def charts_html(slug: str, entry: ModelEntry, charts: Sequence[Mapping[str, Any]]) -> str:
    """Returns all charts of a model, side by side if there is room; '' for none."""
    if not charts:
        return ""
    body = "".join(_chart(slug, entry, chart) for chart in charts)
    return (
        f'<section class="mp-card-part"><h3>How it learned</h3>'
        f'<div class="mp-charts">{body}</div></section>'
    )


def _chart(slug: str, entry: ModelEntry, chart: Mapping[str, Any]) -> str:
    metric, unit = str(chart["metric"]), str(chart["unit"])
    series = {str(s["name"]): s["values"] for s in chart["series"]}
    scale = ", logarithmic" if chart["log"] else ""
    name = f"{metric} by {unit}, {_range(chart)}"
    script = _data(entry, chart)
    return (
        f'<figure class="mp-chart"{attributes(data_model=slug, data_metric=metric)}>'
        f"<figcaption><code>{escape(metric)}</code> by {escape(unit)}{scale}</figcaption>"
        f'<div class="mp-chart-area" data-part="area"><div role="img" aria-label="{escape(name)}">'
        f"{chart['svg']}</div></div>"
        f'<p class="mp-chart-reading" data-part="reading">{escape(_last(chart, series))}</p>'
        f"{script}{_table(chart, series)}</figure>"
    )


def _data(entry: ModelEntry, chart: Mapping[str, Any]) -> str:
    """Returns the data with which scripts fetch and read out the values; '' without a history.

    The values themselves are in the detail file of the history.
    """
    name = (entry.details or {}).get("history")
    if name is None:
        return ""
    metric = str(chart["metric"])
    keys = {"train": metric, "validation": f"val_{metric}"}
    data = {key: chart[key] for key in ("metric", "unit", "log", "plot", "x", "y")}
    series = [{"name": s["name"], "key": keys[s["name"]]} for s in chart["series"]]
    return json_data(
        {**data, "series": series, "file": plain(entry.files[name])}, class_="mp-chart-data"
    )


def _range(chart: Mapping[str, Any]) -> str:
    """Returns first and last value of each series, as the end of a sentence."""
    return "; ".join(
        f"{s['name']} from {short(s['values'][0])} to {short(s['values'][-1])}"
        for s in chart["series"]
    )


def _last(chart: Mapping[str, Any], series: Mapping[str, Sequence[float]]) -> str:
    """Returns the reading at the last step: `Epoch 50: train 0.91, validation 0.89`."""
    values = ", ".join(
        f"{name} {short(values[-1])}" if len(series) > 1 else short(values[-1])
        for name, values in series.items()
    )
    return f"{str(chart['unit']).capitalize()} {integer(chart['steps'][-1])}: {values}"


def _table(chart: Mapping[str, Any], series: Mapping[str, Sequence[float]]) -> str:
    steps = chart["steps"]
    count = len(steps)
    chosen = sorted({round(i * (count - 1) / (min(count, _ROWS) - 1)) for i in range(_ROWS)})
    chosen = [i for i in chosen if i < count]
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in series)
    body = "".join(
        f'<tr><th scope="row">{integer(steps[i])}</th>'
        + "".join(f"<td>{short(values[i])}</td>" for values in series.values())
        + "</tr>"
        for i in chosen
    )
    title = f"{chart['metric']} by {chart['unit']}"
    return (
        '<details class="mp-twin"><summary>As a table</summary>'
        f'<table class="mp-table" aria-label="{escape(title)}"><thead><tr>'
        f'<th scope="col">{escape(str(chart["unit"]).capitalize())}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></details>"
    )
