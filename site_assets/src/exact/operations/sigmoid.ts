/** 1 / (1 + e**-x). */
import { sigmoid } from "../elementary/exponential";
import { unary } from "../elementwise";

export const value = sigmoid;
export const operation = unary(value);
