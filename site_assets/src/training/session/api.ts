/** `modelpress.trainer()`: trains in the reader's browser. Loaded at its first call. */
import { ModelpressError } from "../../core/errors";
import { listOf, shown } from "../../core/shown";
import type { PageEntry, TrainedEntry } from "../../core/schema";
import { readInputs, type PredictValues } from "../../runtime/values";
import { checkSpec } from "./check";
import { openRealm } from "./host";
import type { TrainingProof } from "./prove";
import type { Stepped } from "./stepping";
import type { Evaluation, Progress } from "./run";
import { checkRun, RUN_OPTIONS, type CheckpointWeights, type RunOptions } from "./setup";
import { sizeOf, TRAINING_BACKENDS, type LiveSpec, type TrainingBackend } from "../spec";

export type { Evaluation, Progress, RunOptions, Stepped, TrainingProof };

export interface TrainerOptions extends RunOptions {
  /** "cpu" (default): this project's own engine, the fastest for small networks; "wasm", "webgl": TensorFlow.js. */
  backend?: TrainingBackend;
}

/** What `step` measures on the way. */
export interface StepOptions {
  /** Whether `history` has every batch's metrics; by default only the latest batch is measured. */
  each?: boolean;
  /** Steps (from 1) after which the validation set is measured; the results are in `validation`. */
  validateAt?: readonly number[];
}

/** One training. Calls are served in order; errors are sentences for readers. */
export interface Trainer {
  /** The author's run, as in live.json. */
  readonly spec: LiveSpec;
  /** Steps so far. */
  readonly steps: number;
  /** Completed epochs so far. */
  readonly epoch: number;
  /** Name of the backend in the realm that trains. */
  readonly backend: string;
  /** "worker", or "page" if workers fail. */
  readonly place: "worker" | "page";
  /** Trains `count` steps (default 1), fewer if it must stop. */
  step(count?: number, also?: StepOptions): Promise<Stepped>;
  /** Returns loss and metrics over all examples, and over the validation set if there is one. */
  evaluate(): Promise<Evaluation>;
  /** Returns the weights in Keras' order. */
  weights(): Promise<{ name: string; shape: number[]; values: number[] }[]>;
  /** Predicts with the current weights; shapes as in `LoadedModel.predict`. */
  predict(values: PredictValues): Promise<{ values: number[]; shape: number[] }>;
  /** Restores the initial weights. */
  reset(): Promise<void>;
  /** Replays Python's recordings on this backend, at most `steps` of each; the run itself does not change. */
  prove(steps?: number): Promise<TrainingProof>;
  /**
   * Exports the network with its current weights. "keras": for `keras.models.load_model` (for a network other than
   * the author's: a zip of weights and a script). "tfjs": a zip for `tf.loadLayersModel`.
   */
  take(form: "keras" | "tfjs"): Promise<ExportedFile>;
  /** Returns the number of tensors alive in the realm's TensorFlow.js; 0 for "cpu". */
  tensors(): Promise<number>;
  dispose(): Promise<void>;
}

export interface ExportedFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** Functions that the entry's script provides, to keep this chunk small. */
export interface Tools {
  /** Fetches an entry's live run and checks it against the manifest's hashes. */
  fetchLive(entry: TrainedEntry): Promise<{ json: unknown; bin: ArrayBuffer }>;
  fetchFile(entry: TrainedEntry, name: string): Promise<ArrayBuffer>;
  /** Returns the named options of a caller's object, each read once; from words.ts. */
  optionsOf<T extends object>(caller: string, given: unknown, names: readonly (keyof T & string)[]): Partial<T>;
  /** Returns the checkpoint of an epoch of the model's own training, flattened in Keras' order. */
  weightsAt(entry: TrainedEntry, epoch: number): Promise<Float32Array<ArrayBuffer>>;
  workerUrl: URL;
}

function checkBackend(backend: unknown): void {
  if (TRAINING_BACKENDS.includes(backend as TrainingBackend)) return;
  const expected = TRAINING_BACKENDS.map((name) => `"${name}"`).join(", ");
  throw new ModelpressError(`No training runs on ${shown(backend)}; expected one of ${expected}.`);
}

/** Maximum number of steps in one call. */
const MOST_STEPS = 10_000_000;

/** Throws unless `count` is an integer from `least` to `MOST_STEPS`. */
function checkSteps(count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least && count <= MOST_STEPS) return;
  const expected = `a whole number from ${least}, at most ${MOST_STEPS}`;
  throw new ModelpressError(`Found ${shown(count)} steps; expected ${expected}.`);
}

/** Returns a validated copy of the steps at which to validate. */
function checkValidateAt(validateAt: unknown): number[] {
  const list = listOf("validateAt", validateAt, MOST_STEPS);
  if (list?.every((step) => Number.isSafeInteger(step))) return list as number[];
  throw new ModelpressError(`step() was given validateAt ${shown(validateAt)}; expected a list of steps, counted from 1.`);
}

/** Returns the checkpoint that a run starts from, with its shapes; null for any other run. */
async function checkpointWeights(entry: TrainedEntry, { from }: RunOptions, tools: Tools): Promise<CheckpointWeights | null> {
  if (typeof from !== "object" || !("epoch" in from)) return null;
  const shapes = (entry.epochs?.weights ?? []).map(([, shape]) => shape);
  return { shapes, values: await tools.weightsAt(entry, from.epoch) };
}

/** Opens a training of a model with a live run; see Trainer. Rejects with a sentence. */
export async function openTrainer(entry: TrainedEntry, options: TrainerOptions | undefined, tools: Tools): Promise<Trainer> {
  const given = tools.optionsOf<TrainerOptions>("trainer", options, ["backend", ...RUN_OPTIONS]);
  const { backend = "cpu" } = given;
  checkBackend(backend);
  const runOptions = checkRun(given);
  const { json, bin } = await tools.fetchLive(entry);
  const spec = checkSpec(json, bin.byteLength);
  const checkpoint = await checkpointWeights(entry, runOptions, tools);
  const { realm, opened } = await openRealm(
    { call: "open", spec, bin, options: runOptions, checkpoint, backend },
    tools.workerUrl,
  );
  let steps = 0;
  let epoch = 0;
  return {
    spec,
    get steps() {
      return steps;
    },
    get epoch() {
      return epoch;
    },
    backend: opened.backend,
    place: realm.place,
    async step(count = 1, also) {
      checkSteps(count, 0);
      const { each = false, validateAt = [] } = tools.optionsOf<StepOptions>("step", also, ["each", "validateAt"]);
      const places = checkValidateAt(validateAt);
      const progress = await realm.ask({ call: "step", count, each: each as unknown === true, validateAt: places });
      ({ step: steps, epoch } = progress);
      return progress;
    },
    evaluate: () => realm.ask({ call: "evaluate" }),
    async weights() {
      const values = await realm.ask({ call: "weights" });
      let at = 0;
      return opened.weights.map(({ name, shape }) => {
        const from = at;
        at += sizeOf(shape);
        return { name, shape, values: Array.from(values.subarray(from, at)) };
      });
    },
    async predict(values) {
      const { values: flat, batch, batched } = readInputs(values, spec.input_shape);
      const predictions = await realm.ask({ call: "predict", values: flat, rows: batch });
      if (!predictions.every(Number.isFinite)) {
        throw new ModelpressError("With the current weights the prediction is NaN: this training has diverged. Reset it.");
      }
      return {
        values: Array.from(predictions),
        shape: batched ? [batch, opened.outputs] : [opened.outputs],
      };
    },
    async reset() {
      await realm.ask({ call: "reset" });
      steps = 0;
      epoch = 0;
    },
    async prove(most) {
      if (most !== undefined) checkSteps(most, 1);
      return realm.ask({ call: "prove", steps: most ?? null });
    },
    async take(form) {
      if ((form as unknown) !== "keras" && (form as unknown) !== "tfjs") {
        throw new ModelpressError(`take() was given ${shown(form)}; expected "keras" or "tfjs".`);
      }
      const values = await realm.ask({ call: "weights" });
      const name = `${(entry as Partial<PageEntry>).base?.split("/")[1] ?? "model"}-step-${steps}`; // requests are served in order, so `steps` matches these weights
      const files = await import("../export/export");
      const { layers, weights } = opened;
      const trained = { spec, layers, weights, values };
      if (form === "tfjs") return { name: `${name}-tfjs.zip`, bytes: files.tfjsFiles(trained, name) };
      const same = JSON.stringify(weights) === JSON.stringify(spec.weights);
      const empty = entry.live?.keras;
      if (!same || !spec.keras || empty === undefined) {
        return { name: `${name}-keras.zip`, bytes: files.weightsAndScript(trained, name) };
      }
      const template = await tools.fetchFile(entry, empty);
      return { name: `${name}.keras`, bytes: files.kerasFile(trained, template, spec.keras.offsets) };
    },
    tensors: () => realm.ask({ call: "tensors" }),
    dispose() {
      realm.end();
      return Promise.resolve();
    },
  };
}
