/** The table twin of a training's chart; `_table` of `pipeline/modelpress/site/charts/training_chart.py` writes the first one. */
import { group } from "../../core/number-format";

const ROWS = 11;

/** What the validation rows gave after a step. */
export interface Check {
  readonly step: number;
  readonly value: number;
}

/** One side's values of one quantity: of each step's batch, and of the validation rows. */
export interface Values {
  readonly batches: readonly number[];
  readonly checks: readonly Check[];
}

/** Step, Python's value, the reader's; where rows validate, what they gave, at steps that have it. */
export function fillTable(
  box: HTMLElement,
  steps: number,
  python: Values,
  own: Values,
  text: (value: number) => string,
): void {
  const checked = [...new Set([...python.checks, ...own.checks].map(({ step }) => step))].sort((a, b) => a - b);
  const places = checked.length > 0 ? evenly(checked.length).map((i) => checked[i - 1]!) : evenly(steps);
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

/** Numbers from 1 to `count`: first, last and what lies evenly between. */
export function evenly(count: number): number[] {
  const rows = Math.min(count, ROWS);
  const all = Array.from({ length: rows }, (_, i) => 1 + Math.round((i * (count - 1)) / Math.max(1, rows - 1)));
  return [...new Set(all)];
}
