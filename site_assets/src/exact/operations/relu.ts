/** 0 where x <= 0, else x. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => x <= 0 ? 0 : x;
export const operation = unary(value);
