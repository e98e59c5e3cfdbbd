/** The lengths of the axes. */
import type { Operation } from "../tensor";

export const operation: Operation = ([x]) => ({ outputs: [{ dtype: "int32", shape: [x.shape.length], data: Int32Array.from(x.shape), constant: true }] });
