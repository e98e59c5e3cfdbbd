/** The inverse hyperbolic tangent. */
import { atanh } from "../elementary/logarithm";
import { unary } from "../elementwise";

export const value = atanh;
export const operation = unary(value);
