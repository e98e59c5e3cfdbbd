/** Curves of a training's charts: Python's and the reader's, of batches and of the validation set. */
import { percent } from "../../core/number-format";
import { own } from "../../core/own";
import { lossText } from "../charts/axes";
import type { Check, Values } from "../charts/table";
import type { TrainingRun } from "./run";
import { pythonSettings, type Recorded, type Recording, type Settings } from "./settings";

export const NONE: Values = { batches: [], checks: [] };

/** Format of a quantity's values, and the range of its axis if fixed. */
export interface Scale {
  readonly name: string;
  readonly text: (value: number) => string;
  readonly range: readonly [number, number] | null;
}

export function scaleOf(name: string): Scale {
  return name === "accuracy"
    ? { name, text: percent, range: [0, 1] }
    : { name, text: lossText, range: null };
}

/** Returns the recorded run to draw beside one with these settings. same: the run with the same settings, if any. */
export function recordingToShow(recorded: Recorded, same: Recording | null): Recording {
  return same ?? recorded.recordings[recorded.author]!;
}

/** Returns Python's loss; empty if the reader trains with another loss, which is not comparable. */
export function pythonLoss(recorded: Recorded, same: Recording | null, settings: Settings): Values {
  if (!same && settings.loss !== pythonSettings(recorded).loss) return NONE;
  const { losses, validation_loss } = recordingToShow(recorded, same);
  return { batches: losses, checks: checksOf(recorded, validation_loss) };
}

export function pythonMetric(recorded: Recorded, same: Recording | null): Values {
  const { metric, validation_metric } = recordingToShow(recorded, same);
  return { batches: metric, checks: checksOf(recorded, validation_metric) };
}

export function ownLoss(run: TrainingRun): Values {
  return { batches: run.losses, checks: run.validation.map(({ step, loss }) => ({ step, value: loss })) };
}

export function ownMetric(run: TrainingRun, name: string): Values {
  const checks = run.validation.map(({ step, metrics }) => ({ step, value: own(metrics, name) ?? NaN }));
  return { batches: run.metric, checks };
}

function checksOf({ validation_steps }: Recorded, values: readonly number[]): Check[] {
  return values.map((value, i) => ({ step: validation_steps[i]!, value }));
}

/** Returns the latest check up to a step. */
export function checkAt(checks: readonly Check[], step: number): Check | undefined {
  return checks.filter((check) => check.step <= step).at(-1);
}
