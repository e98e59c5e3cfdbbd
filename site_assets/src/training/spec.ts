/** The types of a live run as the site exports it (`live/live.json`). All of its arrays lie in `live.bin`. */

export const ACTIVATIONS = ["linear", "relu", "sigmoid", "tanh", "softmax", "sine", "shares"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export const LOSSES = ["mse", "mae", "binary_crossentropy", "categorical_crossentropy"] as const;
export type LossName = (typeof LOSSES)[number];

export const OPTIMIZERS = ["sgd", "momentum", "rmsprop", "adam"] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export const METRICS = ["accuracy", "rmse", "mae"] as const;
export type MetricName = (typeof METRICS)[number];

/** Where a training can run; "cpu" is this project's own typed-array engine, the others TensorFlow.js'. */
export const TRAINING_BACKENDS = ["cpu", "wasm", "webgl"] as const;
export type TrainingBackend = (typeof TRAINING_BACKENDS)[number];

/** How first weights are drawn; Keras' initializers. "scaled": VarianceScaling. */
export type Initializer =
  | {
      kind: "scaled";
      scale: number;
      mode: "fan_in" | "fan_out" | "fan_avg";
      distribution: "uniform" | "truncated_normal" | "untruncated_normal";
    }
  | { kind: "uniform"; low: number; high: number }
  | { kind: "normal" | "truncated_normal"; mean: number; stddev: number }
  | { kind: "constant"; value: number };

export interface DenseSpec {
  kind: "dense";
  name: string;
  units: number;
  use_bias: boolean;
  activation: Activation;
  /** Left out: Keras' own. */
  kernel_initializer?: Initializer;
  bias_initializer?: Initializer;
}

export type LayerSpec =
  | { kind: "rescale"; scale: number; offset: number }
  | { kind: "flatten" }
  | { kind: "activation"; activation: Activation }
  | DenseSpec;

/** Keras' settings of an optimizer; what is left out is Keras' own default. */
export interface OptimizerSpec {
  name: OptimizerName;
  learning_rate: number;
  momentum?: number;
  nesterov?: boolean;
  rho?: number;
  beta_1?: number;
  beta_2?: number;
  epsilon?: number;
}

/** A block of float32 values in live.bin, `offset` in bytes. */
export interface Block {
  offset: number;
}

/** Learning rates by step; after the last one it holds. */
export interface Rates extends Block {
  count: number;
}

/** Rows in live.bin: dtype and shape [rows, …one row's shape]; the values are those there divided by `divisor`. */
export interface Rows extends Block {
  dtype: "uint8" | "float32";
  shape: number[];
  divisor?: number;
}

/** Python's weights after `step` steps, laid flat; of each weight every `every`-th value. */
export interface Check extends Block {
  step: number;
  every?: number | number[];
}

/**
 * What Python's run with one optimizer gave. `losses`, and each of `metrics`: float32 of shape (steps,), of each batch
 * before its step; `validation`: loss and metrics by name, one value for each of the spec's `validation_steps`.
 */
export interface Recording {
  optimizer: OptimizerSpec;
  rates: Rates | null;
  steps: number;
  losses: Block;
  metrics?: Record<string, Block>;
  validation?: Record<string, Block> | null;
  checks: Check[];
}

export interface WeightSpec {
  name: string;
  shape: number[];
}

export interface LiveSpec {
  input_shape: number[];
  layers: LayerSpec[];
  left_out: string[];
  weights: WeightSpec[];
  loss: LossName;
  losses: LossName[];
  metrics: MetricName[];
  optimizer: OptimizerSpec;
  rates: Rates | null;
  batch_size: number;
  epochs: number;
  shuffle: boolean;
  seed: number;
  rows: number;
  validation_rows: number;
  /** Steps after which Python measured the validation rows. */
  validation_steps?: number[];
  data: { x: Rows; y: Rows; validation_x: Rows | null; validation_y: Rows | null };
  first: Block;
  recordings: Recording[];
  author: number;
  /** Whether it is the model's own training, so that its kept epochs are this run's. */
  own: boolean;
  tolerance: Record<TrainingBackend, number>;
  tolerance_reason: string;
  /** Where each weight is written in the Keras file to take home, where there is one. */
  keras?: { offsets: number[] };
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** The dense layers of a network, in order. */
export function denseLayers(layers: readonly LayerSpec[]): DenseSpec[] {
  return layers.filter((layer) => layer.kind === "dense");
}

/** Names and shapes of a network's weights in Keras' order: of each dense layer kernel, then bias. */
export function weightsOf(layers: readonly LayerSpec[], inputs: number): WeightSpec[] {
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
export function lastActivation(layers: readonly LayerSpec[]): Activation {
  const last = layers.at(-1);
  return last?.kind === "dense" || last?.kind === "activation" ? last.activation : "linear";
}

/** Values of one answer. */
export function outputsOf(layers: readonly LayerSpec[], inputs: number): number {
  return denseLayers(layers).at(-1)?.units ?? inputs;
}
