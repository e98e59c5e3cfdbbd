/** The inverse cosine. */
import { acos } from "../elementary/circular";
import { unary } from "../elementwise";

export const value = acos;
export const operation = unary(value);
