/** The types of a live run, as the training calls them, and what follows from its layers. */
import type { Activation, DenseLayer, LiveLayer, WeightSpec } from "../core/schema";

export { ACTIVATIONS, LOSSES, METRICS, OPTIMIZERS, TRAINING_BACKENDS } from "../core/schema";
export type {
  Activation, Check, DenseLayer as DenseSpec, FloatBlock as Block, Initializer, LiveLayer as LayerSpec,
  LiveRun as LiveSpec, LossName, MetricName, OptimizerName, OptimizerSpec, Rates, Recording, Rows, TrainingBackend,
  WeightSpec,
} from "../core/schema";

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** The dense layers of a network, in order. */
export function denseLayers(layers: readonly LiveLayer[]): DenseLayer[] {
  return layers.filter((layer) => layer.kind === "dense");
}

/** Names and shapes of a network's weights in Keras' order: of each dense layer kernel, then bias. */
export function weightsOf(layers: readonly LiveLayer[], inputs: number): WeightSpec[] {
  const weights: WeightSpec[] = [];
  let width = inputs;
  for (const { name, units, use_bias } of denseLayers(layers)) {
    weights.push({ name: `${name}/kernel`, shape: [width, units] });
    if (use_bias) weights.push({ name: `${name}/bias`, shape: [units] });
    width = units;
  }
  return weights;
}

/** The activation that gives the network's answer, "linear" where the last layer is none that has one. */
export function lastActivation(layers: readonly LiveLayer[]): Activation {
  const last = layers.at(-1);
  return last?.kind === "dense" || last?.kind === "activation" ? last.activation : "linear";
}

/** Values of one answer. */
export function outputsOf(layers: readonly LiveLayer[], inputs: number): number {
  return denseLayers(layers).at(-1)?.units ?? inputs;
}
