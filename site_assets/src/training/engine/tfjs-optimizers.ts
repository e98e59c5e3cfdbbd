/**
 * Activations, losses and optimizers on TensorFlow.js operations: the definitions of activations.ts, losses.ts and
 * optimizers.ts, which name their sources. Call every function inside `tidy`.
 */
import {
  abs, add, cast, clipByValue, cos, div, equal, exp, floor, getBackend, log, log1p, max, mean, mul, neg, onesLike,
  relu, sigmoid, sign, sin, softmax, sqrt, square, step, sub, sum, tanh, type Tensor,
} from "@tensorflow/tfjs-core";
import { adamRate, settingsOf } from "./optimizers";
import type { Activation, LossName, OptimizerSpec } from "../spec";

export interface TensorActivation {
  forward(inputs: Tensor): Tensor;
  /** Returns the gradient at the inputs, given that at the outputs. */
  backward(delta: Tensor, inputs: Tensor, outputs: Tensor): Tensor;
}

/** π split into parts of few bits, as in Cephes: integer multiples of the first two are exact in float32. */
const PI_PARTS = [3.140625, 9.67502593994140625e-4, 1.5099579909783765e-7] as const;

/**
 * Sine in float32 precision from exact operations: subtracts the nearest multiple of π, so that x is in −π/2 … π/2,
 * then evaluates the Taylor series up to x¹¹, whose error there is 6e-8.
 */
function exactSin(x: Tensor): Tensor {
  const turns = floor(add(mul(x, 1 / Math.PI), 0.5));
  const rest = PI_PARTS.reduce<Tensor>((left, part) => sub(left, mul(turns, part)), x);
  const odd = sub(turns, mul(floor(mul(turns, 0.5)), 2));
  const squared = square(rest);
  // x·(1 − x²/6·(1 − x²/20·(1 − …))), innermost factor first
  const series = [110, 72, 42, 20, 6].reduce<Tensor>(
    (inner, divisor) => sub(1, mul(mul(squared, 1 / divisor), inner)),
    onesLike(x),
  );
  return mul(mul(rest, series), sub(1, mul(odd, 2)));
}

/** For graphics devices, whose sine may be off by 5e-4 (OpenGL ES guarantees 2⁻¹¹). */
export const EXACT_SINE: TensorActivation = {
  forward: (x) => exactSin(x),
  backward: (delta, x) => mul(delta, exactSin(add(x, Math.PI / 2))),
};

/** Returns the activation's functions for the realm's current backend; null for linear. */
export function tensorActivationOf(activation: Activation): TensorActivation | null {
  return activation === "sine" && getBackend() === "webgl" ? EXACT_SINE : TENSOR_ACTIVATIONS[activation];
}

const TENSOR_ACTIVATIONS: Record<Activation, TensorActivation | null> = {
  linear: null,
  relu: { forward: (x) => relu(x), backward: (delta, x) => mul(delta, step(x)) },
  sigmoid: { forward: (x) => sigmoid(x), backward: (delta, _x, y) => mul(delta, mul(y, sub(1, y))) },
  tanh: { forward: (x) => tanh(x), backward: (delta, _x, y) => mul(delta, sub(1, square(y))) },
  sine: { forward: (x) => sin(x), backward: (delta, x) => mul(delta, cos(x)) },
  softmax: {
    forward: (x) => softmax(x),
    backward: (delta, _x, y) => mul(y, sub(delta, sum(mul(delta, y), -1, true))),
  },
  shares: {
    forward: (x) => div(x, sum(x, -1, true)),
    backward: (delta, x, y) => div(sub(delta, sum(mul(delta, y), -1, true)), sum(x, -1, true)),
  },
};

/** Mean loss and its gradient with respect to the scores; scores, targets and delta: (rows, width). */
export type TensorLoss = (scores: Tensor, targets: Tensor) => { loss: Tensor; delta: Tensor };

const MIN_PROBABILITY = Math.fround(1e-7);
const MAX_PROBABILITY = Math.fround(1 - MIN_PROBABILITY);

/** Returns the clipped scores, and a mask that is 1 where they were not clipped. */
function clipped(scores: Tensor): { p: Tensor; inside: Tensor } {
  const p = clipByValue(scores, MIN_PROBABILITY, MAX_PROBABILITY);
  return { p, inside: cast(equal(scores, p), "float32") };
}

function categoricalFromLogits(scores: Tensor, targets: Tensor): { loss: Tensor; delta: Tensor } {
  const shifted = sub(scores, max(scores, -1, true));
  const logs = sub(log(sum(exp(shifted), -1, true)), shifted);
  const loss = mean(sum(mul(targets, logs), -1));
  return { loss, delta: div(sub(softmax(scores), targets), scores.shape[0]) };
}

function categoricalFromProbabilities(scores: Tensor, targets: Tensor): { loss: Tensor; delta: Tensor } {
  const total = sum(scores, -1, true);
  const { p, inside } = clipped(div(scores, total));
  const slope = neg(mul(inside, div(targets, p)));
  const delta = div(sub(slope, div(sum(mul(slope, scores), -1, true), total)), total);
  return { loss: neg(mean(sum(mul(targets, log(p)), -1))), delta: div(delta, scores.shape[0]) };
}

function binaryFromLogits(scores: Tensor, targets: Tensor): { loss: Tensor; delta: Tensor } {
  const losses = add(sub(relu(scores), mul(scores, targets)), log1p(exp(neg(abs(scores)))));
  return { loss: mean(losses), delta: div(sub(sigmoid(scores), targets), scores.size) };
}

function binaryFromProbabilities(scores: Tensor, targets: Tensor): { loss: Tensor; delta: Tensor } {
  const { p, inside } = clipped(scores);
  const others = sub(1, targets);
  const losses = neg(add(mul(targets, log(p)), mul(others, log(sub(1, p)))));
  const slope = sub(div(others, sub(1, p)), div(targets, p));
  return { loss: mean(losses), delta: div(mul(inside, slope), scores.size) };
}

export function tensorLossOf(name: LossName, fromLogits: boolean): TensorLoss {
  switch (name) {
    case "mse":
      return (scores, targets) => {
        const difference = sub(scores, targets);
        return { loss: mean(square(difference)), delta: mul(difference, 2 / scores.size) };
      };
    case "mae":
      return (scores, targets) => {
        const difference = sub(scores, targets);
        return { loss: mean(abs(difference)), delta: mul(sign(difference), 1 / scores.size) };
      };
    case "binary_crossentropy":
      return fromLogits ? binaryFromLogits : binaryFromProbabilities;
    case "categorical_crossentropy":
      return fromLogits ? categoricalFromLogits : categoricalFromProbabilities;
  }
}

/** Returns a weight after one update, and its slots. `count`: number of updates, this one included. */
export type TensorUpdate = (
  weight: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
  rate: number,
  count: number,
) => { weight: Tensor; slots: Tensor[] };

export function tensorUpdateOf(spec: OptimizerSpec): TensorUpdate {
  const settings = settingsOf(spec);
  const { momentum, nesterov, rho, oneMinusRho, oneMinusBeta1, oneMinusBeta2, epsilon } = settings;
  switch (spec.name) {
    case "sgd":
    case "momentum":
      return (weight, gradient, [velocity], rate) => {
        const change = mul(gradient, rate);
        if (velocity === undefined) return { weight: sub(weight, change), slots: [] };
        const v = sub(mul(velocity, momentum), change);
        return { weight: add(weight, nesterov ? sub(mul(v, momentum), change) : v), slots: [v] };
      };
    case "rmsprop":
      return (weight, gradient, [velocity], rate) => {
        const v = add(mul(velocity!, rho), mul(square(gradient), oneMinusRho));
        return { weight: sub(weight, div(mul(gradient, rate), sqrt(add(v, epsilon)))), slots: [v] };
      };
    case "adam":
      return (weight, gradient, [first, second], rate, count) => {
        const m = add(first!, mul(sub(gradient, first!), oneMinusBeta1));
        const v = add(second!, mul(sub(square(gradient), second!), oneMinusBeta2));
        const alpha = adamRate(Math.fround(rate), count, settings);
        return { weight: sub(weight, div(mul(m, alpha), add(sqrt(v), epsilon))), slots: [m, v] };
      };
  }
}
