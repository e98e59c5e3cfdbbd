/** Turns a caller's options into a complete run: network, initial weights, optimizer, learning rates, batch size. */
import { ModelpressError } from "../../core/errors";
import { listOf, reading, shown } from "../../core/shown";
import { floatsOf } from "../data/data";
import { initialWeights } from "../data/initial-weights";
import {
  denseLayers, LOSSES, OPTIMIZERS, outputsOf, sizeOf, weightsOf,
  type LayerSpec, type LiveSpec, type LossName, type OptimizerName, type OptimizerSpec, type WeightSpec,
} from "../spec";

/** Options that differ from the author's run; those omitted keep the author's value. */
export interface RunOptions {
  /**
   * Initial weights: Python's, a checkpoint of the model's own training, or random from a seed. Those of another
   * network are always random.
   */
  from?: "python" | { epoch: number } | { seed: number };
  optimizer?: OptimizerName;
  /** Constant learning rate. Omitted with the author's optimizer: the author's rate or schedule. */
  learningRate?: number;
  batchSize?: number;
  loss?: LossName;
  /** Random seed of the order of examples. */
  seed?: number;
  /** Units of the dense layers before the last one; [] for none. */
  hidden?: readonly number[];
}

/** Weights of a checkpoint, flattened in Keras' order, and their shapes. */
export interface CheckpointWeights {
  shapes: number[][];
  values: Float32Array<ArrayBuffer>;
}

export interface Setup {
  layers: LayerSpec[];
  inputs: number;
  outputs: number;
  weights: WeightSpec[];
  /** Initial weights: float32, flattened. */
  initial: Float32Array<ArrayBuffer>;
  optimizer: OptimizerSpec;
  /** Learning rate by step, float32; the last one holds. null: the optimizer's own, constant. */
  rates: Float32Array<ArrayBuffer> | null;
  loss: LossName;
  batchSize: number;
  seed: number;
  shuffle: boolean;
  /** Steps of the same training before the initial weights: the order of examples and the rates continue from there. */
  stepsBefore: number;
}

/** Learning rates for optimizers without a recording. */
const DEFAULT_RATES: Record<OptimizerName, number> = { sgd: 0.1, momentum: 0.05, rmsprop: 0.005, adam: 0.01 };

/** Seed of random weights for another network, if none is given. */
const DEFAULT_WEIGHT_SEED = 1;

const names = (list: readonly string[]): string => list.map((name) => `"${name}"`).join(", ");

function refuse(name: string, found: unknown, expected: string): never {
  throw new ModelpressError(`trainer() was given ${name} ${shown(found)}; expected ${expected}.`);
}

function requireWhole(name: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  refuse(name, value, `a whole number from ${least}`);
}

export const RUN_OPTIONS = ["from", "optimizer", "learningRate", "batchSize", "loss", "seed", "hidden"] as const;

/** Limits of a network that a page can train: hidden layers, units of one, parameters in all. */
const MOST_LAYERS = 8;
const MOST_UNITS = 4096;
const MOST_WEIGHTS = 5_000_000;

/** Returns a validated copy of `options`. Throws a ModelpressError that names the invalid value. */
export function checkRun({ from, optimizer, learningRate, batchSize, loss, seed, hidden }: RunOptions): RunOptions {
  if (optimizer !== undefined && !OPTIMIZERS.includes(optimizer)) {
    refuse("the optimizer", optimizer, `one of ${names(OPTIMIZERS)}`);
  }
  if (loss !== undefined && !LOSSES.includes(loss)) refuse("the loss", loss, `one of ${names(LOSSES)}`);
  if (learningRate !== undefined && !(Number.isFinite(learningRate) && learningRate >= 0)) {
    refuse("the learning rate", learningRate, "a number from 0");
  }
  requireWhole("the batch size", batchSize, 1);
  requireWhole("the seed", seed, 0);
  const start = startOf(from);
  const widths = hidden === undefined ? undefined : widthsOf(hidden);
  const given = { from: start, optimizer, learningRate, batchSize, loss, seed, hidden: widths };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Returns a validated copy of the hidden units. */
function widthsOf(hidden: unknown): number[] {
  const widths = listOf("the hidden units", hidden, MOST_LAYERS);
  if (widths === null) return refuse("hidden", hidden, `a list of units of at most ${MOST_LAYERS} layers`);
  for (const units of widths) {
    if (!Number.isSafeInteger(units) || (units as number) < 1 || (units as number) > MOST_UNITS) {
      refuse("hidden units", units, `a whole number from 1, at most ${MOST_UNITS}`);
    }
  }
  return widths as number[];
}

/** Returns a validated copy of the initial weights' source. */
function startOf(from: unknown): RunOptions["from"] {
  if (from === undefined || from === "python") return from;
  const { epoch, seed } = reading("from", () => {
    const { epoch, seed } = (from ?? {}) as { epoch?: number; seed?: number };
    return { epoch, seed };
  });
  if (typeof from === "object" && epoch !== undefined && seed === undefined) {
    requireWhole("the epoch", epoch, 0);
    return { epoch };
  }
  if (typeof from === "object" && seed !== undefined && epoch === undefined) {
    requireWhole("the seed of the weights", seed, 0);
    return { seed };
  }
  return refuse("from", from, `"python", { epoch: n } or { seed: n }`);
}

/**
 * Returns the author's layers with other units. Added layers copy the first hidden one; surplus ones are removed
 * from the end.
 */
function withHidden(layers: readonly LayerSpec[], hidden: readonly number[]): LayerSpec[] {
  const dense = denseLayers(layers);
  const before = dense.slice(0, -1);
  if (before.length === hidden.length) {
    return layers.map((layer) => {
      const place = before.findIndex((other) => other === layer);
      return layer.kind === "dense" && place >= 0 ? { ...layer, units: hidden[place]! } : layer;
    });
  }
  const like = before[0] ?? { ...dense[0]!, activation: "relu" as const };
  const made = hidden.map((units, i) => ({ ...like, name: `hidden_${i + 1}`, units }));
  const first = layers.findIndex(({ kind }) => kind === "dense");
  return [...layers.slice(0, first), ...made, ...layers.slice(layers.indexOf(dense.at(-1)!))];
}

function optimizerFor(spec: LiveSpec, name: OptimizerName): OptimizerSpec {
  const known = [spec.optimizer, ...spec.recordings.map(({ optimizer }) => optimizer)];
  return known.find((optimizer) => optimizer.name === name) ?? { name, learning_rate: DEFAULT_RATES[name] };
}

/** Returns the run for `options`. Throws a ModelpressError for impossible combinations. */
export function setupOf(
  spec: LiveSpec, bin: ArrayBuffer, options: RunOptions, checkpoint: CheckpointWeights | null = null,
): Setup {
  checkRun(options);
  const { from, learningRate, hidden } = options;
  const inputs = sizeOf(spec.input_shape);
  const layers = hidden === undefined ? spec.layers : withHidden(spec.layers, hidden);
  const weights = hidden === undefined ? spec.weights : weightsOf(layers, inputs);
  const size = weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (hidden !== undefined && size > MOST_WEIGHTS) {
    refuse("hidden units", hidden, `a network of at most ${MOST_WEIGHTS} numbers, and these make ${size}`);
  }
  const shapes = (list: readonly WeightSpec[]): string => JSON.stringify(list.map(({ shape }) => shape));
  const same = shapes(weights) === shapes(spec.weights);
  const epoch = typeof from === "object" && "epoch" in from ? from.epoch : null;
  const weightSeed = typeof from === "object" && "seed" in from ? from.seed : same ? null : DEFAULT_WEIGHT_SEED;
  if (epoch !== null && (checkpoint === null || JSON.stringify(checkpoint.shapes) !== shapes(weights))) {
    refuse("from", from, "another start, since the weights of an epoch fit the model's own network only");
  }
  const batchSize = Math.min(options.batchSize ?? spec.batch_size, spec.rows);
  const name = options.optimizer ?? spec.optimizer.name;
  const optimizer = optimizerFor(spec, name);
  const scheduled = learningRate === undefined && name === spec.optimizer.name ? spec.rates : null;
  const outputs = outputsOf(layers, inputs);
  const loss = options.loss ?? spec.loss;
  if (loss === "categorical_crossentropy" && outputs === 1) {
    refuse("the loss", loss, "another one, since this network answers a single number");
  }
  return {
    layers,
    inputs,
    outputs,
    weights,
    initial: epoch !== null ? checkpoint!.values
      : weightSeed === null ? floatsOf(bin, spec.first, size).slice()
      : initialWeights(layers, inputs, weightSeed),
    optimizer: { ...optimizer, learning_rate: learningRate ?? optimizer.learning_rate },
    rates: scheduled && floatsOf(bin, scheduled, scheduled.count),
    loss,
    batchSize,
    seed: options.seed ?? spec.seed,
    shuffle: spec.shuffle,
    stepsBefore: epoch !== null && spec.own ? epoch * Math.ceil(spec.rows / batchSize) : 0,
  };
}
