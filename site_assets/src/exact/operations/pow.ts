/** a**b. */
import { power } from "../elementary/power";
import { binary } from "../elementwise";

export const operation = binary(power);
