/** Looking inside a model: what each of its layers gives for an input, in layers format on the CPU. */
import type { io } from "@tensorflow/tfjs-core";
import type { EpochTools } from "./epochs";
import { ModelpressError } from "../core/errors";
import type { ModelBytes } from "./files";
import type { LayerValues } from "./protocol";
import { shapeText, type Entry } from "./spec";
import { readInputs, type PredictValues } from "./values";

export type { LayerValues } from "./protocol";

/** One weight of a model: `layer/variable`, its shape, and its values laid flat. */
export interface Weight {
  name: string;
  shape: number[];
  values: Float32Array;
}

/** A model opened to look into. */
export interface Inside {
  /** What each layer gives for one input, in the order of the layers. */
  look(values: PredictValues): Promise<LayerValues[]>;
  /** All weights, in the order in which they are stored. */
  weights(): Weight[];
  dispose(): Promise<void>;
}

/** Opens a model to look into. `tools`: what the entry's script has. */
export async function openInside(
  entry: Entry,
  tools: EpochTools,
): Promise<Inside> {
  const parts = [tools.engineFor("cpu"), tools.fetchModel(entry, "layers"), tools.fetchGolden(entry)] as const;
  const [engine, bytes, golden] = await Promise.all(parts);
  const id = await engine.load(bytes, entry.input.shape);
  const watch = await tools.watchOther({
    entry, engine, golden, asBatch: false, run: (flat, batch) => engine.run(id, flat, batch),
  });
  return {
    look: async (values) => {
      const { values: flat, batched } = readInputs(values, entry.input.shape);
      if (batched) throw new ModelpressError(`look() was given a batch; expected one input of shape ${shapeText(entry.input.shape)}.`);
      if (!engine.inside) throw new ModelpressError("This engine cannot be looked into.");
      const layers = await engine.inside(id, flat);
      await watch.answered(layers.at(-1)?.values ?? new Float32Array(), 1);
      return layers;
    },
    weights: () => weightsIn(bytes),
    dispose: () => {
      watch.close();
      return engine.unload(id);
    },
  };
}

function weightsIn({ json, weights }: ModelBytes): Weight[] {
  const found: Weight[] = [];
  let at = 0;
  for (const group of (json as io.ModelJSON).weightsManifest) {
    for (const { name, shape, dtype } of group.weights) {
      if (dtype !== "float32") throw new ModelpressError(`The weight ${name} is ${dtype}; expected float32.`);
      const end = at + 4 * shape.reduce((size, length) => size * length, 1);
      found.push({ name, shape: [...shape], values: new Float32Array(weights.slice(at, end)) });
      at = end;
    }
  }
  return found;
}
