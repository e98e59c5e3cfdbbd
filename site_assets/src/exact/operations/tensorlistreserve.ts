/** A list with room for so many tensors, whose shape the first one that is set says. */
import { known, type Operation } from "../tensor";

export const operation: Operation = ([, count], node) => ({
  outputs: [{ dtype: "float32", shape: known(count, node), data: new Float32Array(0), list: true }],
});
