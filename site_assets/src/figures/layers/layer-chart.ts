/** Brings a training curve to life: a line and the values at the step that is pointed at. */
import { group, short } from "../../core/number-format";
import { part, setText } from "../../core/dom";
import { makeReadable } from "../../core/readings";

interface ChartData {
  readonly unit: string;
  readonly metric: string;
  readonly log: boolean;
  /** Left, top, right and bottom of the plot, in units of the viewBox. */
  readonly plot: readonly [number, number, number, number];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  readonly steps: readonly number[];
  readonly series: readonly { name: string; values: readonly number[] }[];
}

const SVG = "http://www.w3.org/2000/svg";

export function attachChart(figure: HTMLElement): void {
  const script = figure.querySelector(".mp-chart-data");
  const svg = figure.querySelector("svg");
  if (!script?.textContent || !svg) return;
  const chart = JSON.parse(script.textContent) as ChartData;
  const reading = part(figure, "reading");
  const rest = reading.textContent;
  const marks = document.createElementNS(SVG, "g");
  marks.setAttribute("class", "mp-chart-marks");
  svg.append(marks);
  const { width } = svg.viewBox.baseVal;
  const [left, , right] = chart.plot;
  makeReadable(
    part(figure, "area"),
    {
      label: `${chart.metric} by ${chart.unit}`,
      count: chart.steps.length,
      row: 1,
      at: (x) => nearest(chart, (x * width - left) / (right - left)),
      show: (index) => {
        mark(marks, chart, index);
        const text = words(chart, index);
        setText(reading, text);
        return text;
      },
      leave: () => {
        marks.replaceChildren();
        setText(reading, rest);
      },
      start: chart.steps.length - 1,
    },
  );
}

/** The kept step nearest to a share of the axis, as an index. */
function nearest(chart: ChartData, share: number): number {
  const [first, last] = chart.x;
  const wanted = first + share * (last - first);
  return chart.steps.reduce(
    (best, step, i) => (Math.abs(step - wanted) < Math.abs(chart.steps[best]! - wanted) ? i : best),
    0,
  );
}

/** `Epoch 50: train 0.91, validation 0.89`, as Python writes it under the chart. */
function words(chart: ChartData, index: number): string {
  const values = chart.series.map(({ name, values }) =>
    chart.series.length > 1 ? `${name} ${short(values[index]!)}` : short(values[index]!),
  );
  const unit = chart.unit.charAt(0).toUpperCase() + chart.unit.slice(1);
  return `${unit} ${group(String(chart.steps[index]!))}: ${values.join(", ")}`;
}

function mark(marks: SVGGElement, chart: ChartData, index: number): void {
  const [left, top, right, bottom] = chart.plot;
  const [first, last] = chart.x;
  const scale = chart.log ? Math.log10 : (value: number): number => value;
  const [low, high] = [scale(chart.y[0]), scale(chart.y[1])];
  const x = left + ((chart.steps[index]! - first) / (last - first || 1)) * (right - left);
  const drawn = chart.series.map(({ values }) => {
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
