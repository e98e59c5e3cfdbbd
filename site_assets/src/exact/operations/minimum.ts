/** a where a <= b, b where a > b; NaN where either is NaN. */
import { binary, minimum } from "../elementwise";

export const operation = binary(minimum);
