/** The hyperbolic tangent. */
import { tanh } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = tanh;
export const operation = unary(value);
