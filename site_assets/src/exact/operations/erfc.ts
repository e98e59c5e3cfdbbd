/** The complement of the error function. */
import { erfc } from "../elementary/error";
import { unary } from "../elementwise";

export const value = erfc;
export const operation = unary(value);
