/** a where a >= b, b where a < b; NaN where either is NaN. */
import { binary, maximum } from "../elementwise";

export const operation = binary(maximum);
