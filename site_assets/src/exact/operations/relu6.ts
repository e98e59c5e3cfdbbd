/** 0 where x <= 0, 6 where x >= 6, else x. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => x <= 0 ? 0 : x >= 6 ? 6 : x;
export const operation = unary(value);
