/** Takes steps and measures the validation set on the way. */
import type { Dataset } from "../data/data";
import type { Progress, Run, Slices } from "./run";

/** Loss and metrics of the validation set after `step` steps. */
export interface ValidationResult {
  step: number;
  loss: number;
  metrics: Record<string, number>;
}

export interface Stepped extends Progress {
  /** Results of the validation set after the requested steps. */
  validation: ValidationResult[];
}

/**
 * Takes `count` steps of a run and measures `validation` after each of the steps `validateAt` on the way. each:
 * records every batch's metrics, as in `Run.advance`.
 */
export async function stepping(
  run: Run,
  validation: Dataset | null,
  { count, each, validateAt }: { count: number; each: boolean; validateAt: readonly number[] },
  slices: Slices,
): Promise<Stepped> {
  const [first, last] = [run.step, run.step + count];
  const validated = validation === null ? [] : validateAt.filter((step) => step > first && step <= last);
  const stops = [...new Set([...validated, last])].sort((a, b) => a - b);
  const parts: Stepped[] = [];
  for (const stop of stops) {
    const progress = await run.advance(stop - run.step, slices, each);
    const found: ValidationResult[] = [];
    if (validation !== null && progress.stopped === null && validated.includes(stop)) {
      found.push({ step: stop, ...(await run.evaluate(validation)) });
    }
    parts.push({ ...progress, validation: found });
    if (progress.stopped !== null) break;
  }
  return parts.length === 1 ? parts[0]! : concatenated(parts);
}

/** Concatenates results; values of the latest batch come from the last one. */
function concatenated(parts: readonly Stepped[]): Stepped {
  const end = parts.at(-1)!;
  const concat = (of: (part: Stepped) => Float32Array): Float32Array<ArrayBuffer> =>
    Float32Array.from(parts.flatMap((part) => [...of(part)]));
  return {
    ...end,
    losses: concat(({ losses }) => losses),
    history: Object.fromEntries(Object.keys(end.history).map((name) => [name, concat(({ history }) => history[name]!)])),
    validation: parts.flatMap(({ validation }) => validation),
  };
}
