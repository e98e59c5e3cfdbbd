/** The latest answer of each figure, for what is loaded only after it was given. */

/** What `modelpress:result` tells. */
export interface Result {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly text: string;
  /** Steps of the reader's own training that gave this answer; left out: the published model did. */
  readonly training?: number;
  /** The epoch of Python's training whose weights gave it, where it is not the published model's. */
  readonly epoch?: number;
}

/** Figure → its latest answer. */
export const latest = new WeakMap<EventTarget, Result>();

document.addEventListener("modelpress:result", (event) => {
  if (event.target) latest.set(event.target, (event as CustomEvent<Result>).detail);
});

document.addEventListener("modelpress:empty", (event) => {
  if (event.target) latest.delete(event.target);
});
