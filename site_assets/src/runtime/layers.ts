/**
 * Models in layers format, for looking inside and training. Built by itself, with TensorFlow.js' whole
 * core, so that none of that is in the scripts of graph models; both cores share one engine.
 */
import type { io } from "@tensorflow/tfjs-core";
import { loadLayersModel } from "@tensorflow/tfjs-layers";
import type { Predictor } from "./artifacts";

export async function loadLayers(artifacts: io.ModelArtifacts): Promise<Predictor> {
  const model = await loadLayersModel({ load: () => Promise.resolve(artifacts) });
  return {
    predict: (input) => model.predictOnBatch(input), // `predict` would cut the batch into 32s and join them
    dispose: () => model.dispose(),
  };
}
