/** Where the reader's run lies among Python's, in words. */
import { group, short } from "../../core/number-format";
import { own } from "../../core/own";
import type { Evaluation } from "../trainer/run";

/** The page's own description, written by `pipeline/modelpress/site/fences/seeds.py`. */
export interface SeedsData {
  /** The browser's figure that is compared, such as `val_accuracy`; null: it has none. */
  readonly browser: string | null;
  readonly name: string;
  /** Of each of Python's trainings. */
  readonly steps: number;
  readonly count: number;
  readonly diverged: number;
  /** Of those that did not diverge, sorted. */
  readonly values: readonly number[];
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** Significant digits that tell the values apart. */
  readonly digits: number;
  /** `at`: share of the width where it ends. */
  readonly bins: readonly { readonly at: number; readonly words: string; readonly count: number }[];
}

const count = (value: number): string => group(String(value));

/** The figure that is compared, or null where the evaluation has it not. */
export function figureOf({ browser }: SeedsData, found: Evaluation): number | null {
  if (browser === null) return null;
  const name = browser.replace(/^val_/, "");
  const [loss, metrics] = name === browser ? [found.loss, found.metrics] : [found.val_loss, found.val_metrics];
  return (name === "loss" ? loss : metrics && own(metrics, name)) ?? null;
}

/** Share of the axis from the left, held inside; the twin of `Histogram.across`. */
export function across({ low, high, log }: SeedsData, value: number): number {
  const scale = (x: number): number => (log ? Math.log10(Math.max(x, low)) : x);
  return Math.min(Math.max((scale(value) - scale(low)) / (scale(high) - scale(low)), 0), 1);
}

/** `Your run, step 40 of 500: loss 0.24, lower than 3 and higher than 47 of Python's 50 (percentile 94).` */
export function yoursWords(data: SeedsData, step: number, value: number, changed: readonly string[]): string {
  const run = runWords(step, data.steps);
  if (!Number.isFinite(value)) return `${run}: it diverged${data.diverged > 0 ? `, as ${count(data.diverged)} of Python's did` : ""}.`;
  return `${run}: ${data.name} ${inOnePiece(short(value, data.digits))}, ${placeWords(data.values, value)}.${changedWords(changed)}`;
}

/** No line ends in it. */
function inOnePiece(number: string): string {
  return number.replace("-", "-\u2060");
}

function runWords(step: number, steps: number): string {
  if (step < steps) return `Your run, step ${count(step)} of ${count(steps)}`;
  if (step === steps) return `Your run, all ${count(steps)} steps`;
  return `Your run, step ${count(step)}, past Python's ${count(steps)}`;
}

/** How many values lie on each side, and the percentile: how many in a hundred are lower, of equal ones half. */
function placeWords(values: readonly number[], value: number): string {
  const here = Math.fround(value); // as Python's are
  const below = values.filter((other) => Math.fround(other) < here).length;
  const above = values.filter((other) => Math.fround(other) > here).length;
  const all = count(values.length);
  if (above === values.length) return `lower than all ${all} of Python's`;
  if (below === values.length) return `higher than all ${all} of Python's`;
  const equal = values.length - below - above;
  const sides = [`higher than ${count(below)}`, `lower than ${count(above)}`];
  if (equal > 0) sides.splice(1, 0, `equal to ${count(equal)}`);
  const percentile = Math.round((100 * (below + equal / 2)) / values.length);
  return `${sides.slice(0, -1).join(", ")} and ${sides.at(-1)!} of Python's ${all} (percentile ${percentile})`;
}

function changedWords(changed: readonly string[]): string {
  return changed.length > 0 ? ` You train with another ${changed.join(", another ")} than they did.` : "";
}
