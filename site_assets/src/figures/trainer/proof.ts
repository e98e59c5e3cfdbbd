/** The chip's table: difference of each of Python's runs on this device. */
import { group, withinText } from "../../core/number-format";
import { part } from "../../core/dom";
import type { Proof, TrainingRun } from "./run";

/** Checks every recorded run on this device and shows the results; returns the error if it fails, else null. */
export async function proveOnDevice(root: HTMLElement, run: TrainingRun): Promise<unknown> {
  const button = part(root, "prove");
  button.setAttribute("aria-busy", "true");
  try {
    const trainer = await run.loadTrainer();
    if (trainer) showProof(root, await trainer.prove());
    return null;
  } catch (error) {
    return error;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** Shows the results of checking every recorded run, weights included. */
function showProof(root: HTMLElement, proof: Proof): void {
  for (const { optimizer, steps, maxLossDiff, maxWeightDiff, passed } of proof.recordings) {
    const row = rowOf(root, optimizer.name);
    if (!row) continue;
    row.dataset["checked"] = "";
    row.classList.toggle("mp-refused", !passed);
    fillRow(row, [
      `${passed ? "✓" : "✕ too much:"} loss ${differenceText(maxLossDiff)},`,
      `weights ${differenceText(maxWeightDiff)},`,
      counted(steps),
    ]);
  }
}

/** Shows the reader's run so far, until a full check has run. */
export function showDifference(root: HTMLElement, optimizer: string, difference: number, steps: number): void {
  const row = rowOf(root, optimizer);
  if (row?.dataset["checked"] === undefined && row) fillRow(row, [`loss ${differenceText(difference)},`, counted(steps)]);
}

function rowOf(root: HTMLElement, optimizer: string): HTMLElement | null {
  return root.querySelector(`[data-optimizer="${CSS.escape(optimizer)}"]`);
}

/** Fills a row with parts that do not wrap: a difference such as 5e-7 contains a hyphen. */
function fillRow(row: HTMLElement, parts: readonly string[]): void {
  const spans = parts.map((words) => Object.assign(document.createElement("span"), { textContent: words }));
  row.lastElementChild?.replaceChildren(...spans.flatMap((span, i) => (i ? [" ", span] : [span])));
}

function differenceText(difference: number): string {
  return Number.isFinite(difference) ? withinText(difference) : "no number";
}

function counted(steps: number): string {
  return `${group(String(steps))} step${steps === 1 ? "" : "s"}`;
}
