/**
 * A network of two inputs and at most one hidden layer that learns to part points of two classes, step by step. It
 * trains on the engine that trains the site's models, which tests hold against Keras.
 */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { batchMatMulConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/BatchMatMul";
import { reshapeConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape";
import { add, matMul, sigmoid, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { Network } from "../../training/engine/net";
import type { LayerSpec, LossName, OptimizerName } from "../../training/spec";
import { firstWeights } from "../../training/data/initial-weights";
import { activate, type ActivationName } from "./activations";
import { compute, useKernels } from "./tensors";

useKernels(addConfig, batchMatMulConfig, reshapeConfig);

export interface Lesson {
  /** x, y and class (0 or 1) of each point, laid flat. */
  points: readonly number[];
  /** Hidden neurons; 0 for none. */
  hidden: number;
  activation: ActivationName;
  optimizer: OptimizerName;
  rate: number;
  loss: LossName;
  /** Of the first weights. */
  seed: number;
}

/** Before each step: the weights, in Keras' order laid flat, and the mean loss over all points with them. */
export interface Moment {
  weights: Float32Array<ArrayBuffer>;
  loss: number;
}

function layersOf({ hidden, activation }: Lesson): LayerSpec[] {
  const answer: LayerSpec = { kind: "dense", name: "answer", units: 1, use_bias: true, activation: "sigmoid" };
  return hidden === 0 ? [answer] : [{ kind: "dense", name: "hidden", units: hidden, use_bias: true, activation }, answer];
}

/** Takes its steps when they are asked for, and keeps what was. */
class Learner {
  readonly moments: Moment[] = [];
  private readonly network: Network;
  private readonly x: Float32Array;
  private readonly y: Float32Array;

  constructor(private readonly lesson: Lesson) {
    const rows = lesson.points.length / 3;
    const layers = layersOf(lesson);
    this.x = Float32Array.from(lesson.points.filter((_, i) => i % 3 < 2));
    this.y = Float32Array.from(lesson.points.filter((_, i) => i % 3 === 2));
    const optimizer = { name: lesson.optimizer, learning_rate: lesson.rate };
    this.network = new Network({ layers, inputs: 2, loss: lesson.loss, optimizer, batchSize: Math.max(1, rows) });
    this.network.restore({ weights: firstWeights(layers, 2, lesson.seed) });
  }

  at(step: number): Moment {
    const rows = this.y.length;
    if (rows === 0) return { weights: this.network.weightsNow(), loss: NaN };
    while (this.moments.length <= step) {
      const weights = this.network.weightsNow();
      this.moments.push({ weights, loss: this.network.step(this.x, this.y, rows, this.lesson.rate) });
    }
    return this.moments[step]!;
  }
}

let latest: { key: string; learner: Learner } | null = null;

/** What was learnt after each of `steps` steps, the start first. All points are one batch. */
export function learned(lesson: Lesson, steps: number): readonly Moment[] {
  const key = JSON.stringify(lesson);
  if (latest?.key !== key) latest = { key, learner: new Learner(lesson) };
  const { learner } = latest;
  const now = learner.at(steps);
  return learner.moments.length ? learner.moments.slice(0, steps + 1) : [now];
}

/** Answers (n,) and the hidden neurons' outputs (n·hidden, rows' order) for n points x, y laid flat. */
export function answersOf(
  { hidden, activation }: Pick<Lesson, "hidden" | "activation">, weights: Float32Array, points: ArrayLike<number>,
): { answers: Float32Array; inside: Float32Array } {
  const n = points.length / 2;
  if (n === 0) return { answers: new Float32Array(), inside: new Float32Array() };
  const units = hidden || 1;
  const dense = (x: Float32Array, width: number, out: number, at: number): ReturnType<typeof add> =>
    add(matMul(tensor2d(x, [n, width]), tensor2d(weights.slice(at, at + width * out), [width, out])),
      tensor1d(weights.slice(at + width * out, at + (width + 1) * out)));
  const x = Float32Array.from(points);
  if (hidden === 0) return { answers: compute(() => sigmoid(dense(x, 2, 1, 0))), inside: new Float32Array() };
  const inside = compute(() => activate(activation, dense(x, 2, units, 0)));
  return { answers: compute(() => sigmoid(dense(inside, units, 1, 3 * units))), inside };
}
