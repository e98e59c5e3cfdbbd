/** A histogram with flags at single values. */
import { escape } from "../../core/html";
import { counted, group, short } from "../../core/number-format";
import { roundNumbers, SIZE, ticksOf } from "./axes";
import { coordinate } from "./lines";
import { markAt, svgHtml } from "./plot";

/** Ratio of largest to smallest value from which the axis is logarithmic. */
const LOG_FROM = 100;
/** Values from which outliers are told from the others. */
const FEWEST = 12;
/** Interquartile ranges beyond a quartile from which a value is an outlier. */
const FAR = 3;
/** Ratio of all values' range to the others' from which outliers stand apart. */
const WIDER = 4;
/** Largest fraction of values that are outliers. */
const OUTLIERS = 0.1;
/** Height of the highest bar, as a fraction of the plot's; flags use the rest. */
const ROOM = 0.7;
const MOST_DIGITS = 8;
/** Fraction of the width from which a flag's words are on its left. */
export const LEFT = 0.6;

/** Values in [low, high); the last bin includes `high`. */
export interface Bin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Its place on the axis where that is another: outliers stand beside the others. */
  readonly span?: readonly [number, number];
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Significant digits that distinguish the values. */
  readonly digits: number;
}

export interface Histogram extends Axis {
  /** Of equal width along the axis; values far from the others are in a bin of their own, at the axis' end. */
  readonly bins: readonly Bin[];
}

/** Returns the fraction of the axis from the left, clamped. */
export function across({ low, high, log }: Axis, value: number): number {
  const scale = (x: number): number => (log ? Math.log10(Math.max(x, low)) : x);
  return Math.min(Math.max((scale(value) - scale(low)) / (scale(high) - scale(low)), 0), 1);
}

/** Returns a value of the axis as text without line breaks. */
export function valueText({ digits }: Axis, value: number): string {
  return short(Number(value.toPrecision(12)), digits).replace("-", "-\u2060");
}

/** Returns the histogram of at least one finite value; logarithmic if all are positive and span over two decades. */
export function histogram(values: readonly number[]): Histogram {
  const all = [Math.min(...values), Math.max(...values)] as const;
  if (all[0] === all[1]) {
    const [value] = all;
    const room = Math.abs(value) * 0.05 || 0.5;
    const bin = { low: value - room / 5, high: value + room / 5, count: values.length };
    return { bins: [bin], low: value - room, high: value + room, log: false, digits: digitsOf(...all) };
  }
  const core = coreOf(values, isWide(...all));
  const [least, most] = [Math.min(...core), Math.max(...core)];
  const log = isWide(least, most);
  const count = Math.min(24, Math.max(8, Math.ceil(2 * Math.sqrt(core.length))));
  const scale = (value: number): number => (log ? Math.log10(value) : value);
  const at = (place: number): number => (log ? 10 ** place : place);
  const [low, high] = [scale(least), scale(most)];
  const width = (high - low) / count;
  const edges = Array.from({ length: count + 1 }, (_, i) => at(low + ((high - low) * i) / count));
  [edges[0], edges[count]] = [least, most]; // exact, without rounding errors of log and power
  const counts = new Array<number>(count).fill(0);
  for (const value of core) counts[edges.slice(1, -1).filter((edge) => value >= edge).length]! += 1;
  const bins: Bin[] = counts.map((each, i) => ({ low: edges[i]!, high: edges[i + 1]!, count: each }));
  const ends = [low - 0.75 * width, high + 0.75 * width];
  const aside = (some: readonly number[], from: number, to: number): Bin =>
    ({ low: Math.min(...some), high: Math.max(...some), count: some.length, span: [at(from), at(to)] });
  const [below, above] = [values.filter((value) => value < least), values.filter((value) => value > most)];
  if (below.length > 0) {
    bins.unshift(aside(below, low - 2.5 * width, low - 1.5 * width));
    ends[0] = low - 3.25 * width;
  }
  if (above.length > 0) {
    bins.push(aside(above, high + 1.5 * width, high + 2.5 * width));
    ends[1] = high + 3.25 * width;
  }
  const digits = Math.max(digitsOf(...all), digitsOf(least, most));
  return { bins, low: at(ends[0]!), high: at(ends[1]!), log, digits };
}

/** Returns the left and right end of a bin on the axis. */
export function endsOf({ low, high, span }: Bin): readonly [number, number] {
  return span ?? [low, high];
}

/** Returns the range of a bin: `0.1 to 0.2`. */
export function binWords(drawn: Histogram, { low, high }: Bin): string {
  if (drawn.bins.length === 1 || low === high) return valueText(drawn, (low + high) / 2);
  return `${valueText(drawn, low)} to ${valueText(drawn, high)}`;
}

/** Returns the plot. names: of the x and y axes. flags: HTML over the plot. */
export function histogramHtml(drawn: Histogram, [xName, yName]: readonly [string, string], flags: string): string {
  const { bins } = drawn;
  const top = Math.max(...bins.map(({ count }) => count)) / ROOM;
  const levels = roundNumbers(0, top * ROOM, 4).filter(Number.isInteger);
  const grid = levels.map((count) => `M0 ${coordinate(1 - count / top)}h${String(SIZE)}`).join("");
  const bars = bins.filter(({ count }) => count > 0).map((bin) => {
    const [left, right] = endsOf(bin).map((end) => coordinate(across(drawn, end)));
    return `M${left!} ${String(SIZE)}V${coordinate(1 - bin.count / top)}H${right!}V${String(SIZE)}Z`;
  });
  const core = bins.filter(({ span }) => !span);
  const [left, right] = core.length < bins.length ? [core[0]!.low, core.at(-1)!.high] : [drawn.low, drawn.high];
  const marks = ticksOf(drawn).filter((value) => left <= value && value <= right).map((value) => [value, value] as const);
  const aside = bins.flatMap(({ low, high, span }) => (span ? [[middle(drawn, span), low === high ? low : high] as const] : []));
  const far = bins.reduce((sum, { count, span }) => sum + (span ? count : 0), 0);
  const scale = `${drawn.log ? ", logarithmic" : ""}${far > 0 ? `; ${counted(far, "value")} far away, not to scale` : ""}`;
  return (
    `<div class="mp-plot mp-histogram"><p class="mp-axis-name mp-axis-name-y">${escape(yName)}</p>` +
    `<div class="mp-axis mp-axis-y" aria-hidden="true">${levels.map((count) => markAt(count / top, group(String(count)))).join("")}</div>` +
    `<div class="mp-plot-area" data-part="area">${svgHtml(`<path class="mp-grid" d="${grid}"/><path class="mp-bar" d="${bars.join("")}"/>`)}` +
    `${flags}</div><div class="mp-axis mp-axis-x" aria-hidden="true">` +
    `${[...marks, ...aside].map(([at, value]) => markAt(across(drawn, at), valueText(drawn, value))).join("")}</div>` +
    `<p class="mp-axis-name mp-axis-name-x">${escape(xName)}${scale}</p></div>`
  );
}

/** Returns a line with words at its top. at: position from the left; null hides the flag. */
export function flagHtml(part: string, words: string, at: number | null): string {
  const side = at !== null && at > LEFT ? "left" : "right";
  return (
    `<span class="mp-flag" data-part="${part}" data-side="${side}" style="--mp-at:${(at ?? 0).toFixed(4)}"` +
    `${at === null ? " hidden" : ""}><span>${escape(words)}</span></span>`
  );
}

function middle({ log }: Axis, [left, right]: readonly [number, number]): number {
  return log ? Math.sqrt(left * right) : (left + right) / 2;
}

function isWide(least: number, most: number): boolean {
  return least > 0 && most / least > LOG_FROM;
}

/** Returns the values without a few that are so far away that the others would be one bar. */
function coreOf(values: readonly number[], log: boolean): readonly number[] {
  if (values.length < FEWEST) return values;
  const scale = (value: number): number => (log ? Math.log10(value) : value);
  const places = values.map(scale).sort((a, b) => a - b);
  const [lower, upper] = [quartile(places, 1), quartile(places, 3)];
  const reach = FAR * (upper - lower);
  const isNear = (place: number): boolean => lower - reach <= place && place <= upper + reach;
  const near = places.filter(isNear);
  const range = (some: readonly number[]): number => (some.length > 0 ? some.at(-1)! - some[0]! : 0);
  const spread = WIDER * range(near);
  if (!(range(places) > spread && spread > 0) || near.length < (1 - OUTLIERS) * values.length) return values;
  return values.filter((value) => isNear(scale(value)));
}

/** Returns a quartile of sorted values, as `statistics.quantiles` of Python does. */
function quartile(sorted: readonly number[], which: number): number {
  const place = which * (sorted.length + 1);
  const i = Math.min(Math.max(Math.floor(place / 4), 1), sorted.length - 1);
  const rest = place - 4 * i;
  return (sorted[i - 1]! * (4 - rest) + sorted[i]! * rest) / 4;
}

/** Returns the digits that resolve a fiftieth of the range, from 3 to MOST_DIGITS. */
function digitsOf(least: number, most: number): number {
  if (least === most || isWide(least, most)) return 3;
  const size = Math.max(Math.abs(least), Math.abs(most));
  return Math.min(MOST_DIGITS, Math.max(3, Math.ceil(Math.log10(size / ((most - least) / 50)))));
}
