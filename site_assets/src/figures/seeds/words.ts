/** Describes where the reader's run lies among Python's. */
import { group } from "../../core/number-format";
import { own } from "../../core/own";
import { valueText, type Axis } from "../charts/histogram";
import type { Evaluation } from "../trainer/run";

/** What the element reads of the page. */
export interface SeedsData extends Axis {
  /** Name of the compared value in the browser's evaluation, such as `val_accuracy`; null if it has none. */
  readonly browser: string | null;
  readonly name: string;
  /** Steps of each of Python's trainings. */
  readonly steps: number;
  readonly count: number;
  readonly diverged: number;
  /** Final values of the trainings that did not diverge, ascending. */
  readonly values: readonly number[];
  /** `at`: upper limit, as a fraction of the width. */
  readonly bins: readonly { readonly at: number; readonly words: string; readonly count: number }[];
}

const count = (value: number): string => group(String(value));

/** Returns the compared value, or null if the evaluation lacks it. */
export function comparedValue({ browser }: SeedsData, found: Evaluation): number | null {
  if (browser === null) return null;
  const name = browser.replace(/^val_/, "");
  const [loss, metrics] = name === browser ? [found.loss, found.metrics] : [found.val_loss, found.val_metrics];
  return (name === "loss" ? loss : metrics && own(metrics, name)) ?? null;
}

/** `Your run, step 40 of 500: loss 0.24, lower than 3 and higher than 47 of Python's 50 (percentile 94).` */
export function yoursWords(data: SeedsData, step: number, value: number, changed: readonly string[]): string {
  const run = runWords(step, data.steps);
  if (!Number.isFinite(value)) return `${run}: it diverged${data.diverged > 0 ? `, as ${count(data.diverged)} of Python's did` : ""}.`;
  return `${run}: ${data.name} ${valueText(data, value)}, ${placeWords(data.values, value)}.${changedWords(changed)}`;
}

function runWords(step: number, steps: number): string {
  if (step < steps) return `Your run, step ${count(step)} of ${count(steps)}`;
  if (step === steps) return `Your run, all ${count(steps)} steps`;
  return `Your run, step ${count(step)}, past Python's ${count(steps)}`;
}

/**
 * Describes how many values lie on each side, and the percentile: percent of lower values, counting equal ones half.
 */
function placeWords(values: readonly number[], value: number): string {
  const here = Math.fround(value); // as Python's values
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
