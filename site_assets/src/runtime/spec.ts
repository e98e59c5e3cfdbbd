/** The types of the manifest and of what the runtime hands out. */

import type { BackendName } from "../core/backends";

export const FORMATS = ["graph", "layers"] as const;
export type Format = (typeof FORMATS)[number];

/** A file of the manifest: URL relative to the site root, size in bytes, SHA-256 in lower-case hex. */
export interface FileEntry {
  url: string;
  size_bytes: number;
  sha256: string;
}

/** What a model takes: kind, shape of one input without the batch, range; further fields are the kind's. */
export interface InputSpec {
  kind: string;
  shape: number[];
  min?: number;
  max?: number;
  [field: string]: unknown;
}

/** What a model answers: kind and shape of one answer without the batch; further fields are the kind's. */
export interface OutputSpec {
  kind: string;
  shape: number[];
  labels?: string[];
  [field: string]: unknown;
}

/** One model of `models/manifest.json`, as far as the runtime reads it. */
export interface Entry {
  slug?: string;
  title: string;
  base: string;
  files: Record<string, FileEntry>;
  formats: Record<Format, { model: string; weights: string }>;
  golden: string;
  cases: number;
  parameters: number;
  tolerance: number;
  input: InputSpec;
  output: OutputSpec;
  /** Where the model can be trained in the browser: names of `files`. */
  live?: { url: string; bin: string; keras?: string };
  /** Where Python kept weights of its training. */
  epochs?: EpochsSpec;
}

/** What `epochs.bin`, one of `files`, holds. */
export interface EpochsSpec {
  bin: string;
  unit: "epoch" | "step";
  /** Those that were kept, ascending; `last`, the trained weights', is not among them. */
  epochs: number[];
  last: number;
  encoding: "float32" | "uint16" | "uint8";
  /** Name and shape of each weight in Keras' order. */
  weights: [string, number[]][];
  /** Numbers of the golden cases that each epoch's answers are there for. */
  probes: number[];
  rounding: number;
  first: Record<string, number>;
}

export interface Manifest {
  models: Record<string, Entry>;
}

/** Inputs and Python's answers, one flat array of float32 values a case. */
export interface Golden {
  slug: string;
  cases: number;
  groups: string[];
  input_shape: number[];
  output_shape: number[];
  inputs: number[][];
  outputs: number[][];
}

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
