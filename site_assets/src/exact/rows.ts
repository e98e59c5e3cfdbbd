/** Operations of whole rows, along the last axis. */
import { maximum } from "./elementwise";
import { tensor, type Operation } from "./tensor";

/** Computes row by row. row: reads x − m (m the largest of the row) in float64, and writes the results there. */
export function byRow(row: (shifted: Float64Array) => void): Operation {
  return ([x]) => {
    const out = tensor("float32", x.shape);
    const shifted = new Float64Array(x.shape.at(-1)!);
    const n = shifted.length;
    return {
      outputs: [out],
      run() {
        for (let from = 0; from < x.data.length; from += n) {
          let most = x.data[from]!;
          for (let i = 1; i < n; i++) most = maximum(most, x.data[from + i]!);
          for (let i = 0; i < n; i++) shifted[i] = x.data[from + i]! - most;
          row(shifted);
          out.data.set(shifted, from);
        }
      },
    };
  };
}
