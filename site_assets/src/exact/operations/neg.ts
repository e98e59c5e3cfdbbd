/** -x. */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => -x;
export const operation = unary(value);
