/**
 * Residuals, loss and gradient of a line y = m·x + b, on TensorFlow.js in float32, for `line` and
 * `loss-surface`. Points are flat lists: x₁, y₁, x₂, y₂ …
 */
import { addConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Add";
import { castConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Cast";
import { concatConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Concat";
import { identityConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Identity";
import { meanConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Mean";
import { multiplyConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Multiply";
import { realDivConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/RealDiv";
import { reshapeConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Reshape";
import { squareConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Square";
import { subConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sub";
import { sumConfig } from "@tensorflow/tfjs-backend-cpu/dist/kernels/Sum";
import { add, concat, mean, mul, reshape, square, sub, tensor1d, tensor2d, type Tensor } from "@tensorflow/tfjs-core";
import { compute, useKernels } from "../lib/tensors";

useKernels(addConfig, castConfig, concatConfig, identityConfig, meanConfig, multiplyConfig, realDivConfig, reshapeConfig, squareConfig, subConfig, sumConfig);

export function pairs(flat: readonly number[]): [number, number][] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

function columns(flat: readonly number[]): { x: Tensor; y: Tensor } {
  const points = pairs(flat);
  return { x: tensor1d(points.map(([x]) => x)), y: tensor1d(points.map(([, y]) => y)) };
}

/** m·x + b − y of each point, shape (n,): positive where the line is too high. */
export function residuals(m: number, b: number, flat: readonly number[]): Float32Array {
  return compute(() => {
    const { x, y } = columns(flat);
    return sub(add(mul(x, m), b), y);
  });
}

/** The mean of the squared residuals. */
export function meanSquaredError(m: number, b: number, flat: readonly number[]): number {
  return losses([m], [b], flat)[0]!;
}

/** The mean squared error of n lines, shape (n,). ms, bs: n numbers each. */
export function losses(ms: readonly number[], bs: readonly number[], flat: readonly number[]): Float32Array {
  return compute(() => {
    const { x, y } = columns(flat);
    const m = tensor2d([...ms], [ms.length, 1]);
    const b = tensor2d([...bs], [bs.length, 1]);
    return mean(square(sub(add(mul(m, x), b), y)), 1);
  });
}

/** ∂MSE/∂m = mean(2·(m·x + b − y)·x) and ∂MSE/∂b = mean(2·(m·x + b − y)). */
export function gradient(m: number, b: number, flat: readonly number[]): [number, number] {
  const both = compute(() => {
    const { x, y } = columns(flat);
    const twice = mul(sub(add(mul(x, m), b), y), 2);
    return concat([reshape(mean(mul(twice, x)), [1]), reshape(mean(twice), [1])]);
  });
  return [both[0]!, both[1]!];
}

/**
 * The least-squares line, by the normal equations in float64. Returns null if all points have the same x,
 * because then no line is unique.
 */
export function leastSquares(flat: readonly number[]): { m: number; b: number } | null {
  const points = pairs(flat);
  const middle = (at: 0 | 1): number => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [mx, my] = [middle(0), middle(1)];
  const spread = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  if (spread < 1e-12) return null;
  const m = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / spread;
  return { m, b: my - m * mx };
}
