/** The largest whole number ≤ a / b; quotient and result are rounded to the operands' type. */
import { paired } from "../elementwise";
import type { Operation } from "../tensor";

export const operation: Operation = ([a, b]) => paired(a, b, a.dtype === "float32" ? (x, y) => Math.floor(Math.fround(x / y)) : (x, y) => Math.floor(x / (y || 1)));
