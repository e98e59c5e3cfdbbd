/** The error function. */
import { erf } from "../elementary/error";
import { unary } from "../elementwise";

export const value = erf;
export const operation = unary(value);
