/** The inverse hyperbolic cosine. */
import { acosh } from "../elementary/logarithm";
import { unary } from "../elementwise";

export const value = acosh;
export const operation = unary(value);
