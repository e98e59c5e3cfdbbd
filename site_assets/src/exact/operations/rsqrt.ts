/** 1 / √x. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => 1 / Math.sqrt(x);
export const operation = unary(value);
