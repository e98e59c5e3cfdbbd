/**
 * Activations and their gradients over flattened rows. The arrays are float64 and hold float32 values: Keras'
 * precision, without a conversion at every access.
 */
import type { Activation } from "../spec";

export interface ActivationFunctions {
  /** Computes `outputs` from `inputs`: `rows` rows of `width` values, each rounded to float32. */
  forward(inputs: Float64Array, outputs: Float64Array, rows: number, width: number): void;
  /** Replaces the gradient at the outputs by the gradient at the inputs, in place. */
  backward(
    delta: Float64Array,
    inputs: Float64Array,
    outputs: Float64Array,
    rows: number,
    width: number,
  ): void;
}

const fround = Math.fround;

/** Logistic function, without overflow at either end. */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

const relu: ActivationFunctions = {
  forward(inputs, outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) {
      const x = inputs[i]!;
      outputs[i] = x < 0 ? 0 : x; // not `x > 0 ? x : 0`, which would turn NaN into 0
    }
  },
  backward(delta, inputs, _outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) if (inputs[i]! <= 0) delta[i] = 0;
  },
};

const sigmoids: ActivationFunctions = {
  forward(inputs, outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) outputs[i] = fround(sigmoid(inputs[i]!));
  },
  backward(delta, _inputs, outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) delta[i]! *= outputs[i]! * (1 - outputs[i]!);
  },
};

const tanh: ActivationFunctions = {
  forward(inputs, outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) outputs[i] = fround(Math.tanh(inputs[i]!));
  },
  backward(delta, _inputs, outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) delta[i]! *= 1 - outputs[i]! * outputs[i]!;
  },
};

const sine: ActivationFunctions = {
  forward(inputs, outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) outputs[i] = fround(Math.sin(inputs[i]!));
  },
  backward(delta, inputs, _outputs, rows, width) {
    const count = rows * width;
    for (let i = 0; i < count; i++) delta[i]! *= Math.cos(inputs[i]!);
  },
};

/** exp(xᵢ − max x) / Σ exp(xⱼ − max x) of each row; gradient sᵢ·(δᵢ − Σ δⱼsⱼ). */
const softmax: ActivationFunctions = {
  forward(inputs, outputs, rows, width) {
    for (let start = 0; start < rows * width; start += width) {
      let most = -Infinity;
      for (let j = 0; j < width; j++) if (inputs[start + j]! > most) most = inputs[start + j]!;
      let sum = 0;
      for (let j = 0; j < width; j++) {
        const e = Math.exp(inputs[start + j]! - most);
        outputs[start + j] = e;
        sum += e;
      }
      for (let j = 0; j < width; j++) outputs[start + j] = fround(outputs[start + j]! / sum);
    }
  },
  backward(delta, _inputs, outputs, rows, width) {
    for (let start = 0; start < rows * width; start += width) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += delta[start + j]! * outputs[start + j]!;
      for (let j = 0; j < width; j++) delta[start + j] = outputs[start + j]! * (delta[start + j]! - sum);
    }
  },
};

/** xᵢ / Σ xⱼ of each row; gradient (δᵢ − Σ δⱼyⱼ) / Σ xⱼ. */
const normalisation: ActivationFunctions = {
  forward(inputs, outputs, rows, width) {
    for (let start = 0; start < rows * width; start += width) {
      const sum = sumOf(inputs, start, width);
      for (let j = 0; j < width; j++) outputs[start + j] = fround(inputs[start + j]! / sum);
    }
  },
  backward(delta, inputs, outputs, rows, width) {
    for (let start = 0; start < rows * width; start += width) {
      const sum = sumOf(inputs, start, width);
      let weighted = 0;
      for (let j = 0; j < width; j++) weighted += delta[start + j]! * outputs[start + j]!;
      for (let j = 0; j < width; j++) delta[start + j] = (delta[start + j]! - weighted) / sum;
    }
  },
};

function sumOf(values: Float64Array, start: number, width: number): number {
  let sum = 0;
  for (let j = 0; j < width; j++) sum += values[start + j]!;
  return sum;
}

/** Functions of each activation; null for linear, the identity. */
export const ACTIVATION_FUNCTIONS: Record<Activation, ActivationFunctions | null> = {
  linear: null,
  relu,
  sigmoid: sigmoids,
  tanh,
  softmax,
  sine,
  shares: normalisation,
};
