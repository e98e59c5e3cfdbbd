/** The hyperbolic cosine. */
import { cosh } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = cosh;
export const operation = unary(value);
