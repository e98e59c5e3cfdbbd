/** The number of elements. */
import type { Operation } from "../tensor";

export const operation: Operation = ([x]) => ({ outputs: [{ dtype: "int32", shape: [], data: Int32Array.from([x.data.length]), constant: true }] });
