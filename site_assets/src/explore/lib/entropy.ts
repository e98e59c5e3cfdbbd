/** Losses of probabilities on TensorFlow.js, in float32, in the order of operations of keras/src/backend/tensorflow/nn.py. */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { castConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Cast";
import { clipByValueConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/ClipByValue";
import { identityConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Identity";
import { logConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Log";
import { meanConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Mean";
import { multiplyConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Multiply";
import { negConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Neg";
import { realDivConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/RealDiv";
import { reshapeConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape";
import { squaredDifferenceConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/SquaredDifference";
import { subConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sub";
import { sumConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sum";
import {
  clipByValue, concat1d, div, log, mean, mul, neg, scalar, squaredDifference, sub, sum, tensor1d, type Tensor1D,
} from "@tensorflow/tfjs-core";
import { concatConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Concat";
import { compute, useKernels } from "./tensors";

useKernels(
  addConfig, castConfig, clipByValueConfig, concatConfig, identityConfig, logConfig, meanConfig, multiplyConfig, negConfig,
  realDivConfig, reshapeConfig, squaredDifferenceConfig, subConfig, sumConfig,
);

/** Keras' epsilon: probabilities are clipped to [EPSILON, 1 − EPSILON]. */
export const EPSILON = 1e-7;

const clipped = (p: Tensor1D): Tensor1D => clipByValue(p, EPSILON, 1 - EPSILON);

/** −Σ tᵢ·log pᵢ in nats. The prediction is divided by its sum, then clipped. Both have shape (n,). */
export function crossEntropy(target: readonly number[], prediction: readonly number[]): number {
  return compute(() => {
    const p = tensor1d([...prediction]);
    return neg(sum(mul(tensor1d([...target]), log(clipped(div(p, sum(p)))))));
  })[0]!;
}

/** The mean of (pᵢ − tᵢ)² over n probabilities. */
export function meanSquaredError(target: readonly number[], prediction: readonly number[]): number {
  return compute(() => mean(squaredDifference(tensor1d([...prediction]), tensor1d([...target]))))[0]!;
}

/** The two terms of binary cross-entropy for n probabilities, shape (n,) each: −log p for target 1, −log(1 − p) for target 0. */
export function halves(probabilities: readonly number[]): { one: Float32Array; zero: Float32Array } {
  const both = compute(() => {
    const p = clipped(tensor1d([...probabilities]));
    return concat1d([neg<Tensor1D>(log(p)), neg<Tensor1D>(log(sub(scalar(1), p)))]);
  });
  const n = probabilities.length;
  return { one: both.slice(0, n), zero: both.slice(n) };
}
