/**
 * Models in layers format, for looking inside and training. Built by itself, with TensorFlow.js' whole
 * core, so that none of that is in the scripts of graph models; both cores share one engine.
 */
import type { io, Tensor } from "@tensorflow/tfjs-core";
import { loadLayersModel, model as modelOf, type LayersModel, type SymbolicTensor } from "@tensorflow/tfjs-layers";
import type { Predictor } from "./artifacts";
import "./activations";

export async function loadLayers(artifacts: io.ModelArtifacts): Promise<Predictor> {
  const model = await loadLayersModel({ load: () => Promise.resolve(artifacts) });
  return {
    predict: (input) => model.predictOnBatch(input), // `predict` would cut the batch into 32s and join them
    inside: (input) => inside(model, input),
    inputs: model.inputs,
    dispose: () => {
      const { weights } = model;
      model.dispose();
      for (const weight of weights) if (!weight["val"].isDisposed) weight.dispose(); // of a model in the model
    },
  };
}

/** Layers that give several outputs, or are used at several places, are left out, as in Python. */
function inside(model: LayersModel, input: Tensor): { name: string; output: Tensor }[] {
  const outputs = new Map<string, SymbolicTensor>();
  for (const layer of model.layers) {
    if (layer.inboundNodes.length !== 1 || layer.getClassName() === "InputLayer") continue;
    if (!Array.isArray(layer.output)) outputs.set(layer.name, layer.output);
  }
  // A second model of the same layers: it holds no weights of its own.
  const whole = modelOf({ inputs: model.inputs, outputs: [...outputs.values()] });
  const found = [whole.predictOnBatch(input)].flat();
  return [...outputs.keys()].map((name, i) => ({ name, output: found[i]! }));
}
