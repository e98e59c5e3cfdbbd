/** a + b. */
import { binary } from "../elementwise";

export const operation = binary((a, b) => a + b);
