/** The types of entries, as the runtime calls them, and of what it hands out. */
import type { BackendName, InputSpec, OutputSpec } from "../core/schema";

export { FORMATS } from "../core/schema";
export type {
  EpochsEntry as EpochsSpec, Exact as ExactSpec, FileEntry, Format, Golden, InputSpec, OutputSpec, PageEntry as Entry,
  PublishedModel, TrainedEntry,
} from "../core/schema";

/** The part of an entry that `LoadedModel.spec` shows. */
export interface ModelSpec {
  title: string;
  parameters: number;
  tolerance: number;
  input: InputSpec;
  output: OutputSpec;
}

/** Who answers now, and how near to Python. `ms`: median of recent answers as the page waits for them. */
export interface BackendInfo {
  backend: BackendName;
  maxDiff: number;
  /** Whether the predictions equal the exact engine's in Python to the last bit. */
  bitwise: boolean;
  tolerance: number;
  cases: number;
  ms: number;
  renderer: string;
  /** When a golden case was good last, as `performance.now()` has it, and the predictions since. */
  checked: { readonly at: number; readonly since: number };
}

/** A backend that was tried: accepted with its difference, or refused with the sentence that says why. */
export interface Tried {
  backend: BackendName;
  ms?: number;
  maxDiff?: number;
  bitwise?: boolean;
  refused?: string;
  /** It was proven, and missed a golden case later. */
  withdrawn?: boolean;
}

/** Number of values of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}


/** `[3]`, `[2, 9]`: how messages write a shape. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}
