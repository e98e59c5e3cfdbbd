/** The largest whole number ≤ x. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => Math.floor(x);
export const operation = unary(value);
