/** Input and output kinds: one file each in inputs/ and outputs/, named as the manifest names it. */
import { inputs, outputs } from "virtual:modelpress/kinds";

/** What the manifest says about an input or an output; each kind reads its own fields. */
export interface KindSpec {
  readonly kind: string;
  readonly shape: readonly number[];
  readonly [field: string]: unknown;
}

export interface InputHandle {
  /** The text of a value that `parse` takes, for sentences: "a colour such as #9bb751". */
  readonly expects: string;
  /** The values as the controls show them now. */
  read(): Float32Array;
  /** Show values in every control, without calling `onInput`. */
  write(values: ArrayLike<number>): void;
  /** Canonical text, as Python's `format` writes it. */
  format(values: ArrayLike<number>): string;
  /** The values of a text, or null where it is none. */
  parse(text: string): Float32Array | null;
  /** The input in words, as the start of the reading. */
  describe(values: ArrayLike<number>): string;
  dispose(): void;
}

export interface OutputHandle {
  /** Joins the input's words and the answer's: "3 gives −3". */
  readonly verb: string;
  show(values: ArrayLike<number>, input: ArrayLike<number>): void;
  /** The answer in words, as the end of the reading. */
  describe(values: ArrayLike<number>): string;
  dispose(): void;
}

export interface InputModule {
  attach(root: HTMLElement, spec: KindSpec, onInput: () => void): InputHandle;
}

export interface OutputModule {
  attach(root: HTMLElement, spec: KindSpec): OutputHandle;
}

export function loadInput(kind: string): Promise<InputModule> {
  return found("input", kind, inputs)();
}

export function loadOutput(kind: string): Promise<OutputModule> {
  return found("output", kind, outputs)();
}

function found<Module>(
  role: string,
  kind: string,
  loaders: Record<string, () => Promise<Module>>,
): () => Promise<Module> {
  const loader = loaders[kind];
  if (loader) return loader;
  const known = Object.keys(loaders).join(", ");
  throw new Error(
    `This site's scripts have no ${role} kind "${kind}", only ${known}: they belong to another build. Build the site again.`,
  );
}
