/** What a training was recorded with, what the reader asks for, and where the two differ. */
import type { TrainerOptions } from "../../training/session/api";
import type { LossName, OptimizerName, TrainingBackend } from "../../training/spec";

/** The page's own description of a training, written by `pipeline/modelpress/site/fences/training.py`. */
export interface Recorded {
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  /** Optimizer steps of the author's whole training. */
  readonly total: number;
  readonly loss: string;
  /** The losses to choose from, by name, in words. */
  readonly losses: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Units of the hidden layers, or none where the reader may not change them. */
  readonly hidden: readonly number[];
  /** Number of the recording with the author's own settings. */
  readonly author: number;
  readonly recordings: readonly Recording[];
  /** Steps a frame; 0: as many as there is time for. */
  readonly speeds: readonly number[];
  readonly tolerance: Readonly<Record<string, number>>;
  /** The metric that has a curve, and what it is; "" for none. */
  readonly metric: string;
  readonly metric_words: string;
  /** How many rows validate, and after which steps Python measured them. */
  readonly validating: number;
  readonly validation_steps: readonly number[];
  /** Rows to look at: inputs, right answers, and Python's after its recorded run. Empty where there are none. */
  readonly probe: Partial<Record<"probe_x" | "probe_y" | "probe", readonly (readonly number[])[]>>;
  /** Epochs of the model's own training whose weights a run can start from; none where they don't fit. */
  readonly kept: readonly number[];
  /** What these are numbers of: epoch or step. */
  readonly unit: string;
}

/** One of Python's runs. */
export interface Recording {
  readonly optimizer: string;
  readonly rate: number;
  /** Whether its rate follows a schedule that begins with `rate`. */
  readonly scheduled: boolean;
  /** Loss of each step's batch before the step. */
  readonly losses: readonly number[];
  /** The metric of each step's batch before the step. */
  readonly metric: readonly number[];
  /** Of the validation rows, after each of the validation steps. */
  readonly validation_loss: readonly number[];
  readonly validation_metric: readonly number[];
}

export interface Settings {
  /** Who computes; "auto": what suits the network. */
  readonly backend: string;
  readonly optimizer: string;
  readonly rate: number;
  readonly batch: number;
  readonly loss: string;
  /** Seed of random first weights; null: Python's own first weights, or those of an epoch. */
  readonly seed: number | null;
  /** The epoch of the model's own training whose weights come first; null: none. */
  readonly epoch: number | null;
  readonly hidden: readonly number[];
}

/** Who can compute a training, in words. */
export const BACKENDS: Readonly<Record<string, string>> = { auto: "automatic", cpu: "CPU", wasm: "WASM", webgl: "WebGL" };

export function pythonSettings(recorded: Recorded): Settings {
  const own = recorded.recordings[recorded.author]!;
  return {
    backend: "auto",
    optimizer: own.optimizer,
    rate: own.rate,
    batch: recorded.batch,
    loss: recorded.loss,
    seed: null,
    epoch: null,
    hidden: recorded.hidden,
  };
}

/** Rate that an optimizer was recorded with. */
export function rateOf(recorded: Recorded, optimizer: string): number {
  return recorded.recordings.find((each) => each.optimizer === optimizer)?.rate ?? 0.01;
}

export function sameUnits(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((units, i) => units === b[i]);
}

export function sameSettings(a: Settings, b: Settings): boolean {
  return (
    a.backend === b.backend && a.optimizer === b.optimizer && a.rate === b.rate && a.batch === b.batch &&
    a.loss === b.loss && a.seed === b.seed && a.epoch === b.epoch && sameUnits(a.hidden, b.hidden)
  );
}

/** The settings other than the author's, in words; the seed is nobody's own. */
export function changedSettings(recorded: Recorded, settings: Settings): string[] {
  const own = pythonSettings(recorded);
  const changed: string[] = [];
  if (settings.optimizer !== own.optimizer) changed.push("optimizer");
  else if (settings.rate !== own.rate) changed.push("learning rate");
  if (settings.batch !== own.batch) changed.push("batch size");
  if (settings.loss !== own.loss) changed.push("loss");
  if (!sameUnits(settings.hidden, own.hidden)) changed.push("hidden units");
  if (settings.epoch !== null) changed.push(`beginning, the weights of epoch ${String(settings.epoch)}`);
  return changed;
}

/** Python's run with these settings, or null where there is nothing to compare with. */
export function recordingOf(recorded: Recorded, settings: Settings): Recording | null {
  const own = pythonSettings(recorded);
  const { backend, optimizer, rate } = own; // whoever computes, it is the same run
  if (!sameSettings({ ...settings, backend, optimizer, rate }, own)) return null;
  return (
    recorded.recordings.find((each) => each.optimizer === settings.optimizer && each.rate === settings.rate) ?? null
  );
}

/** Optimizer steps in an epoch, the last partial batch among them. */
export function stepsAnEpoch(recorded: Recorded, { batch }: Settings): number {
  return Math.ceil(recorded.rows / batch);
}

/** Optimizer steps of the whole training with these settings. */
export function stepsInAll(recorded: Recorded, settings: Settings): number {
  return recorded.epochs * stepsAnEpoch(recorded, settings);
}

/** What differs from Python's settings, as the trainer takes it: its own stay as they are. */
export function trainerOptions(recorded: Recorded, settings: Settings): TrainerOptions {
  const own = pythonSettings(recorded);
  const options: TrainerOptions = {};
  if (settings.backend !== "auto") options.backend = settings.backend as TrainingBackend;
  if (settings.epoch !== null) options.from = { epoch: settings.epoch };
  if (settings.seed !== null) options.from = { seed: settings.seed };
  if (settings.optimizer !== own.optimizer) options.optimizer = settings.optimizer as OptimizerName;
  // A rate that is given is constant, so a recorded schedule is followed by leaving it out.
  if (settings.rate !== rateOf(recorded, settings.optimizer)) options.learningRate = settings.rate;
  if (settings.batch !== own.batch) options.batchSize = settings.batch;
  if (settings.loss !== own.loss) options.loss = settings.loss as LossName;
  if (!sameUnits(settings.hidden, own.hidden)) {
    options.hidden = [...settings.hidden];
    options.from = { seed: settings.seed ?? recorded.seed }; // Python's weights do not fit
  }
  return options;
}
