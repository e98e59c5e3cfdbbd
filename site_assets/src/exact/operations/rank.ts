/** The number of axes. */
import type { Operation } from "../tensor";

export const operation: Operation = ([x]) => ({ outputs: [{ dtype: "int32", shape: [], data: Int32Array.from([x.shape.length]), constant: true }] });
