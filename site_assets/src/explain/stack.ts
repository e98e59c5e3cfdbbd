/** A deep network of one input: without activations it is a linear function. */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { batchMatMulConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/BatchMatMul";
import { reshapeConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape";
import { add, matMul, tensor1d, tensor2d, type Tensor } from "@tensorflow/tfjs-core";
import { activate, ACTIVATIONS, type ActivationName } from "../explore/lib/activations";
import { path, plot, type Axes } from "../explore/draw/chart";
import { explainer } from "../explore/explainer";
import { choice, whole } from "../explore/draw/params";
import { compute, useKernels } from "../explore/lib/tensors";
import { MINUS, short } from "../core/number-format";
import type { Initializer, LayerSpec } from "../training/spec";
import { initialWeights } from "../training/data/initial-weights";

useKernels(addConfig, batchMatMulConfig, reshapeConfig);

const WIDTH = 4; // neurons of a hidden layer
const REACH = 3;
const PLACES = 181;
const SEEDS = 999;
const INITIALIZER: Initializer = { kind: "uniform", low: -1.2, high: 1.2 };

/** Random weights of `depth` hidden layers and a linear output layer: kernel (m, n), row-major, and bias (n,) of each. */
export function stackWeights(depth: number, seed: number): { kernel: Float32Array; bias: Float32Array; inputs: number; units: number }[] {
  const layer = (units: number): LayerSpec => ({
    kind: "dense", name: "", units, use_bias: true, activation: "linear", kernel_initializer: INITIALIZER, bias_initializer: INITIALIZER,
  });
  const all = initialWeights([...Array.from({ length: depth }, () => layer(WIDTH)), layer(1)], 1, seed);
  let [at, inputs] = [0, 1];
  return Array.from({ length: depth + 1 }, (_, i) => {
    const units = i < depth ? WIDTH : 1;
    const kernel = all.slice(at, at + inputs * units);
    const bias = all.slice(at + inputs * units, at + (inputs + 1) * units);
    at += (inputs + 1) * units;
    const weights = { kernel, bias, inputs, units };
    inputs = units;
    return weights;
  });
}

/** The network's predictions for n inputs, float32 of shape (n,). */
export function stackPredictions(depth: number, activation: ActivationName, seed: number, xs: readonly number[]): Float32Array {
  const layers = stackWeights(depth, seed);
  return compute(() => layers.reduce<Tensor>((values, { kernel, bias, inputs, units }, i) => {
    const z = add(matMul(values as ReturnType<typeof tensor2d>, tensor2d(kernel, [inputs, units])), tensor1d(bias));
    return i < depth ? activate(activation, z) : z;
  }, tensor2d([...xs], [xs.length, 1])));
}

export default explainer({
  title: "Several layers, with and without activations between them",
  params: {
    depth: whole("Hidden layers", { min: 1, max: 8, start: 3 }),
    activation: choice("Activation", ACTIVATIONS, "linear"),
    seed: whole("Random seed", { min: 1, max: SEEDS, start: 1 }),
  },
  actions: { other: { label: "Change random seed", act: ({ seed }) => ({ seed: (seed % SEEDS) + 1 }) } },

  view({ depth, activation, seed }) {
    const xs = Array.from({ length: PLACES }, (_, i) => -REACH + (2 * REACH * i) / (PLACES - 1));
    const ys = stackPredictions(depth, activation, seed, xs);
    const [first, last] = [ys[0]!, ys.at(-1)!];
    const slope = (last - first) / (2 * REACH);
    const start = (first + last) / 2;
    const chord = xs.map((x) => start + slope * x);
    const deviation = Math.max(...chord.map((y, i) => Math.abs(ys[i]! - y)));
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    const room = Math.max(0.5, (high - low) * 0.1);
    const axes: Axes = { x: [-REACH, REACH], y: [low - room, high + room], xName: "input x", yName: "output y" };
    const layers = depth === 1 ? "One hidden layer" : `${depth} hidden layers`;
    const count = stackWeights(depth, seed).reduce((sum, { kernel, bias }) => sum + kernel.length + bias.length, 0);
    const line = `y = ${short(slope)}·x ${start < 0 ? MINUS : "+"} ${short(Math.abs(start))}`;
    const reading = activation === "linear"
      ? `${layers} of ${WIDTH} neurons, ${count} weights and biases, and no activation: the output is the straight line ${line}. One weight and one bias would be enough.`
      : `${layers} of ${WIDTH} neurons with ${ACTIVATIONS[activation]}: the output is a curve, up to ${short(deviation)} away from the straight line between its ends.`;
    const ends = activation === "linear" ? "" : `<path class="mp-truth" d="${path(axes, xs.map((x, i) => [x, chord[i]!] as const))}"/>`;
    return {
      picture: plot(axes, `${ends}<path class="mp-curve" d="${path(axes, xs.map((x, i) => [x, ys[i]!] as const))}"/>`),
      reading,
      table: { head: ["Input x", "Output y"], rows: [-3, -2, -1, 0, 1, 2, 3].map((x) => [short(x), short(ys[((x + REACH) / (2 * REACH)) * (PLACES - 1)]!)]) },
    };
  },
});
