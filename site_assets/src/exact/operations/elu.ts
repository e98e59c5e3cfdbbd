/** e**x - 1 where x < 0, else x. */
import { expm1 } from "../elementary/exponential";
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => x < 0 ? expm1(x) : x;
export const operation = unary(value);
