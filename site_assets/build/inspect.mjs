/**
 * Runs a layers model on the full CPU backend in Node, for a comparison with Keras. Reads a JSON configuration from
 * standard input and writes JSON to standard output. An error of the model is part of the result.
 *
 *   {"folder": with model.json and weights.bin, "shape": of one input, "inputs": file with float32 values,
 *    "cases": number of inputs, "looked": number of inputs to look at layers for, "out": folder}
 *   → {"fault": why it can't run, or "", "shape": of the predictions, "layers": [{"name", "shape", "file"}]}
 *
 * `out` gets predictions.bin and a file for each layer: float32, one input after the other.
 */
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Our own sources, with TensorFlow.js as its packages give it to Node: bundling that would take longer than the rest. */
async function ownSources() {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: `export { loadLayers } from "./src/runtime/layers.ts";`, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "cjs",
    write: false,
    logLevel: "silent",
  });
  const module = { exports: {} };
  new Function("module", "exports", "require", outputFiles[0].text)(module, module.exports, require);
  return module.exports;
}

const require = createRequire(path.join(ROOT, "package.json"));

async function main() {
  const { folder, shape, inputs, cases, looked, out } = JSON.parse(await text(process.stdin));
  const tf = require("@tensorflow/tfjs-core");
  require("@tensorflow/tfjs-backend-cpu");
  tf.env().set("IS_TEST", true); // suppresses the notice about the native Node backend
  await tf.setBackend("cpu");
  const { loadLayers } = await ownSources();
  const [json, weights, bytes] = await Promise.all(
    [path.join(folder, "model.json"), path.join(folder, "weights.bin"), inputs].map((file) => readFile(file)),
  );
  const buffer = ({ buffer: whole, byteOffset, byteLength }) => whole.slice(byteOffset, byteOffset + byteLength);
  const values = new Float32Array(buffer(bytes));
  const { modelTopology, weightsManifest, format } = JSON.parse(json);
  const artifacts = {
    modelTopology,
    format,
    weightSpecs: weightsManifest.flatMap((group) => group.weights),
    weightData: buffer(weights),
  };
  const save = async (file, tensor) => {
    await writeFile(path.join(out, file), Float32Array.from(await tensor.data()));
    tensor.dispose();
    return tensor.shape.slice(1);
  };
  const { numTensors: before } = tf.memory();
  try {
    const model = await loadLayers(artifacts);
    const dtype = model.inputs[0].dtype === "int32" ? "int32" : "float32";
    const size = values.length / cases;
    const given = (count) => tf.tensor(values.slice(0, count * size), [count, ...shape], dtype);
    const layers = [];
    for (const [place, { name, output }] of tf.tidy(() => model.inside(given(looked))).entries()) {
      layers.push({ name, shape: await save(`${place}.bin`, output), file: `${place}.bin` });
    }
    const predicted = await save("predictions.bin", tf.tidy(() => model.predict(given(cases))));
    model.dispose();
    const kept = tf.memory().numTensors - before;
    return { fault: kept > 0 ? `it keeps ${kept} tensors` : "", shape: predicted, layers };
  } catch (error) {
    return { fault: String(error.message ?? error), shape: [], layers: [] };
  }
}

main().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
