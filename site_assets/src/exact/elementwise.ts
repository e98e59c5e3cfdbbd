/** Operations of elements: computed in float64 and rounded once, or in integers that wrap. */
import { broadcast, broadcastPositions } from "./shapes";
import { sizeOf, tensor, type DType, type Made, type Operation, type Tensor, type Value } from "./tensor";

type Pair = (a: number, b: number) => number;

export function unary(value: Value): Operation {
  return ([x]) => mapped(x, value);
}

export function mapped(x: Tensor, value: Value, dtype: DType = x.dtype): Made {
  const out = tensor(dtype, x.shape);
  const { data: from } = x;
  const { data: to } = out;
  return {
    outputs: [out],
    run() {
      for (let i = 0; i < to.length; i++) to[i] = value(from[i]!);
    },
  };
}

export function binary(value: Pair): Operation {
  return ([a, b]) => paired(a, b, value);
}

export function comparison(value: (a: number, b: number) => boolean): Operation {
  return ([a, b]) => paired(a, b, (x, y) => (value(x, y) ? 1 : 0), "bool");
}

/** `value` of pairs of elements, broadcast as NumPy does. */
export function paired(a: Tensor, b: Tensor, value: Pair, dtype: DType = a.dtype): Made {
  const shape = broadcast(a.shape, b.shape);
  const out = tensor(dtype, shape);
  const { data: x } = a;
  const { data: y } = b;
  const { data: to } = out;
  const size = sizeOf(shape);
  const whole = x.length === size;
  if (whole && y.length === size) {
    return { outputs: [out], run: () => { for (let i = 0; i < size; i++) to[i] = value(x[i]!, y[i]!); } };
  }
  if (whole && y.length === 1) {
    return { outputs: [out], run: () => { for (let i = 0; i < size; i++) to[i] = value(x[i]!, y[0]!); } };
  }
  const [p, q] = [broadcastPositions(a.shape, shape), broadcastPositions(b.shape, shape)];
  return { outputs: [out], run: () => { for (let i = 0; i < size; i++) to[i] = value(x[p[i]!]!, y[q[i]!]!); } };
}

/** a where a >= b, b where a < b; NaN where either is NaN. */
export const maximum: Pair = (a, b) => (a >= b ? a : a < b ? b : NaN);

/** a where a <= b, b where a > b; NaN where either is NaN. */
export const minimum: Pair = (a, b) => (a <= b ? a : a > b ? b : NaN);
