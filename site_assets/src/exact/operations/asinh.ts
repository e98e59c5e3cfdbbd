/** The inverse hyperbolic sine. */
import { asinh } from "../elementary/logarithm";
import { unary } from "../elementwise";

export const value = asinh;
export const operation = unary(value);
