/** Looking inside a model: what each of its layers gives for an input, in layers format on the CPU. */
import { engineFor } from "./engines";
import { ModelpressError } from "./errors";
import { fetchModel } from "./files";
import type { LayerValues } from "./protocol";
import type { Entry } from "./spec";

export type { LayerValues } from "./protocol";

/** A model opened to look into. */
export interface Inside {
  /** What each layer gives for one input laid flat, in the order of the layers. */
  look(values: Float32Array): Promise<LayerValues[]>;
  dispose(): Promise<void>;
}

export async function openInside(entry: Entry): Promise<Inside> {
  const [engine, bytes] = await Promise.all([engineFor("cpu"), fetchModel(entry, "layers")]);
  const id = await engine.load(bytes, entry.input.shape);
  return {
    look: (values) => {
      if (!engine.inside) throw new ModelpressError("This engine cannot be looked into.");
      return engine.inside(id, values);
    },
    dispose: () => engine.unload(id),
  };
}
