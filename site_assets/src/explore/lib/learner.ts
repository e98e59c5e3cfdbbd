/**
 * A binary classifier for points of the plane, with at most one hidden layer, trained step by step. It uses the
 * engine that trains the site's models; tests compare it with Keras.
 */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { batchMatMulConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/BatchMatMul";
import { reshapeConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape";
import { add, matMul, sigmoid, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { Network } from "../../training/engine/net";
import type { LayerSpec, LossName, OptimizerName } from "../../training/spec";
import { initialWeights } from "../../training/data/initial-weights";
import { activate, type ActivationName } from "./activations";
import { compute, useKernels } from "./tensors";

useKernels(addConfig, batchMatMulConfig, reshapeConfig);

export interface TrainingConfig {
  /** x, y and class (0 or 1) of each point, flat. */
  points: readonly number[];
  /** Hidden neurons; 0 for none. */
  hidden: number;
  activation: ActivationName;
  optimizer: OptimizerName;
  rate: number;
  loss: LossName;
  /** Random seed of the initial weights. */
  seed: number;
}

/** State before a step: the weights in Keras' order, flat, and the mean loss over all points. */
export interface TrainingStep {
  weights: Float32Array<ArrayBuffer>;
  loss: number;
}

function layersOf({ hidden, activation }: TrainingConfig): LayerSpec[] {
  const output: LayerSpec = { kind: "dense", name: "output", units: 1, use_bias: true, activation: "sigmoid" };
  return hidden === 0 ? [output] : [{ kind: "dense", name: "hidden", units: hidden, use_bias: true, activation }, output];
}

/** Trains on demand and keeps the state before every step. */
class Learner {
  readonly states: TrainingStep[] = [];
  private readonly network: Network;
  private readonly x: Float32Array;
  private readonly y: Float32Array;

  constructor(private readonly config: TrainingConfig) {
    const examples = config.points.length / 3;
    const layers = layersOf(config);
    this.x = Float32Array.from(config.points.filter((_, i) => i % 3 < 2));
    this.y = Float32Array.from(config.points.filter((_, i) => i % 3 === 2));
    const optimizer = { name: config.optimizer, learning_rate: config.rate };
    this.network = new Network({ layers, inputs: 2, loss: config.loss, optimizer, batchSize: Math.max(1, examples) });
    this.network.restore({ weights: initialWeights(layers, 2, config.seed) });
  }

  at(step: number): TrainingStep {
    const examples = this.y.length;
    if (examples === 0) return { weights: this.network.weightsNow(), loss: NaN };
    while (this.states.length <= step) {
      const weights = this.network.weightsNow();
      this.states.push({ weights, loss: this.network.step(this.x, this.y, examples, this.config.rate) });
    }
    return this.states[step]!;
  }
}

let latest: { key: string; learner: Learner } | null = null;

/** The states before step 0 … `steps`. All points form one batch; without points there is one state, with the loss NaN. */
export function trainingSteps(config: TrainingConfig, steps: number): readonly TrainingStep[] {
  const key = JSON.stringify(config);
  if (latest?.key !== key) latest = { key, learner: new Learner(config) };
  const { learner } = latest;
  const now = learner.at(steps);
  return learner.states.length ? learner.states.slice(0, steps + 1) : [now];
}

/** Predictions (n,) and activations of the hidden layer (n·hidden, row-major) for n points, x and y flat. */
export function predict(
  { hidden, activation }: Pick<TrainingConfig, "hidden" | "activation">, weights: Float32Array, points: ArrayLike<number>,
): { predictions: Float32Array; activations: Float32Array } {
  const n = points.length / 2;
  if (n === 0) return { predictions: new Float32Array(), activations: new Float32Array() };
  const units = hidden || 1;
  const dense = (x: Float32Array, width: number, out: number, at: number): ReturnType<typeof add> =>
    add(matMul(tensor2d(x, [n, width]), tensor2d(weights.slice(at, at + width * out), [width, out])),
      tensor1d(weights.slice(at + width * out, at + (width + 1) * out)));
  const x = Float32Array.from(points);
  if (hidden === 0) return { predictions: compute(() => sigmoid(dense(x, 2, 1, 0))), activations: new Float32Array() };
  const activations = compute(() => activate(activation, dense(x, 2, units, 0)));
  return { predictions: compute(() => sigmoid(dense(activations, units, 1, 3 * units))), activations };
}
