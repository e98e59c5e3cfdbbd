/** log(1 + e**x). */
import { softplus } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = softplus;
export const operation = unary(value);
