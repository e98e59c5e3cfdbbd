/** Axes of a curve by step. */
import { MINUS, short } from "../../core/number-format";

export const SIZE = 1000; // width and height of the SVG's coordinates
const LOG_FROM = 100; // ratio of largest to smallest loss from which the axis is logarithmic
const MARGIN = 1.3; // factor above and below a logarithmic axis' values
const TICKS = 5;

export interface Axes {
  readonly steps: number;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Returns the fraction of the width from the left. */
  across(step: number): number;
  /** Returns the fraction of the height from the bottom, clamped. */
  up(loss: number): number;
}

/** Values that the axes must contain: Python's and the reader's by step, and others anywhere. */
export interface AxisValues {
  readonly python: readonly number[];
  readonly own: readonly number[];
  readonly others: readonly number[];
}

/**
 * Returns axes that contain all curves, or `range`. When a run exceeds the recording, the step axis doubles, so that
 * the curve is not rescaled at every frame. It first stops at `total`, the end of the author's training.
 */
export function axesFor(
  { python, own, others }: AxisValues,
  total: number,
  range: readonly [number, number] | null = null,
): Axes {
  let steps = python.length || Math.min(200, total);
  while (steps < own.length) steps = steps < total ? Math.min(2 * steps, total) : 2 * steps;
  if (range) return axes(steps, ...range, false);
  let [least, most, smallest] = [Infinity, -Infinity, Infinity];
  for (const losses of [python, own, others]) {
    for (const loss of losses) {
      if (!Number.isFinite(loss)) continue;
      if (loss < least) least = loss;
      if (loss > most) most = loss;
      if (loss > 0 && loss < smallest) smallest = loss;
    }
  }
  const log = smallest < Infinity && most / smallest > LOG_FROM;
  if (log) return axes(steps, smallest / MARGIN, most * MARGIN, true);
  if (most < least) [least, most] = [0, 1];
  const room = (most - least) * 0.06 || Math.max(Math.abs(most), 1) * 0.5;
  return axes(steps, least - room, most + room, false);
}

function axes(steps: number, low: number, high: number, log: boolean): Axes {
  const scale = log ? (loss: number) => Math.log10(Math.max(loss, low)) : (loss: number) => loss;
  const [bottom, top] = [scale(low), scale(high)];
  return {
    steps, low, high, log,
    across: (step) => (step - 1) / Math.max(1, steps - 1),
    up: (loss) => {
      const fraction = (scale(loss) - bottom) / (top - bottom);
      return Number.isNaN(fraction) ? 1 : Math.min(Math.max(fraction, 0), 1); // NaN: at the top
    },
  };
}

/** Formats a loss with three digits, with an exponent if it is huge. */
export function lossText(loss: number): string {
  if (!(Math.abs(loss) >= 1e5 && Math.abs(loss) < Infinity)) return short(loss);
  const [mantissa = "", exponent = ""] = loss.toExponential(2).split("e+");
  return `${mantissa.replace(/\.?0+$/, "")}e${exponent}`.replace("-", MINUS);
}

/** Returns round losses as ticks; powers of ten on a logarithmic axis. */
export function ticksOf({ low, high, log }: Pick<Axes, "low" | "high" | "log">): number[] {
  return log ? powersOfTen(low, high) : roundNumbers(low, high, TICKS);
}

export function powersOfTen(low: number, high: number): number[] {
  const [first, last] = [Math.ceil(Math.log10(low)), Math.floor(Math.log10(high))];
  const every = Math.max(1, Math.ceil((last - first + 1) / TICKS));
  const powers = [];
  for (let power = first; power <= last; power += every) powers.push(Number(`1e${String(power)}`));
  return powers;
}

/** Returns at most `most` round numbers, in steps of 1, 2 or 5, from `low` to `high`. */
export function roundNumbers(low: number, high: number, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10((high - low) / most));
  const step =
    [1, 2, 5, 10, 20].map((m) => m * power).find((size) => size * most >= (high - low) * 0.999999) ?? power;
  const [first, last] = [Math.ceil(low / step - 1e-9), Math.floor(high / step + 1e-9)];
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}
