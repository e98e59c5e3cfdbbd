/** When a run measures the validation set: at Python's steps, and increasingly rarely after them. */
import type { Recorded, Settings } from "./settings";

/** Returns the steps in (from, to] after which to measure. */
export type Schedule = (from: number, to: number) => number[];

/**
 * Returns the schedule of a run. Smaller batches take less time each, so they are measured more rarely. Beyond
 * Python's recording, the interval doubles with the run's length.
 */
export function scheduleOf(recorded: Recorded, settings: Settings): Schedule {
  const known = recorded.validation_steps;
  const last = known.at(-1);
  if (last === undefined) return () => [];
  const interval = last - (known.at(-2) ?? 0);
  const every = interval * Math.max(1, Math.ceil(recorded.batch / settings.batch));
  const asPython = every === interval ? new Set(known) : null;
  const isDue = (step: number): boolean => {
    if (step <= last) return asPython ? asPython.has(step) : step === 1 || step % every === 0;
    return step % (every * 2 ** Math.ceil(Math.log2(step / last))) === 0;
  };
  return (from, to) => {
    const due = [];
    for (let step = from + 1; step <= to; step += 1) if (isDue(step)) due.push(step);
    return due;
  };
}
