/** Where the values of one tensor lie in another: operations of shape copy by such positions. */
import { sizeOf, tensor, type Made, type Shape, type Tensor } from "./tensor";

/** How far apart neighbours of each axis lie, in row order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis]!;
  }
  return strides;
}

/** The position of each element of `shape`, in row order. */
export function positions(shape: Shape, strides: readonly number[], offset = 0): Int32Array {
  let found = Int32Array.of(offset);
  for (let axis = 0; axis < shape.length; axis++) {
    const length = shape[axis]!;
    const step = strides[axis]!;
    const next = new Int32Array(found.length * length);
    let to = 0;
    for (const start of found) for (let i = 0; i < length; i++) next[to++] = start + i * step;
    found = next;
  }
  return found;
}

/** Axis by axis: a list of positions along each. */
export function grid(lists: readonly ArrayLike<number>[], strides: readonly number[]): Int32Array {
  let found = Int32Array.of(0);
  lists.forEach((list, axis) => {
    const next = new Int32Array(found.length * list.length);
    let to = 0;
    for (const start of found) for (let i = 0; i < list.length; i++) next[to++] = start + list[i]! * strides[axis]!;
    found = next;
  });
  return found;
}

/** The shape of operations of two inputs, as NumPy broadcasts them. */
export function broadcast(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [m, n] = [a[axis - rank + a.length] ?? 1, b[axis - rank + b.length] ?? 1];
    return m === 1 ? n : m;
  });
}

/** The position in `shape` of each element of `wide`, to which it is broadcast. */
export function broadcastPositions(shape: Shape, wide: Shape): Int32Array {
  const strides = stridesOf(shape);
  const missing = wide.length - shape.length;
  return positions(wide, wide.map((_, axis) => (axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!)));
}

/** A tensor of the values at these positions of x; −1 stands for `other`. */
export function picked(x: Tensor, shape: Shape, at: Int32Array, other = 0): Made {
  const out = tensor(x.dtype, shape);
  const { data: from } = x;
  const { data: to } = out;
  return {
    outputs: [out],
    run() {
      for (let i = 0; i < at.length; i++) to[i] = at[i]! < 0 ? other : from[at[i]!]!;
    },
  };
}

/** The part of x with these places of each axis. */
export function placed(x: Tensor, lists: readonly ArrayLike<number>[]): Made {
  return picked(x, lists.map((list) => list.length), grid(lists, stridesOf(x.shape)));
}

/** 0, 1, … */
export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** x with its axes in another order. */
export function transposed(x: Tensor, order: readonly number[]): Made {
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]!);
  return picked(x, shape, positions(shape, order.map((axis) => strides[axis]!)));
}

/** Whether every value is finite, so that a product with 0 is 0 and can be left out. */
export function finite(x: Tensor): boolean {
  return x.data.every(Number.isFinite);
}

export { sizeOf };
