/** Interactive training curve: a line at the selected step, and its values. */
import { dataOf, optionalPart, part, setText } from "../../core/dom";
import type { FetchFile } from "../../runtime/details";
import { messageOf } from "../../core/errors";
import type { ModelEntry } from "../../core/schema";
import { makeReadable } from "../../core/readings";
import { heightOf, readingWords, type ChartData, type Series } from "../charts/curves";

const SVG = "http://www.w3.org/2000/svg";

export function attachChart(figure: HTMLElement, fetchFile: FetchFile): void {
  const data = optionalPart(figure, "chart");
  const svg = figure.querySelector("svg");
  if (!data || !svg) return;
  const chart = JSON.parse(dataOf(data)) as ChartData;
  const area = part(figure, "area");
  const reading = part(figure, "reading");
  const rest = reading.textContent;
  const marks = document.createElementNS(SVG, "g");
  marks.setAttribute("class", "mp-chart-marks");
  svg.append(marks);
  const { width } = svg.viewBox.baseVal;
  const [left, , right] = chart.plot;
  const [first, last] = chart.x;
  let series: readonly Series[] | null = null;
  let trouble = "";
  let shown = -1; // index of the selected step

  const state = (name: "loading" | "ready" | "failed"): void => { figure.setAttribute("data-state", name); };
  const show = (index: number): string => {
    shown = index;
    if (series) mark(marks, chart, series, index);
    const text = series ? readingWords(chart.unit, series, index + 1) : trouble || "Loading the values…";
    setText(reading, text);
    return text;
  };
  /** Fetches the values on first use; after a failure, on the next use. */
  const load = async (): Promise<void> => {
    if (series || figure.getAttribute("data-state") === "loading") return;
    state("loading");
    trouble = "";
    try {
      series = seriesOf(chart, await fetchFile({ title: chart.metric, files: { history: chart.file } }, "history"));
      state("ready");
    } catch (error) {
      trouble = `The values of this curve are missing. ${messageOf(error)} The table below has some of them.`;
      state("failed");
    }
    if (shown >= 0) area.setAttribute("aria-valuetext", show(shown));
  };
  area.addEventListener("pointerenter", () => void load());
  area.addEventListener("focus", () => void load());
  makeReadable(area, {
    label: `${chart.metric} by ${chart.unit}`,
    count: last - first + 1,
    row: 1,
    at: (x) => Math.round(((x * width - left) / (right - left)) * (last - first)),
    show,
    leave: () => {
      shown = -1;
      marks.replaceChildren();
      setText(reading, rest);
    },
    start: last - first,
  });
}

function seriesOf(chart: ChartData, bytes: ArrayBuffer): Series[] {
  const { training } = JSON.parse(new TextDecoder().decode(bytes)) as Pick<ModelEntry, "training">;
  return chart.series.map(({ name, key }) => ({ name, key, values: training.history[key]! }));
}

function mark(marks: SVGGElement, chart: ChartData, series: readonly Series[], index: number): void {
  const [left, top, right, bottom] = chart.plot;
  const [first, last] = chart.x;
  const axis = { low: chart.y[0], high: chart.y[1], log: chart.log };
  const x = left + (index / (last - first || 1)) * (right - left);
  const drawn = series.map(({ values }) => {
    const y = bottom - heightOf(axis, values[index]!) * (bottom - top);
    return shape("circle", { cx: x, cy: y, r: 4 });
  });
  marks.replaceChildren(shape("line", { x1: x, x2: x, y1: top, y2: bottom }), ...drawn);
}

function shape(name: string, attributes: Record<string, number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
