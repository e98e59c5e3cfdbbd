/** a · b. */
import { paired } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([a, b]) => paired(a, b, a.dtype === "float32" ? (x, y) => x * y : Math.imul);
