/**
 * Points brought to two dimensions: a network squeezes each through two numbers and is trained to give back what
 * went in. The layers, the loss and the optimizers are those of the live trainings, which are proven against Keras.
 */
import { lossOf, type Loss } from "../../training/engine/losses";
import { updateOf, type Update } from "../../training/engine/optimizers";
import { partsOf, type Part } from "../../training/engine/layers";
import { sizeOf, weightsOf, type Activation, type LayerSpec, type OptimizerSpec } from "../../training/spec";

export const CODE = 2;
/** Neurons on either side of the two numbers, where the network may bend. */
export const HIDDEN = 16;

/** values: (rows, width), row after row, the mean of each column taken away. */
export interface Points {
  readonly rows: number;
  readonly width: number;
  readonly values: Float64Array;
}

/** width → 2 → width in straight lines, or width → 16 tanh → 2 → 16 tanh → width. */
export function layersOf(width: number, bends: boolean): LayerSpec[] {
  const dense = (name: string, units: number, activation: Activation): LayerSpec => ({ kind: "dense", name, units, use_bias: bends, activation });
  if (!bends) return [dense("squeeze", CODE, "linear"), dense("unfold", width, "linear")];
  return [dense("bend", HIDDEN, "tanh"), dense("squeeze", CODE, "linear"), dense("unbend", HIDDEN, "tanh"), dense("unfold", width, "linear")];
}

/** The values with the mean of each column taken away, and those means. */
export function centred(values: ArrayLike<number>, rows: number): { points: Points; means: Float64Array } {
  const width = values.length / rows;
  const means = new Float64Array(width);
  for (let i = 0; i < values.length; i += 1) means[i % width]! += values[i]! / rows;
  return { points: { rows, width, values: Float64Array.from(values, (value, i) => value - means[i % width]!) }, means };
}

export class Autoencoder {
  steps = 0;
  private readonly memory: { weights: Float64Array; gradients: Float64Array };
  private readonly slots: Float64Array[];
  private readonly parts: Part[];
  private readonly squeezed: Part;
  private readonly loss: Loss;
  private readonly update: Update;

  /** first: all weights in Keras' order, laid flat. */
  constructor(private readonly points: Points, bends: boolean, optimizer: OptimizerSpec, first: ArrayLike<number>) {
    const { rows, width } = points;
    const layers = layersOf(width, bends);
    const count = weightsOf(layers, width).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    this.memory = { weights: Float64Array.from(first), gradients: new Float64Array(count) };
    this.slots = [0, 1].map(() => new Float64Array(count));
    this.parts = partsOf(layers, width, this.memory, rows);
    this.squeezed = this.parts[bends ? 2 : 0]!; // a tanh is a part of its own
    this.loss = lossOf("mse", "linear");
    this.update = updateOf(optimizer);
    this.rate = optimizer.learning_rate;
  }

  private readonly rate: number;

  /** Mean squared error over all numbers of all points, with the weights as they are. */
  measure(): number {
    return this.run(null);
  }

  /** One step downhill with all points; the loss before it. */
  step(): number {
    const delta = new Float64Array(this.points.values.length);
    const loss = this.run(delta);
    let back: Float64Array | null = delta;
    for (let i = this.parts.length - 1; i >= 0 && back; i -= 1) back = this.parts[i]!.backward(back, this.points.rows, i === 0);
    this.steps += 1;
    this.update(this.memory.weights, this.memory.gradients, this.slots, this.rate, this.steps);
    return loss;
  }

  /** (rows, 2): where each point lies, as of the last measurement. */
  codes(): Float64Array {
    return Float64Array.from(this.squeezed.outputs);
  }

  /** (rows, width): what each point is made into again, as of the last measurement. */
  made(): Float64Array {
    return Float64Array.from(this.parts.at(-1)!.outputs);
  }

  weights(): Float64Array {
    return Float64Array.from(this.memory.weights);
  }

  private run(delta: Float64Array | null): number {
    const { rows, width } = this.points;
    let given = this.points.values;
    for (const part of this.parts) {
      part.forward(given, rows);
      given = part.outputs;
    }
    return this.loss.compute(given, this.points.values, rows, width, delta);
  }
}
