/** x / (1 + |x|). */
import { unary } from "../elementwise";
import type { Value } from "../tensor";

export const value: Value = (x) => x / (1 + Math.abs(x));
export const operation = unary(value);
