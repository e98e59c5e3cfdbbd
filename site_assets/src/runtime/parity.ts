/** Comparing a backend's answers with Python's. */
import { ModelpressError } from "../core/errors";
import { shapeText, sizeOf, type Golden } from "./spec";
import { nextTask } from "../core/task";

/** The value farthest from Python's: its case, its place in the flat answer, and both values. */
export interface Worst {
  case: number;
  index: number;
  expected: number;
  got: number;
}

export interface Comparison {
  /** Largest absolute difference over all values; NaN when any answer is not a number. */
  maxDiff: number;
  worst: Worst;
  shapeOk: boolean;
  /** Of the exact engine: whether all predictions equal Python's to the last bit. */
  bitwise?: boolean;
}

/** Runs inputs laid flat; resolves to the flat answers and their shape with the batch. */
export type Runner = (
  values: Float32Array,
  batch: number,
) => Promise<{ values: Float32Array; shape: number[] }>;

/** Compares one answer of `batch` cases from `first` on into `into`. */
function compare(
  into: Comparison,
  golden: Golden,
  first: number,
  batch: number,
  answer: { values: Float32Array; shape: number[] },
): void {
  const size = sizeOf(golden.output_shape);
  if (shapeText(answer.shape) !== shapeText([batch, ...golden.output_shape])) into.shapeOk = false;
  for (let row = 0; row < batch; row++) {
    const expected = golden.outputs[first + row]!;
    for (let index = 0; index < size; index++) {
      const got = answer.values[row * size + index] ?? NaN;
      const want = Math.fround(expected[index]!);
      const difference = Math.abs(got - want);
      // NaN is never larger, so it is looked for by itself, and once found stays the worst.
      if (difference > into.maxDiff || (Number.isNaN(difference) && !Number.isNaN(into.maxDiff))) {
        into.maxDiff = difference;
        into.worst = { case: first + row, index, expected: want, got };
      }
    }
  }
}

/** Replaying on the page's own thread lets go of it after so long, so that input is never held up. */
const SLICE_MS = 8;

/** The same for a first answer, before which there is no input to hold up. */
const URGENT_SLICE_MS = 40;

/** `count` places of `length`, the first and the last among them, evenly apart. */
export function spread(length: number, count: number): number[] {
  if (count >= length) return Array.from({ length }, (_, place) => place);
  return Array.from({ length: count }, (_, i) => Math.round((i * (length - 1)) / Math.max(1, count - 1)));
}

/**
 * Replays the golden cases `step` at a time, one as a reader's inputs come, and with `asBatch` once
 * more all together, since a batch runs other programs on a GPU. `singles`: how many are replayed before
 * that, spread over all. `urgent`: a first answer waits for it.
 */
export async function replay(
  golden: Golden,
  run: Runner,
  asBatch: boolean,
  step = 1,
  singles = golden.inputs.length,
  urgent = false,
): Promise<Comparison> {
  if (golden.inputs.length === 0 || golden.inputs.length !== golden.outputs.length) {
    throw new ModelpressError(
      `The golden cases of "${golden.slug}" are damaged: ${golden.inputs.length} inputs, ${golden.outputs.length} outputs.`,
    );
  }
  const result: Comparison = {
    maxDiff: 0,
    worst: { case: 0, index: 0, expected: golden.outputs[0]![0]!, got: golden.outputs[0]![0]! },
    shapeOk: true,
  };
  let sliceStart = performance.now();
  const places = spread(golden.inputs.length, singles);
  for (let i = 0; i < places.length; i += step) {
    const first = places[i]!;
    if (performance.now() - sliceStart > (urgent ? URGENT_SLICE_MS : SLICE_MS)) {
      await nextTask(urgent);
      sliceStart = performance.now();
    }
    const inputs = golden.inputs.slice(first, first + step);
    const answer = await run(Float32Array.from(inputs.flat()), inputs.length);
    compare(result, golden, first, inputs.length, answer);
  }
  if (asBatch) {
    const cases = golden.inputs.length;
    compare(result, golden, 0, cases, await run(Float32Array.from(golden.inputs.flat()), cases));
  }
  return result;
}

/**
 * Whether the shape is right and every value is within the tolerance; of the exact engine, whether every bit is equal.
 * NaN is never within.
 */
export function passes(comparison: Comparison, tolerance: number): boolean {
  return comparison.shapeOk && (comparison.bitwise ?? comparison.maxDiff <= tolerance);
}
