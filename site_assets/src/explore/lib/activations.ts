/** Activations on TensorFlow.js: what a neuron makes of its sum z. */
import { multiplyConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Multiply";
import { reluConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Relu";
import { sigmoidConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sigmoid";
import { sinConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sin";
import { softmaxConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Softmax";
import { tanhConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Tanh";
import { identityConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Identity";
import { relu, sigmoid, sin, softmax, tanh, tensor2d, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { compute, useKernels } from "./tensors";

useKernels(identityConfig, multiplyConfig, reluConfig, sigmoidConfig, sinConfig, softmaxConfig, tanhConfig);

/** Names as the interface shows them. */
export const ACTIVATIONS = { linear: "Linear", relu: "ReLU", sigmoid: "Sigmoid", tanh: "tanh", sine: "Sine" } as const;
export type ActivationName = keyof typeof ACTIVATIONS;

/** What each does with the sum z, as a formula in text. */
export const FORMULAS: Record<ActivationName, string> = {
  linear: "z", relu: "max(0, z)", sigmoid: "1 / (1 + e⁻ᶻ)", tanh: "tanh z", sine: "sin z",
};

const OPS: Record<ActivationName, (z: Tensor) => Tensor> = { linear: (z) => z, relu, sigmoid, tanh, sine: sin };

/** The activation of each number of `z`, any shape, in radians for the sine. */
export function activate(name: ActivationName, z: Tensor): Tensor {
  return OPS[name](z);
}

/** float32 (n,): the activation of n sums. */
export function activated(name: ActivationName, z: readonly number[]): Float32Array {
  return compute(() => activate(name, tensor1d([...z])));
}

/** The first share of softmax(z, 0), for n scores z of one neuron beside another whose score is always 0. */
export function softmaxAgainstZero(z: readonly number[]): Float32Array {
  const shares = compute(() => softmax(tensor2d(z.map((score) => [score, 0]))));
  return shares.filter((_, i) => i % 2 === 0);
}
