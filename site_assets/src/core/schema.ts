/** The documents of a site. Written by `make schema`: change the Python types. */

/** Version of the schema; another one is refused. */
export const SCHEMA = 2;

export const BACKENDS = ["exact", "cpu", "wasm", "webgl", "webgpu"] as const;
export type BackendName = (typeof BACKENDS)[number];

export const FORMATS = ["graph", "layers"] as const;
export type Format = (typeof FORMATS)[number];

export const ENCODINGS = ["float32", "uint16", "uint8"] as const;
export type Encoding = (typeof ENCODINGS)[number];

export const UNITS = ["epoch", "step"] as const;
export type Unit = (typeof UNITS)[number];

export const PARTS = ["train", "validation", "test", "real"] as const;
export type Part = (typeof PARTS)[number];

export const DETAILS = ["figure", "history", "report"] as const;
export type DetailName = (typeof DETAILS)[number];

export const ACTIVATIONS = ["linear", "relu", "sigmoid", "tanh", "softmax", "sine", "shares"] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export const LOSSES = ["mse", "mae", "binary_crossentropy", "categorical_crossentropy"] as const;
export type LossName = (typeof LOSSES)[number];

export const OPTIMIZERS = ["sgd", "momentum", "rmsprop", "adam"] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

export const METRICS = ["accuracy", "rmse", "mae"] as const;
export type MetricName = (typeof METRICS)[number];

export const TRAINING_BACKENDS = ["cpu", "wasm", "webgl"] as const;
export type TrainingBackend = (typeof TRAINING_BACKENDS)[number];

export const CURVES = ["loss", "val_loss", "val_accuracy"] as const;
export type CurveName = (typeof CURVES)[number];

export const COURSES = ["wrong", "repaired"] as const;
export type CourseName = (typeof COURSES)[number];

/** Versions of the programs that made a site. */
export interface Generator {
  /** Modelpress. */
  modelpress: string;
  /** Python. */
  python: string;
  /** TensorFlow. */
  tensorflow: string;
  /** Keras. */
  keras: string;
  /** NumPy. */
  numpy: string;
  /** The converter. */
  tensorflowjs: string;
  /** TensorFlow.js in the browser. */
  tfjs: string;
}

/** A published file. Browsers check its size and hash before they use it. */
export interface FileEntry {
  /** Address, relative to the root of the site. */
  url: string;
  /** Size. Unit: bytes. */
  size_bytes: number;
  /** SHA-256 in lower-case hexadecimal digits. */
  sha256: string;
}

/** The live run of a model that trains in the browser: names of `files`, and a summary. */
export interface LiveEntry {
  /** Network, settings and recordings; see `LiveRun`. */
  url: string;
  /** The arrays of the live run. */
  bin: string;
  /** The Keras file into which readers export their weights. */
  keras?: string;
  /** Number of recorded steps. */
  steps?: number;
  /** Number of examples. */
  rows?: number;
  /** Number of examples in the validation set. */
  validation_rows?: number;
  /** Largest difference of a loss or weight from Python, by backend. */
  tolerance?: Record<TrainingBackend, number>;
}

/** The checkpoints of a model's training. */
export interface EpochsEntry {
  /** Name of the file with their weights. */
  bin: string;
  /** The epochs with a checkpoint, ascending, without the last epoch. */
  epochs: number[];
  /** The last epoch, whose weights are the model's. */
  last: number;
  /** The epoch with the lowest validation loss, if it has a checkpoint or is the last one. */
  best?: number;
  /** Unit of the counts: epochs, or steps of an author's own training. */
  unit: Unit;
  /** Data type of the stored weights. */
  encoding: Encoding;
  /** Largest change of a golden case's prediction due to `encoding`; 0 for none. */
  rounding: number;
  /** Loss and metrics before training, by name. */
  first: Record<string, number>;
  /** Name and shape of each weight in Keras' order. */
  weights: [string, number[]][];
  /** Indices of the golden cases whose predictions are stored. */
  probes: number[];
  /**
   * Largest difference of a prediction from Python with the weights of a checkpoint; missing on a site of an earlier
   * version, for that of the model.
   */
  tolerance?: number;
  /** Size of the file. Unit: bytes. */
  size_bytes: number;
  /** Whether a training in the browser can continue from them. */
  trains: boolean;
}

/**
 * The part of an entry that a training in the browser needs. The entry is a model's, or that of one training of a
 * failure case.
 */
export interface TrainedEntry {
  /** Title for people. */
  title: string;
  /** The published files, by name. */
  files: Record<string, FileEntry>;
  /** For a model that trains in the browser. */
  live?: LiveEntry;
  /** For a model with checkpoints. */
  epochs?: EpochsEntry;
}

/** The files of a model in one format: names of `files`. */
export interface FormatFiles {
  /** Topology. */
  model: string;
  /** Weights. */
  weights: string;
}

/** The formats of a model for TensorFlow.js. */
export interface Formats {
  /** The format for predictions. */
  graph: FormatFiles;
  /**
   * The format for live diagrams of the layers and for earlier epochs; missing for a model that TensorFlow.js' layers
   * can't compute.
   */
  layers?: FormatFiles;
}

/** The input of a model. */
export interface InputSpec {
  /** Input kind, such as `number` or `drawing`. */
  kind: string;
  /** Shape of one input, without the batch. */
  shape: number[];
  /** Further fields of the kind: `min`, `max`, `default`, … */
  [field: string]: unknown;
}

/** The output of a model. */
export interface OutputSpec {
  /** Output kind, such as `classes` or `number`. */
  kind: string;
  /** Shape of one prediction, without the batch. */
  shape: number[];
  /** Names of the classes, if the kind has classes. */
  labels?: string[] | null;
  /** Further fields of the kind. */
  [field: string]: unknown;
}

/** The starting input of a figure. */
export interface Start {
  /** The input as text. */
  text: string;
  /** The input, flattened. */
  input: number[];
  /** Python's prediction, flattened. */
  output: number[];
}

/** The exact engine on a model's golden cases. */
export interface Exact {
  /** Whether the engine has every operation of the model's graph. */
  covered: boolean;
  /**
   * SHA-256 of its predictions for all golden cases, as little-endian float32. Models that the engine does not cover
   * have neither this field nor the next two.
   */
  digest?: string;
  /** Largest difference of Keras' predictions from its own. */
  max_diff?: number;
  /** The largest difference that rounding to float32 can make, over all golden cases. */
  bound?: number;
  /** Why it does not cover the model. */
  reason?: string;
  /** The operations that it lacks; [] for another reason. */
  missing?: string[];
}

/** The part of a model's entry that a page contains for its figures. */
export interface PageEntry extends TrainedEntry {
  /** Hash of the content. */
  version: string;
  /** Folder of the files, named after `version`, relative to the root of the site. */
  base: string;
  /** Names of the model's files in each format. */
  formats: Formats;
  /** Name of the file with the golden cases. */
  golden: string;
  /** Number of golden cases. */
  cases: number;
  /** Number of weights and biases. */
  parameters: number;
  /** Size of the graph model. Unit: bytes. */
  size_bytes: number;
  /** Largest difference of a prediction from Python. */
  tolerance: number;
  /** The input. */
  input: InputSpec;
  /** The output. */
  output: OutputSpec;
  /** The starting input. */
  start: Start;
  /** The exact engine's predictions; missing on a site of an earlier version. */
  exact?: Exact;
  /** Names of the files with the long fields, which the manifest leaves out. */
  details?: Partial<Record<DetailName, string>>;
}

/** The real data set that evaluates a model trained on a substitute. Without a real data set all fields are missing. */
export interface MeasuredOn {
  /** See `Provenance`. */
  source?: string;
  /** Title. */
  title?: string;
  /** Licence. */
  licence?: string;
  /** URL of its source. */
  url?: string;
  /** Description of its content. */
  description?: string;
  /** Names of its files. */
  path?: string;
  /** SHA-256 of its file or files. */
  sha256?: string;
  /** Whether the licence allows showing single examples. */
  show_rows?: boolean;
}

/** The data of a model. */
export interface Provenance {
  /**
   * `builtin`, `local`, `download`, `generated` (by the model's own training), `author`, or `unknown` for a model from
   * a file.
   */
  source: string;
  /** Name of the data set; "" for an author's own data. */
  name: string;
  /** Title. */
  title: string;
  /** Licence. */
  licence: string;
  /** URL of its source. */
  url: string;
  /** Description of its content. */
  description: string;
  /** Description of its split. */
  split: string;
  /** Number of examples. */
  rows: number;
  /** Number of examples, by part. */
  rows_by_part: Partial<Record<Part, number>>;
  /** Names of the examples, by part. */
  parts: Partial<Record<Part, string>>;
  /** SHA-256 of the file, of the list of files, or of the examples themselves. */
  sha256: string;
  /** Names of the files. */
  path: string;
  /** Whether the licence allows showing single examples. */
  show_rows: boolean;
  /** The real data set, for a model trained on a substitute. */
  measured_on: MeasuredOn;
}

/** The training of a model. */
export interface Training {
  /** Random seed. */
  seed: number;
  /** Number of epochs. */
  epochs: number;
  /** The optimizer, with its learning rate. */
  optimizer: string;
  /** The loss function. */
  loss: string;
  /** Loss and metrics, one value for each epoch. */
  history: Record<string, number[]>;
}

/** The layout of a layer's values in a picture. */
export interface Cells {
  /** Number of tiles, one for each feature map. */
  tiles: number;
  /** Number of tiles in a row. */
  columns: number;
  /** Height of a tile. Unit: cells. */
  height: number;
  /** Width of a tile. Unit: cells. */
  width: number;
}

/** A layer of a network. */
export interface Layer {
  /** Name, as in Keras. */
  name: string;
  /** Class, as in Keras. */
  kind: string;
  /** Activation function; "" for none. */
  activation: string;
  /** Shape of its output, without the batch; null if it has several outputs. */
  shape: (number | null)[] | null;
  /** Number of weights and biases. */
  parameters: number;
  /** Multiplications by a weight for one input; null if unknown. */
  connections: number | null;
  /** Layout of its values; null if it passes its input on. */
  cells: Cells | null;
}

/** The weights of the first layer as a picture. */
export interface WeightsPicture {
  /** Name of the picture among the files. */
  file: string;
  /** Name of the layer. */
  layer: string;
  /** Number of neurons or kernels. */
  count: number;
  /** Layout of the picture. */
  cells: Cells;
  /** The largest absolute weight of each tile. */
  largest: number[];
}

/** A misclassified example. */
export interface Mistake {
  /** Its label. */
  truth: string;
  /** The predicted label. */
  guess: string;
  /** The predicted probability. */
  share: number;
}

/** The evaluation of a classifier. */
export interface ClassesEvaluation {
  /** `classes`. */
  kind: "classes";
  /** The part of the data. */
  part: Part;
  /** Name of its examples. */
  name: string;
  /** Number of examples. */
  rows: number;
  /** The classes. */
  labels: string[];
  /** Number of examples classified correctly. */
  right: number;
  /** Fraction of examples classified correctly. */
  accuracy: number;
  /** Confusion matrix: a row for each true class, a column for each predicted one. */
  confusion: number[][];
  /** Fraction of each class classified correctly; null if a class has no examples. */
  per_class: (number | null)[];
  /** The most confident errors. */
  mistakes: Mistake[];
}

/** An example with one of the largest errors. */
export interface Miss {
  /** Its target. */
  truth: number[];
  /** The prediction. */
  answer: number[];
}

/** The evaluation of predicted values. */
export interface ValuesEvaluation {
  /** `values`. */
  kind: "values";
  /** The part of the data. */
  part: Part;
  /** Name of its examples. */
  name: string;
  /** Number of examples. */
  rows: number;
  /** Root mean square error. */
  rmse: number;
  /** Mean absolute error. */
  mean_absolute_error: number;
  /** Largest absolute error. */
  largest_error: number;
  /** The examples with the largest errors. */
  misses: Miss[];
}

/** The same training from many random seeds. */
export interface SeedsEntry {
  /** Name of the compared figure. */
  measure: string;
  /** Name of the same figure in the browser's training; null if there is none. */
  browser: string | null;
  /** Whether each seed repeats the live run, rather than the model's own training. */
  live: boolean;
  /** Whether a larger figure is better. */
  higher_is_better: boolean;
  /** The first seed; the others follow in steps of 1. */
  first_seed: number;
  /** Number of seeds. */
  count: number;
  /** Epochs of each training. */
  epochs: number;
  /** Steps of each training. */
  steps: number;
  /** Whether the order of the examples differs between seeds. */
  shuffle: boolean;
  /** Whether the initial weights have other initializers than the model's. */
  drawn_otherwise: boolean;
  /** The figure of each seed; null if the training diverged. */
  values: (number | null)[];
  /** Number of trainings that diverged. */
  diverged: number;
  /** Mean. */
  mean: number | null;
  /** Minimum. */
  least: number | null;
  /** First quartile. */
  lower_quartile: number | null;
  /** Median. */
  median: number | null;
  /** Third quartile. */
  upper_quartile: number | null;
  /** Maximum. */
  most: number | null;
  /** The bound to reach, such as `≤ 0.001`; missing if the author gives none. */
  reach?: string;
  /** Number of seeds that reach it. */
  reached?: number;
}

/**
 * A network whose weights are published in a smaller type than float32. The network itself is rounded to it:
 * predictions in Python and in browsers are those of the rounded network.
 */
export interface Storage {
  /** The type. */
  type: "float16" | "uint8";
  /** Size of the stored weights of the graph model, in bytes. */
  weights_bytes: number;
  /** Their size as float32, in bytes. */
  float32_bytes: number;
  /** Loss and metrics before rounding, by name; `metrics` has those after it. */
  before: Record<string, number>;
  /**
   * Number of examples whose predictions were compared: at most 10,000 of the test set, or of the validation or
   * training set if there is none.
   */
  rows?: number;
  /** Largest change of a prediction by rounding. */
  max_change?: number;
  /** For predictions of several values, the examples whose largest value changes place. */
  changed?: number;
}

/** Why a model has no layers format. */
export interface LeftOut {
  /** The first layer that TensorFlow.js computes otherwise or not at all; "" if unknown. */
  layer: string;
  /** A sentence. */
  reason: string;
}

/** The file that a trained model came in. */
export interface BroughtFile {
  /** Name of the file or folder. */
  name: string;
  /** Format, in words. */
  format: string;
  /** Program and version that wrote it; "" if unknown. */
  written_by: string;
  /** Whether the network is a graph, without Keras' layers. */
  as_graph: boolean;
  /** Size. Unit: bytes. */
  size_bytes: number;
  /** SHA-256 of the file; of a folder, of the list of its files. */
  sha256: string;
}

/** The replay of the golden cases on one backend in one format. */
export interface ParityResult {
  /** The format. */
  format: Format;
  /** The backend. */
  backend: BackendName;
  /** Largest difference from Python; null for NaN or a missing prediction. */
  max_diff: number | null;
  /** Whether the predictions are equal within the tolerance. */
  passed: boolean;
  /** Number of cases replayed as one batch. */
  cases: number;
  /** Number of cases replayed as single inputs, too. */
  singles: number;
  /** Number of tensors that were not freed. */
  tensors_leaked: number;
  /** Name of the GPU; "" if none is used. */
  renderer: string;
  /** Reason of a failure; "" if it passed. */
  reason: string;
}

/** The replay of a recorded training on one backend. */
export interface ReplayResult {
  /** The backend. */
  backend: BackendName;
  /** The optimizer; "" if none could be tried. */
  optimizer: string;
  /** Number of steps. */
  steps: number;
  /** Largest difference of a loss from Python; null for NaN or a missing result. */
  max_loss_diff: number | null;
  /** Largest difference of a weight from Python; null for NaN or a missing result. */
  max_weight_diff: number | null;
  /** Largest difference allowed; null if the training could not be tried. */
  tolerance: number | null;
  /** Whether losses and weights are equal within the tolerance. */
  passed: boolean;
  /** Reason of a failure; "" if it passed. */
  reason: string;
  /** Training of a failure case; missing for a model. */
  course?: CourseName;
}

/** The replay of a training's checkpoints on one backend. */
export interface EpochsResult {
  /** The backend. */
  backend: BackendName;
  /** Number of checkpoints, including the last epoch. */
  epochs: number;
  /** Largest difference of a prediction from Python; null for a missing prediction. */
  max_diff: number | null;
  /** Whether the predictions are equal within the tolerance. */
  passed: boolean;
  /** Reason of a failure; "" if it passed. */
  reason: string;
}

/** The golden cases, replayed on the exact engine. */
export interface ExactResult {
  /** Whether the digest of its predictions is that of the build. */
  bitwise: boolean;
  /** Number of cases. */
  cases: number;
  /** The same as `bitwise`. */
  passed: boolean;
  /** Why it failed; "" where it passed. */
  reason: string;
}

/** The proof of a model in a browser when the site was built. */
export interface Parity {
  /** Whether every backend and format is equal to Python within the tolerance. */
  proven: boolean;
  /** Why the model is not proven; "" if it is. */
  reason: string;
  /** Name and version of the browser; "" if none was used. */
  browser: string;
  /** Number of golden cases. */
  cases: number;
  /** One result for each format and backend. */
  results: ParityResult[];
  /** For a model that trains in the browser, one result for each optimizer and backend. */
  training?: ReplayResult[];
  /** For a model with checkpoints. */
  epochs?: EpochsResult;
  /** For a model that the exact engine covers. */
  exact?: ExactResult;
  /** The backends that this browser lacks or that can't run the model, with the reason. */
  unavailable?: Partial<Record<BackendName, string>>;
}

/** The complete entry of a model. */
export interface ModelEntry extends PageEntry {
  /** One sentence for people. */
  summary: string;
  /**
   * Who sets the tolerance: `law`, the bound of the exact engine for this network; `author`; `kind`, the output kind;
   * `size`, that of the largest prediction. Missing on a site of an earlier version.
   */
  tolerance_by?: "law" | "author" | "kind" | "size";
  /** The reason for this tolerance; "" for the default of the output kind. */
  tolerance_reason: string;
  /** Unsuitable uses, in the author's words. */
  limits: string;
  /** Intended users and uses, in the author's words. */
  intended?: string;
  /** Licence of the trained model. */
  licence?: string;
  /** When the model was made: a year, month or day in ISO format. */
  date?: string;
  /** Multiplications by a weight for one input; null if unknown. */
  connections: number | null;
  /** Loss and metrics at the end of the training, by name. */
  metrics: Record<string, number>;
  /** The values that the author's `facts` returned. */
  facts: Record<string, unknown>;
  /** The figures that the build requires, such as `≥ 0.9`. */
  expect: Record<string, string>;
  /** The training data. */
  data: Provenance;
  /** The training. */
  training: Training;
  /** The network, from input to output. */
  layers: Layer[];
  /** The first layer's weights; null if the input is not an image. */
  weights: WeightsPicture | null;
  /** The evaluation; null if there are no examples for it. */
  evaluation: Evaluation | null;
  /** For a model trained from many seeds. */
  seeds?: SeedsEntry;
  /** For a model whose weights are published in a smaller type. */
  storage?: Storage;
  /** For a model without the layers format. */
  no_layers?: LeftOut;
  /** For a model from a file, which was trained elsewhere. */
  brought?: BroughtFile;
  /** The proof in a browser when the site was built. */
  parity: Parity;
  /** Versions of the libraries used, by name. */
  versions: Record<string, string>;
  /** Cache keys of the steps, by step. */
  cache_keys: Record<string, string>;
  /** The author's file, relative to the project. */
  source: string;
}

/** An input that both trainings predict. */
export interface Example {
  /** Name of the input. */
  name: string;
  /** The input, flattened. */
  input: number[];
  /** The target, multiplied by `scale`. */
  right: number[];
}

/** One of the two trainings in Python. */
export interface CourseEntry {
  /** The measured figure after the last step; null for NaN. */
  figure: number | null;
  /** The figure of each seed, from seed 0; null for NaN. */
  figures: (number | null)[];
  /** Number of seeds whose training fails. */
  often: number;
  /** Minimum of `figures`. */
  low: number | null;
  /** Median of `figures`. */
  median: number | null;
  /** Maximum of `figures`. */
  high: number | null;
  /** Number of steps. */
  steps: number;
  /** Loss of the first batch. */
  first_loss: number;
  /** Loss of the last batch. */
  last_loss: number;
  /** Number of examples. */
  rows: number;
  /** Number of examples in the validation set. */
  validation_rows: number;
  /** Description of the data's split. */
  split: string;
  /** Number of weights and biases. */
  parameters: number;
  /** Predictions for the `examples`, multiplied by `scale`. */
  answers: number[][];
  /** Step and value of the curve; empty if the curve is the loss of each batch. */
  points: [number, number][];
}

/** exhibit.json: the result of the step `fail`. */
export interface FailureResult {
  /** Title for people. */
  title: string;
  /** One sentence for people. */
  summary: string;
  /** Name of the repair. */
  repair: string;
  /** Description of the measured figure. */
  measured: string;
  /** The bound that a failed training meets. */
  fails: string;
  /** The curve of the chart. */
  curve: CurveName;
  /** Random seed of the recorded trainings. */
  seed: number;
  /** Number of seeds. */
  seeds: number;
  /** Names of a prediction's values. */
  outputs: string[];
  /** Factor of a prediction's values for display. */
  scale: number;
  /** Inputs for the comparison. */
  examples: Example[];
  /** The training that goes wrong. */
  wrong: CourseEntry;
  /** The repaired training. */
  repaired: CourseEntry;
}

/** The proof of a failure case in a browser when the site was built. */
export interface FailureParity {
  /** Whether both trainings are equal to Python within the tolerance. */
  proven: boolean;
  /** Why the failure case is not proven; "" if it is. */
  reason: string;
  /** Name and version of the browser; "" if none was used. */
  browser: string;
  /** One result for each training. */
  training: ReplayResult[];
}

/** The complete entry of a failure case. */
export interface FailureEntry extends FailureResult {
  /** Hash of the content. */
  version: string;
  /** Folder of the files, named after `version`, relative to the root of the site. */
  base: string;
  /** The published files, by name: `live.json` and `live.bin` of each training, and the source. */
  files: Record<string, FileEntry>;
  /** Largest difference of a loss or weight from Python, by backend. */
  tolerance: Record<TrainingBackend, number>;
  /** The author's reason for this tolerance; "" for the default. */
  tolerance_reason: string;
  /** The proof in a browser when the site was built. */
  parity: FailureParity;
  /** Cache keys of the steps, by step. */
  cache_keys: Record<string, string>;
  /** The author's file, relative to the project. */
  source: string;
  /** Names of the files with the long fields, which the manifest leaves out. */
  details?: Partial<Record<DetailName, string>>;
}

/** Every model and failure case of a site. */
export interface Manifest {
  /** Version of the schema. */
  schema: 2;
  /** The programs that made the site. */
  generator: Generator;
  /** The models, by slug. */
  models: Record<string, PublishedModel>;
  /** The failure cases, by slug. */
  failures: Record<string, PublishedFailure>;
}

/** The golden cases of a model: inputs with Python's predictions. */
export interface Golden {
  /** The model. */
  slug: string;
  /** Number of cases. */
  cases: number;
  /** Source of each case: `start` (a page), `author` (the field `golden`), or a group of the input kind. */
  groups: string[];
  /** Shape of one input, without the batch. */
  input_shape: number[];
  /** Shape of one prediction, without the batch. */
  output_shape: number[];
  /** Input of each case, flattened in row-major order; shortest decimals of float32 values. */
  inputs: number[][];
  /** Python's prediction for each case, in the same form: the exact engine's where it covers the model, else Keras'. */
  outputs: number[][];
}

/** Multiplies each value and adds an offset. */
export interface RescaleLayer {
  /** `rescale`. */
  kind: "rescale";
  /** The factor. */
  scale: number;
  /** The offset. */
  offset: number;
}

/** Flattens the values. */
export interface FlattenLayer {
  /** `flatten`. */
  kind: "flatten";
}

/** Applies a function to each value. */
export interface ActivationLayer {
  /** `activation`. */
  kind: "activation";
  /** The function. */
  activation: Activation;
}

/** Initial weights of `keras.initializers.VarianceScaling`. */
export interface ScaledInitializer {
  /** `scaled`. */
  kind: "scaled";
  /** Factor of the variance. */
  scale: number;
  /** Divisor of the variance. */
  mode: "fan_in" | "fan_out" | "fan_avg";
  /** The distribution. */
  distribution: "uniform" | "truncated_normal" | "untruncated_normal";
}

/** Initial weights from a uniform distribution. */
export interface UniformInitializer {
  /** `uniform`. */
  kind: "uniform";
  /** Lower bound. */
  low: number;
  /** Upper bound. */
  high: number;
}

/** Initial weights from a normal distribution. */
export interface NormalInitializer {
  /** `truncated_normal` excludes values more than two standard deviations from the mean. */
  kind: "normal" | "truncated_normal";
  /** Mean. */
  mean: number;
  /** Standard deviation. */
  stddev: number;
}

/** Initial weights that are all equal. */
export interface ConstantInitializer {
  /** `constant`. */
  kind: "constant";
  /** The value. */
  value: number;
}

/** A fully connected layer. */
export interface DenseLayer {
  /** `dense`. */
  kind: "dense";
  /** Name of the layer, as in Keras. */
  name: string;
  /** Number of neurons. */
  units: number;
  /** Whether it has biases. */
  use_bias: boolean;
  /** The activation function. */
  activation: Activation;
  /** Initializer of the weights; default: Keras' own. */
  kernel_initializer?: Initializer;
  /** Initializer of the biases; default: Keras' own. */
  bias_initializer?: Initializer;
}

/** A weight of a network. */
export interface WeightSpec {
  /** Layer and weight, such as `hidden/kernel`. */
  name: string;
  /** Shape of the weight. */
  shape: number[];
}

/** An optimizer. Missing settings have Keras' defaults. */
export interface OptimizerSpec {
  /** The algorithm; `momentum` is SGD with momentum. */
  name: OptimizerName;
  /** Learning rate; for a schedule, the first rate. */
  learning_rate: number;
  /** For `momentum`. */
  momentum?: number;
  /** For `momentum`. */
  nesterov?: boolean;
  /** For `rmsprop`. */
  rho?: number;
  /** For `adam`. */
  beta_1?: number;
  /** For `adam`. */
  beta_2?: number;
  /** For `rmsprop` and `adam`. */
  epsilon?: number;
}

/** float32 values in live.bin. */
export interface FloatBlock {
  /** Offset of the first value. Unit: bytes. */
  offset: number;
}

/** Learning rates by step; later steps use the last rate. */
export interface Rates extends FloatBlock {
  /** Number of rates. */
  count: number;
}

/** Examples in live.bin. A value is the stored number divided by `divisor`. */
export interface Rows extends FloatBlock {
  /** Type of the values in live.bin. */
  dtype: "uint8" | "float32";
  /** Number of examples, then the shape of one. */
  shape: number[];
  /** The divisor; default: 1. */
  divisor?: number;
}

/** The examples of a live run. */
export interface LiveData {
  /** Inputs. */
  x: Rows;
  /** Targets. */
  y: Rows;
  /** Inputs of the validation set. */
  validation_x: Rows | null;
  /** Targets of the validation set. */
  validation_y: Rows | null;
  /** Inputs of the probe. */
  probe_x: Rows | null;
  /** Targets of the probe. */
  probe_y: Rows | null;
}

/** Python's weights after a step, flattened and concatenated. */
export interface Check extends FloatBlock {
  /** The step, from 1. */
  step: number;
  /** Euclidean norm of each weight. */
  norms: number[];
  /** Stride of the stored values of each weight; default: all values are stored. */
  every?: number[];
}

/** Python's training with one optimizer. */
export interface Recording {
  /** The optimizer. */
  optimizer: OptimizerSpec;
  /** Its learning rates, if it follows a schedule. */
  rates: Rates | null;
  /** Number of recorded steps. */
  steps: number;
  /** Loss of each step's batch before the step, shape (steps,). */
  losses: FloatBlock;
  /** Metrics of each step's batch before the step, shape (steps,) each, by name. */
  metrics: Record<string, FloatBlock>;
  /** Loss and metrics of the validation set after each of the `validation_steps`, by name. */
  validation: Record<string, FloatBlock> | null;
  /** Predictions for `data.probe_x` after the last step. */
  probe: FloatBlock | null;
  /** Weights after some steps. */
  checks: Check[];
}

/** Positions of the weights in the Keras file that readers export. */
export interface KerasOffsets {
  /** Offset of each weight in the file. Unit: bytes. */
  offsets: number[];
}

/** A training that browsers repeat: network, settings and Python's recordings. */
export interface LiveRun {
  /** Shape of one input, without the batch. */
  input_shape: number[];
  /** The network, from input to output. */
  layers: LiveLayer[];
  /** Kinds of layers that this training leaves out, such as `Dropout`. */
  left_out: string[];
  /** The weights in Keras' order. */
  weights: WeightSpec[];
  /** The author's loss. */
  loss: LossName;
  /** The losses that a reader can choose from. */
  losses: LossName[];
  /** The author's metrics. */
  metrics: MetricName[];
  /** The author's optimizer. */
  optimizer: OptimizerSpec;
  /** The author's learning rates, if they follow a schedule. */
  rates: Rates | null;
  /** Number of examples in a batch. */
  batch_size: number;
  /** Number of epochs of the whole training. */
  epochs: number;
  /** Whether each epoch shuffles the examples. */
  shuffle: boolean;
  /** Random seed of the order. */
  seed: number;
  /** Number of examples. */
  rows: number;
  /** Number of examples in the validation set. */
  validation_rows: number;
  /** Steps after which Python evaluated the validation set. */
  validation_steps: number[];
  /** The examples. */
  data: LiveData;
  /** Initial weights, flattened and concatenated. */
  first: FloatBlock;
  /** One recording for each optimizer. */
  recordings: Recording[];
  /** Index of the recording with the author's optimizer. */
  author: number;
  /** Whether this is the model's own training, to which its checkpoints belong. */
  own: boolean;
  /** Largest difference of a loss or weight from Python, by backend. */
  tolerance: Record<TrainingBackend, number>;
  /** The author's reason for this tolerance; "" for the default. */
  tolerance_reason: string;
  /** Sizes of the files in the same folder, by name. Unit: bytes. */
  files: Record<string, number>;
  /** Positions of the weights in the Keras file; missing without such a file. */
  keras?: KerasOffsets;
}

/** A model for pages of other sites: the file with its figure. */
export interface EmbeddedModel extends FileEntry {
  /** Title for people. */
  title: string;
  /** URL of its own page, relative to the root of the site. */
  page: string;
}

/** models/embed.json: the files that pages of other sites load. */
export interface EmbedListing {
  /** Version of this file. */
  format: 1;
  /** The script, relative to the root of the site. */
  entry: string;
  /** The style sheet. */
  styles: FileEntry;
  /** The models, by slug. */
  models: Record<string, EmbeddedModel>;
}

/** One of the two trainings, as contained in the page of a failure case. */
export interface FailureCourse {
  /** The entry that the browser trains from. */
  entry: TrainedEntry;
  /** Loss of each step's batch, before the step. */
  losses: number[];
  /** See `CourseEntry`. */
  points: [number, number][];
  /** See `CourseEntry`. */
  answers: number[][];
}

/** The part of a failure case that its page contains. */
export interface FailureFigure {
  /** See `FailureEntry`. */
  curve: CurveName;
  /** See `FailureEntry`. */
  repair: string;
  /** See `FailureEntry`. */
  outputs: string[];
  /** See `FailureEntry`. */
  scale: number;
  /** Largest difference of a loss or weight from Python. */
  tolerance: number;
  /** Inputs for the comparison, flattened. */
  examples: number[][];
  /** The two trainings. */
  courses: Record<CourseName, FailureCourse>;
}

export type Initializer = ScaledInitializer | UniformInitializer | NormalInitializer | ConstantInitializer;

export type LiveLayer = RescaleLayer | FlattenLayer | ActivationLayer | DenseLayer;

export type Evaluation = ClassesEvaluation | ValuesEvaluation;

/** A document whose long fields may be missing. */
type Slim<T> = {
  [Field in keyof T]?: T[Field] extends object ? Partial<T[Field]> : T[Field];
};

/** The complete entry of a model. Long fields lie in the files of `details`. */
export type PublishedModel = Slim<ModelEntry> & Pick<
  ModelEntry,
  | "title"
  | "files"
  | "version"
  | "base"
  | "formats"
  | "golden"
  | "cases"
  | "parameters"
  | "size_bytes"
  | "tolerance"
  | "details"
  | "connections"
  | "source"
>;

/** The complete entry of a failure case. Long fields lie in the files of `details`. */
export type PublishedFailure = Slim<FailureEntry> & Pick<
  FailureEntry,
  | "title"
  | "version"
  | "base"
  | "files"
  | "tolerance"
  | "source"
  | "details"
>;
