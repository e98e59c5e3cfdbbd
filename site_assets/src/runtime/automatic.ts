/** Automatic mode: which backend answers first, and which ones may take over where it is slow. */
import type { BackendName } from "../core/backends";
import type { Entry } from "./spec";

/** The exact engine first if it covers the model, then the CPU: both start at once. The others are the last resort. */
export function firstAnswer(entry: Entry): readonly BackendName[] {
  return entry.exact?.covered ? ["exact", "cpu", "wasm", "webgl"] : ["cpu", "wasm", "webgl"];
}

/** Backends to measure behind the first answer, the smaller download first. */
export const ACCELERATORS: readonly BackendName[] = ["wasm", "webgl"];

/** A prediction, or a figure's whole curve, that takes no longer is left where it is: reading back from a GPU takes longer. */
export const ENOUGH_MS = 1;
