/** First weights drawn here: as the layer's initializers say, from a seed, not Python's numbers. */
import { Pcg64 } from "./pcg64";
import { denseLayers, sizeOf, type Initializer, type LayerSpec } from "../spec";

/** Keras' own choice for a dense layer: glorot_uniform, and no bias. */
const KERNEL: Initializer = { kind: "scaled", scale: 1, mode: "fan_avg", distribution: "uniform" };
const BIAS: Initializer = { kind: "constant", value: 0 };

/** Standard deviation of a normal distribution cut off at two of its own (keras/src/initializers). */
const CUT_OFF = 0.87962566103423978;
const FARTHEST = 2;

/** By Box and Muller's formula. */
function normal(generator: Pcg64): number {
  const radius = Math.sqrt(-2 * Math.log(1 - generator.double()));
  return radius * Math.cos(2 * Math.PI * generator.double());
}

/** Drawn again while it is farther than two standard deviations. */
function truncated(generator: Pcg64): number {
  for (;;) {
    const value = normal(generator);
    if (Math.abs(value) <= FARTHEST) return value;
  }
}

/** As keras.initializers.VarianceScaling: with inputs and outputs of a kernel, of a bias its length for both. */
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
  return () => (truncated(generator) * deviation) / CUT_OFF;
}

function drawing(initializer: Initializer, shape: readonly number[], generator: Pcg64): () => number {
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
 * First weights of a network with so many `inputs`: float32, all in Keras' order, laid flat. The same seed gives the
 * same weights everywhere.
 */
export function firstWeights(layers: readonly LayerSpec[], inputs: number, seed: number): Float32Array<ArrayBuffer> {
  const weights: { shape: number[]; by: Initializer }[] = [];
  let width = inputs;
  for (const { units, use_bias, kernel_initializer, bias_initializer } of denseLayers(layers)) {
    weights.push({ shape: [width, units], by: kernel_initializer ?? KERNEL });
    if (use_bias) weights.push({ shape: [units], by: bias_initializer ?? BIAS });
    width = units;
  }
  const values = new Float32Array(weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0));
  let at = 0;
  weights.forEach(({ shape, by }, i) => {
    const draw = drawing(by, shape, new Pcg64([seed, i]));
    for (const end = at + sizeOf(shape); at < end; at++) values[at] = draw();
  });
  return values;
}
