/** A network on TensorFlow.js operations, with the realm's current backend. */
import {
  add, concat, dispose, getBackend, keep, matMul, mul, stack, sum, tensor, tidy, zeros, type Tensor, type Tensor2D,
} from "@tensorflow/tfjs-core";
import type { Predictions, Engine, EngineOptions, Snapshot } from "./engine";
import { lossOf } from "./losses";
import { settingsOf } from "./optimizers";
import {
  lastActivation, outputsOf, sizeOf, weightsOf, type Activation, type LayerSpec, type WeightSpec,
} from "../spec";
import {
  tensorLossOf, tensorActivationOf, tensorUpdateOf, type TensorLoss, type TensorActivation, type TensorUpdate,
} from "./tfjs-optimizers";

/** One layer. `kernel` and `bias`: indices into the weights; bias −1 for none. */
type TensorLayer =
  | { kind: "dense"; kernel: number; bias: number }
  | { kind: "activation"; steps: TensorActivation }
  | { kind: "rescale"; scale: number; offset: number };

function tensorLayersOf(layers: readonly LayerSpec[]): TensorLayer[] {
  const tensorLayers: TensorLayer[] = [];
  let weight = 0;
  const activate = (activation: Activation): void => {
    const steps = tensorActivationOf(activation);
    if (steps !== null) tensorLayers.push({ kind: "activation", steps });
  };
  for (const layer of layers) {
    if (layer.kind === "rescale") tensorLayers.push(layer);
    if (layer.kind === "activation") activate(layer.activation);
    if (layer.kind !== "dense") continue;
    tensorLayers.push({ kind: "dense", kernel: weight, bias: layer.use_bias ? weight + 1 : -1 });
    weight += layer.use_bias ? 2 : 1;
    activate(layer.activation);
  }
  return tensorLayers;
}

/** Engine on TensorFlow.js. Between calls it holds weights, slots, the latest predictions, and losses not yet read. */
export class TensorNetwork implements Engine {
  readonly backend = getBackend();
  private readonly specs: WeightSpec[];
  private readonly tensorLayers: TensorLayer[];
  private readonly fromLogits: boolean;
  private readonly loss: TensorLoss;
  private readonly update: TensorUpdate;
  private readonly inputs: number;
  private readonly outputs: number;
  private readonly slotCount: number;
  private weights: Tensor[] = [];
  /** The slots of each weight. */
  private slots: Tensor[][] = [];
  private predictions: Tensor | null = null;
  private losses: Tensor[] = [];
  /** Predictions to be read together; may include the latest. */
  private stored: Tensor[] = [];
  private steps = 0;

  constructor({ layers, inputs, loss, optimizer }: EngineOptions) {
    this.inputs = inputs;
    this.outputs = outputsOf(layers, inputs);
    this.specs = weightsOf(layers, inputs);
    this.tensorLayers = tensorLayersOf(layers);
    this.fromLogits = lossOf(loss, lastActivation(layers)).fromLogits;
    this.loss = tensorLossOf(loss, this.fromLogits);
    this.update = tensorUpdateOf(optimizer);
    this.slotCount = settingsOf(optimizer).slots;
  }

  step(x: Float32Array, y: Float32Array, rows: number, rate: number, keepPredictions = false): null {
    this.steps += 1;
    const old: Tensor[] = [...this.weights, ...this.slots.flat()];
    if (this.predictions && !this.stored.includes(this.predictions)) old.push(this.predictions);
    tidy(() => {
      const values = this.run(tensor(x.slice(0, rows * this.inputs), [rows, this.inputs]));
      const targets = tensor(y.slice(0, rows * this.outputs), [rows, this.outputs]);
      const { loss, delta } = this.loss(this.scores(values), targets);
      const gradients = this.gradients(values, delta);
      const updated = this.weights.map((weight, i) =>
        this.update(weight, gradients[i]!, this.slots[i]!, rate, this.steps),
      );
      this.losses.push(keep(loss));
      this.predictions = keep(values.at(-1)!);
      if (keepPredictions) this.stored.push(this.predictions);
      this.weights = updated.map(({ weight }) => keep(weight));
      this.slots = updated.map(({ slots }) => slots.map((slot) => keep(slot)));
    });
    dispose(old);
    return null;
  }

  async flush(): Promise<Float32Array> {
    const waiting = this.losses;
    this.losses = [];
    if (waiting.length === 0) return new Float32Array(0);
    const all = stack(waiting); // a single read: each one waits for the graphics device
    dispose(waiting);
    return read(all);
  }

  async storedPredictions(): Promise<Float32Array> {
    const waiting = this.stored;
    this.stored = [];
    if (waiting.length === 0) return new Float32Array(0);
    const values = waiting.length === 1 ? Float32Array.from(await waiting[0]!.data()) : await read(concat(waiting, 0));
    dispose(waiting.filter((predictions) => predictions !== this.predictions));
    return values;
  }

  async latestPredictions(): Promise<Float32Array<ArrayBuffer>> {
    return Float32Array.from(await this.predictions!.data());
  }

  async forward(x: Float32Array, rows: number): Promise<Predictions> {
    const { predictions, scores } = tidy(() => {
      const values = this.run(tensor(x.slice(0, rows * this.inputs), [rows, this.inputs]));
      return { predictions: values.at(-1)!, scores: this.scores(values) };
    });
    const found = await read(predictions);
    return { predictions: found, scores: scores === predictions ? found : await read(scores) };
  }

  async finite(): Promise<boolean> {
    // The sum is NaN if any weight is NaN or infinite.
    const sums = tidy(() => stack(this.weights.map((weight) => sum(mul(weight, 0)))));
    return (await read(sums)).every((sum) => sum === 0);
  }

  async snapshot(): Promise<Snapshot> {
    const weights = await this.flat(this.weights);
    const slots: Float32Array<ArrayBuffer>[] = [];
    for (let i = 0; i < this.slotCount; i++) slots.push(await this.flat(this.slots.map((of) => of[i]!)));
    return { weights, slots, steps: this.steps };
  }

  restore({ weights, slots, steps = 0 }: Parameters<Engine["restore"]>[0]): void {
    this.dispose();
    let at = 0;
    for (const { shape } of this.specs) {
      const end = at + sizeOf(shape);
      const made = (values: Float32Array): Tensor => tensor(values.slice(at, end), shape, "float32");
      this.weights.push(made(weights));
      const places = Array.from({ length: this.slotCount }, (_, i) => slots?.[i]);
      this.slots.push(places.map((values) => (values ? made(values) : zeros(shape))));
      at = end;
    }
    this.steps = steps;
  }

  dispose(): void {
    const predictions = new Set(this.predictions ? [...this.stored, this.predictions] : this.stored);
    dispose([...this.weights, ...this.slots.flat(), ...this.losses, ...predictions]);
    this.weights = [];
    this.slots = [];
    this.losses = [];
    this.stored = [];
    this.predictions = null;
  }

  /** Returns the input and the outputs of each layer, in order. */
  private run(x: Tensor): Tensor[] {
    const values = [x];
    for (const part of this.tensorLayers) values.push(this.forwardPart(part, values.at(-1)!));
    return values;
  }

  private forwardPart(part: TensorLayer, inputs: Tensor): Tensor {
    if (part.kind === "activation") return part.steps.forward(inputs);
    if (part.kind === "rescale") return add(mul(inputs, part.scale), part.offset);
    const product = matMul(inputs as Tensor2D, this.weights[part.kernel] as Tensor2D);
    return part.bias < 0 ? product : add(product, this.weights[part.bias]!);
  }

  /** Returns the loss' input: logits or predictions. */
  private scores(values: readonly Tensor[]): Tensor {
    return values.at(this.fromLogits ? -2 : -1)!;
  }

  /** Returns the gradient of each weight. values: result of `run`; delta: gradient of the loss at the scores. */
  private gradients(values: readonly Tensor[], delta: Tensor): Tensor[] {
    const gradients: Tensor[] = [];
    const last = this.tensorLayers.length - (this.fromLogits ? 2 : 1);
    const first = this.tensorLayers.findIndex(({ kind }) => kind === "dense");
    for (let i = last; i >= first; i--) {
      const part = this.tensorLayers[i]!;
      const inputs = values[i]!;
      if (part.kind === "activation") {
        delta = part.steps.backward(delta, inputs, values[i + 1]!);
      } else if (part.kind === "rescale") {
        delta = mul(delta, part.scale);
      } else {
        gradients[part.kernel] = matMul(inputs as Tensor2D, delta as Tensor2D, true, false);
        if (part.bias >= 0) gradients[part.bias] = sum(delta, 0);
        if (i > first) delta = matMul(delta as Tensor2D, this.weights[part.kernel] as Tensor2D, false, true);
      }
    }
    return gradients;
  }

  private async flat(tensors: readonly Tensor[]): Promise<Float32Array<ArrayBuffer>> {
    const values = new Float32Array(this.specs.reduce((size, { shape }) => size + sizeOf(shape), 0));
    let at = 0;
    for (const each of tensors) {
      values.set(await each.data(), at);
      at += each.size;
    }
    return values;
  }
}

/** Returns the values of a tensor and disposes of it. */
async function read(tensor: Tensor): Promise<Float32Array<ArrayBuffer>> {
  try {
    return Float32Array.from(await tensor.data());
  } finally {
    tensor.dispose();
  }
}
