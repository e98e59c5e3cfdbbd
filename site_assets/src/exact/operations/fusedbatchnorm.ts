/**
 * (x - mean) · scale / √(variance + epsilon) + offset, in the channels' given moments:
 * x · factor + (offset - mean · factor), rounded once.
 */
import { float } from "../graph";
import { tensor, type Operation } from "../tensor";

export const operation: Operation = ([x, scale, offset, mean, variance], node) => {
  const out = tensor("float32", x.shape);
  const epsilon = float(node, "epsilon", 1e-4);
  const n = scale.data.length;
  const [factor, shift] = [new Float64Array(n), new Float64Array(n)];
  return {
    outputs: [out],
    run() {
      for (let c = 0; c < n; c++) {
        factor[c] = scale.data[c]! / Math.sqrt(variance.data[c]! + epsilon);
        shift[c] = offset.data[c]! - mean.data[c]! * factor[c]!;
      }
      for (let i = 0, c = 0; i < out.data.length; i++, c = c + 1 === n ? 0 : c + 1) out.data[i] = x.data[i]! * factor[c]! + shift[c]!;
    },
  };
};
