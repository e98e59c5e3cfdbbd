/**
 * An autoencoder with a two-dimensional code: it is trained to reconstruct its input. Layers, loss and optimizers
 * are those of live trainings; tests compare them with Keras.
 */
import { lossOf, type Loss } from "../../training/engine/losses";
import { updateOf, type Update } from "../../training/engine/optimizers";
import { engineLayersOf, type EngineLayer } from "../../training/engine/layers";
import { sizeOf, weightsOf, type Activation, type LayerSpec, type OptimizerSpec } from "../../training/spec";

export const CODE = 2;
/** Neurons of the tanh layers before and after the code, in the nonlinear autoencoder. */
export const HIDDEN = 16;

/** values: shape (count, width), row-major, with the mean of each column subtracted. */
export interface Points {
  readonly count: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** Linear without biases, width → 2 → width; or nonlinear, width → 16 tanh → 2 → 16 tanh → width. */
export function layersOf(width: number, nonlinear: boolean): LayerSpec[] {
  const dense = (name: string, units: number, activation: Activation): LayerSpec => ({ kind: "dense", name, units, use_bias: nonlinear, activation });
  if (!nonlinear) return [dense("code", CODE, "linear"), dense("output", width, "linear")];
  return [dense("encoder", HIDDEN, "tanh"), dense("code", CODE, "linear"), dense("decoder", HIDDEN, "tanh"), dense("output", width, "linear")];
}

/** Subtracts the mean of each column. Returns the centred points and the means, shape (width,). */
export function centred(values: ArrayLike<number>, count: number): { points: Points; means: Float64Array } {
  const width = values.length / count;
  const means = new Float64Array(width);
  for (let i = 0; i < values.length; i += 1) means[i % width]! += values[i]! / count;
  return { points: { count, width, values: Float64Array.from(values, (value, i) => value - means[i % width]!) }, means };
}

export class Autoencoder {
  steps = 0;
  private readonly memory: { weights: Float64Array; gradients: Float64Array };
  private readonly slots: Float64Array[];
  private readonly parts: EngineLayer[];
  private readonly code: EngineLayer;
  private readonly loss: Loss;
  private readonly update: Update;

  /** initial: all weights in Keras' order, flat. */
  constructor(private readonly points: Points, nonlinear: boolean, optimizer: OptimizerSpec, initial: ArrayLike<number>) {
    const { count, width } = points;
    const layers = layersOf(width, nonlinear);
    const parameters = weightsOf(layers, width).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.memory = { weights: Float64Array.from(initial), gradients: new Float64Array(parameters) };
    this.slots = [0, 1].map(() => new Float64Array(parameters));
    this.parts = engineLayersOf(layers, width, this.memory, count);
    this.code = this.parts[nonlinear ? 2 : 0]!; // the tanh activation is a separate part
    this.loss = lossOf("mse", "linear");
    this.update = updateOf(optimizer);
    this.rate = optimizer.learning_rate;
  }

  private readonly rate: number;

  /** Mean squared error over all values of all points, with the current weights. */
  measure(): number {
    return this.run(null);
  }

  /** One optimizer step on all points; returns the loss before it. */
  step(): number {
    const delta = new Float64Array(this.points.values.length);
    const loss = this.run(delta);
    let back: Float64Array | null = delta;
    for (let i = this.parts.length - 1; i >= 0 && back; i -= 1) back = this.parts[i]!.backward(back, this.points.count, i === 0);
    this.steps += 1;
    this.update(this.memory.weights, this.memory.gradients, this.slots, this.rate, this.steps);
    return loss;
  }

  /** The codes of the points at the last evaluation, shape (count, 2). */
  codes(): Float64Array {
    return Float64Array.from(this.code.outputs);
  }

  /** The reconstructions of the points at the last evaluation, shape (count, width), centred. */
  reconstructions(): Float64Array {
    return Float64Array.from(this.parts.at(-1)!.outputs);
  }

  weights(): Float64Array {
    return Float64Array.from(this.memory.weights);
  }

  private run(delta: Float64Array | null): number {
    const { count, width } = this.points;
    let given = this.points.values;
    for (const part of this.parts) {
      part.forward(given, count);
      given = part.outputs;
    }
    return this.loss.compute(given, this.points.values, count, width, delta);
  }
}
