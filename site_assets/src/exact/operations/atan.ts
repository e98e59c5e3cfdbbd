/** The inverse tangent. */
import { atan } from "../elementary/circular";
import { unary } from "../elementwise";

export const value = atan;
export const operation = unary(value);
