/** Interface of input and output kinds: one file each in inputs/ and outputs/, named as in the manifest. */
import { inputs, outputs } from "virtual:modelpress/kinds";
import { own } from "../core/own";
import { script } from "../core/scripts";

/** The manifest's description of an input or output; each kind reads its own fields. */
export interface KindSpec {
  readonly kind: string;
  readonly shape: readonly number[];
  readonly [field: string]: unknown;
}

export interface InputHandle {
  /** Describes the text that `parse` accepts, for messages: "a colour such as #9bb751". */
  readonly expects: string;
  /** Returns the values of the controls, or null if there is no input, such as an empty drawing. */
  read(): Float32Array | null;
  /** Shows values in every control, without calling `onInput`. */
  write(values: ArrayLike<number>): void;
  /** Returns the canonical text, as Python's `format`. */
  format(values: ArrayLike<number>): string;
  /** Returns the values of a text, or null if it is invalid. */
  parse(text: string): Float32Array | null;
  /** Describes the input in words: the start of the reading. */
  describe(values: ArrayLike<number>): string;
  /** Reading while `read` returns null: a sentence that says what to do. */
  readonly emptyWords?: string;
  /**
   * Returns the full state of the controls where it exceeds the values, such as a drawing's strokes; "" for no
   * input. Links carry it. Default: `format` of the values.
   */
  state?(): string;
  /** Shows a state of `state()`, without calling `onInput`; returns false if the text is invalid. */
  restore?(text: string): boolean;
  dispose(): void;
}

/** Services of the figure for its input. */
export interface InputOptions {
  /** Shows a sentence in the figure, such as why a file was rejected; "" removes it. */
  notice: (sentence: string) => void;
}

/** Additional inputs whose predictions an output shows, such as a whole curve. */
export interface Sweep {
  /** Returns the inputs, flattened one after another, as Python's `Output.sweep`. */
  inputs(): Float32Array;
  /** Shows their predictions, flattened in the same order. */
  show(values: Float32Array): void;
}

export interface OutputHandle {
  /** Joins the descriptions of input and prediction: "3 gives −3". */
  readonly verb: string;
  show(values: ArrayLike<number>, input: ArrayLike<number>): void;
  /** Describes the prediction in words: the end of the reading. */
  describe(values: ArrayLike<number>): string;
  /** Shows that there is no prediction because there is no input. Default: the last one is dimmed. */
  clear?(): void;
  readonly sweep?: Sweep;
  dispose(): void;
}

export interface InputModule {
  /** Attaches the controls. `onInput`: called when the reader changes the values of `read`. */
  attach(
    root: HTMLElement,
    spec: KindSpec,
    onInput: () => void,
    options: InputOptions,
  ): InputHandle;
}

/** A kind whose spec has specs of other kinds. `load` returns the module for such a spec. */
export interface Composite<Module> {
  prepare(spec: KindSpec, load: (spec: KindSpec) => Promise<Module>): Promise<Module>;
}

export interface OutputModule {
  attach(root: HTMLElement, spec: KindSpec, inputSpec: KindSpec): OutputHandle;
  /** Returns a CSS colour for a prediction; port of Python's `Output.paint`. Absent: the kind has none. */
  paint?(values: ArrayLike<number>, spec: KindSpec): string;
}

/** Returns the text that restores an input's present state; "" if there is no input. */
export function stateOf(input: InputHandle): string {
  if (input.state) return input.state();
  const values = input.read();
  return values ? input.format(values) : "";
}

/** Restores a state without calling `onInput`; returns false if the text is invalid. */
export function restore(input: InputHandle, text: string): boolean {
  if (input.restore) return input.restore(text);
  const values = input.parse(text);
  if (values) input.write(values);
  return values !== null;
}

/** Returns the module of an input's kind, with those of its parts. */
export async function loadInput(spec: KindSpec): Promise<InputModule> {
  const module = await found<InputModule | Composite<InputModule>>("input", spec.kind, inputs)();
  return "prepare" in module ? module.prepare(spec, loadInput) : module;
}

/** Returns the module of an output's kind, with those of its parts. */
export async function loadOutput(spec: KindSpec): Promise<OutputModule> {
  const module = await found<OutputModule | Composite<OutputModule>>("output", spec.kind, outputs)();
  return "prepare" in module ? module.prepare(spec, loadOutput) : module;
}

function found<Module>(
  role: string,
  kind: string,
  loaders: Record<string, () => Promise<Module>>,
): () => Promise<Module> {
  const loader = own(loaders, kind);
  if (loader) return () => script(loader());
  const known = Object.keys(loaders).join(", ");
  throw new Error(
    `This site's scripts have no ${role} kind "${kind}", only ${known}: they belong to another build. Build the site again.`,
  );
}
