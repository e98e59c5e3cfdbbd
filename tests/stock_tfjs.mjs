// Predicts inputs, a JSON list on standard input, with stock TensorFlow.js.
// Arguments: a folder, and the formats in it: graph, layers.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import * as tf from "@tensorflow/tfjs";

const [folder, ...formats] = process.argv.slice(2);
const inputs = tf.tensor2d(JSON.parse(readFileSync(0, "utf8")));

function handler(format) {
  const model = JSON.parse(readFileSync(join(folder, format, "model.json"), "utf8"));
  const names = model.weightsManifest.flatMap((group) => group.paths);
  const parts = names.map((name) => readFileSync(join(folder, format, name)));
  const data = new Uint8Array(Buffer.concat(parts)).buffer;
  const weightSpecs = model.weightsManifest.flatMap((group) => group.weights);
  return tf.io.fromMemory({ ...model, weightSpecs, weightData: data });
}

const load = { graph: tf.loadGraphModel, layers: tf.loadLayersModel };
const found = [];
for (const format of formats) {
  const model = await load[format](handler(format));
  found.push(await model.predict(inputs).array());
}
process.stdout.write(JSON.stringify(found));
