/** Writes a Python script that rebuilds a network with its weights. */
import type { LayerSpec, WeightSpec } from "../spec";

const activationOf = (activation: string): string => (activation === "sine" ? "keras.ops.sin" : `"${activation}"`);

function line(layer: LayerSpec): string {
  switch (layer.kind) {
    case "rescale":
      return `keras.layers.Rescaling(${layer.scale}, ${layer.offset})`;
    case "flatten":
      return "keras.layers.Flatten()";
    case "activation":
      return `keras.layers.Activation(${activationOf(layer.activation)})`;
    case "dense": {
      const bias = layer.use_bias ? "" : ", use_bias=False";
      return `keras.layers.Dense(${layer.units}, activation=${activationOf(layer.activation)}${bias}, name="${layer.name}")`;
    }
  }
}

/** Returns the script's text: it reads weights.npz beside it and writes `name`.keras. */
export function rebuildScript(
  inputShape: readonly number[], layers: readonly LayerSpec[], weights: readonly WeightSpec[], name: string,
): string {
  const shape = `(${inputShape.join(", ")}${inputShape.length === 1 ? "," : ""})`;
  return `"""Builds the network that was trained in the browser and saves it as ${name}.keras."""

from pathlib import Path

import keras
import numpy as np

HERE = Path(__file__).parent

network = keras.Sequential([
    keras.Input(${shape}),
${layers.map((layer) => `    ${line(layer)},`).join("\n")}
])
with np.load(HERE / "weights.npz") as weights:
    network.set_weights([
${weights.map(({ name: weight }) => `        weights["${weight.replace("/", ".")}"],`).join("\n")}
    ])
network.save(HERE / "${name}.keras")
`;
}
