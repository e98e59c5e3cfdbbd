/** The inverse sine. */
import { asin } from "../elementary/circular";
import { unary } from "../elementwise";

export const value = asin;
export const operation = unary(value);
