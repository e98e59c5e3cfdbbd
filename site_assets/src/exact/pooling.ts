/** Pooling of pictures (batch, rows, columns, channels). */
import { integers, type Node } from "./graph";
import { tensor, type Made, type Tensor } from "./tensor";
import { windowsOf } from "./windows";

/** Folds the elements of each window and channel by `step`, from `first`; then applies `last`. */
export function pooled(
  x: Tensor, node: Node, first: number, step: (so: number, value: number) => number, last: (so: number, count: number) => number,
): Made {
  const [, kr, kc] = integers(node, "ksize") as [number, number, number];
  const [rows, columns] = windowsOf(node, x.shape, kr, kc);
  const [batch, height, width, n] = x.shape as [number, number, number, number];
  const out = tensor("float32", [batch, rows.count, columns.count, n]);
  const found = new Float64Array(n);
  const [from, to] = [x.data, out.data];
  return {
    outputs: [out],
    run() {
      let place = 0;
      for (let b = 0; b < batch; b++) {
        for (let y = 0; y < rows.count; y++) {
          for (let z = 0; z < columns.count; z++, place += n) {
            found.fill(first);
            let count = 0;
            for (let i = 0; i < kr; i++) {
              const row = y * rows.stride + i * rows.dilation - rows.before;
              if (row < 0 || row >= height) continue;
              for (let j = 0; j < kc; j++) {
                const column = z * columns.stride + j * columns.dilation - columns.before;
                if (column < 0 || column >= width) continue;
                count += 1;
                const at = ((b * height + row) * width + column) * n;
                for (let c = 0; c < n; c++) found[c] = step(found[c]!, from[at + c]!);
              }
            }
            for (let c = 0; c < n; c++) to[place + c] = last(found[c]!, count);
          }
        }
      }
    },
  };
}
