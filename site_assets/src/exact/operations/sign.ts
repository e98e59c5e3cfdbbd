/** -1, 0 or 1; NaN for NaN. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => x > 0 ? 1 : x < 0 ? -1 : x * 0;
export const operation = unary(value);
