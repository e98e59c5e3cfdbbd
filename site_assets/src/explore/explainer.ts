/** What an explainer is: named values, and a pure function from them to what is seen. */
import type { Param } from "./draw/params";

export type Params = Record<string, Param<unknown>>;
export type ValuesOf<P> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never };

/** What is seen for some values. Everything is text, so that the build can write it before any script runs. */
export interface View {
  /** HTML of the stage. */
  picture: string;
  /** A sentence or two that say what is seen: the figure's text twin. */
  reading: string;
  /** The same in numbers. */
  table: { head: string[]; rows: (string | number)[][] };
}

/** Where a handle was taken to, in the units of the axes it lies in. */
export interface Drag {
  handle: string;
  /** Which one, where there are several of that name. */
  index: number;
  x: number;
  y: number;
  /** Moved by an arrow key, a fiftieth of the axis, not by a pointer. */
  key: boolean;
}

/** A picture that needs more than HTML (a canvas): made when it is near the screen, brought up to date, taken away. */
export interface Attached<V> {
  update(values: V, step: number): void;
  stop(): void;
}

export interface Host {
  /** The element `<modelpress-explore>`. */
  readonly element: HTMLElement;
  /** Sets values as a reader's control would. */
  change(values: Record<string, unknown>): void;
  /** Shows the view with another resource, such as what a model's figure on the page answers now; says nothing aloud. */
  show(resource: unknown): void;
}

export interface Explainer<P extends Params = Params, R = unknown> {
  /** The figure's name, for screen readers and where the author gave no caption. */
  title: string;
  params: P;
  /** Steps that the reader takes one by one or plays; `most` is where it ends. */
  steps?: {
    most: number;
    playMs?: number;
    verb?: string;
    /** After a change of values as many steps are taken anew; else the steps begin again. */
    keep?: boolean;
  };
  /** Names of params that only choose what is looked at: setting them leaves the steps as they are. */
  looks?: readonly string[];
  /** Buttons of its own: from values to other values. */
  actions?: Record<string, { label: string; act(values: ValuesOf<P>, step: number): Partial<ValuesOf<P>> }>;
  /**
   * Values after a handle was dragged or moved by arrow keys, or after a press on an element with `data-press`,
   * whose name is then the handle's.
   */
  drag?(values: ValuesOf<P>, drag: Drag, step: number, resource: R): Partial<ValuesOf<P>>;
  /** resource: what the build's half (`explainers/<name>.py`) made of the options, if it has one. */
  view(values: ValuesOf<P>, step: number, resource: R): View;
  attach?(host: Host, resource: R): Promise<Attached<ValuesOf<P>>>;
}

/** Only types: what an explainer file exports as its default. */
export function explainer<P extends Params, R = unknown>(made: Explainer<P, R>): Explainer<P, R> {
  return made;
}
