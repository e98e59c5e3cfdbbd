/** The chip's table: how far each of Python's runs is from what this device computed. */
import { group, withinText } from "../../core/number-format";
import { part } from "../../core/dom";
import type { Proof, TrainingRun } from "./run";

/** Checks every recorded run here, and shows what came of it; gives the error that it ended with, or null. */
export async function proveHere(root: HTMLElement, run: TrainingRun): Promise<unknown> {
  const button = part(root, "prove");
  button.setAttribute("aria-busy", "true");
  try {
    const trainer = await run.opened();
    if (trainer) showProof(root, await trainer.prove());
    return null;
  } catch (error) {
    return error;
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** What came of checking every recorded run here, weights and all. */
function showProof(root: HTMLElement, proof: Proof): void {
  for (const { optimizer, steps, maxLossDiff, maxWeightDiff, passed } of proof.recordings) {
    const row = rowOf(root, optimizer.name);
    if (!row) continue;
    row.dataset["checked"] = "";
    row.classList.toggle("mp-refused", !passed);
    fill(row, [
      `${passed ? "✓" : "✕ too much:"} loss ${apart(maxLossDiff)},`,
      `weights ${apart(maxWeightDiff)},`,
      counted(steps),
    ]);
  }
}

/** What a run of the reader's has shown so far, where nothing better is known. */
export function showSoFar(root: HTMLElement, optimizer: string, difference: number, steps: number): void {
  const row = rowOf(root, optimizer);
  if (row?.dataset["checked"] === undefined && row) fill(row, [`loss ${apart(difference)},`, counted(steps)]);
}

function rowOf(root: HTMLElement, optimizer: string): HTMLElement | null {
  return root.querySelector(`[data-optimizer="${CSS.escape(optimizer)}"]`);
}

/** Parts that are not broken within: a difference such as 5e-7 has a hyphen. */
function fill(row: HTMLElement, parts: readonly string[]): void {
  const spans = parts.map((words) => Object.assign(document.createElement("span"), { textContent: words }));
  row.lastElementChild?.replaceChildren(...spans.flatMap((span, i) => (i ? [" ", span] : [span])));
}

function apart(difference: number): string {
  return Number.isFinite(difference) ? withinText(difference) : "no number";
}

function counted(steps: number): string {
  return `${group(String(steps))} step${steps === 1 ? "" : "s"}`;
}
