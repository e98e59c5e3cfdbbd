/** Table of a chart's values by step. */
import { escape } from "../../core/html";
import { group } from "../../core/number-format";

const ROWS = 11;

/** The validation set's value after a step. */
export interface Check {
  readonly step: number;
  readonly value: number;
}

/** Values of one quantity, Python's or the reader's: of each step's batch, and of the validation set. */
export interface Values {
  readonly batches: readonly number[];
  readonly checks: readonly Check[];
}

/**
 * Returns the rows of the table: step, Python's value, the reader's. With a validation set, its values too, at the
 * steps where it was measured.
 */
export function tableRows(steps: number, python: Values, own: Values, text: (value: number) => string): string {
  const checked = [...new Set([...python.checks, ...own.checks].map(({ step }) => step))].sort((a, b) => a - b);
  const places = checked.length > 0 ? evenlySpaced(checked.length).map((i) => checked[i - 1]!) : evenlySpaced(steps);
  const at = (checks: readonly Check[], step: number): number | undefined =>
    checks.find((check) => check.step === step)?.value;
  return places.map((step) => {
    const values = [python.batches[step - 1], own.batches[step - 1]];
    if (checked.length > 0) values.push(at(python.checks, step), at(own.checks, step));
    return rowHtml(step, values, text);
  }).join("");
}

/** Returns a row: a step, and values of which some may be missing. */
export function rowHtml(step: number, values: readonly (number | undefined)[], text: (value: number) => string): string {
  const cells = values.map((value) => `<td>${value === undefined ? "–" : escape(text(value))}</td>`);
  return `<tr><th scope="row">${group(String(step))}</th>${cells.join("")}</tr>`;
}

/** Returns numbers from 1 to `count`: the first, the last and evenly spaced ones between. */
export function evenlySpaced(count: number): number[] {
  const rows = Math.min(count, ROWS);
  const all = Array.from({ length: rows }, (_, i) => 1 + Math.round((i * (count - 1)) / Math.max(1, rows - 1)));
  return [...new Set(all)];
}
