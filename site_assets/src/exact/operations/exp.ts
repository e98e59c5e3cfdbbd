/** e**x. */
import { exp } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = exp;
export const operation = unary(value);
