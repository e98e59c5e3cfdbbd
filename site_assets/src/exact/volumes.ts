/** Convolution and pooling of volumes (batch, depth, rows, columns, channels). */
import { integers, type Node } from "./graph";
import { accumulate } from "./products";
import { tensor, type Made, type Operation, type Shape, type Tensor } from "./tensor";
import { windowsAlong, type Axis } from "./windows";

/** Calls `see` with the place in the window, and in the data, of each element of a window that is not padding. */
type See = (element: number, first: number) => void;

function inWindow(along: readonly Axis[], shape: Shape, batch: number, at: readonly number[], see: See): void {
  const [deep, tall, wide] = along as [Axis, Axis, Axis];
  const place = (axis: Axis, window: number, i: number) => window * axis.stride + i * axis.dilation - axis.before;
  for (let i = 0; i < deep.size; i++) {
    const depth = place(deep, at[0]!, i);
    if (depth < 0 || depth >= deep.length) continue;
    for (let j = 0; j < tall.size; j++) {
      const row = place(tall, at[1]!, j);
      if (row < 0 || row >= tall.length) continue;
      for (let k = 0; k < wide.size; k++) {
        const column = place(wide, at[2]!, k);
        if (column < 0 || column >= wide.length) continue;
        const first = (((batch * deep.length + depth) * tall.length + row) * wide.length + column) * shape[4]!;
        see((i * tall.size + j) * wide.size + k, first);
      }
    }
  }
}

/** Calls `make` for each window, in order, with the place of its first result. */
function eachWindow(along: readonly Axis[], batch: number, n: number, make: (b: number, at: readonly number[], place: number) => void): void {
  const [deep, tall, wide] = along as [Axis, Axis, Axis];
  let place = 0;
  for (let b = 0; b < batch; b++) {
    for (let d = 0; d < deep.count; d++) {
      for (let r = 0; r < tall.count; r++) {
        for (let c = 0; c < wide.count; c++, place += n) make(b, [d, r, c], place);
      }
    }
  }
}

/** 0 + the kernel's terms by depth, row, column and channel. Kernel: (depth, rows, columns, channels, results). */
export const convolved: Operation = ([x, kernel], node): Made => {
  const [channels, n] = kernel.shape.slice(3) as [number, number];
  const along = windowsAlong(node, x.shape, kernel.shape.slice(0, 3));
  const out = tensor("float32", [x.shape[0]!, ...along.map(({ count }) => count), n]);
  const most = kernel.data.length / n;
  const [sums, values, at] = [new Float64Array(n), new Float64Array(most), new Int32Array(most)];
  return {
    outputs: [out],
    run() {
      eachWindow(along, x.shape[0]!, n, (b, window, place) => {
        let count = 0;
        inWindow(along, x.shape, b, window, (element, first) => {
          for (let c = 0; c < channels; c++) {
            values[count] = x.data[first + c]!;
            at[count++] = (element * channels + c) * n;
          }
        });
        sums.fill(0);
        accumulate(sums, n, kernel.data, values, at, count);
        for (let c = 0; c < n; c++) out.data[place + c] = sums[c]!;
      });
    },
  };
};

/** Folds the elements of each window and channel by `step`, from `start`; then applies `last`. */
export function pooled(
  x: Tensor, node: Node, start: number, step: (so: number, value: number) => number, last: (so: number, count: number) => number,
): Made {
  const along = windowsAlong(node, x.shape, integers(node, "ksize").slice(1, 4));
  const n = x.shape[4]!;
  const out = tensor("float32", [x.shape[0]!, ...along.map(({ count }) => count), n]);
  const found = new Float64Array(n);
  return {
    outputs: [out],
    run() {
      eachWindow(along, x.shape[0]!, n, (b, window, place) => {
        found.fill(start);
        let count = 0;
        inWindow(along, x.shape, b, window, (_, first) => {
          count += 1;
          for (let c = 0; c < n; c++) found[c] = step(found[c]!, x.data[first + c]!);
        });
        for (let c = 0; c < n; c++) out.data[place + c] = last(found[c]!, count);
      });
    },
  };
}
