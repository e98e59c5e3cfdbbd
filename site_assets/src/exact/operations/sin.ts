/** The sine. */
import { sin } from "../elementary/circular";
import { unary } from "../elementwise";

export const value = sin;
export const operation = unary(value);
