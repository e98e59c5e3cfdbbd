/** Examples of a live run, stored in live.bin, and batches of them. */
import { outputsOf, sizeOf, type Block, type LiveSpec, type Rows } from "../spec";

type Values = Uint8Array | Float32Array;

/** Flattened examples: x (rows, inputs), y (rows, outputs). */
export interface Dataset {
  readonly x: Values;
  readonly y: Values;
  readonly rows: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Returns `count` float32 values of a block, without a copy. */
export function floatsOf(bin: ArrayBuffer, { offset }: Block, count: number): Float32Array<ArrayBuffer> {
  return new Float32Array(bin, offset, count);
}

function valuesOf(bin: ArrayBuffer, { offset, dtype, shape, divisor = 1 }: Rows): Values {
  const values =
    dtype === "uint8" ? new Uint8Array(bin, offset, sizeOf(shape)) : new Float32Array(bin, offset, sizeOf(shape));
  if (divisor === 1) return values;
  return Float32Array.from(values, (value) => value / divisor);
}

/** Returns the training set, and the validation set or null. */
export function datasetsOf(spec: LiveSpec, bin: ArrayBuffer): { train: Dataset; validation: Dataset | null } {
  const { x, y, validation_x, validation_y } = spec.data;
  const inputs = sizeOf(spec.input_shape);
  const outputs = outputsOf(spec.layers, inputs);
  const table = (x: Rows, y: Rows): Dataset => ({
    x: valuesOf(bin, x),
    y: valuesOf(bin, y),
    rows: x.shape[0]!,
    inputs,
    outputs,
  });
  const validates = validation_x !== null && validation_y !== null && spec.validation_rows > 0;
  return { train: table(x, y), validation: validates ? table(validation_x, validation_y) : null };
}

/** One loop per array type: a loop that meets both types is slow with each. */
function gatherBytes(
  values: Uint8Array,
  places: Uint32Array,
  from: number,
  rows: number,
  width: number,
  to: Float32Array,
): void {
  for (let row = 0, at = 0; row < rows; row++) {
    const start = places[from + row]! * width;
    for (let i = 0; i < width; i++) to[at++] = values[start + i]!;
  }
}

function gatherFloats(
  values: Float32Array,
  places: Uint32Array,
  from: number,
  rows: number,
  width: number,
  to: Float32Array,
): void {
  for (let row = 0, at = 0; row < rows; row++) {
    const start = places[from + row]! * width;
    for (let i = 0; i < width; i++) to[at++] = values[start + i]!;
  }
}

/** Copies the examples `places[from … from + rows)` of `values` (…, width) to `to` (rows, width). */
export function gather(
  values: Values,
  places: Uint32Array,
  from: number,
  rows: number,
  width: number,
  to: Float32Array,
): void {
  if (values instanceof Uint8Array) gatherBytes(values, places, from, rows, width, to);
  else gatherFloats(values, places, from, rows, width, to);
}
