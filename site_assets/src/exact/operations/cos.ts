/** The cosine. */
import { cos } from "../elementary/circular";
import { unary } from "../elementwise";

export const value = cos;
export const operation = unary(value);
