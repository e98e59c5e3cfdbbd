/** Reductions over axes, in row order. */
import { flag, type Node } from "./graph";
import { positions, stridesOf } from "./shapes";
import { axisOf, known, sizeOf, tensor, type Data, type DType, type Inputs, type Made, type Tensor } from "./tensor";

/** The elements at[first], …, at[first + count − 1] of the data. */
export type Fold = (data: Data, at: Int32Array, first: number, count: number) => number;

/** `fold` of the elements over the axes that the second input names. */
export function reduced(inputs: Inputs, node: Node, fold: Fold, dtype: DType = inputs[0].dtype): Made {
  const [x] = inputs;
  const axes = new Set(known(inputs[1], node).map((axis) => axisOf(axis, x.shape.length)));
  const lengths = (inside: boolean) => x.shape.map((length, axis) => (axes.has(axis) === inside ? length : 1));
  const strides = stridesOf(x.shape);
  const [kept, gone] = [lengths(false), lengths(true)];
  const at = positions([...kept, ...gone], [...strides, ...strides]);
  const shape = flag(node, "keep_dims") ? kept : kept.filter((_, axis) => !axes.has(axis));
  const out = tensor(dtype, shape);
  const count = sizeOf(gone);
  return {
    outputs: [out],
    run() {
      for (let i = 0; i < out.data.length; i++) out.data[i] = fold(x.data, at, i * count, count);
    },
  };
}

/** Folds the elements by `step`, from `first`. */
export function folded(first: number, step: (so: number, value: number) => number): Fold {
  return (data, at, from, count) => {
    let so = first;
    for (let i = 0; i < count; i++) so = step(so, data[at[from + i]!]!);
    return so;
  };
}

export const total = folded(0, (so, value) => so + value);

/** The index along an axis of the best element; of equal ones the first. */
export function place(inputs: Inputs, node: Node, better: (value: number, best: number) => boolean): Made {
  return alongAxis(inputs[0], axisOf(known(inputs[1], node)[0]!, inputs[0].shape.length), (data, from, step, count) => {
    let best = 0;
    for (let i = 1; i < count; i++) if (better(data[from + i * step]!, data[from + best * step]!)) best = i;
    return best;
  });
}

function alongAxis(x: Tensor, axis: number, fold: (data: Data, from: number, step: number, count: number) => number): Made {
  const strides = stridesOf(x.shape);
  const others = x.shape.filter((_, i) => i !== axis);
  const starts = positions(others, strides.filter((_, i) => i !== axis));
  const out = tensor("int32", others);
  const [step, count] = [strides[axis]!, x.shape[axis]!];
  return {
    outputs: [out],
    run() {
      for (let i = 0; i < starts.length; i++) out.data[i] = fold(x.data, starts[i]!, step, count);
    },
  };
}

/** The running results of `step` along an axis. */
export function running(inputs: Inputs, node: Node, first: number, step: (so: number, value: number) => number): Made {
  const [x] = inputs;
  const axis = axisOf(known(inputs[1], node)[0]!, x.shape.length);
  const strides = stridesOf(x.shape);
  const starts = positions(x.shape.filter((_, i) => i !== axis), strides.filter((_, i) => i !== axis));
  const out = tensor(x.dtype, x.shape);
  const [by, count] = [strides[axis]!, x.shape[axis]!];
  const [reverse, exclusive] = [flag(node, "reverse"), flag(node, "exclusive")];
  return {
    outputs: [out],
    run() {
      for (const start of starts) {
        let so = first;
        for (let i = 0; i < count; i++) {
          const at = start + (reverse ? count - 1 - i : i) * by;
          const next = step(so, x.data[at]!);
          out.data[at] = exclusive ? so : next;
          so = next;
        }
      }
    },
  };
}
