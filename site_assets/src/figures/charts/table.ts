/**
 * Table of a training's chart; `_table` of `pipeline/modelpress/site/charts/training_chart.py` writes the initial
 * one.
 */
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
 * Fills the table: step, Python's value, the reader's. With a validation set, its values too, at the steps where it
 * was measured.
 */
export function fillTable(
  box: HTMLElement,
  steps: number,
  python: Values,
  own: Values,
  text: (value: number) => string,
): void {
  const checked = [...new Set([...python.checks, ...own.checks].map(({ step }) => step))].sort((a, b) => a - b);
  const places = checked.length > 0 ? evenlySpaced(checked.length).map((i) => checked[i - 1]!) : evenlySpaced(steps);
  const at = (checks: readonly Check[], step: number): number | undefined =>
    checks.find((check) => check.step === step)?.value;
  const rows = places.map((step) => {
    const values = [python.batches[step - 1], own.batches[step - 1]];
    if (checked.length > 0) values.push(at(python.checks, step), at(own.checks, step));
    const row = document.createElement("tr");
    const head = document.createElement("th");
    head.scope = "row";
    head.textContent = group(String(step));
    const cells = values.map((value) =>
      Object.assign(document.createElement("td"), { textContent: value === undefined ? "–" : text(value) }),
    );
    row.append(head, ...cells);
    return row;
  });
  box.replaceChildren(...rows);
}

/** Returns numbers from 1 to `count`: the first, the last and evenly spaced ones between. */
export function evenlySpaced(count: number): number[] {
  const rows = Math.min(count, ROWS);
  const all = Array.from({ length: rows }, (_, i) => 1 + Math.round((i * (count - 1)) / Math.max(1, rows - 1)));
  return [...new Set(all)];
}
