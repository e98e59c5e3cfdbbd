/** The absolute value. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => Math.abs(x);
export const operation = unary(value);
