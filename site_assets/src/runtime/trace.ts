/** Where a backend begins to compute something else than the exact engine: the first operation of a graph. */
import type { ModelJson } from "../exact/graph";
import type { BackendName } from "../core/backends";
import type { engineFor } from "./engines";
import type { fetchGolden, fetchModel, ModelBytes } from "./files";
import type { Engine } from "./protocol";
import type { Entry } from "./spec";

/** Operations in order, each with the largest difference that rounding to float32 can make there. */
export type Bounds = readonly (readonly [node: string, bound: number])[];

export interface TraceTools {
  engineFor: typeof engineFor;
  fetchGolden: typeof fetchGolden;
  fetchModel: typeof fetchModel;
}

/** The first operation whose output differs by more. maxDiff: NaN for a NaN or another number of values. */
export interface Different {
  node: string;
  maxDiff: number;
  bound: number;
}

/** Compares the operations of a graph for golden cases, all as one batch on the backend. */
export async function firstDifferent(
  entry: Entry, backend: BackendName, cases: readonly number[], bounds: Bounds, tools: TraceTools,
): Promise<Different | null> {
  const [engine, exact, bytes, golden] = await Promise.all([
    tools.engineFor(backend), tools.engineFor("exact"), tools.fetchModel(entry, "graph"), tools.fetchGolden(entry),
  ]);
  const inputs = Float32Array.from(cases.flatMap((place) => golden.inputs[place]!));
  for (const [node, bound] of bounds) {
    const cut = endingIn(node, bytes);
    const wanted = await outputOf(exact, cut, entry, inputs, cases.length);
    const found = await outputOf(engine, cut, entry, inputs, cases.length);
    const maxDiff = farthest(wanted, found);
    if (!(maxDiff <= bound)) return { node, maxDiff, bound };
  }
  return null;
}

/** The graph with another operation as its output. */
function endingIn(node: string, bytes: ModelBytes): ModelBytes {
  const json = bytes.json as ModelJson;
  const signature = { ...json.signature, outputs: { output: { name: `${node}:0` } } };
  return { ...bytes, json: { ...json, signature } };
}

async function outputOf(engine: Engine, bytes: ModelBytes, entry: Entry, inputs: Float32Array, batch: number): Promise<Float32Array> {
  const id = await engine.load(bytes, entry.input.shape);
  try {
    return (await engine.run(id, inputs, batch)).values;
  } finally {
    await engine.unload(id);
  }
}

function farthest(wanted: Float32Array, found: Float32Array): number {
  if (wanted.length !== found.length) return NaN;
  let most = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(wanted[i], found[i])) continue; // NaN, too
    const difference = Math.abs(wanted[i]! - found[i]!);
    if (Number.isNaN(difference)) return NaN;
    most = Math.max(most, difference);
  }
  return most;
}
