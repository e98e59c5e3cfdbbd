/**
 * A chart for each metric of a training, as inline SVG of the page's colours and font, sized for the width of a phone.
 * `figures/layers/layer-chart.ts` makes it readable by pointer and keys.
 */
import { attributes, dataHtml, escape } from "../../core/html";
import { group, MINUS, short } from "../../core/number-format";
import { capital } from "../../core/quoting";
import type { FileEntry } from "../../core/schema";
import { roundNumbers, powersOfTen } from "./axes";
import { spread, thinned } from "./lines";

const [WIDTH, HEIGHT] = [340, 200];
/** The plot, in viewBox units. */
const [LEFT, TOP, RIGHT, BOTTOM] = [46, 12, 262, 164];
/** Distinguishable columns of the plot, two units each. */
const COLUMNS = 108;
/** Ratio of largest to smallest value from which the axis is logarithmic. */
const LOG_FROM = 200;
/** From the middle of a line of text down to its baseline. */
const MIDDLE = 4.5;
const LINE = 13;
/** Least distance of two names of lines, and of one from the edges, as fractions of the height. */
const [APART, EDGE] = [0.24, 0.08];
const ROWS = 15;

/** What scripts read of a chart; its values are in the history file. */
export interface ChartData {
  readonly metric: string;
  readonly unit: string;
  readonly log: boolean;
  /** Left, top, right and bottom of the plot, in viewBox units. */
  readonly plot: readonly [number, number, number, number];
  /** First and last step. */
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  /** `key`: name of the series in the history file. */
  readonly series: readonly { readonly name: string; readonly key: string }[];
  readonly file: FileEntry;
}

export interface Series {
  readonly name: string;
  readonly key: string;
  readonly values: readonly number[];
}

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

export interface Curves {
  readonly slug: string;
  readonly history: Readonly<Record<string, readonly number[]>>;
  /** "epoch" or "step". */
  readonly unit: string;
  /** The history file; null if there is none. */
  readonly file: FileEntry | null;
}

/** Returns all charts of a model, side by side if there is room; "" for none. */
export function curvesHtml(spec: Curves): string {
  const charts = seriesByMetric(spec.history).map(([metric, series]) => chartHtml(metric, series, spec));
  if (charts.length === 0) return "";
  return `<section class="mp-card-part"><h3>How it learned</h3><div class="mp-charts">${charts.join("")}</div></section>`;
}

/** `Epoch 50: train 0.91, validation 0.89`. step: from 1. */
export function readingWords(unit: string, series: readonly Pick<Series, "name" | "values">[], step: number): string {
  const values = series.map(({ name, values: all }) => (series.length > 1 ? `${name} ${valueText(all[step - 1]!)}` : valueText(all[step - 1]!)));
  return `${capital(unit)} ${group(String(step))}: ${values.join(", ")}`;
}

/** Returns the height of a value in the plot, from 0 to 1. */
export function heightOf({ low, high, log }: Axis, value: number): number {
  const scale = (x: number): number => (log ? Math.log10(x) : x);
  return (scale(value) - scale(low)) / (scale(high) - scale(low));
}

/** Returns the metrics with at least two values, each with that of the validation set. */
function seriesByMetric(history: Curves["history"]): [string, Series[]][] {
  const own = Object.entries(history).filter(
    ([name, values]) => values.length > 1 && !(name.startsWith("val_") && name.slice("val_".length) in history),
  );
  return own.map(([name, values]) => {
    const key = `val_${name}`;
    const validation = history[key]?.length === values.length ? [{ name: "validation", key, values: history[key] }] : [];
    return [name, [{ name: "train", key: name, values }, ...validation]];
  });
}

function chartHtml(metric: string, series: readonly Series[], { slug, unit, file }: Curves): string {
  const axis = axisOf(series.flatMap(({ values }) => values));
  const steps = series[0]!.values.length;
  const data = (found: FileEntry): ChartData => ({
    metric, unit, log: axis.log, plot: [LEFT, TOP, RIGHT, BOTTOM], x: [1, steps], y: [axis.low, axis.high], file: found,
    series: series.map(({ name, key }) => ({ name, key })),
  });
  const range = series.map(({ name, values }) => `${name} from ${valueText(values[0]!)} to ${valueText(values.at(-1)!)}`);
  return (
    `<figure class="mp-chart"${attributes({ "data-model": slug, "data-metric": metric })}>` +
    `<figcaption><code>${escape(metric)}</code> by ${unit}${axis.log ? ", logarithmic" : ""}</figcaption>` +
    '<div class="mp-chart-area" data-part="area">' +
    `<div role="img" aria-label="${escape(`${metric} by ${unit}, ${range.join("; ")}`)}">${drawing(axis, series, unit)}</div></div>` +
    `<p class="mp-chart-reading" data-part="reading">${escape(readingWords(unit, series, steps))}</p>` +
    `${file ? dataHtml("chart", data(file), "mp-chart-data") : ""}${table(metric, series, unit)}</figure>`
  );
}

function axisOf(values: readonly number[]): Axis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if (low > 0 && high / low > LOG_FROM) return { low: low / 1.3, high: high * 1.3, log: true };
  const room = 0.06 * (high - low) || 0.5 * Math.abs(high) || 1;
  return { low: low - room, high: high + room, log: false };
}

function ticksOf({ low, high, log }: Axis): [number, string][] {
  return log
    ? powersOfTen(low, high).map((value) => [value, powerText(value)])
    : roundNumbers(low, high, 5).map((value) => [value, short(value)]);
}

function drawing(axis: Axis, series: readonly Series[], unit: string): string {
  const steps = series[0]!.values.length;
  const across = (i: number): string => (LEFT + (i / (steps - 1)) * (RIGHT - LEFT)).toFixed(2);
  const down = (up: number): number => BOTTOM - up * (BOTTOM - TOP);
  const levels = ticksOf(axis).map(([value, text]) => [down(heightOf(axis, value)), text] as const);
  const grid = levels.map(([y]) => `M ${String(LEFT)} ${y.toFixed(2)} H ${String(RIGHT)} `).join("");
  const below = BOTTOM + 14.5;
  const texts = [
    ...levels.map(([y, text]) => textAt(text, LEFT - 5, y + MIDDLE, "end")),
    textAt("1", LEFT, below, "middle"),
    textAt(String(steps), RIGHT, below, "middle"),
    textAt(unit, (LEFT + RIGHT) / 2, below + 4.5, "middle"),
  ];
  const last = series.map(({ values }) => heightOf(axis, values.at(-1)!));
  const ends = spread([last[0]!, last[1] ?? null], APART, EDGE);
  const single = series.length === 1;
  const color = (i: number, strong: string): string => `var(--mp-${single || i === 1 ? strong : "ink-soft"})`;
  const lines = series.map(({ name, values }, i) => {
    const points = thinned(values, COLUMNS).map((at) => `${across(at)} ${down(heightOf(axis, values[at]!)).toFixed(2)}`);
    const style = `fill: none; stroke: ${color(i, "accent")}; stroke-width: 1.8; stroke-linejoin: round`;
    return `<g data-series="${name}"><path d="M ${points.join(" L ")}" style="${style}"/></g>`;
  });
  const names = series.map(({ name, values }, i) => {
    const words = [...(single ? [] : [name]), short(values.at(-1)!)];
    const first = down(ends[i]!) - ((words.length - 1) * LINE) / 2 + MIDDLE;
    const placed = words.map((word, row) => `<text transform="translate(${String(RIGHT + 7)} ${(first + row * LINE).toFixed(2)})">${word}</text>`);
    return `<g style="fill: ${color(i, "ink")}">${placed.join("")}</g>`;
  });
  return (
    `<svg viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}">` +
    `<path d="${grid}M ${String(LEFT)} ${String(BOTTOM)} H ${String(RIGHT)}" style="fill: none; stroke: var(--mp-hairline)"/>` +
    `${lines.join("")}<g style="font-size: 12.5px; font-family: var(--mp-text); fill: var(--mp-ink-soft)">` +
    `${texts.join("")}${names.join("")}</g></svg>`
  );
}

/** Returns the table: rows evenly spaced, with the first and last step. */
function table(metric: string, series: readonly Series[], unit: string): string {
  const count = series[0]!.values.length;
  const rows = Math.min(count, ROWS);
  const steps = Array.from({ length: rows }, (_, i) => Math.round((i * (count - 1)) / (rows - 1)));
  const heads = [capital(unit), ...series.map(({ name }) => name)].map((head) => `<th scope="col">${escape(head)}</th>`);
  const body = steps.map((i) =>
    `<tr><th scope="row">${group(String(i + 1))}</th>${series.map(({ values }) => `<td>${valueText(values[i]!)}</td>`).join("")}</tr>`,
  );
  return (
    '<details class="mp-twin"><summary>As a table</summary>' +
    `<table class="mp-table" aria-label="${escape(`${metric} by ${unit}`)}"><thead><tr>${heads.join("")}</tr></thead>` +
    `<tbody>${body.join("")}</tbody></table></details>`
  );
}

function textAt(words: string, x: number, y: number, anchor: string): string {
  return `<text x="${String(x)}" y="${y.toFixed(2)}" text-anchor="${anchor}">${words}</text>`;
}

function powerText(value: number): string {
  const exponent = Math.round(Math.log10(value));
  return Math.abs(exponent) <= 3 ? String(value) : `1e${String(exponent)}`.replace("-", MINUS);
}

function valueText(value: number): string {
  return short(Number(value.toPrecision(4)));
}
