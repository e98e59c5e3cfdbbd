/** A network on typed arrays: forward, backward and update, without allocation in a step. */
import type { Predictions, Engine, EngineOptions, Snapshot } from "./engine";
import { lossOf, type Loss } from "./losses";
import { settingsOf, updateOf, type Update } from "./optimizers";
import { engineLayersOf, type EngineLayer } from "./layers";
import { lastActivation, sizeOf, weightsOf } from "../spec";

const NOTHING = new Float32Array(0);

/** Float32 wherever Keras stores values (weights, slots, layer outputs); float64 inside sums and gradients. */
export class Network implements Engine {
  readonly backend = "cpu";
  private readonly weights: Float64Array;
  private readonly gradients: Float64Array;
  private readonly slots: Float64Array[];
  private readonly update: Update;
  private readonly parts: EngineLayer[];
  private readonly loss: Loss;
  private readonly inputs: number;
  private readonly width: number;
  private readonly capacity: number;
  private readonly x: Float64Array;
  private readonly y: Float64Array;
  private readonly delta: Float64Array;
  /** Index of the first layer with weights; no gradient is needed before it. */
  private readonly firstTrained: number;
  /** Index of the layer where the loss' gradient enters: the last one, or the one that computes the logits. */
  private readonly lastTrained: number;
  private steps = 0;
  private rows = 0;
  private stored: Float32Array[] = [];

  constructor({ layers, inputs, loss, optimizer, batchSize }: EngineOptions) {
    const count = weightsOf(layers, inputs).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.weights = new Float64Array(count);
    this.gradients = new Float64Array(count);
    this.slots = Array.from({ length: settingsOf(optimizer).slots }, () => new Float64Array(count));
    this.update = updateOf(optimizer);
    this.capacity = batchSize;
    this.inputs = inputs;
    const memory = { weights: this.weights, gradients: this.gradients };
    this.parts = engineLayersOf(layers, inputs, memory, batchSize);
    this.loss = lossOf(loss, lastActivation(layers));
    this.lastTrained = this.parts.length - (this.loss.fromLogits ? 2 : 1);
    const before = layers.findIndex(({ kind }) => kind === "dense");
    this.firstTrained = layers.slice(0, before).filter((layer) => layer.kind === "rescale").length;
    this.width = this.parts.at(-1)?.width ?? inputs;
    this.x = new Float64Array(batchSize * inputs);
    this.y = new Float64Array(batchSize * this.width);
    this.delta = new Float64Array(batchSize * this.width);
  }

  step(x: Float32Array, y: Float32Array, rows: number, rate: number, keep = false): number {
    copy(y, 0, this.y, rows * this.width);
    this.run(x, 0, rows);
    this.rows = rows;
    if (keep) this.stored.push(Float32Array.from(this.predictions().subarray(0, rows * this.width)));
    const loss = this.loss.compute(this.scores(), this.y, rows, this.width, this.delta);
    let delta: Float64Array | null = this.delta;
    for (let i = this.lastTrained; i >= this.firstTrained && delta !== null; i--) {
      delta = this.parts[i]!.backward(delta, rows, i === this.firstTrained);
    }
    this.steps += 1;
    this.update(this.weights, this.gradients, this.slots, rate, this.steps);
    return Math.fround(loss);
  }

  flush(): Promise<Float32Array> {
    return Promise.resolve(NOTHING);
  }

  storedPredictions(): Promise<Float32Array> {
    const predictions = joined(this.stored);
    this.stored = [];
    return Promise.resolve(predictions);
  }

  latestPredictions(): Promise<Float32Array<ArrayBuffer>> {
    return Promise.resolve(Float32Array.from(this.predictions().subarray(0, this.rows * this.width)));
  }

  forward(x: Float32Array, rows: number): Promise<Predictions> {
    const predictions = new Float32Array(rows * this.width);
    const scores = new Float32Array(rows * this.width);
    for (let row = 0; row < rows; row += this.capacity) {
      const count = Math.min(this.capacity, rows - row);
      this.run(x, row * this.inputs, count);
      predictions.set(this.predictions().subarray(0, count * this.width), row * this.width);
      scores.set(this.scores().subarray(0, count * this.width), row * this.width);
    }
    this.rows = 0; // the latest step's predictions are overwritten
    return Promise.resolve({ predictions, scores });
  }

  finite(): Promise<boolean> {
    let sum = 0;
    for (const weight of this.weights) sum += weight * 0; // NaN if any is NaN or infinite
    return Promise.resolve(sum === 0);
  }

  /** Returns all current weights in Keras' order, flattened. */
  weightsNow(): Float32Array<ArrayBuffer> {
    return Float32Array.from(this.weights);
  }

  snapshot(): Promise<Snapshot> {
    return Promise.resolve({
      weights: this.weightsNow(),
      slots: this.slots.map((slot) => Float32Array.from(slot)),
      steps: this.steps,
    });
  }

  restore({ weights, slots, steps = 0 }: Parameters<Engine["restore"]>[0]): void {
    this.weights.set(weights);
    this.slots.forEach((slot, i) => {
      const stored = slots?.[i];
      if (stored === undefined) slot.fill(0);
      else slot.set(stored);
    });
    this.steps = steps;
    this.stored = [];
  }

  dispose(): void {
    // Nothing to release: the arrays are garbage-collected.
  }

  private predictions(): Float64Array {
    return this.parts.at(-1)?.outputs ?? this.x;
  }

  private scores(): Float64Array {
    return this.loss.fromLogits ? this.parts[this.lastTrained]!.outputs : this.predictions();
  }

  private run(x: Float32Array, from: number, rows: number): void {
    copy(x, from, this.x, rows * this.inputs);
    let values = this.x;
    for (const part of this.parts) {
      part.forward(values, rows);
      values = part.outputs;
    }
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((size, { length }) => size + length, 0));
  let at = 0;
  for (const values of parts) {
    all.set(values, at);
    at += values.length;
  }
  return all;
}

/** As `set`, which costs more than the step for a few values. */
function copy(values: Float32Array, from: number, to: Float64Array, count: number): void {
  for (let i = 0; i < count; i++) to[i] = values[from + i]!;
}
