/** Lines of a chart as SVG paths, and the positions of their labels. */
import { SIZE, type Axes } from "./axes";
import type { Check } from "./table";

/** Columns that the plot can resolve. */
const COLUMNS = 400;
/** Minimum distance of a label from the edges, as a fraction of the height. */
const EDGE = 0.07;

/** Returns a path that looks like one through every step. */
export function linePath(axes: Axes, values: readonly number[]): string {
  return thinned(values, COLUMNS).map((i, at) => node(axes, i + 1, values[i]!, at === 0)).join("");
}

/**
 * Returns the indices of the values that draw the same line: the first, lowest, highest and last of each column
 * (M4; Jugel et al., VLDB 2014).
 */
export function thinned(values: readonly number[], columns: number): number[] {
  const width = values.length / columns;
  if (width <= 4) return values.map((_, i) => i);
  return Array.from({ length: columns }, (_, column) => {
    const [from, to] = [Math.floor(column * width), Math.floor((column + 1) * width)];
    let [lowest, highest] = [from, from];
    for (let i = from; i < to; i += 1) {
      if (values[i]! < values[lowest]!) lowest = i;
      if (values[i]! > values[highest]!) highest = i;
    }
    return [...new Set([from, lowest, highest, to - 1])].sort((a, b) => a - b);
  }).flat();
}

/** Returns a path through the validation set's values. */
export function checksPath(axes: Axes, checks: readonly Check[]): string {
  return checks.map(({ step, value }, i) => node(axes, step, value, i === 0)).join("");
}

/** Returns two labels' heights, moved at least `apart` if they would overlap. margin: from the edges. */
export function spread([a, b]: (number | null)[], apart: number, margin = EDGE): (number | null)[] {
  const clamp = (up: number, edge: number): number => Math.min(Math.max(up, edge), 1 - edge);
  if (a === null || b === null || a === undefined || b === undefined) {
    return [a ?? null, b ?? null].map((up) => (up === null ? null : clamp(up, margin)));
  }
  const [one, other] = [clamp(a, margin), clamp(b, margin)];
  if (Math.abs(one - other) >= apart) return [one, other];
  const middle = clamp((a + b) / 2, margin + apart / 2);
  const up = a >= b ? 1 : -1;
  return [middle + (up * apart) / 2, middle - (up * apart) / 2];
}

export function coordinate(fraction: number): string {
  return (fraction * SIZE).toFixed(1).replace(/\.0$/, "");
}

function node(axes: Axes, step: number, value: number, first: boolean): string {
  return `${first ? "M" : "L"}${coordinate(axes.across(step))} ${coordinate(1 - axes.up(value))}`;
}
