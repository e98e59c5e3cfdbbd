/** The interface of an explainer: named parameters, and a pure function from their values to a view. */
import type { Param } from "./draw/params";

export type Params = Record<string, Param<unknown>>;
export type ValuesOf<P> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never };

/** The view for given values. All of it is text, so that the build can write it before any script runs. */
export interface View {
  /** HTML of the stage. */
  picture: string;
  /** One or two sentences that describe the picture, for screen readers too. */
  reading: string;
  /** The same data as a table. */
  table: { head: string[]; rows: (string | number)[][] };
}

/** The new position of a handle, in units of its axes. */
export interface Drag {
  handle: string;
  /** Distinguishes handles with the same name. */
  index: number;
  x: number;
  y: number;
  /** True for an arrow key, which moves by a fiftieth of the axis; false for a pointer. */
  key: boolean;
}

/** A part of the picture that needs more than HTML, such as a canvas. Created when the figure is near the screen. */
export interface Attached<V> {
  update(values: V, step: number): void;
  stop(): void;
}

export interface Host {
  /** The element `<modelpress-explore>`. */
  readonly element: HTMLElement;
  /** Sets values as if a control had changed. */
  change(values: Record<string, unknown>): void;
  /** Renders the view with another resource, such as a model's current prediction. Announces nothing. */
  show(resource: unknown): void;
}

export interface Explainer<P extends Params = Params, R = unknown> {
  /** The figure's name, for screen readers and as the default caption. */
  title: string;
  params: P;
  /** Steps that the reader takes singly or plays; `most` is the last one. */
  steps?: {
    most: number;
    /** Longest time for a step while playing, in milliseconds. */
    playMs?: number;
    verb?: string;
    /** What the figure counts in one step, such as 20 updates; 1 by default. */
    each?: number;
    /** Returns whether hardly anything changes after this step: playing stops there. */
    arrived?(values: ValuesOf<P>, step: number, resource: R): boolean;
    /** If true, a change of values keeps the step number; otherwise the steps restart at 0. */
    keep?: boolean;
  };
  /** Names of parameters that only change the view: setting them keeps the step number. */
  viewOnly?: readonly string[];
  /** The explainer's own buttons: each maps the current values to new ones. */
  actions?: Record<string, { label: string; act(values: ValuesOf<P>, step: number): Partial<ValuesOf<P>> }>;
  /**
   * Returns the values after a handle was dragged or moved by arrow keys, or after a click on an element
   * with `data-press`, which then gives the handle's name.
   */
  drag?(values: ValuesOf<P>, drag: Drag, step: number, resource: R): Partial<ValuesOf<P>>;
  /** resource: the result of `explainers/<name>.py` for the options, null without such a file. */
  view(values: ValuesOf<P>, step: number, resource: R): View;
  attach?(host: Host, resource: R): Promise<Attached<ValuesOf<P>>>;
}

/** Returns its argument. It gives the default export of an explainer's file its types. */
export function explainer<P extends Params, R = unknown>(definition: Explainer<P, R>): Explainer<P, R> {
  return definition;
}
