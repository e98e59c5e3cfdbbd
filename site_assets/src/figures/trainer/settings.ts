/** Settings of a training: as recorded, as chosen by the reader, and their differences. */
import type { TrainerOptions } from "../../training/session/api";
import type { LossName, OptimizerName, TrainingBackend } from "../../training/spec";

/** The page's description of a training, written by `pipeline/modelpress/site/fences/training.py`. */
export interface Recorded {
  readonly rows: number;
  readonly batch: number;
  readonly epochs: number;
  /** Optimizer steps of the author's whole training. */
  readonly total: number;
  readonly loss: string;
  /** Available losses: label by name. */
  readonly losses: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Units of the hidden layers; empty if the reader cannot change them. */
  readonly hidden: readonly number[];
  /** Index of the recording with the author's own settings. */
  readonly author: number;
  readonly recordings: readonly Recording[];
  readonly tolerance: Readonly<Record<string, number>>;
  /** The metric with a curve, and its label; "" for none. */
  readonly metric: string;
  readonly metric_words: string;
  /** Size of the validation set, and the steps after which Python measured it. */
  readonly validating: number;
  readonly validation_steps: readonly number[];
  /** Example predictions: inputs, targets, and Python's predictions after its recorded run. Empty if there are none. */
  readonly probe: Partial<Record<"probe_x" | "probe_y" | "probe", readonly (readonly number[])[]>>;
  /** Epochs whose checkpoints a run can start from; empty if their weights do not fit. */
  readonly kept: readonly number[];
  /** Unit of these numbers: epoch or step. */
  readonly unit: string;
}

/** One of Python's runs. */
export interface Recording {
  readonly optimizer: string;
  readonly rate: number;
  /** Whether the learning rate follows a schedule that starts with `rate`. */
  readonly scheduled: boolean;
  /** Loss of each step's batch, before the step. */
  readonly losses: readonly number[];
  /** Metric of each step's batch, before the step. */
  readonly metric: readonly number[];
  /** Of the validation set, after each of the validation steps. */
  readonly validation_loss: readonly number[];
  readonly validation_metric: readonly number[];
}

export interface Settings {
  /** Backend; "auto": the fastest for the network. */
  readonly backend: string;
  readonly optimizer: string;
  readonly rate: number;
  readonly batch: number;
  readonly loss: string;
  /** Seed of random initial weights; null: Python's initial weights, or a checkpoint's. */
  readonly seed: number | null;
  /** Epoch of the checkpoint to start from; null: none. */
  readonly epoch: number | null;
  readonly hidden: readonly number[];
}

/** Labels of the backends. */
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

/** Returns the learning rate with which an optimizer was recorded. */
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

/** Returns the names of settings that differ from the author's, without the seed: it belongs to no author. */
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

/** Returns Python's run with these settings, or null if none is comparable. */
export function recordingOf(recorded: Recorded, settings: Settings): Recording | null {
  const own = pythonSettings(recorded);
  const { backend, optimizer, rate } = own; // the run is the same on any backend
  if (!sameSettings({ ...settings, backend, optimizer, rate }, own)) return null;
  return (
    recorded.recordings.find((each) => each.optimizer === settings.optimizer && each.rate === settings.rate) ?? null
  );
}

/** Returns the optimizer steps of an epoch, including a partial last batch. */
export function stepsPerEpoch(recorded: Recorded, { batch }: Settings): number {
  return Math.ceil(recorded.rows / batch);
}

/** Returns the optimizer steps of the whole training with these settings. */
export function totalSteps(recorded: Recorded, settings: Settings): number {
  return recorded.epochs * stepsPerEpoch(recorded, settings);
}

/** Returns the trainer's options for settings that differ from Python's; the others keep their defaults. */
export function trainerOptions(recorded: Recorded, settings: Settings): TrainerOptions {
  const own = pythonSettings(recorded);
  const options: TrainerOptions = {};
  if (settings.backend !== "auto") options.backend = settings.backend as TrainingBackend;
  if (settings.epoch !== null) options.from = { epoch: settings.epoch };
  if (settings.seed !== null) options.from = { seed: settings.seed };
  if (settings.optimizer !== own.optimizer) options.optimizer = settings.optimizer as OptimizerName;
  // An explicit rate is constant: omit it to follow a recorded schedule.
  if (settings.rate !== rateOf(recorded, settings.optimizer)) options.learningRate = settings.rate;
  if (settings.batch !== own.batch) options.batchSize = settings.batch;
  if (settings.loss !== own.loss) options.loss = settings.loss as LossName;
  if (!sameUnits(settings.hidden, own.hidden)) {
    options.hidden = [...settings.hidden];
    options.from = { seed: settings.seed ?? recorded.seed }; // Python's weights do not fit
  }
  return options;
}
