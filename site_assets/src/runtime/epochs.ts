/** The weights that Python kept at some epochs of a model's training. Loaded when they are asked for. */
import type { Watch, Watched } from "./canary";
import { ModelpressError } from "../core/errors";
import { shown } from "../core/shown";
import type { ModelBytes } from "./files";
import { passes, replay } from "./parity";
import type { Engine } from "./protocol";
import type { BackendName } from "../core/backends";
import { sizeOf, type Entry, type EpochsSpec, type Format, type Golden } from "./spec";
import { readInputs, type PredictValues } from "./values";

/** What the entry's script has that this one then need not bring along. */
export interface EpochTools {
  fetchFile(entry: Entry, name: string): Promise<ArrayBuffer>;
  fetchModel(entry: Entry, format: Format): Promise<ModelBytes>;
  fetchGolden(entry: Entry): Promise<Golden>;
  engineFor(backend: BackendName): Promise<Engine>;
  watchOther(model: Watched): Promise<Watch>;
  /** The object with methods that fail with sentences alone; of words.ts. */
  spoken<T extends object>(name: string, object: T): T;
}

/** A model with the weights that it had after an epoch. */
export interface EpochModel {
  readonly epoch: number;
  /** Largest difference from what Keras answered with these weights, and how many cases were compared. */
  readonly maxDiff: number;
  readonly cases: number;
  /** As `LoadedModel.predict`. */
  predict(values: PredictValues): Promise<{ values: number[]; shape: number[] }>;
  dispose(): Promise<void>;
}

/** A model's checkpoints. */
export interface Epochs {
  /** Those that were kept, the last one included, whose weights are the published model's. */
  readonly epochs: readonly number[];
  /** "step" where the author's own training has no epochs. */
  readonly unit: "epoch" | "step";
  /** Largest change of an answer by storing the weights more coarsely than Python had them; 0: as they were. */
  readonly rounding: number;
  /** Keras' order. */
  weights(epoch: number): Promise<{ name: string; shape: number[]; values: number[] }[]>;
  /** Rejects where this device computes otherwise than Python did. */
  at(epoch: number): Promise<EpochModel>;
}

/** `values`: all weights laid flat in Keras' order. `answers`: Keras' to the probes, null for the last epoch. */
interface Kept {
  values: Float32Array<ArrayBuffer>;
  answers: Float32Array | null;
}

interface WeightEntry {
  name: string;
  shape: number[];
}

const BYTES = { float32: 4, uint16: 2, uint8: 1 } as const;

function specOf(entry: Entry): EpochsSpec {
  if (entry.epochs !== undefined) return entry.epochs;
  throw new ModelpressError(`Python kept no weights of the training of "${entry.title}".`);
}

function placeOf(entry: Entry, epoch: number): number {
  const { epochs, last, unit } = specOf(entry);
  const place = [...epochs, last].indexOf(epoch);
  if (place >= 0) return place;
  throw new ModelpressError(
    `Python kept no weights of ${unit} ${shown(epoch)}; expected one of ${[...epochs, last].join(", ")}.`,
  );
}

/** What stands in epochs.bin for the epoch at `place`; the layout is that of `pipeline/modelpress/training/checkpoint_export.py`. */
function read(spec: EpochsSpec, bin: ArrayBuffer, place: number, answer: number): Kept {
  const { encoding, weights, probes, epochs } = spec;
  const sizes = weights.map(([, shape]) => sizeOf(shape));
  const count = sizes.reduce((sum, size) => sum + size, 0);
  const pairs = encoding === "float32" ? 0 : sizes.length;
  const stored = Math.ceil((count * BYTES[encoding]) / 4) * 4;
  const block = 8 * pairs + stored + 4 * probes.length * answer;
  if (bin.byteLength !== block * epochs.length) {
    throw new ModelpressError(
      `The checkpoints are damaged: found ${bin.byteLength} bytes, expected ${block * epochs.length}. Build the site again.`,
    );
  }
  const at = place * block;
  const answers = new Float32Array(bin, at + 8 * pairs + stored, probes.length * answer);
  if (encoding === "float32") return { values: new Float32Array(bin, at, count).slice(), answers };
  const steps = new Float32Array(bin, at, 2 * pairs);
  const start = at + 8 * pairs;
  const numbers = encoding === "uint16" ? new Uint16Array(bin, start, count) : new Uint8Array(bin, start, count);
  const values = new Float32Array(count);
  let i = 0;
  sizes.forEach((size, weight) => {
    const [low, step] = [steps[2 * weight]!, steps[2 * weight + 1]!];
    for (const end = i + size; i < end; i++) values[i] = low + step * numbers[i]!;
  });
  return { values, answers };
}

/** The weights of a layers model as its weights.bin has them, by name. */
function manifestOf(json: unknown): WeightEntry[] {
  return (json as { weightsManifest: { weights: WeightEntry[] }[] }).weightsManifest.flatMap(({ weights }) => weights);
}

/** Copies weights between Keras' order and that of a weights.bin. */
function copy(
  spec: EpochsSpec, json: unknown, move: (inKeras: number, inFile: number, size: number) => void,
): void {
  const places = new Map<string, number>();
  let at = 0;
  for (const { name, shape } of manifestOf(json)) {
    places.set(name, at);
    at += sizeOf(shape);
  }
  at = 0;
  for (const [name, shape] of spec.weights) {
    const place = places.get(name);
    if (place === undefined) throw new ModelpressError(`The layers model has no weight "${name}". Build the site again.`);
    move(at, place, sizeOf(shape));
    at += sizeOf(shape);
  }
}

async function keptAt(entry: Entry, epoch: number, tools: EpochTools): Promise<Kept> {
  const spec = specOf(entry);
  const place = placeOf(entry, epoch);
  if (place < spec.epochs.length) {
    return read(spec, await tools.fetchFile(entry, spec.bin), place, sizeOf(entry.output.shape));
  }
  const { json, weights } = await tools.fetchModel(entry, "layers");
  const published = new Float32Array(weights);
  const values = new Float32Array(published.length);
  copy(spec, json, (inKeras, inFile, size) => { values.set(published.subarray(inFile, inFile + size), inKeras); });
  return { values, answers: null };
}

/** All weights after `epoch`, laid flat in Keras' order, with the epochs' own description. */
export async function weightsAt(entry: Entry, epoch: number, tools: EpochTools): Promise<Float32Array<ArrayBuffer>> {
  return (await keptAt(entry, epoch, tools)).values;
}

async function openEpoch(entry: Entry, epoch: number, tools: EpochTools): Promise<EpochModel> {
  const spec = specOf(entry);
  const [{ values, answers }, { json }, golden, engine] = await Promise.all([
    keptAt(entry, epoch, tools), tools.fetchModel(entry, "layers"), tools.fetchGolden(entry), tools.engineFor("cpu"),
  ]);
  const weights = new Float32Array(values.length);
  copy(spec, json, (inKeras, inFile, size) => { weights.set(values.subarray(inKeras, inKeras + size), inFile); });
  const { shape } = entry.input;
  const id = await engine.load({ format: "layers", json, weights: weights.buffer }, shape);
  const size = sizeOf(golden.output_shape);
  const tolerance = spec.tolerance ?? entry.tolerance;
  const probes: Golden = {
    ...golden,
    cases: spec.probes.length,
    inputs: spec.probes.map((probe) => golden.inputs[probe]!),
    outputs: spec.probes.map((probe, i) =>
      answers ? Array.from(answers.subarray(i * size, (i + 1) * size)) : golden.outputs[probe]!,
    ),
  };
  const run: Watched["run"] = (flat, batch) => engine.run(id, flat, batch);
  let watch: Watch | null = null;
  const unload = (): Promise<void> => {
    watch?.close();
    return engine.unload(id);
  };
  try {
    const comparison = await replay(probes, run, false);
    if (!passes(comparison, tolerance)) {
      throw new ModelpressError(
        `With the weights of ${spec.unit} ${epoch} this device answers otherwise than Python did, by ` +
          `${comparison.maxDiff.toPrecision(3)}; the tolerance of "${entry.title}" is ${tolerance}.`,
      );
    }
    const watched = await tools.watchOther({ entry: { title: entry.title, tolerance }, engine, golden: probes, asBatch: false, run });
    watch = watched;
    return tools.spoken("epoch", {
      epoch,
      maxDiff: comparison.maxDiff,
      cases: probes.cases,
      async predict(asked) {
        const { values: flat, batch, batched } = readInputs(asked, shape);
        const answer = await run(flat, batch);
        await watched.answered(answer.values, batch);
        return { values: Array.from(answer.values), shape: batched ? answer.shape : answer.shape.slice(1) };
      },
      dispose: unload,
    });
  } catch (error) {
    await unload();
    throw error;
  }
}

/** The checkpoints of a model; see Epochs. Throws a ModelpressError where there are none. */
export function openEpochs(entry: Entry, tools: EpochTools): Epochs {
  const { epochs, last, unit, rounding, weights } = specOf(entry);
  return {
    epochs: [...epochs, last],
    unit,
    rounding,
    async weights(epoch) {
      const flat = await weightsAt(entry, epoch, tools);
      let at = 0;
      return weights.map(([name, shape]) => {
        const from = at;
        at += sizeOf(shape);
        return { name, shape: [...shape], values: Array.from(flat.subarray(from, at)) };
      });
    },
    at: (epoch) => openEpoch(entry, epoch, tools),
  };
}
