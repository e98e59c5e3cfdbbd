/** What `predict` takes: one input or a batch, in any shape of numbers. */
import { ModelpressError } from "../core/errors";
import { reading } from "../core/shown";
import { shapeText, sizeOf } from "./spec";

export type NestedNumbers = number | readonly NestedNumbers[];
export type PredictValues = NestedNumbers | ArrayBufferView;

/** Inputs laid flat. `batched`: the caller gave a batch, so the answer keeps its first dimension. */
export interface Inputs {
  values: Float32Array;
  batch: number;
  batched: boolean;
}

/** Numbers of one call; more would hold the page up for many seconds, or not fit into the device. */
const MOST = 2 ** 22;

/** The shape of a single number. */
const NUMBER: number[] = [];

/** Values as they were given: laid flat, and the shape that they had. */
class Given {
  readonly flat: unknown[] = [];

  constructor(
    private readonly expected: string,
    private readonly deepest: number,
  ) {}

  /** Takes `values` over, once; returns their shape. */
  take(values: unknown, depth = 0): number[] {
    if (!Array.isArray(values)) {
      this.flat.push(values);
      return NUMBER;
    }
    const { length } = values;
    this.count(length);
    if (depth === this.deepest) throw new ModelpressError(`The values are nested too deeply; expected ${this.expected}.`);
    let first: number[] | null = null;
    for (let i = 0; i < length; i++) {
      const shape = this.take(values[i], depth + 1);
      first ??= shape;
      if (shape !== first && shapeText(shape) !== shapeText(first)) {
        throw new ModelpressError(`The rows of the values differ in length or depth; expected ${this.expected}.`);
      }
    }
    return [length, ...(first ?? [])];
  }

  count(more: number): void {
    if (this.flat.length + more <= MOST) return;
    throw new ModelpressError(
      `Found ${this.flat.length + more} values or more, and one call takes at most ${MOST}; expected ${this.expected}.`,
    );
  }
}

function numbersOf(values: unknown, expected: string, deepest: number): { flat: ArrayLike<unknown>; shape: number[] } {
  const given = new Given(expected, deepest);
  if (ArrayBuffer.isView(values)) {
    const kind = Object.prototype.toString.call(values).slice(8, -1);
    if (kind === "DataView" || kind.startsWith("Big")) throw new ModelpressError(`Found a ${kind}; expected ${expected}.`);
    const { length } = values as Float32Array;
    given.count(length);
    if (length === 0) return { flat: [], shape: [0] }; // its buffer may be gone
    // A copy: what another thread or a later line writes into a buffer is not what was checked.
    return { flat: Float64Array.from(values as Float32Array), shape: [length] };
  }
  const shape = given.take(values);
  return { flat: given.flat, shape };
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
  const { flat, shape: found } = reading("the values", () => numbersOf(values, expected, shape.length + 4));
  const list = new Float32Array(flat.length);
  for (let i = 0; i < flat.length; i++) {
    const value = flat[i];
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new ModelpressError(`Value ${i} is ${inWords(value)}; expected ${expected}.`);
    }
    list[i] = value;
    if (!Number.isFinite(list[i])) {
      throw new ModelpressError(`Value ${i} is ${value}, too large for float32; expected ${expected}.`);
    }
  }
  if (flat.length === 0) throw new ModelpressError(`Found no values; expected ${expected}.`);
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

function inWords(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (value === null || value === undefined) return String(value);
  return `${typeof value === "object" ? "an" : "a"} ${typeof value}`;
}

function endsWith(found: readonly number[], shape: readonly number[]): boolean {
  return shape.every((length, i) => found[found.length - shape.length + i] === length);
}
