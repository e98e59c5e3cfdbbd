/** Activation functions on TensorFlow.js, applied to a neuron's weighted sum z. */
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

/** Display names. */
export const ACTIVATIONS = { linear: "Linear", relu: "ReLU", sigmoid: "Sigmoid", tanh: "tanh", sine: "Sine" } as const;
export type ActivationName = keyof typeof ACTIVATIONS;

/** Formulas as text. */
export const FORMULAS: Record<ActivationName, string> = {
  linear: "z", relu: "max(0, z)", sigmoid: "1 / (1 + e⁻ᶻ)", tanh: "tanh z", sine: "sin z",
};

const OPS: Record<ActivationName, (z: Tensor) => Tensor> = { linear: (z) => z, relu, sigmoid, tanh, sine: sin };

/** Applies an activation elementwise to a tensor of any shape. The sine takes radians. */
export function activate(name: ActivationName, z: Tensor): Tensor {
  return OPS[name](z);
}

/** The activations of n sums, float32 of shape (n,). */
export function activated(name: ActivationName, z: readonly number[]): Float32Array {
  return compute(() => activate(name, tensor1d([...z])));
}

/** The first probability of softmax(z, 0) for n scores z, float32 of shape (n,). */
export function softmaxAgainstZero(z: readonly number[]): Float32Array {
  const probabilities = compute(() => softmax(tensor2d(z.map((score) => [score, 0]))));
  return probabilities.filter((_, i) => i % 2 === 0);
}
