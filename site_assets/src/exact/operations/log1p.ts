/** log(1 + x). */
import { log1p } from "../elementary/logarithm";
import { unary } from "../elementwise";

export const value = log1p;
export const operation = unary(value);
