/** Validates live.json: the engine refuses anything that it does not support. */
import { ModelpressError } from "../../core/errors";
import {
  ACTIVATIONS, denseLayers, LOSSES, METRICS, OPTIMIZERS, outputsOf, sizeOf, weightsOf,
  type Block, type LayerSpec, type LiveSpec, type OptimizerSpec, type Rates, type Rows,
} from "../spec";

function fail(what: string): never {
  throw new ModelpressError(`The live run of this model is damaged: ${what}. Build the site again.`);
}

const whole = (value: unknown, least: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= least;

const one = (names: readonly string[], value: unknown): boolean =>
  typeof value === "string" && names.includes(value);

function checkLayer(layer: LayerSpec): void {
  const { kind } = layer;
  if (kind === "rescale" && Number.isFinite(layer.scale) && Number.isFinite(layer.offset)) return;
  if (kind === "flatten") return;
  if (kind === "activation" && one(ACTIVATIONS, layer.activation)) return;
  if (kind === "dense" && whole(layer.units, 1) && one(ACTIVATIONS, layer.activation)) return;
  fail(`there is a layer ${JSON.stringify(layer)}`);
}

function checkOptimizer(optimizer: OptimizerSpec): void {
  if (one(OPTIMIZERS, optimizer.name) && Number.isFinite(optimizer.learning_rate)) return;
  fail(`there is an optimizer ${JSON.stringify(optimizer)}`);
}

/** Returns the validated live run. json: parsed live.json; bytes: size of live.bin. */
export function checkSpec(json: unknown, bytes: number): LiveSpec {
  if (json === null || typeof json !== "object") fail("live.json holds no object");
  const spec = json as LiveSpec;
  const within = ({ offset }: Block, length: number, what: string): void => {
    if (!whole(offset, 0) || offset % 4 !== 0 || offset + length > bytes) {
      fail(`${what} do not lie in live.bin (${bytes} bytes)`);
    }
  };
  const rows = (found: Rows | null, shape: readonly number[], what: string): void => {
    if (found === null) return;
    if (found.dtype !== "uint8" && found.dtype !== "float32") fail(`${what} are of dtype ${String(found.dtype)}`);
    if (sizeOf(found.shape) !== sizeOf(shape) || found.shape[0] !== shape[0]) {
      fail(`${what} have shape ${JSON.stringify(found.shape)}, not ${JSON.stringify(shape)}`);
    }
    const { divisor = 1 } = found;
    if (!(Number.isFinite(divisor) && divisor > 0)) fail(`${what} are divided by ${JSON.stringify(divisor)}`);
    within(found, sizeOf(shape) * (found.dtype === "uint8" ? 1 : 4), what);
  };
  const rates = (found: Rates | null): void => {
    if (found === null) return;
    if (!whole(found.count, 1)) fail("a schedule has no rates");
    within(found, 4 * found.count, "the rates of a schedule");
  };
  if (!Array.isArray(spec.layers)) fail("it has no layers");
  spec.layers.forEach(checkLayer);
  if (denseLayers(spec.layers).length === 0) fail("no layer has weights");
  const inputs = sizeOf(spec.input_shape);
  const outputs = outputsOf(spec.layers, inputs);
  const expected = weightsOf(spec.layers, inputs).map(({ shape }) => shape);
  if (JSON.stringify(spec.weights.map(({ shape }) => shape)) !== JSON.stringify(expected)) {
    fail("its weights are not those of its layers");
  }
  const count = expected.reduce((sum, shape) => sum + sizeOf(shape), 0);
  if (!one(LOSSES, spec.loss) || !spec.losses.every((loss) => one(LOSSES, loss))) {
    fail(`its loss is ${JSON.stringify(spec.loss)}`);
  }
  checkOptimizer(spec.optimizer);
  rates(spec.rates);
  if (!whole(spec.batch_size, 1) || !whole(spec.rows, 1) || !whole(spec.seed, 0)) {
    fail("batch size, rows or seed is no whole number");
  }
  const { x, y, validation_x, validation_y } = spec.data;
  const { rows: trained, validation_rows: validated } = spec;
  rows(x, [trained, inputs], "the inputs");
  rows(y, [trained, outputs], "the targets");
  rows(validation_x, [validated, inputs], "the validation inputs");
  rows(validation_y, [validated, outputs], "the validation targets");
  const offsets = spec.keras?.offsets;
  if (offsets && (offsets.length !== expected.length || !offsets.every((offset) => whole(offset, 0)))) {
    fail("it does not say where the weights are in the Keras file");
  }
  within(spec.first, 4 * count, "the initial weights");
  for (const { optimizer, rates: own, steps, losses } of spec.recordings) {
    checkOptimizer(optimizer);
    rates(own);
    within(losses, 4 * steps, "the losses of a recording");
  }
  return { ...spec, metrics: spec.metrics.filter((metric) => one(METRICS, metric)) };
}
