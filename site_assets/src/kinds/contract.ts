/** Input and output kinds: one file each in inputs/ and outputs/, named as the manifest names it. */
import { inputs, outputs } from "virtual:modelpress/kinds";
import { own } from "../core/own";
import { script } from "../core/scripts";

/** What the manifest says about an input or an output; each kind reads its own fields. */
export interface KindSpec {
  readonly kind: string;
  readonly shape: readonly number[];
  readonly [field: string]: unknown;
}

export interface InputHandle {
  /** The text of a value that `parse` takes, for sentences: "a colour such as #9bb751". */
  readonly expects: string;
  /** The values as the controls show them now, or null where there is no input: an empty drawing. */
  read(): Float32Array | null;
  /** Show values in every control, without calling `onInput`. */
  write(values: ArrayLike<number>): void;
  /** Canonical text, as Python's `format` writes it. */
  format(values: ArrayLike<number>): string;
  /** The values of a text, or null where it is none. */
  parse(text: string): Float32Array | null;
  /** The input in words, as the start of the reading. */
  describe(values: ArrayLike<number>): string;
  /** The reading while `read` gives null: a sentence that says what to do. */
  readonly emptyWords?: string;
  /**
   * Text of all that the controls hold, where that is more than the values (the strokes of a drawing,
   * the points kept): what links carry, "" for no input. Left out: `format` of the values.
   */
  state?(): string;
  /** Shows what a text of `state` says, without calling `onInput`; false where it is none. */
  restore?(text: string): boolean;
  dispose(): void;
}

/** What a kind of input may ask of its figure. */
export interface InputOptions {
  /** Shows a sentence in the figure, such as why a file was not taken; "" takes it away. */
  notice: (sentence: string) => void;
}

/** Further inputs of which an output shows the answers, such as a whole curve. */
export interface Sweep {
  /** The inputs, laid flat one after another, as Python's `Output.sweep` gives them. */
  inputs(): Float32Array;
  /** Their answers, laid flat in the same order. */
  show(values: Float32Array): void;
}

export interface OutputHandle {
  /** Joins the input's words and the answer's: "3 gives −3". */
  readonly verb: string;
  show(values: ArrayLike<number>, input: ArrayLike<number>): void;
  /** The answer in words, as the end of the reading. */
  describe(values: ArrayLike<number>): string;
  /** Shows that there is no answer, because there is no input. Left out: the last one is dimmed. */
  clear?(): void;
  readonly sweep?: Sweep;
  dispose(): void;
}

export interface InputModule {
  /** `onInput`: the reader changed what `read` gives. */
  attach(
    root: HTMLElement,
    spec: KindSpec,
    onInput: () => void,
    options: InputOptions,
  ): InputHandle;
}

export interface OutputModule {
  attach(root: HTMLElement, spec: KindSpec, inputSpec: KindSpec): OutputHandle;
  /** A colour that stands for an answer, as CSS writes it; the twin of Python's `Output.paint`. Left out: there is none. */
  paint?(values: ArrayLike<number>, spec: KindSpec): string;
}

/** Text that brings the present state of an input back; "" where there is no input. */
export function stateOf(input: InputHandle): string {
  if (input.state) return input.state();
  const values = input.read();
  return values ? input.format(values) : "";
}

/** Shows the state that a text names, without calling `onInput`; false where it is none. */
export function restore(input: InputHandle, text: string): boolean {
  if (input.restore) return input.restore(text);
  const values = input.parse(text);
  if (values) input.write(values);
  return values !== null;
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
  const loader = own(loaders, kind);
  if (loader) return () => script(loader());
  const known = Object.keys(loaders).join(", ");
  throw new Error(
    `This site's scripts have no ${role} kind "${kind}", only ${known}: they belong to another build. Build the site again.`,
  );
}
