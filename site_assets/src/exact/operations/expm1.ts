/** e**x - 1. */
import { expm1 } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = expm1;
export const operation = unary(value);
