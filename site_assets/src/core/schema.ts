/** The documents of a site. Written by `make schema`: change the Python types. */

/** Version of the schema; another one is refused. */
export const SCHEMA = 2;

export const BACKENDS = ["cpu", "wasm", "webgl", "webgpu"] as const;
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

/** The programs that made a site. Each field is a version. */
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
  /** Network, settings and recordings: see `LiveRun`. */
  url: string;
  /** The arrays of the live run. */
  bin: string;
  /** The Keras file that readers export with their weights in it. */
  keras?: string;
  /** Steps that Python recorded. */
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
  /** Name of the file that holds their weights. */
  bin: string;
  /** The epochs with a checkpoint, ascending, without the last one. */
  epochs: number[];
  /** The last epoch, whose weights are the model's. */
  last: number;
  /** What is counted: epochs, or steps of an author's own training. */
  unit: Unit;
  /** How the weights are stored. */
  encoding: Encoding;
  /** Largest change of a prediction for a golden case through `encoding`; 0: none. */
  rounding: number;
  /** Loss and metrics before training, by name. */
  first: Record<string, number>;
  /** Name and shape of each weight in Keras' order. */
  weights: [string, number[]][];
  /** Numbers of the golden cases that predictions are stored for. */
  probes: number[];
  /** Size of the file. Unit: bytes. */
  size_bytes: number;
  /** Whether a training in the browser can continue from them. */
  trains: boolean;
}

/** What a training in the browser needs of an entry: of a model, or one training of a failure case. */
export interface TrainedEntry {
  /** Title for people. */
  title: string;
  /** The published files, by name. */
  files: Record<string, FileEntry>;
  /** Of a model that trains in the browser. */
  live?: LiveEntry;
  /** Of a model whose training kept checkpoints. */
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
  /** To predict with. */
  graph: FormatFiles;
  /** To look into and to train. */
  layers: FormatFiles;
}

/** What a model takes. */
export interface InputSpec {
  /** Input kind, such as `number` or `drawing`. */
  kind: string;
  /** Shape of one input, without the batch. */
  shape: number[];
  /** Further fields belong to the kind: `min`, `max`, `default`, … */
  [field: string]: unknown;
}

/** What a model predicts. */
export interface OutputSpec {
  /** Output kind, such as `classes` or `number`. */
  kind: string;
  /** Shape of one prediction, without the batch. */
  shape: number[];
  /** Names of the classes, of a kind that has them. */
  labels?: string[] | null;
  /** Further fields belong to the kind. */
  [field: string]: unknown;
}

/** The first input that a figure shows. */
export interface Start {
  /** The input as text. */
  text: string;
  /** The input, flattened. */
  input: number[];
  /** Python's prediction, flattened. */
  output: number[];
}

/** The part of a model's entry that a page carries for its figures. */
export interface PageEntry extends TrainedEntry {
  /** Hash of the content. */
  version: string;
  /** Folder of the files, named after `version`; relative to the root of the site. */
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
  /** What it takes. */
  input: InputSpec;
  /** What it predicts. */
  output: OutputSpec;
  /** The first input shown. */
  start: Start;
  /** The files, by name, that hold the fields which this entry has not in the manifest. */
  details?: Partial<Record<DetailName, string>>;
}

/**
 * The real data set that a model trained on a substitute is measured on; all fields are missing where there is none.
 */
export interface MeasuredOn {
  /** As of `Provenance`. */
  source?: string;
  /** Title. */
  title?: string;
  /** Licence. */
  licence?: string;
  /** Where it comes from. */
  url?: string;
  /** What it holds. */
  description?: string;
  /** Names of its files. */
  path?: string;
  /** SHA-256 of its file or files. */
  sha256?: string;
  /** Whether its licence allows single examples to be shown. */
  show_rows?: boolean;
}

/** The data of a model. */
export interface Provenance {
  /** `builtin`, `local`, `download`, `generated` (by the model's own training) or `author`. */
  source: string;
  /** Name of the data set; "" for an author's own data. */
  name: string;
  /** Title. */
  title: string;
  /** Licence. */
  licence: string;
  /** Where it comes from. */
  url: string;
  /** What it holds. */
  description: string;
  /** How it is split. */
  split: string;
  /** Number of examples. */
  rows: number;
  /** Number of examples, by part. */
  rows_by_part: Partial<Record<Part, number>>;
  /** What the examples are called, by part. */
  parts: Partial<Record<Part, string>>;
  /** SHA-256 of the file, of the list of files, or of the examples themselves. */
  sha256: string;
  /** Names of the files. */
  path: string;
  /** Whether the licence allows single examples to be shown. */
  show_rows: boolean;
  /** The real data set, for a model trained on a substitute. */
  measured_on: MeasuredOn;
}

/** How a model was trained. */
export interface Training {
  /** Random seed. */
  seed: number;
  /** Number of epochs. */
  epochs: number;
  /** The optimizer, with its learning rate. */
  optimizer: string;
  /** The loss function. */
  loss: string;
  /** Loss and metrics, a value an epoch. */
  history: Record<string, number[]>;
}

/** How the values of a layer are laid out in a picture. */
export interface Cells {
  /** Number of tiles, one a map. */
  tiles: number;
  /** Tiles in a row. */
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
  /** Shape of its output, without the batch; null where it has several. */
  shape: (number | null)[] | null;
  /** Number of weights and biases. */
  parameters: number;
  /** Multiplications by a weight for one input; null where unknown. */
  connections: number | null;
  /** How its values are drawn; null where it passes its input on. */
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
  /** How the picture is laid out. */
  cells: Cells;
  /** Of each tile its largest absolute weight. */
  largest: number[];
}

/** An example that the model classifies wrongly. */
export interface Mistake {
  /** Its label. */
  truth: string;
  /** The predicted label. */
  guess: string;
  /** The predicted probability. */
  share: number;
}

/** How well a model classifies examples. */
export interface ClassesEvaluation {
  /** `classes`. */
  kind: "classes";
  /** Which part of the data. */
  part: Part;
  /** What its examples are called. */
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
  /** Of each class the fraction classified correctly; null where it has no examples. */
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

/** How near a model's predictions come to targets. */
export interface ValuesEvaluation {
  /** `values`. */
  kind: "values";
  /** Which part of the data. */
  part: Part;
  /** What its examples are called. */
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
  /** The figure that is compared. */
  measure: string;
  /** The same figure in the browser's training; null where it has none. */
  browser: string | null;
  /** Whether the live run is repeated, rather than the model's own training. */
  live: boolean;
  /** Whether a larger figure is better. */
  higher_is_better: boolean;
  /** The first seed; the others follow it. */
  first_seed: number;
  /** Number of seeds. */
  count: number;
  /** Epochs of each training. */
  epochs: number;
  /** Steps of each training. */
  steps: number;
  /** Whether each seed has an order of its own. */
  shuffle: boolean;
  /** Whether initial weights are drawn in another way than the model's. */
  drawn_otherwise: boolean;
  /** The figure of each seed; null where the training diverged. */
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
  /** The bound to reach, such as `≤ 0.001`; missing where none is given. */
  reach?: string;
  /** Number of seeds that reach it. */
  reached?: number;
}

/** The golden cases, replayed on one backend in one format. */
export interface ParityResult {
  /** The format. */
  format: Format;
  /** The backend. */
  backend: BackendName;
  /** Largest difference from Python; null for NaN, or no prediction. */
  max_diff: number | null;
  /** Whether it is equal within the tolerance. */
  passed: boolean;
  /** Number of cases replayed as one batch. */
  cases: number;
  /** How many of them were replayed as single inputs, too. */
  singles: number;
  /** Tensors that were not freed. */
  tensors_leaked: number;
  /** Name of the GPU; "" where none is used. */
  renderer: string;
  /** Why it failed; "" where it passed. */
  reason: string;
}

/** A recorded training, replayed on one backend. */
export interface ReplayResult {
  /** The backend. */
  backend: BackendName;
  /** The optimizer; "" where none could be tried. */
  optimizer: string;
  /** Number of steps. */
  steps: number;
  /** Largest difference of a loss from Python; null for NaN, or no result. */
  max_loss_diff: number | null;
  /** Largest difference of a weight from Python; null for NaN, or no result. */
  max_weight_diff: number | null;
  /** Largest difference allowed; null where the training could not be tried. */
  tolerance: number | null;
  /** Whether it is equal within the tolerance. */
  passed: boolean;
  /** Why it failed; "" where it passed. */
  reason: string;
  /** Which training of a failure case; missing for a model. */
  course?: CourseName;
}

/** The checkpoints of a training, replayed on one backend. */
export interface EpochsResult {
  /** The backend. */
  backend: BackendName;
  /** Number of checkpoints, the last epoch included. */
  epochs: number;
  /** Largest difference of a prediction from Python; null for no prediction. */
  max_diff: number | null;
  /** Whether it is equal within the tolerance. */
  passed: boolean;
  /** Why it failed; "" where it passed. */
  reason: string;
}

/** What a browser found of a model when the site was built. */
export interface Parity {
  /** Whether every backend and format is equal to Python within the tolerance. */
  proven: boolean;
  /** Why it is not; "" where it is. */
  reason: string;
  /** Name and version of the browser; "" where none was used. */
  browser: string;
  /** Number of golden cases. */
  cases: number;
  /** One for each format and backend. */
  results: ParityResult[];
  /** Of a model that trains in the browser, one for each optimizer and backend. */
  training?: ReplayResult[];
  /** Of a model whose training kept checkpoints. */
  epochs?: EpochsResult;
  /** The backends that this browser has not, with the reason. */
  unavailable?: Partial<Record<BackendName, string>>;
}

/** All that is known of a model. */
export interface ModelEntry extends PageEntry {
  /** One sentence for people. */
  summary: string;
  /** Why this tolerance; "" for the default of the output kind. */
  tolerance_reason: string;
  /** What it should not be used for, in the author's words. */
  limits: string;
  /** Multiplications by a weight for one input; null where unknown. */
  connections: number | null;
  /** Loss and metrics at the end of the training, by name. */
  metrics: Record<string, number>;
  /** What the author's `facts` returned. */
  facts: Record<string, unknown>;
  /** The figures that the build requires, such as `≥ 0.9`. */
  expect: Record<string, string>;
  /** What it was trained on. */
  data: Provenance;
  /** How it was trained. */
  training: Training;
  /** The network, from input to output. */
  layers: Layer[];
  /** The first layer's weights; null where the input is no image. */
  weights: WeightsPicture | null;
  /** How good it is; null where there are no examples to measure. */
  evaluation: Evaluation | null;
  /** Of a model that is trained from many seeds. */
  seeds?: SeedsEntry;
  /** What a browser found of it when the site was built. */
  parity: Parity;
  /** The libraries that made it, by name. */
  versions: Record<string, string>;
  /** The keys that its steps are cached under, by step. */
  cache_keys: Record<string, string>;
  /** The author's file, relative to the project. */
  source: string;
}

/** An input that both trainings predict. */
export interface Example {
  /** What it is called. */
  name: string;
  /** The input, flattened. */
  input: number[];
  /** The target, multiplied by `scale`. */
  right: number[];
}

/** One of the two trainings, as Python ran it. */
export interface CourseEntry {
  /** What is measured at the end; null for NaN. */
  figure: number | null;
  /** The same from each seed, from 0. */
  figures: (number | null)[];
  /** Number of seeds that go wrong. */
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
  /** How the data is split. */
  split: string;
  /** Number of weights and biases. */
  parameters: number;
  /** Predictions for the `examples`, multiplied by `scale`. */
  answers: number[][];
  /** Step and value of the curve; empty where the curve is the loss of each batch. */
  points: [number, number][];
}

/** exhibit.json: what the step `fail` found of a failure case. */
export interface FailureResult {
  /** Title for people. */
  title: string;
  /** One sentence for people. */
  summary: string;
  /** What the repair is called. */
  repair: string;
  /** What is measured, in words. */
  measured: string;
  /** The bound that a failed training meets. */
  fails: string;
  /** The curve that is drawn. */
  curve: CurveName;
  /** Random seed of the recorded trainings. */
  seed: number;
  /** Number of seeds tried. */
  seeds: number;
  /** Names of the values of a prediction. */
  outputs: string[];
  /** What the values of a prediction are multiplied by before they are shown. */
  scale: number;
  /** Inputs to compare. */
  examples: Example[];
  /** The training that goes wrong. */
  wrong: CourseEntry;
  /** The repaired training. */
  repaired: CourseEntry;
}

/** What a browser found of a failure case when the site was built. */
export interface FailureParity {
  /** Whether both trainings are equal to Python within the tolerance. */
  proven: boolean;
  /** Why they are not; "" where they are. */
  reason: string;
  /** Name and version of the browser; "" where none was used. */
  browser: string;
  /** One for each training. */
  training: ReplayResult[];
}

/** All that is known of a failure case. */
export interface FailureEntry extends FailureResult {
  /** Hash of the content. */
  version: string;
  /** Folder of the files, named after `version`; relative to the root of the site. */
  base: string;
  /** The published files, by name: of both trainings a `live.json` and a `live.bin`. */
  files: Record<string, FileEntry>;
  /** Largest difference of a loss or weight from Python, by backend. */
  tolerance: Record<TrainingBackend, number>;
  /** Why, in the author's words; "" for the default. */
  tolerance_reason: string;
  /** What a browser found of it when the site was built. */
  parity: FailureParity;
  /** The keys that its steps are cached under, by step. */
  cache_keys: Record<string, string>;
  /** The author's file, relative to the project. */
  source: string;
  /** The files, by name, that hold the fields which this entry has not in the manifest. */
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
  /** Where each case comes from: `start` (a page), `author` (the field `golden`), or a group of the input kind. */
  groups: string[];
  /** Shape of one input, without the batch. */
  input_shape: number[];
  /** Shape of one prediction, without the batch. */
  output_shape: number[];
  /** Of each case the input, flattened in row order: the shortest decimals of float32 values. */
  inputs: number[][];
  /** Of each case Python's prediction, flattened in the same way. */
  outputs: number[][];
}

/** Multiplies each value and adds an offset. */
export interface RescaleLayer {
  /** `rescale`. */
  kind: "rescale";
  /** The factor. */
  scale: number;
  /** What is added. */
  offset: number;
}

/** Lays the values in one row. */
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

/** Initial weights drawn as by `keras.initializers.VarianceScaling`. */
export interface ScaledInitializer {
  /** `scaled`. */
  kind: "scaled";
  /** Factor of the variance. */
  scale: number;
  /** What the variance is divided by. */
  mode: "fan_in" | "fan_out" | "fan_avg";
  /** The distribution. */
  distribution: "uniform" | "truncated_normal" | "untruncated_normal";
}

/** Initial weights drawn evenly from a range. */
export interface UniformInitializer {
  /** `uniform`. */
  kind: "uniform";
  /** Least value. */
  low: number;
  /** Largest value. */
  high: number;
}

/** Initial weights drawn from a normal distribution. */
export interface NormalInitializer {
  /** `truncated_normal` leaves out what lies more than two standard deviations from the mean. */
  kind: "normal" | "truncated_normal";
  /** Mean. */
  mean: number;
  /** Standard deviation. */
  stddev: number;
}

/** Initial weights that are all the same. */
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
  /** Whether it has a bias. */
  use_bias: boolean;
  /** The function applied to each sum. */
  activation: Activation;
  /** How initial weights are drawn; default: as Keras does. */
  kernel_initializer?: Initializer;
  /** How initial biases are drawn; default: as Keras does. */
  bias_initializer?: Initializer;
}

/** A weight of a network. */
export interface WeightSpec {
  /** Layer and weight, such as `hidden/kernel`. */
  name: string;
  /** Its shape. */
  shape: number[];
}

/** An optimizer. A missing setting has Keras' own default. */
export interface OptimizerSpec {
  /** The algorithm; `momentum` is SGD with momentum. */
  name: OptimizerName;
  /** Learning rate; of a schedule, the first one. */
  learning_rate: number;
  /** Of `momentum`. */
  momentum?: number;
  /** Of `momentum`. */
  nesterov?: boolean;
  /** Of `rmsprop`. */
  rho?: number;
  /** Of `adam`. */
  beta_1?: number;
  /** Of `adam`. */
  beta_2?: number;
  /** Of `rmsprop` and `adam`. */
  epsilon?: number;
}

/** float32 values in live.bin. */
export interface FloatBlock {
  /** Where they begin. Unit: bytes. */
  offset: number;
}

/** Learning rates by step; the last one holds from there on. */
export interface Rates extends FloatBlock {
  /** Number of rates. */
  count: number;
}

/** Examples in live.bin. A value is what stands there, divided by `divisor`. */
export interface Rows extends FloatBlock {
  /** Type of the values in live.bin. */
  dtype: "uint8" | "float32";
  /** Number of examples, then the shape of one. */
  shape: number[];
  /** Default: 1. */
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
  /** Inputs that are watched while it trains. */
  probe_x: Rows | null;
  /** Their targets. */
  probe_y: Rows | null;
}

/** Python's weights after a step, flattened one behind the other. */
export interface Check extends FloatBlock {
  /** The step, from 1. */
  step: number;
  /** Of each weight its length as a vector. */
  norms: number[];
  /** Of each weight only every so-manyth value is there; default: all of them. */
  every?: number[];
}

/** What Python's training gave with one optimizer. */
export interface Recording {
  /** The optimizer. */
  optimizer: OptimizerSpec;
  /** Its learning rates, where it follows a schedule. */
  rates: Rates | null;
  /** Number of steps recorded. */
  steps: number;
  /** Loss of each step's batch before the step, shape (steps,). */
  losses: FloatBlock;
  /** Metrics of each step's batch before the step, shape (steps,) each, by name. */
  metrics: Record<string, FloatBlock>;
  /** Loss and metrics of the validation set after each of the `validation_steps`, by name. */
  validation: Record<string, FloatBlock> | null;
  /** Predictions for `data.probe_x`, after the last step. */
  probe: FloatBlock | null;
  /** Weights after some steps. */
  checks: Check[];
}

/** Where weights are written into the Keras file that readers export. */
export interface KerasOffsets {
  /** Of each weight its place in the file. Unit: bytes. */
  offsets: number[];
}

/** A training that browsers repeat: network, settings, and what Python recorded. */
export interface LiveRun {
  /** Shape of one input, without the batch. */
  input_shape: number[];
  /** The network, from input to output. */
  layers: LiveLayer[];
  /** Kinds of layers that take no part in this training, such as `Dropout`. */
  left_out: string[];
  /** Its weights in Keras' order. */
  weights: WeightSpec[];
  /** The author's loss. */
  loss: LossName;
  /** The losses that a reader can choose from. */
  losses: LossName[];
  /** The author's metrics. */
  metrics: MetricName[];
  /** The author's optimizer. */
  optimizer: OptimizerSpec;
  /** The author's learning rates, where they follow a schedule. */
  rates: Rates | null;
  /** Examples in a batch. */
  batch_size: number;
  /** Epochs of the whole training. */
  epochs: number;
  /** Whether each epoch has an order of its own. */
  shuffle: boolean;
  /** Random seed of the order. */
  seed: number;
  /** Number of examples. */
  rows: number;
  /** Number of examples in the validation set. */
  validation_rows: number;
  /** Steps after which Python measured the validation set. */
  validation_steps: number[];
  /** The examples. */
  data: LiveData;
  /** Initial weights, flattened one behind the other. */
  first: FloatBlock;
  /** One for each optimizer. */
  recordings: Recording[];
  /** Number of the author's own recording, from 0. */
  author: number;
  /** Whether this is the model's own training, so that its checkpoints belong to it. */
  own: boolean;
  /** Largest difference of a loss or weight from Python, by backend. */
  tolerance: Record<TrainingBackend, number>;
  /** Why, in the author's words; "" for the default. */
  tolerance_reason: string;
  /** Sizes of the files beside it. Unit: bytes. */
  files: Record<string, number>;
  /** Where readers' weights go in the file that they export; missing where there is none. */
  keras?: KerasOffsets;
}

/** A model that pages of other sites can show: the file with its figure. */
export interface EmbeddedModel extends FileEntry {
  /** Title for people. */
  title: string;
  /** Its own page, relative to the root of the site. */
  page: string;
}

/** models/embed.json: what pages of other sites load. */
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

/** One of the two trainings, as the page of a failure case carries it. */
export interface FailureCourse {
  /** What the browser trains from. */
  entry: TrainedEntry;
  /** Loss of each step's batch, before the step. */
  losses: number[];
  /** As of `CourseEntry`. */
  points: [number, number][];
  /** As of `CourseEntry`. */
  answers: number[][];
}

/** The part of a failure case that its page carries. */
export interface FailureFigure {
  /** As of `FailureEntry`. */
  curve: CurveName;
  /** As of `FailureEntry`. */
  repair: string;
  /** As of `FailureEntry`. */
  outputs: string[];
  /** As of `FailureEntry`. */
  scale: number;
  /** Largest difference of a loss or weight from Python. */
  tolerance: number;
  /** Inputs to compare, flattened. */
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

/** All that is known of a model. Long fields lie in the files of `details`. */
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

/** All that is known of a failure case. Long fields lie in the files of `details`. */
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
