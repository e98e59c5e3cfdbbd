/** Writes a network in TensorFlow.js' layers format, which `tf.loadLayersModel` reads. */
import type { LayerSpec, WeightSpec } from "../spec";

interface Layer {
  class_name: string;
  config: Record<string, unknown>;
}

function layerOf(layer: LayerSpec, i: number): Layer {
  switch (layer.kind) {
    case "rescale":
      return { class_name: "Rescaling", config: { name: `rescaling_${i}`, scale: layer.scale, offset: layer.offset } };
    case "flatten":
      return { class_name: "Flatten", config: { name: `flatten_${i}` } };
    case "activation":
      return { class_name: "Activation", config: { name: `activation_${i}`, activation: layer.activation } };
    case "dense": {
      const { name, units, use_bias, activation } = layer;
      return { class_name: "Dense", config: { name, units, use_bias, activation, trainable: true, dtype: "float32" } };
    }
  }
}

/** Returns the content of model.json. */
export function layersModel(
  inputShape: readonly number[], layers: readonly LayerSpec[], weights: readonly WeightSpec[], name: string,
): Record<string, unknown> {
  const input: Layer = {
    class_name: "InputLayer",
    config: { name: "input", batch_input_shape: [null, ...inputShape], dtype: "float32", sparse: false },
  };
  return {
    format: "layers-model",
    generatedBy: "Modelpress",
    convertedBy: null,
    modelTopology: {
      class_name: "Sequential",
      config: { name, layers: [input, ...layers.map(layerOf)] },
      keras_version: "2.15.0",
      backend: "tensorflow",
    },
    weightsManifest: [
      { paths: ["weights.bin"], weights: weights.map(({ name: weight, shape }) => ({ name: weight, shape, dtype: "float32" })) },
    ],
  };
}
