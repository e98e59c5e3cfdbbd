/** Exports a training as files. Loaded on the reader's request. */
import { strToU8, unzipSync, zipSync } from "fflate";
import { ModelpressError } from "../../core/errors";
import { npy } from "./npy";
import { sizeOf, type LayerSpec, type LiveSpec, type WeightSpec } from "../spec";
import { rebuildScript } from "./keras-script";
import { layersModel } from "./tfjs";

/** A training at one moment. `values`: all weights flattened, float32. */
export interface TrainedNetwork {
  spec: LiveSpec;
  layers: readonly LayerSpec[];
  weights: readonly WeightSpec[];
  values: Float32Array;
}

/** Path of the weights in the build's template; see `pipeline/modelpress/recording/record_keras.py`. */
const KERAS_WEIGHTS = "model.weights.h5";

/** Uncompressed, since weights hardly compress. A fixed date: zip cannot store the date of a clock far off. */
const STORED = { level: 0, mtime: new Date(1980, 0, 1) } as const;

function weightsWithValues(weights: readonly WeightSpec[], values: Float32Array): { name: string; shape: number[]; values: Float32Array }[] {
  let at = 0;
  return weights.map(({ name, shape }) => {
    const from = at;
    at += sizeOf(shape);
    return { name, shape, values: values.subarray(from, at) };
  });
}

/** Returns float32 values as little-endian bytes, on any machine. */
function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => { view.setFloat32(4 * i, value, true); });
  return new Uint8Array(view.buffer);
}

/** Returns a .keras file with these weights. `template`: the same file with zeros as weights. */
export function kerasFile(
  { weights, values }: TrainedNetwork, template: ArrayBuffer, offsets: readonly number[],
): Uint8Array<ArrayBuffer> {
  const files = unzipSync(new Uint8Array(template));
  const stored = files[KERAS_WEIGHTS];
  if (stored === undefined) throw new ModelpressError("The Keras file to fill in is damaged. Build the site again.");
  weightsWithValues(weights, values).forEach((weight, i) => { stored.set(bytesOf(weight.values), offsets[i]); });
  return zipSync(files, STORED);
}

/** Returns a zip of weights (.npz) and a script that builds a .keras file, for a network other than the author's. */
export function weightsAndScript(trained: TrainedNetwork, name: string): Uint8Array<ArrayBuffer> {
  const { spec, layers, weights, values } = trained;
  const arrays = Object.fromEntries(
    weightsWithValues(weights, values).map((weight) => [`${weight.name.replace("/", ".")}.npy`, npy(weight.shape, bytesOf(weight.values))]),
  );
  const script = rebuildScript(spec.input_shape, layers, weights, name);
  return zipSync({ "weights.npz": zipSync(arrays, STORED), "rebuild.py": strToU8(script) }, STORED);
}

/** Returns a zip in TensorFlow.js' layers format: model.json and weights.bin. */
export function tfjsFiles({ spec, layers, weights, values }: TrainedNetwork, name: string): Uint8Array<ArrayBuffer> {
  const model = layersModel(spec.input_shape, layers, weights, name);
  return zipSync({ "model.json": strToU8(JSON.stringify(model)), "weights.bin": bytesOf(values) }, STORED);
}
