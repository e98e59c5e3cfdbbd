/** The natural logarithm. */
import { log } from "../elementary/logarithm";
import { unary } from "../elementwise";

export const value = log;
export const operation = unary(value);
