/** The nearest whole number; ties to even. */
import { unary } from "../elementwise";
import { toEven } from "../graph";
import type { Value } from "../tensor";

export const value: Value = (x) => toEven(x);
export const operation = unary(value);
