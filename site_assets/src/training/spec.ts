/** Types of a live run under the training's names, and properties derived from its layers. */
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

/** Returns the dense layers of a network, in order. */
export function denseLayers(layers: readonly LiveLayer[]): DenseLayer[] {
  return layers.filter((layer) => layer.kind === "dense");
}

/** Returns names and shapes of a network's weights in Keras' order: kernel, then bias, of each dense layer. */
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

/** Returns the activation of the network's predictions; "linear" if the last layer has none. */
export function lastActivation(layers: readonly LiveLayer[]): Activation {
  const last = layers.at(-1);
  return last?.kind === "dense" || last?.kind === "activation" ? last.activation : "linear";
}

/** Returns the number of values in one prediction. */
export function outputsOf(layers: readonly LiveLayer[], inputs: number): number {
  return denseLayers(layers).at(-1)?.units ?? inputs;
}
