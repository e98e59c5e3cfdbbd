/** The remainder of a / b, with the sign of a. */
import { paired } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([a, b]) => paired(a, b, a.dtype === "float32" ? (x, y) => x % y : (x, y) => x % (y || 1));
