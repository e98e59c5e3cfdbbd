/** The table of a failure case's chip: each training's difference from Python on this device. */
import { counted, withinText } from "../../core/number-format";
import { setText } from "../../core/dom";
import type { TrainingProof } from "../../training/session/prove";
import type { Course } from "./runs";
import type { CourseName } from "./spec";

/** Shows the result of replaying the whole recording here, weights included. */
export function showProof(root: HTMLElement, name: CourseName, proof: TrainingProof): void {
  const row = rowOf(root, name);
  if (!row) return;
  row.dataset["checked"] = "";
  row.classList.toggle("mp-refused", !proof.passed);
  const mark = proof.passed ? "✓" : "✕ too much:";
  fillRow(row, `${mark} loss ${differenceText(proof.maxLossDiff)}, weights ${differenceText(proof.maxWeightDiff)}, ${counted(proof.steps, "step")}`);
}

/** Shows the difference of the reader's training so far, until a full check has run. */
export function showDifference(root: HTMLElement, name: CourseName, course: Course): void {
  const row = rowOf(root, name);
  if (!row || row.dataset["checked"] !== undefined) return;
  fillRow(row, course.step === 0 ? "–" : `loss ${differenceText(course.difference.largest)}, ${counted(course.step, "step")}`);
}

function rowOf(root: HTMLElement, name: CourseName): HTMLElement | null {
  return root.querySelector(`[data-course="${name}"]`);
}

function fillRow(row: HTMLElement, words: string): void {
  if (row.lastElementChild) setText(row.lastElementChild, words);
}

function differenceText(difference: number): string {
  return Number.isFinite(difference) ? withinText(difference) : "no number";
}
