/** `modelpress.trainer()`: a training in the reader's browser. Loaded at its first call. */
import { listOf, ModelpressError, shown } from "../../core/errors";
import type { PageEntry, TrainedEntry } from "../../core/schema";
import { readInputs, type PredictValues } from "../../runtime/values";
import { checkSpec } from "./check";
import { openRealm } from "./host";
import type { TrainingProof } from "./prove";
import type { Stepped } from "./stepping";
import type { Evaluation, Progress } from "./run";
import { checkRun, RUN_OPTIONS, type KeptWeights, type RunOptions } from "./setup";
import { sizeOf, TRAINING_BACKENDS, type LiveSpec, type TrainingBackend } from "../spec";

export type { Evaluation, Progress, RunOptions, Stepped, TrainingProof };

export interface TrainerOptions extends RunOptions {
  /** "cpu" (default): this project's own engine, the fastest for small networks; "wasm", "webgl": TensorFlow.js. */
  backend?: TrainingBackend;
}

/** What is measured along the way. */
export interface StepOptions {
  /** Every batch's metrics, in `history`; else those of the latest alone. */
  each?: boolean;
  /** Steps (from 1) after which the validation rows are measured, in `validation`. */
  validateAt?: readonly number[];
}

/** One training. Calls are answered in the order they are made; each rejects with a sentence. */
export interface Trainer {
  /** What live.json says of the author's run. */
  readonly spec: LiveSpec;
  /** Steps so far. */
  readonly steps: number;
  /** Whole epochs so far. */
  readonly epoch: number;
  /** The backend as the realm that trains names it. */
  readonly backend: string;
  /** "worker", or "page" where workers fail. */
  readonly place: "worker" | "page";
  /** Trains `count` steps (1 by default), fewer where it has to stop. */
  step(count?: number, also?: StepOptions): Promise<Stepped>;
  /** Loss and metrics over all rows, and over the validation rows where there are some. */
  evaluate(): Promise<Evaluation>;
  /** Keras' order. */
  weights(): Promise<{ name: string; shape: number[]; values: number[] }[]>;
  /** Answers with the weights as they are now; shapes as `LoadedModel.predict`. */
  predict(values: PredictValues): Promise<{ values: number[]; shape: number[] }>;
  /** Back to the first weights. */
  reset(): Promise<void>;
  /** Replays Python's recordings on this backend, at most `steps` of each; the run itself stays as it is. */
  prove(steps?: number): Promise<TrainingProof>;
  /**
   * The network with its weights as they are now, as a file: "keras" for `keras.models.load_model` (where another
   * network than the author's is trained: weights and a script, in a zip), "tfjs" for `tf.loadLayersModel`, in a zip.
   */
  take(form: "keras" | "tfjs"): Promise<TakenFile>;
  /** Tensors alive in the realm's TensorFlow.js, 0 for "cpu". */
  tensors(): Promise<number>;
  dispose(): Promise<void>;
}

export interface TakenFile {
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** What the entry's script has that this one then need not bring along. */
export interface Tools {
  /** The live run of an entry, checked against the manifest's hashes. */
  fetchLive(entry: TrainedEntry): Promise<{ json: unknown; bin: ArrayBuffer }>;
  fetchFile(entry: TrainedEntry, name: string): Promise<ArrayBuffer>;
  /** The named options of what a caller gave, read once; of words.ts. */
  optionsOf<T extends object>(caller: string, given: unknown, names: readonly (keyof T & string)[]): Partial<T>;
  /** Python's weights after an epoch of the model's own training, laid flat in Keras' order. */
  weightsAt(entry: TrainedEntry, epoch: number): Promise<Float32Array<ArrayBuffer>>;
  workerUrl: URL;
}

function checkBackend(backend: unknown): void {
  if (TRAINING_BACKENDS.includes(backend as TrainingBackend)) return;
  const expected = TRAINING_BACKENDS.map((name) => `"${name}"`).join(", ");
  throw new ModelpressError(`No training runs on ${shown(backend)}; expected one of ${expected}.`);
}

/** Steps of one call; a longer training takes several. */
const MOST_STEPS = 10_000_000;

/** A whole number of steps from `least`. */
function checkSteps(count: number, least: number): void {
  if (Number.isSafeInteger(count) && count >= least && count <= MOST_STEPS) return;
  const expected = `a whole number from ${least}, at most ${MOST_STEPS}`;
  throw new ModelpressError(`Found ${shown(count)} steps; expected ${expected}.`);
}

/** A copy of the steps after which validation is asked for. */
function checkPlaces(validateAt: unknown): number[] {
  const list = listOf("validateAt", validateAt, MOST_STEPS);
  if (list?.every((step) => Number.isSafeInteger(step))) return list as number[];
  throw new ModelpressError(`step() was given validateAt ${shown(validateAt)}; expected a list of steps, counted from 1.`);
}

/** The weights that a run from an epoch begins with, and their shapes; null for any other run. */
async function keptWeights(entry: TrainedEntry, { from }: RunOptions, tools: Tools): Promise<KeptWeights | null> {
  if (typeof from !== "object" || !("epoch" in from)) return null;
  const shapes = (entry.epochs?.weights ?? []).map(([, shape]) => shape);
  return { shapes, values: await tools.weightsAt(entry, from.epoch) };
}

/** Opens a training of a model that has a live run; see Trainer. Rejects with a sentence. */
export async function openTrainer(entry: TrainedEntry, options: TrainerOptions | undefined, tools: Tools): Promise<Trainer> {
  const given = tools.optionsOf<TrainerOptions>("trainer", options, ["backend", ...RUN_OPTIONS]);
  const { backend = "cpu" } = given;
  checkBackend(backend);
  const asked = checkRun(given);
  const { json, bin } = await tools.fetchLive(entry);
  const spec = checkSpec(json, bin.byteLength);
  const kept = await keptWeights(entry, asked, tools);
  const { realm, opened } = await openRealm(
    { call: "open", spec, bin, options: asked, kept, backend },
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
      const places = checkPlaces(validateAt);
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
      const answers = await realm.ask({ call: "predict", values: flat, rows: batch });
      if (!answers.every(Number.isFinite)) {
        throw new ModelpressError("With the weights as they are now the answer is no number: this training went too far. Reset it.");
      }
      return {
        values: Array.from(answers),
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
      const name = `${(entry as Partial<PageEntry>).base?.split("/")[1] ?? "model"}-step-${steps}`; // that these weights are of: answers come in order
      const files = await import("../export/export");
      const { layers, weights } = opened;
      const taken = { spec, layers, weights, values };
      if (form === "tfjs") return { name: `${name}-tfjs.zip`, bytes: files.tfjsFiles(taken, name) };
      const same = JSON.stringify(weights) === JSON.stringify(spec.weights);
      const empty = entry.live?.keras;
      if (!same || !spec.keras || empty === undefined) {
        return { name: `${name}-keras.zip`, bytes: files.weightsAndScript(taken, name) };
      }
      const template = await tools.fetchFile(entry, empty);
      return { name: `${name}.keras`, bytes: files.kerasFile(taken, template, spec.keras.offsets) };
    },
    tensors: () => realm.ask({ call: "tensors" }),
    dispose() {
      realm.end();
      return Promise.resolve();
    },
  };
}
