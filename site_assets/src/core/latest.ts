/** Latest prediction of each figure, for scripts that load after it was made. */

/** Detail of `modelpress:result`. */
export interface Result {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly text: string;
  /** Steps of the reader's training that made this prediction; absent for the published model. */
  readonly training?: number;
  /** Epoch of Python's training whose checkpoint made it; absent for the published model. */
  readonly epoch?: number;
}

/** Maps a figure to its latest prediction. */
export const latest = new WeakMap<EventTarget, Result>();

document.addEventListener("modelpress:result", (event) => {
  if (event.target) latest.set(event.target, (event as CustomEvent<Result>).detail);
});

document.addEventListener("modelpress:empty", (event) => {
  if (event.target) latest.delete(event.target);
});
