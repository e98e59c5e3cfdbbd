/** Texts of a training: its state, its chip, its announcements. */
import { group, percent, short, significant, withinText } from "../../core/number-format";
import { own } from "../../core/own";
import { lossText } from "../charts/axes";
import { scaleOf } from "./curves";
import type { RunState, Validated } from "./run";
import type { Recorded, Recording } from "./settings";

/** State of a run. */
export interface RunStatus {
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Whether loss and metrics are of a batch smaller than the training set. */
  readonly partial: boolean;
}

/** Difference of a run from Python's. */
export interface Difference {
  readonly recording: Recording | null;
  /** Largest difference of a loss so far. */
  readonly largest: number;
  /** Step (from 1) of the largest difference. */
  readonly at: number;
  readonly tolerance: number;
}

export const NAMES: Readonly<Record<string, string>> = { rmse: "error", mae: "mean error" };

const count = (value: number): string => group(String(value));

/** `Step 40 of 500 · epoch 11 of 125 · loss 0.241 · accuracy 75 %`. */
export function stateWords(standing: RunStatus, total: number, epochs: number): string {
  const { step, epoch, loss, metrics } = standing;
  const past = step > total;
  const steps = past ? `Step ${count(step)} (Python stopped at ${count(total)})` : `Step ${count(step)} of ${count(total)}`;
  const parts = [steps];
  if (step > 0) parts.push(past ? `epoch ${count(epoch)}` : `epoch ${count(epoch)} of ${count(epochs)}`);
  parts.push(`loss ${lossText(loss)}`);
  for (const [name, value] of Object.entries(metrics)) {
    if (name === "loss" || !Number.isFinite(value)) continue;
    parts.push(name.includes("accuracy") ? `accuracy ${percent(value)}` : `${own(NAMES, name) ?? name} ${significant(value)}`);
  }
  return parts.join(" · ") + (standing.partial && step > 0 ? " in this batch" : "");
}

/**
 * `Validation after step 40: loss 0.31 (Python's 0.31), accuracy 71 % (Python's 71 %)`. loss, metric: Python's at
 * the same step, or null.
 */
export function validationWords(
  found: Validated,
  { metric: name }: Recorded,
  loss: number | null,
  metric: number | null,
): string {
  const beside = (python: number | null, text: (value: number) => string): string =>
    python === null ? "" : ` (Python's ${text(python)})`;
  const parts = [`loss ${lossText(found.loss)}${beside(loss, lossText)}`];
  const value = own(found.metrics, name);
  if (value !== undefined) {
    const { text } = scaleOf(name);
    parts.push(`${own(NAMES, name) ?? name} ${text(value)}${beside(metric, text)}`);
  }
  return `Validation after step ${count(found.step)}: ${parts.join(", ")}`;
}

/** `5 steps a frame`. */
export function speedWords(steps: number): string {
  if (steps === 0) return "as fast as it goes";
  return `${String(steps)} step${steps === 1 ? "" : "s"} a frame`;
}

/** Returns the chip's tone and text, and the sentence below it if something is wrong. */
export function chipWords(
  step: number,
  difference: Difference,
): { tone: "amber" | "green" | "red"; words: string; sentence: string } {
  const { recording, largest, at, tolerance } = difference;
  if (!recording) {
    return { tone: "amber", words: "Your own settings: nothing to compare with", sentence: "" };
  }
  const recorded = recording.losses.length;
  if (step === 0) return { tone: "amber", words: "Python's run · not trained here yet", sentence: "" };
  const where = step > recorded ? `over the ${count(recorded)} recorded steps` : "";
  const equal = largest === 0 ? "exactly" : `within ${withinText(largest)}`;
  if (largest <= tolerance) {
    const words = `Step ${count(step)}: loss equals Python's ${equal}${where && ` ${where}`}`;
    return { tone: "green", words, sentence: "" };
  }
  return {
    tone: "red",
    words: `Step ${count(step)}: loss differs from Python's by ${lossText(largest)}`,
    sentence:
      `At step ${count(at)} the loss here differs from Python's by ${lossText(largest)}, more than the ` +
      `${short(tolerance)} allowed. Something on this device computes otherwise; what it trains is its own.`,
  };
}

/** Returns whose weights the figures above use. */
export function weightsWords(step: number | null): string {
  return step === null
    ? "The figure above predicts with the published model."
    : `The figure above answers with your training, step ${count(step)}.`;
}

/** Returns the announcement for a new state of the run. `standing`: the state line. */
export function announcementWords(state: RunState, standing: string): string {
  if (state === "loading") return "The training is loading.";
  if (state === "failed") return ""; // the error is an alert of its own
  const words = { running: "Training.", paused: "Paused.", finished: "Finished.", stopped: "Stopped.", ready: "", idle: "" };
  return `${words[state]} ${standing}`.trim();
}
