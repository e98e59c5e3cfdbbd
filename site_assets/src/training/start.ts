/** First weights drawn here: Keras' own choice for a dense layer, from a seed, not Python's numbers. */
import { Pcg64 } from "./pcg64";
import { sizeOf, type WeightSpec } from "./spec";

/**
 * Kernels from glorot_uniform, even in ±√(6 / (inputs + outputs)), biases zero (keras/src/initializers):
 * float32, all weights in order, laid flat. The same seed gives the same weights everywhere.
 */
export function firstWeights(weights: readonly WeightSpec[], seed: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let at = 0;
  weights.forEach(({ shape }, i) => {
    const size = sizeOf(shape);
    if (shape.length === 2) {
      const limit = Math.sqrt(6 / (shape[0]! + shape[1]!));
      const generator = new Pcg64([seed, i]);
      for (let j = at; j < at + size; j++) values[j] = (2 * generator.double() - 1) * limit;
    }
    at += size;
  });
  return values;
}
