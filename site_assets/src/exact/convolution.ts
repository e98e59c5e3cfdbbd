/** Convolutions of pictures (batch, rows, columns, channels): 0 + bias + terms by row, column and channel. */
import type { Node } from "./graph";
import { accumulate, finishOf, fusedBias, startOf } from "./products";
import { finite, transposed } from "./shapes";
import { tensor, type Made, type Operation, type Tensor } from "./tensor";
import { windowsOf } from "./windows";

/** With a kernel (rows, columns, channels, results). Terms of a 0 are left out as in `product`. */
export const convolved: Operation = (inputs, node, valueOf): Made => {
  const [x, kernel] = inputs;
  const [kr, kc, channels, n] = kernel.shape as [number, number, number, number];
  const [rows, columns] = windowsOf(node, x.shape, kr, kc);
  const [batch, height, width] = x.shape as [number, number, number];
  const out = tensor("float32", [batch, rows.count, columns.count, n]);
  const start = startOf(fusedBias(node, inputs), out.shape);
  const finish = finishOf(node, inputs, valueOf);
  const skips = Boolean(kernel.constant) && finite(kernel);
  const most = kr * kc * channels;
  const [sums, values, at] = [new Float64Array(n), new Float64Array(most), new Int32Array(most)];
  const [from, w, to] = [x.data, kernel.data, out.data];
  return {
    outputs: [out],
    run() {
      let place = 0;
      for (let b = 0; b < batch; b++) {
        for (let y = 0; y < rows.count; y++) {
          for (let z = 0; z < columns.count; z++, place += n) {
            let count = 0;
            for (let i = 0; i < kr; i++) {
              const row = y * rows.stride + i * rows.dilation - rows.before;
              if (row < 0 || row >= height) continue;
              for (let j = 0; j < kc; j++) {
                const column = z * columns.stride + j * columns.dilation - columns.before;
                if (column < 0 || column >= width) continue;
                const first = ((b * height + row) * width + column) * channels;
                const weights = (i * kc + j) * channels * n;
                for (let c = 0; c < channels; c++) {
                  const value = from[first + c]!;
                  if (value === 0 && skips) continue;
                  values[count] = value;
                  at[count++] = weights + c * n;
                }
              }
            }
            start(sums, place);
            accumulate(sums, n, w, values, at, count);
            finish(sums, to, place, n);
          }
        }
      }
    },
  };
};

/** A depthwise convolution, with a kernel (rows, columns, channels, results of each). */
export const convolvedByDepth: Operation = (inputs, node, valueOf): Made => {
  const [x, kernel] = inputs;
  const [kr, kc, channels, each] = kernel.shape as [number, number, number, number];
  const [rows, columns] = windowsOf(node, x.shape, kr, kc);
  const [batch, height, width] = x.shape as [number, number, number];
  const n = channels * each;
  const out = tensor("float32", [batch, rows.count, columns.count, n]);
  const start = startOf(fusedBias(node, inputs), out.shape);
  const finish = finishOf(node, inputs, valueOf);
  const sums = new Float64Array(n);
  const [from, w, to] = [x.data, kernel.data, out.data];
  return {
    outputs: [out],
    run() {
      let place = 0;
      for (let b = 0; b < batch; b++) {
        for (let y = 0; y < rows.count; y++) {
          for (let z = 0; z < columns.count; z++, place += n) {
            start(sums, place);
            for (let i = 0; i < kr; i++) {
              const row = y * rows.stride + i * rows.dilation - rows.before;
              if (row < 0 || row >= height) continue;
              for (let j = 0; j < kc; j++) {
                const column = z * columns.stride + j * columns.dilation - columns.before;
                if (column < 0 || column >= width) continue;
                const first = ((b * height + row) * width + column) * channels;
                const weights = (i * kc + j) * n;
                for (let c = 0, s = 0; c < channels; c++) {
                  const value = from[first + c]!;
                  for (let e = 0; e < each; e++, s++) sums[s] = sums[s]! + value * w[weights + s]!;
                }
              }
            }
            finish(sums, to, place, n);
          }
        }
      }
    },
  };
};

/** A transposed convolution of y to `shape`, with a kernel (rows, columns, results, channels). */
export function convolvedBack(node: Node, shape: readonly number[], y: Tensor, kernel: Tensor): Made {
  const [kr, kc, n, channels] = kernel.shape as [number, number, number, number];
  const [rows, columns] = windowsOf(node, shape, kr, kc);
  const out = tensor("float32", shape);
  const turned = transposed(kernel, [0, 1, 3, 2]);
  if (kernel.constant) turned.run?.();
  const most = kr * kc * channels;
  const [sums, values, at] = [new Float64Array(n), new Float64Array(most), new Int32Array(most)];
  const [from, w, to] = [y.data, turned.outputs[0]!.data, out.data];
  return {
    outputs: [out],
    run() {
      if (!kernel.constant) turned.run?.();
      let place = 0;
      for (let b = 0; b < shape[0]!; b++) {
        for (let r = 0; r < rows.length; r++) {
          for (let z = 0; z < columns.length; z++, place += n) {
            let count = 0;
            for (let i = 0; i < kr; i++) {
              const row = (r + rows.before - i * rows.dilation) / rows.stride;
              if (!Number.isInteger(row) || row < 0 || row >= rows.count) continue;
              for (let j = 0; j < kc; j++) {
                const column = (z + columns.before - j * columns.dilation) / columns.stride;
                if (!Number.isInteger(column) || column < 0 || column >= columns.count) continue;
                const first = ((b * rows.count + row) * columns.count + column) * channels;
                const weights = (i * kc + j) * channels * n;
                for (let c = 0; c < channels; c++) {
                  values[count] = from[first + c]!;
                  at[count++] = weights + c * n;
                }
              }
            }
            sums.fill(0);
            accumulate(sums, n, w, values, at, count);
            for (let c = 0; c < n; c++) to[place + c] = sums[c]!;
          }
        }
      }
    },
  };
}
