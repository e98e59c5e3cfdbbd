/** The square root. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => Math.sqrt(x);
export const operation = unary(value);
