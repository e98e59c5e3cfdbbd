/**
 * Gradient descent in phases (forward, loss, gradient, update) for a line ŷ = w·x + b, or w·x, and the mean squared
 * error; in float64, or rounded to float32 after each operation as in a network.
 */

/** Training examples; x and y have the same length. */
export interface Examples {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** One step of gradient descent, with the result of each phase. */
export interface TapeStep {
  /** Weights before the step: [w] or [w, b]. */
  readonly weights: readonly number[];
  /** Forward: ŷ of each example. */
  readonly predictions: readonly number[];
  /** Loss: the mean of (y − ŷ)². */
  readonly loss: number;
  /** Gradient: the term of each example, by weight: −2·x·(y − ŷ), without x for b. */
  readonly terms: readonly (readonly number[])[];
  /** Means of these terms over the examples. */
  readonly gradients: readonly number[];
  /** Update: weight − rate · gradient. */
  readonly next: readonly number[];
}

export function takeStep(
  { x, y }: Examples,
  weights: readonly number[],
  rate: number,
  single: boolean,
): TapeStep {
  const round = single ? Math.fround : (value: number): number => value;
  const mean = (values: readonly number[]): number =>
    round(values.reduce((sum, value) => round(sum + value), 0) / values.length);
  const start = weights.map(round);
  const [w = 0, b] = start;
  const inputs = x.map(round);
  const predictions = inputs.map((value) => {
    const product = round(value * w);
    return b === undefined ? product : round(product + b);
  });
  const errors = y.map((value, row) => round(round(value) - predictions[row]!));
  const loss = mean(errors.map((error) => round(error * error)));
  const terms = start.map((_, which) =>
    errors.map((error, row) => {
      const slope = round(-2 * error);
      return which === 0 ? round(slope * inputs[row]!) : slope;
    }),
  );
  const gradients = terms.map(mean);
  const next = start.map((weight, which) => round(weight - round(round(rate) * gradients[which]!)));
  return { weights: start, predictions, loss, terms, gradients, next };
}

/**
 * Returns the factor by which each step scales the distance to the best weight: 1 − 2·rate·mean(x²), for a single
 * weight; null for two. Gradient descent diverges if its absolute value exceeds 1.
 */
export function shrinkFactor({ x }: Examples, weights: readonly number[], rate: number): number | null {
  if (weights.length !== 1) return null;
  return 1 - 2 * rate * (x.reduce((sum, value) => sum + value * value, 0) / x.length);
}

/** Returns the single weight with the smallest loss; null if all weights have the same loss. */
export function bestWeight({ x, y }: Examples): number | null {
  const square = x.reduce((sum, value) => sum + value * value, 0);
  return square === 0 ? null : x.reduce((sum, value, row) => sum + value * y[row]!, 0) / square;
}

/** Returns the mean squared error at a single weight. */
export function lossAt({ x, y }: Examples, weight: number): number {
  return x.reduce((sum, value, row) => sum + (y[row]! - value * weight) ** 2, 0) / x.length;
}
