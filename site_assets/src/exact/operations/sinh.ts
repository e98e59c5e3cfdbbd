/** The hyperbolic sine. */
import { sinh } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = sinh;
export const operation = unary(value);
