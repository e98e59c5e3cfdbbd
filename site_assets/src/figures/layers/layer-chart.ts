/** Interactive training curve: a line at the selected step, and its values. */
import { group, short } from "../../core/number-format";
import { dataOf, part, setText } from "../../core/dom";
import type { FetchFile } from "../../runtime/details";
import { messageOf } from "../../core/errors";
import type { FileEntry, ModelEntry } from "../../core/schema";
import { makeReadable } from "../../core/readings";

/** The build's description of a chart, without the values, which are in the history file. */
interface ChartData {
  readonly unit: string;
  readonly metric: string;
  readonly log: boolean;
  /** Left, top, right and bottom of the plot, in viewBox units. */
  readonly plot: readonly [number, number, number, number];
  /** First and last step. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** `key`: name of the series in the history file. */
  readonly series: readonly { name: string; key: string }[];
  readonly file: FileEntry;
}

interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

const SVG = "http://www.w3.org/2000/svg";

export function attachChart(figure: HTMLElement, fetchFile: FetchFile): void {
  const data = figure.querySelector(".mp-chart-data");
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
    const text = series ? words(chart, series, index) : trouble || "Loading the values…";
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
  return chart.series.map(({ name, key }) => ({ name, values: training.history[key]! }));
}

/** `Epoch 50: train 0.91, validation 0.89`, as Python writes it below the chart. */
function words(chart: ChartData, series: readonly Series[], index: number): string {
  const values = series.map(({ name, values }) => {
    const value = short(Number(values[index]!.toPrecision(4)));
    return series.length > 1 ? `${name} ${value}` : value;
  });
  const unit = chart.unit.charAt(0).toUpperCase() + chart.unit.slice(1);
  return `${unit} ${group(String(chart.x[0] + index))}: ${values.join(", ")}`;
}

function mark(marks: SVGGElement, chart: ChartData, series: readonly Series[], index: number): void {
  const [left, top, right, bottom] = chart.plot;
  const [first, last] = chart.x;
  const scale = chart.log ? Math.log10 : (value: number): number => value;
  const [low, high] = [scale(chart.y[0]), scale(chart.y[1])];
  const x = left + (index / (last - first || 1)) * (right - left);
  const drawn = series.map(({ values }) => {
    const y = bottom - ((scale(values[index]!) - low) / (high - low)) * (bottom - top);
    return shape("circle", { cx: x, cy: y, r: 4 });
  });
  marks.replaceChildren(shape("line", { x1: x, x2: x, y1: top, y2: bottom }), ...drawn);
}

function shape(name: string, attributes: Record<string, number>): SVGElement {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}
