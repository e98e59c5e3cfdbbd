/** A training as files to take home. Loaded when the reader asks for them. */
import { strToU8, unzipSync, zipSync } from "fflate";
import { ModelpressError } from "../../core/errors";
import { npy } from "./npy";
import { sizeOf, type LayerSpec, type LiveSpec, type WeightSpec } from "../spec";
import { rebuildScript } from "./keras-script";
import { layersModel } from "./tfjs";

/** What a training is at a moment. `values`: all weights laid flat, float32. */
export interface Taken {
  spec: LiveSpec;
  layers: readonly LayerSpec[];
  weights: readonly WeightSpec[];
  values: Float32Array;
}

/** In the template that the build made, weights are stored here; see `pipeline/modelpress/recording/record_keras.py`. */
const KERAS_WEIGHTS = "model.weights.h5";

/** Packed, not squeezed: weights hardly get smaller. A date of our own: a zip has none for a clock that is decades off. */
const STORED = { level: 0, mtime: new Date(1980, 0, 1) } as const;

function each(weights: readonly WeightSpec[], values: Float32Array): { name: string; shape: number[]; values: Float32Array }[] {
  let at = 0;
  return weights.map(({ name, shape }) => {
    const from = at;
    at += sizeOf(shape);
    return { name, shape, values: values.subarray(from, at) };
  });
}

/** float32 as bytes, little-endian wherever this runs. */
function bytesOf(values: Float32Array): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => { view.setFloat32(4 * i, value, true); });
  return new Uint8Array(view.buffer);
}

/** A .keras file with these weights. `template`: the one with zeros in their place. */
export function kerasFile(
  { weights, values }: Taken, template: ArrayBuffer, offsets: readonly number[],
): Uint8Array<ArrayBuffer> {
  const files = unzipSync(new Uint8Array(template));
  const stored = files[KERAS_WEIGHTS];
  if (stored === undefined) throw new ModelpressError("The Keras file to fill in is damaged. Build the site again.");
  each(weights, values).forEach((weight, i) => { stored.set(bytesOf(weight.values), offsets[i]); });
  return zipSync(files, STORED);
}

/** Weights (.npz) and a script that makes a .keras file of them, for a network that the author's file is not. */
export function weightsAndScript(taken: Taken, name: string): Uint8Array<ArrayBuffer> {
  const { spec, layers, weights, values } = taken;
  const arrays = Object.fromEntries(
    each(weights, values).map((weight) => [`${weight.name.replace("/", ".")}.npy`, npy(weight.shape, bytesOf(weight.values))]),
  );
  const script = rebuildScript(spec.input_shape, layers, weights, name);
  return zipSync({ "weights.npz": zipSync(arrays, STORED), "rebuild.py": strToU8(script) }, STORED);
}

/** TensorFlow.js' layers format: model.json and weights.bin. */
export function tfjsFiles({ spec, layers, weights, values }: Taken, name: string): Uint8Array<ArrayBuffer> {
  const model = layersModel(spec.input_shape, layers, weights, name);
  return zipSync({ "model.json": strToU8(JSON.stringify(model)), "weights.bin": bytesOf(values) }, STORED);
}
