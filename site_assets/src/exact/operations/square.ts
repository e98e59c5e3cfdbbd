/** x · x. */
import { mapped } from "../elementwise";
import type { Operation, Value } from "../tensor";

export const value: Value = (x) => x * x;
export const operation: Operation = ([x]) => mapped(x, x.dtype === "float32" ? value : (y) => Math.imul(y, y));
