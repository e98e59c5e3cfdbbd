/**
 * Keras' losses (keras/src/losses/losses.py, keras/src/backend/tensorflow/nn.py): the mean over each example's
 * values (categorical cross-entropy: the sum), then the mean over the examples.
 *
 * After a softmax or sigmoid, a cross-entropy is computed from the logits, unclipped: both activations attach them
 * to their output (`_keras_logits`), and both cross-entropies use them.
 */
import { sigmoid } from "./activations";
import type { Activation, LossName } from "../spec";

/**
 * Returns the mean loss of `rows` examples. If `delta` is given, it receives the gradient of the loss with respect
 * to `scores`. scores, targets, delta: (rows, width), flattened.
 */
type Compute = (
  scores: Float64Array,
  targets: Float64Array,
  rows: number,
  width: number,
  delta: Float64Array | null,
) => number;

export interface Loss {
  /** `scores` are the logits before the last activation; otherwise the predictions. */
  readonly fromLogits: boolean;
  readonly compute: Compute;
}

/** Keras' epsilon, and the float32 nearest to 1 − epsilon: the clipping range of probabilities. */
const MIN_PROBABILITY = Math.fround(1e-7);
const MAX_PROBABILITY = Math.fround(1 - MIN_PROBABILITY);

const squaredError: Compute = (scores, targets, rows, width, delta) => {
  const count = rows * width;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const difference = scores[i]! - targets[i]!;
    sum += difference * difference;
    if (delta !== null) delta[i] = (2 * difference) / count;
  }
  return sum / count;
};

const absoluteError: Compute = (scores, targets, rows, width, delta) => {
  const count = rows * width;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const difference = scores[i]! - targets[i]!;
    sum += Math.abs(difference);
    if (delta !== null) delta[i] = Math.sign(difference) / count;
  }
  return sum / count;
};

/** max(z, 0) − z·t + log(1 + exp(−|z|)), tf.nn.sigmoid_cross_entropy_with_logits; gradient σ(z) − t. */
const binaryFromLogits: Compute = (scores, targets, rows, width, delta) => {
  const count = rows * width;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const z = scores[i]!;
    const t = targets[i]!;
    sum += (z > 0 ? z : 0) - z * t + Math.log1p(Math.exp(-Math.abs(z)));
    if (delta !== null) delta[i] = (sigmoid(z) - t) / count;
  }
  return sum / count;
};

/** −(t·log p + (1 − t)·log(1 − p)), p clipped; the gradient is 0 where it was clipped. */
const binaryFromProbabilities: Compute = (scores, targets, rows, width, delta) => {
  const count = rows * width;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const given = scores[i]!;
    const t = targets[i]!;
    const p = given < MIN_PROBABILITY ? MIN_PROBABILITY : given > MAX_PROBABILITY ? MAX_PROBABILITY : given;
    sum -= t * Math.log(p) + (1 - t) * Math.log(1 - p);
    if (delta !== null) delta[i] = given === p ? ((1 - t) / (1 - p) - t / p) / count : 0;
  }
  return sum / count;
};

/** −Σ t·log softmax(z), tf.nn.softmax_cross_entropy_with_logits; gradient softmax(z) − t. */
const categoricalFromLogits: Compute = (scores, targets, rows, width, delta) => {
  let total = 0;
  for (let start = 0; start < rows * width; start += width) {
    let most = -Infinity;
    for (let j = 0; j < width; j++) if (scores[start + j]! > most) most = scores[start + j]!;
    let sum = 0;
    for (let j = 0; j < width; j++) {
      const e = Math.exp(scores[start + j]! - most);
      sum += e;
      if (delta !== null) delta[start + j] = e;
    }
    const log = Math.log(sum);
    for (let j = 0; j < width; j++) {
      const t = targets[start + j]!;
      total += t * (log - (scores[start + j]! - most));
      if (delta !== null) delta[start + j] = (delta[start + j]! / sum - t) / rows;
    }
  }
  return total / rows;
};

/** −Σ t·log p, p the predictions divided by their sum, then clipped; no gradient through clipped values. */
const categoricalFromProbabilities: Compute = (scores, targets, rows, width, delta) => {
  let total = 0;
  for (let start = 0; start < rows * width; start += width) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += scores[start + j]!;
    let weighted = 0; // Σ ∂loss/∂pⱼ · scoreⱼ
    for (let j = 0; j < width; j++) {
      const given = Math.fround(scores[start + j]! / sum);
      const t = targets[start + j]!;
      const p = given < MIN_PROBABILITY ? MIN_PROBABILITY : given > MAX_PROBABILITY ? MAX_PROBABILITY : given;
      total -= t * Math.log(p);
      if (delta === null) continue;
      const slope = given === p ? -t / p : 0;
      delta[start + j] = slope;
      weighted += slope * scores[start + j]!;
    }
    if (delta === null) continue;
    for (let j = 0; j < width; j++) delta[start + j] = (delta[start + j]! - weighted / sum) / sum / rows;
  }
  return total / rows;
};

/** Returns the loss of that name for a network whose last activation is `activation`. */
export function lossOf(name: LossName, activation: Activation): Loss {
  const fromLogits = activation === "softmax" || activation === "sigmoid";
  switch (name) {
    case "mse":
      return { fromLogits: false, compute: squaredError };
    case "mae":
      return { fromLogits: false, compute: absoluteError };
    case "binary_crossentropy":
      return { fromLogits, compute: fromLogits ? binaryFromLogits : binaryFromProbabilities };
    case "categorical_crossentropy":
      return { fromLogits, compute: fromLogits ? categoricalFromLogits : categoricalFromProbabilities };
  }
}
