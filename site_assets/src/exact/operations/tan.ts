/** The tangent. */
import { tan } from "../elementary/circular";
import { unary } from "../elementwise";

export const value = tan;
export const operation = unary(value);
