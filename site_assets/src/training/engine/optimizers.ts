/**
 * Keras' optimizers (keras/src/optimizers/sgd.py, rmsprop.py, adam.py of Keras 3), in Keras' order of operations,
 * each result rounded to float32. Weights, gradients and slots: flattened float64 arrays that hold float32 values.
 */
import type { OptimizerSpec } from "../spec";

const fround = Math.fround;

/** Keras' float32 constants; `slots`: number of state arrays of the weights' length. */
export interface Settings {
  readonly slots: 0 | 1 | 2;
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly rho: number;
  readonly oneMinusRho: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly oneMinusBeta1: number;
  readonly oneMinusBeta2: number;
  readonly epsilon: number;
}

/** Returns an optimizer's settings, with Keras' defaults for those that the spec omits. */
export function settingsOf(spec: OptimizerSpec): Settings {
  const momentum = spec.momentum ?? (spec.name === "momentum" ? 0.9 : 0);
  const { rho = 0.9, beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-7, nesterov = false } = spec;
  const slots = { sgd: momentum === 0 ? 0 : 1, momentum: 1, rmsprop: 1, adam: 2 } as const;
  return {
    slots: slots[spec.name],
    momentum: fround(momentum),
    nesterov,
    rho: fround(rho),
    oneMinusRho: fround(1 - rho), // Keras subtracts Python floats, then rounds the difference
    beta1: fround(beta_1),
    beta2: fround(beta_2),
    oneMinusBeta1: fround(1 - beta_1),
    oneMinusBeta2: fround(1 - beta_2),
    epsilon: fround(epsilon),
  };
}

/** Returns Adam's rate·√(1 − β₂ᵗ) / (1 − β₁ᵗ) in float32, as Keras, where 1 − 0.999 is 0.00099998713. step: from 1. */
export function adamRate(rate: number, step: number, { beta1, beta2 }: Settings): number {
  const first = fround(1 - fround(beta1 ** step));
  const second = fround(1 - fround(beta2 ** step));
  return fround(fround(rate * fround(Math.sqrt(second))) / first);
}

/** One update: changes weights and slots in place. `step` counts from 1. */
export type Update = (
  weights: Float64Array,
  gradients: Float64Array,
  slots: readonly Float64Array[],
  rate: number,
  step: number,
) => void;

function plain(): Update {
  return (weights, gradients, _slots, rate) => {
    const lr = fround(rate);
    for (let i = 0; i < weights.length; i++) weights[i] = fround(weights[i]! - fround(lr * gradients[i]!));
  };
}

/** velocity = momentum·velocity − rate·g; weight += velocity, or Nesterov's momentum·velocity − rate·g. */
function withMomentum({ momentum, nesterov }: Settings): Update {
  return (weights, gradients, slots, rate) => {
    const lr = fround(rate);
    const velocity = slots[0]!;
    for (let i = 0; i < weights.length; i++) {
      const g = fround(lr * gradients[i]!);
      const v = fround(fround(velocity[i]! * momentum) - g);
      velocity[i] = v;
      weights[i] = fround(weights[i]! + (nesterov ? fround(fround(v * momentum) - g) : v));
    }
  };
}

/** velocity = ρ·velocity + (1 − ρ)·g²; weight −= rate·g / √(velocity + ε). */
function rmsprop({ rho, oneMinusRho, epsilon }: Settings): Update {
  return (weights, gradients, slots, rate) => {
    const lr = fround(rate);
    const velocity = slots[0]!;
    for (let i = 0; i < weights.length; i++) {
      const g = fround(gradients[i]!);
      const v = fround(fround(rho * velocity[i]!) + fround(oneMinusRho * fround(g * g)));
      velocity[i] = v;
      weights[i] = fround(weights[i]! - fround(fround(lr * g) / fround(Math.sqrt(fround(v + epsilon)))));
    }
  };
}

/** m += (g − m)·(1 − β₁); v += (g² − v)·(1 − β₂); weight −= m·α / (√v + ε), α of `adamRate`. */
function adam(settings: Settings): Update {
  const { oneMinusBeta1, oneMinusBeta2, epsilon } = settings;
  return (weights, gradients, slots, rate, step) => {
    const alpha = adamRate(fround(rate), step, settings);
    const first = slots[0]!;
    const second = slots[1]!;
    for (let i = 0; i < weights.length; i++) {
      const g = fround(gradients[i]!);
      const m = fround(first[i]! + fround(fround(g - first[i]!) * oneMinusBeta1));
      const v = fround(second[i]! + fround(fround(fround(g * g) - second[i]!) * oneMinusBeta2));
      first[i] = m;
      second[i] = v;
      weights[i] = fround(weights[i]! - fround(fround(m * alpha) / fround(fround(Math.sqrt(v)) + epsilon)));
    }
  };
}

/** Returns the update function of an optimizer's spec. */
export function updateOf(spec: OptimizerSpec): Update {
  const settings = settingsOf(spec);
  switch (spec.name) {
    case "sgd":
    case "momentum":
      return settings.momentum === 0 ? plain() : withMomentum(settings);
    case "rmsprop":
      return rmsprop(settings);
    case "adam":
      return adam(settings);
  }
}
