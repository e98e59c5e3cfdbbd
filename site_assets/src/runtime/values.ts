/** What `predict` takes: one input or a batch, in any shape of numbers. */
import { ModelpressError } from "./errors";
import { shapeText, sizeOf } from "./spec";

export type NestedNumbers = number | readonly NestedNumbers[];
export type PredictValues = NestedNumbers | ArrayBufferView;

/** Inputs laid flat. `batched`: the caller gave a batch, so the answer keeps its first dimension. */
export interface Inputs {
  values: Float32Array;
  batch: number;
  batched: boolean;
}

/** Shape of nested arrays; an error where rows differ in length. */
function nestedShape(values: NestedNumbers, expected: string): number[] {
  if (!Array.isArray(values)) return [];
  const inner = values.map((value: NestedNumbers) => nestedShape(value, expected));
  const first = inner[0] ?? [];
  if (inner.some((shape) => shapeText(shape) !== shapeText(first))) {
    throw new ModelpressError(`The rows of the values differ in length or depth; expected ${expected}.`);
  }
  return [values.length, ...first];
}

function numbersOf(values: PredictValues, expected: string): { flat: number[]; shape: number[] } {
  if (ArrayBuffer.isView(values)) {
    if (values instanceof DataView || values instanceof BigInt64Array || values instanceof BigUint64Array) {
      throw new ModelpressError(`Found a ${values.constructor.name}; expected ${expected}.`);
    }
    const flat = Array.from(values as Float32Array);
    return { flat, shape: [flat.length] };
  }
  const nested = Array.isArray(values);
  const shape = nestedShape(values, expected);
  return { flat: nested ? (values as unknown[]).flat(Infinity) as number[] : [values as number], shape };
}

/**
 * Checks and flattens values for a model whose one input has `shape`. Accepted: the shape itself
 * (nested), its values flat, a number where the size is 1; a batch is nested one level deeper, or rows
 * of flat values, or flat with a multiple (above 1) of the input's size.
 */
export function readInputs(values: PredictValues, shape: readonly number[]): Inputs {
  const size = sizeOf(shape);
  const expected =
    `${size} finite number${size === 1 ? "" : "s"} of shape ${shapeText(shape)}, flat or nested, ` +
    `or a batch of shape [N, ${shape.join(", ")}]`;
  const { flat, shape: found } = numbersOf(values, expected);
  const wrong = flat.findIndex((value) => typeof value !== "number" || !Number.isFinite(value));
  if (wrong >= 0) {
    const value = flat[wrong] as unknown;
    const what = typeof value === "number" ? String(value) : value === null ? "null" : `a ${typeof value}`;
    throw new ModelpressError(`Value ${wrong} is ${what}; expected ${expected}.`);
  }
  if (flat.length === 0) throw new ModelpressError(`Found no values; expected ${expected}.`);
  const list = Float32Array.from(flat);
  const overflow = list.findIndex((value) => !Number.isFinite(value));
  if (overflow >= 0) {
    throw new ModelpressError(
      `Value ${overflow} is ${flat[overflow]}, too large for float32; expected ${expected}.`,
    );
  }
  const nestedBatch = found.length === shape.length + 1 && endsWith(found, shape);
  const flatRows = found.length === 2 && found[1] === size;
  if (nestedBatch || flatRows) return { values: list, batch: found[0]!, batched: true };
  const exact = shapeText(found) === shapeText(shape);
  if (exact || (found.length <= 1 && flat.length === size)) {
    return { values: list, batch: 1, batched: false };
  }
  if (found.length === 1 && flat.length % size === 0) {
    return { values: list, batch: flat.length / size, batched: true };
  }
  throw new ModelpressError(
    `Found ${flat.length} value${flat.length === 1 ? "" : "s"} of shape ${shapeText(found)}; expected ${expected}.`,
  );
}

function endsWith(found: readonly number[], shape: readonly number[]): boolean {
  return shape.every((length, i) => found[found.length - shape.length + i] === length);
}
