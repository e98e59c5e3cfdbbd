/** The scaled exponential unit of Klambauer and others (2017). */
import { expm1 } from "../elementary/exponential";
import { unary } from "../elementwise";
import type { Value } from "../tensor";

const [SCALE, SCALE_ALPHA] = [1.0507009873554805, 1.7580993408473766];

export const value: Value = (x) => x < 0 ? SCALE_ALPHA * expm1(x) : SCALE * x;
export const operation = unary(value);
