/** Runs a model on the full CPU backend and returns what it used. Bundled and run by discover.mjs. */
import "@tensorflow/tfjs-backend-cpu";
import {
  env,
  getBackend,
  getKernelsForBackend,
  registerKernel,
  setBackend,
  tidy,
  unregisterKernel,
  zeros,
} from "@tensorflow/tfjs-core";
import { loadGraphModel } from "@tensorflow/tfjs-converter";
import { OperationMapper } from "@tensorflow/tfjs-converter/dist/operations/operation_mapper";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import { moduleName, neededOperations } from "../src/exact/network";
import "../src/runtime/activations";
import { isDynamic } from "../src/runtime/artifacts";
import { ACTIVATIONS, LOSSES, OPTIMIZERS } from "../src/training/spec";
import { EXACT_SINE } from "../src/training/engine/tfjs-optimizers";
import { TensorNetwork } from "../src/training/engine/tfjs-net";

env().set("IS_TEST", true); // suppresses the notice about the native Node backend

const calledKernels = new Set();
for (const config of getKernelsForBackend("cpu")) {
  unregisterKernel(config.kernelName, "cpu");
  registerKernel({
    ...config,
    kernelFunc: (call) => {
      calledKernels.add(config.kernelName);
      return config.kernelFunc(call);
    },
  });
}

/** All nodes of a graph and of its function library. */
function graphNodes(topology) {
  const functions = topology.library?.function ?? [];
  return [...topology.node, ...functions.flatMap((f) => f.nodeDef ?? [])];
}

/** Returns the names of the kernels that a model calls, the converter's mappers of its graph ops, and why it can't be run, or "". */
export async function record({ format, json, weights, inputShape }) {
  await setBackend("cpu");
  if (getBackend() !== "cpu") throw new Error("the CPU backend did not start.");
  calledKernels.clear();
  const handler = {
    load: async () => ({
      ...json,
      weightSpecs: json.weightsManifest.flatMap((group) => group.weights),
      weightData: weights.buffer.slice(weights.byteOffset, weights.byteOffset + weights.byteLength),
    }),
  };
  const fault = await run(format, handler, inputShape, isDynamic(json.modelTopology)).then(
    () => "",
    (error) => error.message,
  );
  const known = OperationMapper.Instance.opMappers;
  const names = format === "graph" ? new Set(graphNodes(json.modelTopology).map((n) => n.op)) : [];
  const exact = format === "graph" ? neededOperations(json).map(moduleName) : [];
  return { kernels: [...calledKernels], mappers: [...names].map((op) => known[op]).filter(Boolean), exact, fault };
}

/** Loads and runs a model. Some ops use another code path for a batch of one. */
async function run(format, handler, inputShape, dynamic) {
  const model = await (format === "graph" ? loadGraphModel(handler) : loadLayersModel(handler));
  for (const batch of [1, 3]) {
    const input = zeros([batch, ...inputShape], model.inputs[0].dtype === "int32" ? "int32" : "float32");
    const inOneGo = () => tidy(() => (format === "graph" ? model.predict(input) : model.predictOnBatch(input)));
    const prediction = format === "graph" && dynamic ? await model.predictAsync(input) : inOneGo();
    if (Array.isArray(prediction)) throw new Error("it has several outputs; one is expected.");
    await prediction.data();
    prediction.dispose();
    input.dispose();
  }
  model.dispose();
}

/** Returns the names of the kernels that training calls, over all activations, losses and optimizers. */
export async function recordTraining() {
  await setBackend("cpu");
  calledKernels.clear();
  const dense = (activation, use_bias) => ({ kind: "dense", name: "dense", units: 3, use_bias, activation });
  const rescale = { kind: "rescale", scale: 2, offset: 1 };
  const x = new Float32Array(6).fill(0.5);
  const train = async (layers, loss, optimizer) => {
    const network = new TensorNetwork({ layers, inputs: 3, loss, optimizer, batchSize: 2 });
    network.restore({ weights: new Float32Array(24).fill(0.1) });
    for (const examples of [1, 2]) network.step(x, x, examples, 0.1, true);
    await network.flush();
    await network.storedPredictions();
    await network.latestPredictions();
    await network.forward(x, 2);
    await network.finite();
    network.restore(await network.snapshot());
    network.dispose();
  };
  const sgd = { name: "sgd", learning_rate: 0.1 };
  for (const activation of ACTIVATIONS) {
    for (const loss of LOSSES) await train([dense(activation, true), rescale, dense(activation, false)], loss, sgd);
  }
  for (const name of OPTIMIZERS) {
    for (const nesterov of [false, true]) {
      await train([dense("relu", true), dense("linear", true)], "mse", { ...sgd, name, nesterov });
    }
  }
  tidy(() => EXACT_SINE.backward(zeros([2]), EXACT_SINE.forward(zeros([2])))); // used only on GPU backends
  return [...calledKernels];
}
