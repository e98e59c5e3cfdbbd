/** Random initial weights by the layers' initializers, from a seed; the numbers differ from Python's. */
import { Pcg64 } from "./pcg64";
import { denseLayers, sizeOf, type Initializer, type LayerSpec } from "../spec";

/** Keras' default for a dense layer: glorot_uniform, and zero bias. */
const KERNEL: Initializer = { kind: "scaled", scale: 1, mode: "fan_avg", distribution: "uniform" };
const BIAS: Initializer = { kind: "constant", value: 0 };

/** Standard deviation of a standard normal distribution truncated at ±2 (keras/src/initializers). */
const TRUNCATED_DEVIATION = 0.87962566103423978;
const MAX_DEVIATIONS = 2;

/** Draws from the standard normal distribution by the Box–Muller transform. */
function normal(generator: Pcg64): number {
  const radius = Math.sqrt(-2 * Math.log(1 - generator.double()));
  return radius * Math.cos(2 * Math.PI * generator.double());
}

/** Draws from it truncated at two standard deviations, by rejection. */
function truncated(generator: Pcg64): number {
  for (;;) {
    const value = normal(generator);
    if (Math.abs(value) <= MAX_DEVIATIONS) return value;
  }
}

/**
 * As keras.initializers.VarianceScaling. fan_in and fan_out: a kernel's inputs and outputs, a bias' length for both.
 */
function scaled(
  { scale, mode, distribution }: Initializer & { kind: "scaled" },
  shape: readonly number[],
  generator: Pcg64,
): () => number {
  const [inputs, outputs] = [shape[0]!, shape.at(-1)!];
  const fan = { fan_in: inputs, fan_out: outputs, fan_avg: (inputs + outputs) / 2 }[mode];
  const variance = scale / Math.max(1, fan);
  const deviation = Math.sqrt(variance);
  const limit = Math.sqrt(3 * variance);
  if (distribution === "uniform") return () => (2 * generator.double() - 1) * limit;
  if (distribution === "untruncated_normal") return () => normal(generator) * deviation;
  return () => (truncated(generator) * deviation) / TRUNCATED_DEVIATION;
}

function samplerOf(initializer: Initializer, shape: readonly number[], generator: Pcg64): () => number {
  switch (initializer.kind) {
    case "scaled":
      return scaled(initializer, shape, generator);
    case "uniform": {
      const { low, high } = initializer;
      return () => low + generator.double() * (high - low);
    }
    case "normal":
    case "truncated_normal": {
      const { kind, mean, stddev } = initializer;
      const draw = kind === "normal" ? normal : truncated;
      return () => mean + stddev * draw(generator);
    }
    case "constant":
      return () => initializer.value;
  }
}

/**
 * Returns initial weights of a network with `inputs` values an example: float32, in Keras' order, flattened. The
 * same seed gives the same weights on every device.
 */
export function initialWeights(layers: readonly LayerSpec[], inputs: number, seed: number): Float32Array<ArrayBuffer> {
  const weights: { shape: number[]; initializer: Initializer }[] = [];
  let width = inputs;
  for (const { units, use_bias, kernel_initializer, bias_initializer } of denseLayers(layers)) {
    weights.push({ shape: [width, units], initializer: kernel_initializer ?? KERNEL });
    if (use_bias) weights.push({ shape: [units], initializer: bias_initializer ?? BIAS });
    width = units;
  }
  const values = new Float32Array(weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let at = 0;
  weights.forEach(({ shape, initializer }, i) => {
    const sample = samplerOf(initializer, shape, new Pcg64([seed, i]));
    for (const end = at + sizeOf(shape); at < end; at++) values[at] = sample();
  });
  return values;
}
